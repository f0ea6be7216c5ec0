"""How a paper is found by the name that an address gives it, and where visitors go who must sign in first."""

from __future__ import annotations

import re
import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from config.htmx import wants_fragment
from papers.identifiers import parse_arxiv_id
from papers.models import Paper
from papers.querysets.papers import PaperQuerySet

# In which what one address asks for is counted.
WINDOW_SECONDS = 60
_NUMBER = re.compile(r"bs-([1-9]\d{0,17})")


def find_paper(papers: PaperQuerySet, public_id: str) -> Paper | None:
    """The paper of an arXiv id, with or without version, or of bs-<number>; None when there is none.

    An address of one that was merged away finds the one that it was merged into. A page redirects when the
    paper's own `public_id` is another.
    """
    if match := _NUMBER.fullmatch(public_id):
        found = papers.filter(pk=int(match[1])).first()
    elif parsed := parse_arxiv_id(public_id):
        public_id = parsed[0]
        found = papers.filter(arxiv_id=public_id).first()
    else:
        return None
    return found or papers.filter(redirects__public_id=public_id).first()


def sign_in_first(request: HttpRequest, back: str) -> HttpResponse:
    """Lead to the sign-in page, and from there to `back`, an address of our own.

    As a page even for htmx, or it would land where the answer to a button belongs.
    """
    address = f"{reverse('account_login')}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(address) if wants_fragment(request) else HttpResponseRedirect(address)


def signed_in(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - login_required has seen to it
    return user


def seconds_to_wait() -> int:
    """Until those who asked too often may ask again."""
    return WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS


def with_retry_after(response: HttpResponse) -> HttpResponse:
    """Tell programs, which read no sentence, when to come again."""
    response["Retry-After"] = str(seconds_to_wait())
    return response


def searches_too_often(request: HttpRequest) -> bool:
    """Whether the address has had its searches of this minute."""
    return _too_often(request, "searches", settings.SEARCHES_PER_MINUTE)


def maps_too_often(request: HttpRequest) -> bool:
    """Whether the address has had its maps of results of this minute."""
    return _too_often(request, "maps", settings.RESULT_MAPS_PER_MINUTE)


def _too_often(request: HttpRequest, what: str, most: int) -> bool:
    # allauth's limits, which others go by, let GET pass.
    key = f"{what}:{get_adapter().get_client_ip(request)}:{int(time.time() // WINDOW_SECONDS)}"
    counts = caches["counts"]
    counts.add(key, 0, 2 * WINDOW_SECONDS)
    try:
        return bool(counts.incr(key) > most)
    except ValueError:
        # Thrown out of a full cache between the two: then this is the first one again.
        return False
