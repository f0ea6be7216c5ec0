"""allauth's forms of the second step in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError

NOT_ACCEPTED = "This passkey was not accepted. Try again, or choose another way."


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


@contextmanager
def _speaking_of_passkeys() -> Iterator[None]:
    """Refuse with a sentence what is no answer of a passkey, however it is garbled: it comes from anybody."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValidationError(NOT_ACCEPTED) from None
    except ValidationError as error:
        # allauth calls every wrong answer a wrong code.
        raise (ValidationError(NOT_ACCEPTED) if error.code == "incorrect_code" else error) from None


class PasskeyMixin(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages |= {"required": NOT_ACCEPTED, "invalid": NOT_ACCEPTED}

    def clean_credential(self) -> Authenticator:
        with _speaking_of_passkeys():
            return super().clean_credential()  # type: ignore[misc]


class AuthenticatePasskeyForm(PasskeyMixin, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class LoginPasskeyForm(PasskeyMixin, webauthn_forms.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class ReauthenticatePasskeyForm(PasskeyMixin, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    def clean(self) -> dict[str, Any]:
        with _speaking_of_passkeys():
            cleaned: dict[str, Any] = super().clean()
        return cleaned

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
