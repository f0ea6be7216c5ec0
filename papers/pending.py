"""An upvote wished for before signing in: kept in the session, cast by the POST that signs in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from papers.models import Paper
from papers.services.votes import cast_upvote

_KEY = "pending_upvote"


def remember_upvote(session: SessionBase, paper_id: int) -> None:
    session[_KEY] = paper_id


class PendingUpvoteMiddleware:
    """Cast the wish once the reader is signed in.

    Only while answering a POST: signing in and confirming an address are POSTs, and no GET casts a vote.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and isinstance(request.user, User) and _KEY in request.session:
            _cast(request, request.user, request.session.pop(_KEY))
        return response


def _cast(request: HttpRequest, user: User, paper_id: int) -> None:
    # Here, because views import this module.
    from papers.views.access import find_paper

    # By number, since it may have been merged into another meanwhile.
    paper = find_paper(Paper.objects.visible_to(user), f"bs-{paper_id}")
    if paper is None:
        return
    # Merged, or the account deleted, this moment.
    with suppress(Paper.DoesNotExist, IntegrityError):
        cast_upvote(paper, user)
        messages.success(request, f"Your upvote for “{paper.title}” is cast.")
