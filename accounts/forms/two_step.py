"""allauth's forms of the second step in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms


class PlainCodeMixin(forms.Form):
    label = "Code"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = self.label
        code.widget.attrs.pop("placeholder", None)
        code.widget.attrs |= {"inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"}


class AuthenticateForm(PlainCodeMixin, base_forms.AuthenticateForm):  # type: ignore[misc]
    label = "Code from your app, or a recovery code"


class ReauthenticateForm(PlainCodeMixin, base_forms.ReauthenticateForm):  # type: ignore[misc]
    label = "Code from your app, or a recovery code"


class ActivateTOTPForm(PlainCodeMixin, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    label = "Code that the app shows now"


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, passwordless = self.fields["name"], self.fields["passwordless"]
        name.label, name.max_length = "Name", 60
        name.widget.attrs["maxlength"] = 60
        name.help_text = "So that you know it again: the phone, the computer or the key that keeps it."
        passwordless.label = "Sign in with it alone, without name or password"
        passwordless.help_text = ""
        passwordless.initial = True


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60
