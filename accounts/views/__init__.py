"""allauth's pages, with what they must know of this copy."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import views as account_views
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import views as provider_views
from allauth.usersessions import views as session_views
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.mail import local_mail_folder
from accounts.models import User
from accounts.services import live_sessions

_AGAIN = "Somebody signed up in the same instant. Please send this once more."
_PENDING_KEY = "socialaccount_sociallogin"


class SignUpView(account_views.SignupView):  # type: ignore[misc]
    def form_valid(self, form: BaseForm) -> HttpResponseBase:
        """Make the account and enqueue its mail in one transaction.

        Where somebody takes the name or the address in the same instant, the form is shown again;
        sent once more, it meets the ordinary answers.
        """
        try:
            with transaction.atomic():
                return cast(HttpResponseBase, super().form_valid(form))
        except IntegrityError:
            form.add_error(None, _AGAIN)
            return cast(HttpResponseBase, self.form_invalid(form))


class ProviderSignUpView(provider_views.SignupView):  # type: ignore[misc]
    def form_valid(self, form: BaseForm) -> HttpResponseBase:
        """As SignUpView; what the other site said of the reader is kept for the second try."""
        pending = self.request.session.get(_PENDING_KEY)
        try:
            with transaction.atomic():
                return cast(HttpResponseBase, super().form_valid(form))
        except IntegrityError:
            self.request.session[_PENDING_KEY] = pending
            form.add_error(None, _AGAIN)
            return cast(HttpResponseBase, self.form_invalid(form))
        except ImmediateHttpResponse as answer:
            return cast(HttpResponseBase, answer.response)


class EmailView(account_views.EmailView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make no address the main one that is another account's main one, which staff gave it or a command did."""
        try:
            with transaction.atomic():
                return cast(HttpResponse, super().post(request, *args, **kwargs))
        except IntegrityError:
            messages.error(request, "Another account has this address as its main one.")
            return redirect("account_email")


class VerificationSentView(account_views.EmailVerificationSentView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mail_folder": local_mail_folder(self.request)}


class PasswordResetDoneView(account_views.PasswordResetDoneView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mail_folder": local_mail_folder(self.request)}


class SessionsView(session_views.ListUserSessionsView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The present session first, then those last used; allauth would ask for each of them (see `live_sessions`)."""
        context: dict[str, Any] = super(session_views.ListUserSessionsView, self).get_context_data(**kwargs)
        sessions = live_sessions(cast(User, self.request.user), timezone.now())
        return context | {"sessions": sorted(sessions, key=lambda session: not session.is_current())}


@require_POST
@login_required
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one of the reader's own sessions; one that is gone already is no error."""
    session = UserSession.objects.filter(user_id=request.user.pk, pk=number).first()
    if session is not None and session.is_current():
        return redirect("account_logout")
    if session is not None:
        session.end()
    messages.success(request, "That session is ended.")
    return redirect("usersessions_list")
