"""What stands beside a search: completions as it is typed, and the searches that a reader keeps."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from config.htmx import render_page, wants_fragment
from papers.filters import SearchFilter
from papers.models import Paper
from papers.pending import remember_search
from papers.search.completion import Completions, complete
from papers.services import searches
from papers.services.searches import LONGEST, TooManySearches
from papers.views.access import searches_too_often, sign_in_first, signed_in


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Titles, authors and categories that go on from what is typed: the list below the field in the header."""
    text = request.GET.get("q", "")
    if not wants_fragment(request):
        return redirect(f"{reverse('search')}?{urlencode({'q': text})}")
    found = Completions() if searches_too_often(request) else complete(text)
    return render_page(request, "papers/_suggestions.html", {"found": found})


@require_POST
def keep_search(request: HttpRequest) -> HttpResponse:
    """Keep the search whose query string is posted, read and written as the search page does both."""
    filters = SearchFilter(QueryDict(request.POST.get("query", "")[:10_000]), Paper.objects.all(), viewer=request.user)
    back = f"{reverse('search')}?{filters.query}"
    if not (filters.text or filters.narrows):
        messages.error(request, "There is nothing to keep: type something first.")
        return _to(request, back)
    if len(filters.query) > LONGEST:
        messages.error(request, "That search is too long to keep.")
        return _to(request, back)
    if not request.user.is_authenticated:
        remember_search(request.session, filters.query, _name(filters))
        messages.info(request, "Sign in, and the search is kept.")
        return sign_in_first(request, back)
    try:
        searches.save_search(request.user, filters.query, _name(filters))
        messages.success(request, "The search is kept, and stands under “Saved searches”.")
    except TooManySearches as error:
        messages.error(request, str(error))
    return _to(request, back)


@require_POST
@login_required
def forget_search(request: HttpRequest, number: int) -> HttpResponse:
    gone = searches.forget_search(signed_in(request), number)
    messages.success(request, f"“{gone.name}” is removed." if gone else "That search was removed already.")
    return redirect("saved-searches")


@require_safe
@login_required
def saved_searches(request: HttpRequest) -> HttpResponse:
    kept = signed_in(request).saved_searches.order_by("-created_at", "-pk")
    return render_page(request, "papers/saved_searches.html", {"searches": kept})


def _name(filters: SearchFilter) -> str:
    """What was typed, and what narrows it."""
    return ", ".join(filter(None, [filters.text, *(chip.text for chip in filters.chips)]))


def _to(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if wants_fragment(request) else redirect(address)
