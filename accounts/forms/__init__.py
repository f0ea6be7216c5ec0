"""allauth's forms in our words: labels above fields, never placeholders inside them."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.socialaccount import forms as provider_forms
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from accounts.providers import configured_providers

USERNAME_HELP = "3 to 30 letters, digits, hyphens or underscores, beginning with a letter."
CHOOSING_HELP = "At least eight characters; not digits alone, not a common password, not your own name."

_LABELS = {
    "username": "User name",
    "email": "E-mail address",
    "login": "User name or e-mail address",
    "oldpassword": "Present password",
    "password2": "The same password again",
}


class PlainFieldsMixin(forms.Form):
    """Print our labels and help, and no placeholder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing = "password2" in self.fields
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = _LABELS.get(name, field.label)
            if name == "password1":
                field.label = "New password" if "username" not in self.fields else "Password"
            field.help_text = CHOOSING_HELP if choosing and name == "password1" else ""


class LoginForm(PlainFieldsMixin, allauth_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }


class ChosenNameMixin(PlainFieldsMixin):
    """Whoever signs up chooses how they are called; keyboards shall not help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["username"]
        name.help_text = USERNAME_HELP
        name.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class SignupForm(ChosenNameMixin, allauth_forms.SignupForm):  # type: ignore[misc]
    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponseBase | None]:
        """As allauth's, and as slow for an address that is taken: the time must not tell it apart."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponseBase | None] = super().try_save(request)
        return saved


class AddEmailForm(PlainFieldsMixin, allauth_forms.AddEmailForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(PlainFieldsMixin, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(PlainFieldsMixin, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(PlainFieldsMixin, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(PlainFieldsMixin, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(PlainFieldsMixin, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class ProviderSignupForm(ChosenNameMixin, provider_forms.SignupForm):  # type: ignore[misc]
    """The last step of signing up with an account elsewhere: a user name here, and an address."""


class ProviderDisconnectForm(provider_forms.DisconnectForm):  # type: ignore[misc]
    """Of what is connected, what the environment still knows: allauth can take back nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {provider.slug: provider.name for provider in configured_providers()}
        self.known = self.accounts.filter(provider__in=self.names).order_by("date_joined", "pk")
        self.fields["account"].queryset = self.known

    def connections(self) -> list[tuple[str, SocialAccount]]:
        return [(self.names[account.provider], account) for account in self.known]
