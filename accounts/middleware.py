"""When and from where each session was last used, for the reader who looks at the list of them."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

SEEN_KEY = "last_seen"
# The list is right to this many seconds; a page in between costs no query.
SEEN_EVERY_SECONDS = 600


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
