"""Addresses of sign-up, sign-in and what keeps an account: allauth's, with its trailing slashes."""

from __future__ import annotations

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("signup/", views.SignUpView.as_view(), name="account_signup"),
    path("confirm-email/", views.VerificationSentView.as_view(), name="account_email_verification_sent"),
    path("password/reset/done/", views.PasswordResetDoneView.as_view(), name="account_reset_password_done"),
    path("", include("allauth.account.urls")),
]
