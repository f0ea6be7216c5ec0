"""Upvote and withdraw: two addresses, so that a double click does no harm."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User
from config.htmx import wants_fragment
from papers.models import Paper
from papers.pending import remember_upvote
from papers.services.votes import cast_upvote, withdraw_upvote
from papers.views.access import find_paper, sign_in_first


@require_POST
def upvote(request: HttpRequest, public_id: str) -> HttpResponse:
    paper = _paper(request, public_id)
    if not isinstance(request.user, User):
        remember_upvote(request.session, paper.pk)
        messages.info(request, f"Sign in, and your upvote for “{paper.title}” is cast.")
        return sign_in_first(request, _way_back(request, paper))
    return _act(request, paper, request.user, cast_upvote, upvoted=True)


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    paper = _paper(request, public_id)
    if not isinstance(request.user, User):
        return sign_in_first(request, _way_back(request, paper))
    return _act(request, paper, request.user, withdraw_upvote, upvoted=False)


def _paper(request: HttpRequest, public_id: str) -> Paper:
    paper = find_paper(Paper.objects.visible_to(request.user), public_id)
    if paper is None:
        raise Http404
    return paper


def _act(
    request: HttpRequest, paper: Paper, user: User, service: Callable[[Paper, User], int], *, upvoted: bool
) -> HttpResponse:
    try:
        paper.upvote_count = service(paper, user)
    except Paper.DoesNotExist:
        raise Http404 from None  # it was merged into another this moment
    except IntegrityError:
        return sign_in_first(request, _way_back(request, paper))  # the account was deleted this moment
    if not wants_fragment(request):
        return HttpResponseRedirect(_way_back(request, paper))
    context = {
        "paper": paper,
        "address": paper.get_absolute_url(),
        "upvoted": upvoted,
        "wide": "wide" in request.GET,
        "back": _next(request),
    }
    return render(request, "papers/_upvote.html", context)


def _way_back(request: HttpRequest, paper: Paper) -> str:
    """The page on which the button was, at the paper's own row."""
    back = _next(request)
    return f"{back}#paper-{paper.pk}" if back else resolve_url(paper)


def _next(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""
