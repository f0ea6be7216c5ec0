"""Addresses of sign-up, sign-in and what keeps an account: allauth's, with its trailing slashes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import include, path

from accounts import views
from accounts.views import providers

# allauth asks for these by name, so each of its providers has its own.
callback_urls = [
    path("github/login/callback/", providers.come_back, {"provider_id": "github"}, name="github_callback"),
    path("google/login/callback/", providers.come_back, {"provider_id": "google"}, name="google_callback"),
    path("orcid/login/callback/", providers.come_back, {"provider_id": "orcid"}, name="orcid_callback"),
    path("oidc/<slug:provider_id>/login/callback/", providers.come_back, name="openid_connect_callback"),
]

urlpatterns = [
    path("signup/", views.SignUpView.as_view(), name="account_signup"),
    path("email/", login_required(views.EmailView.as_view()), name="account_email"),
    path("confirm-email/", views.VerificationSentView.as_view(), name="account_email_verification_sent"),
    path("password/reset/done/", views.PasswordResetDoneView.as_view(), name="account_reset_password_done"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", views.SessionsView.as_view(), name="usersessions_list"),
    path("sessions/<int:number>/end/", views.end_session, name="session-end"),
    path("3rdparty/signup/", views.ProviderSignUpView.as_view(), name="socialaccount_signup"),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    path("with/<slug:provider>/", providers.leave, name="provider-leave"),
    *callback_urls,
]
