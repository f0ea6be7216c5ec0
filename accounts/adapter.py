"""Where allauth asks us: its error sentences, the links that it mails, and who must confirm an address."""

from __future__ import annotations

import time
from typing import Any

# First: `stages` imports it and is imported by it, and alone can't begin.
import allauth.account.internal  # noqa: F401
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from allauth.account.stages import EmailVerificationStage
from allauth.account.utils import filter_users_by_email, passthrough_next_redirect_url
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

from accounts.middleware import SEEN_KEY
from accounts.models import RetiredName, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed.",
        "duplicate_email": "This address belongs to your account already.",
        "email_password_mismatch": "This e-mail address and password do not belong together.",
        "email_taken": "There is an account with this address already.",
        "enter_current_password": "Type your present password.",
        "incorrect_password": "This is not your password.",
        "invalid_login": "This name and password do not belong together.",
        "invalid_password_reset": "This link no longer works.",
        "max_email_addresses": "An account has at most %d e-mail addresses.",
        "too_many_login_attempts": "Too many attempts. Wait a few minutes and try again.",
        "unknown_email": "There is no account with this address.",
        "username_blacklisted": "This user name can’t be used.",
        "username_password_mismatch": "This user name and password do not belong together.",
        "username_taken": "This user name is taken.",
        "rate_limited": "Too many attempts. Wait a few minutes and try again.",
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """As allauth's; and a name of somebody who left is not given to somebody else."""
        name = str(super().clean_username(username, shallow=shallow))
        if not shallow and RetiredName.objects.includes(name):
            raise self.validation_error("username_taken")
        return name

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        request.session[SEEN_KEY] = int(time.time())

    def get_login_stages(self) -> list[str]:
        stages = {"allauth.account.stages.EmailVerificationStage": "accounts.adapter.ReadersEmailVerificationStage"}
        return [stages.get(stage, stage) for stage in super().get_login_stages()]

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """The link in the mail; it carries `next`, for it may be opened in another browser."""
        return self._with_next(request, super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return self._with_next(self.request, super().get_reset_password_from_key_url(key))

    def _with_next(self, request: HttpRequest, url: str) -> str:
        # Only an address of our own is passed on.
        return str(passthrough_next_redirect_url(request, url, REDIRECT_FIELD_NAME))


class ReadersEmailVerificationStage(EmailVerificationStage):  # type: ignore[misc]
    """Staff sign in without it: `createsuperuser` or other staff made them, and they may have no address at all."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if self.login.user and self.login.user.is_staff:
            return None, True
        handled: tuple[HttpResponse | None, bool] = super().handle()
        return handled


class TwoStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": "Turn two-step sign-in off before you add an address.",
        "cannot_delete_authenticator": "This can’t be turned off.",
        "cannot_generate_recovery_codes": "Recovery codes come with two-step sign-in; turn that on first.",
        "incorrect_code": "This code is not right. Codes change every half minute; try the one shown now.",
        "unverified_email": "Confirm your e-mail address first.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}" if count else "My passkey"

    def get_totp_label(self, user: User) -> str:
        # Not the address: an app shows its list to whoever looks over a shoulder.
        return user.username

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.SITE_NAME}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": user.username, "name": user.username}


class ProvidersAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "email_taken": "There is an account with this address already. Sign in to it, then connect your %s account.",
        "connected_other": "That account is connected to another account here.",
        "disconnect_last": "This is the only way into your account.",
        "invalid_token": "The other site’s answer could not be trusted. Try again.",
        "no_password": "Choose a password first: without one, this is the only way into your account.",
        "no_verified_email": "Confirm an e-mail address first: without one, a forgotten password can’t be replaced.",
    }

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None) -> User:
        """As allauth's; an address that the other site vouches for stays with whoever has it here already."""
        sociallogin.email_addresses = [
            address for address in sociallogin.email_addresses if not filter_users_by_email(address.email)
        ]
        user: User = super().save_user(request, sociallogin, form=form)
        return user

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Those of the environment alone; allauth would look into a table of its own on every page with a button."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]
