"""allauth's pages, with what they must know of this copy."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import views as allauth_views
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http.response import HttpResponseBase

from accounts.mail import local_mail_folder


class SignUpView(allauth_views.SignupView):  # type: ignore[misc]
    def form_valid(self, form: BaseForm) -> HttpResponseBase:
        """Make the account and enqueue its mail in one transaction.

        Where somebody takes the name or the address in the same instant, the form is shown again;
        sent once more, it meets the ordinary answers.
        """
        try:
            with transaction.atomic():
                return cast(HttpResponseBase, super().form_valid(form))
        except IntegrityError:
            form.add_error(None, "Somebody signed up in the same instant. Please send this once more.")
            return cast(HttpResponseBase, self.form_invalid(form))


class VerificationSentView(allauth_views.EmailVerificationSentView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mail_folder": local_mail_folder(self.request)}


class PasswordResetDoneView(allauth_views.PasswordResetDoneView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mail_folder": local_mail_folder(self.request)}
