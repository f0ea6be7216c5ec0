"""The one page that is ordered by what its reader upvoted."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from config.htmx import render_page, wants_fragment
from papers.models import Paper
from papers.search.for_you import suggestions
from papers.services.dismissals import dismiss_paper, take_dismissal_back
from papers.views.access import find_paper, sign_in_first

# Of what was dismissed, so that a slip can be mended.
_DISMISSED_SHOWN = 10


@require_safe
def for_you(request: HttpRequest) -> HttpResponse:
    reader = request.user
    if not isinstance(reader, User):
        return sign_in_first(request, reverse("for-you"))
    context = {
        "suggestions": suggestions(reader, timezone.localdate()),
        "has_upvoted": reader.votes.exists(),
        "dismissed": Paper.objects.listed().dismissed_by(reader).only("title", "arxiv_id")[:_DISMISSED_SHOWN],
    }
    return render_page(request, "papers/for_you.html", context)


@require_POST
def dismiss(request: HttpRequest, public_id: str) -> HttpResponse:
    return _judge(request, public_id, dismiss_paper, "is not suggested again")


@require_POST
def suggest_again(request: HttpRequest, public_id: str) -> HttpResponse:
    return _judge(request, public_id, take_dismissal_back, "may be suggested again")


def _judge(request: HttpRequest, public_id: str, service: Callable[[Paper, User], None], what: str) -> HttpResponse:
    paper = find_paper(Paper.objects.visible_to(request.user), public_id)
    if paper is None:
        raise Http404
    back = reverse("for-you")
    if not isinstance(request.user, User):
        return sign_in_first(request, back)
    try:
        service(paper, request.user)
    except IntegrityError:
        raise Http404 from None  # it was merged into another, or the account deleted, this moment
    if wants_fragment(request):
        return render(request, "papers/_dismissed.html", {"paper": paper, "is_dismissed": service is dismiss_paper})
    messages.info(request, f"“{paper.title}” {what}.")
    return HttpResponseRedirect(back)
