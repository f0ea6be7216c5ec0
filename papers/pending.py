"""What somebody wished for before signing in, an upvote or a search to keep: done by the POST that signs in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from papers.models import Paper
from papers.services.searches import TooManySearches, save_search
from papers.services.votes import cast_upvote

_UPVOTE, _SEARCH = "pending_upvote", "pending_search"


def remember_upvote(session: SessionBase, paper_id: int) -> None:
    session[_UPVOTE] = paper_id


def remember_search(session: SessionBase, query: str, name: str) -> None:
    """Of several wishes the last one counts, so that a stranger's session stays small."""
    session[_SEARCH] = [query, name]


class PendingWishesMiddleware:
    """Fulfil the wishes once the reader is signed in.

    Only while answering a POST: signing in and confirming an address are POSTs, and no GET writes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and isinstance(request.user, User):
            if _UPVOTE in request.session:
                _cast(request, request.user, request.session.pop(_UPVOTE))
            if _SEARCH in request.session:
                _keep(request, request.user, *request.session.pop(_SEARCH))
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


def _keep(request: HttpRequest, user: User, query: str, name: str) -> None:
    try:
        kept = save_search(user, query, name)
    except TooManySearches as error:
        messages.error(request, str(error))
    except User.DoesNotExist:
        return  # the account was deleted this moment
    else:
        messages.success(request, f"Your search “{kept.name}” is kept under “Saved searches”.")
