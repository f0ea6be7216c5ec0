"""allauth's pages, with what they must know of this copy."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth_views

from accounts.mail import local_mail_folder


class VerificationSentView(allauth_views.EmailVerificationSentView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mail_folder": local_mail_folder(self.request)}


class PasswordResetDoneView(allauth_views.PasswordResetDoneView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mail_folder": local_mail_folder(self.request)}
