"""What is known of a session on the way in and out: when it was last used, and whether it began lately."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

SEEN_KEY = "last_seen"
# The list is right to this many seconds; a page in between costs no query.
SEEN_EVERY_SECONDS = 600
# By the names of their addresses: what ends an account, or changes how it is entered; and what shows all of it.
_GUARDED = frozenset(
    (
        *("account-delete", "account_set_password", "account_email", "socialaccount_connections"),
        *("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"),
    )
)
_SHOWS_ALL = "account-export"


class LastSeenMiddleware:
    """Note the use of a session that began by signing in, at most once in SEEN_EVERY_SECONDS.

    allauth's own middleware would write on every request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Only where the page has asked for the session anyway: looking costs a query, and a Vary header.
        seen = request.session.get(SEEN_KEY) if request.session.accessed else None
        now = int(time.time())
        if isinstance(seen, int) and now - seen >= SEEN_EVERY_SECONDS and request.user.is_authenticated:
            request.session[SEEN_KEY] = now
            UserSession.objects.create_from_request(request)
        return response


class UnkeptPagesMiddleware:
    """Let no browser keep an account's pages: Back, after signing out, would show addresses and recovery codes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/accounts/"):
            add_never_cache_headers(response)
        return response


class FreshSignInMiddleware:
    """Ask for a new sign-in before an account's own secrets, where there is no password nor second step to ask for.

    allauth asks such readers, who came from another site, for nothing: a session that somebody else got hold of could
    set a password, and keep the account.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        is_guarded = name == _SHOWS_ALL or (name in _GUARDED and request.method == "POST")
        if not is_guarded or not request.user.is_authenticated:
            return None
        if get_reauthentication_flows(request.user) or _signed_in_lately(request):
            return None
        logout(request)
        messages.info(request, "For this, sign in again.")
        return redirect_to_login(request.path)


def _signed_in_lately(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
