"""Where allauth asks us: its error sentences, the links that it mails, and who must confirm an address."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from allauth.account.stages import EmailVerificationStage
from allauth.account.utils import passthrough_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse


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
