"""The map of what a search found: the same papers as on the search page, laid out by meaning."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from config.htmx import VARY, wants_fragment
from papers.filters import RELEVANCE, SearchFilter
from papers.models import FieldMap, Paper
from papers.querysets.papers import PaperQuerySet
from papers.search.query import Results, holding_all
from papers.search.timeout import SearchTooSlow, time_limit
from papers.services.maps import MOST
from papers.services.result_maps import is_requested, request_result_map, result_key
from papers.views.access import maps_too_often, searches_too_often, with_retry_after
from papers.views.finding import look_up, nearest
from papers.views.listing import address_with, came_from_a_plain_form
from papers.views.maps import PRINTED, LaidOut, Place, answer_map, laid_out


@require_safe
def result_map(request: HttpRequest) -> HttpResponse:
    filters = SearchFilter(request.GET, Paper.objects.listed(), viewer=request.user)
    if came_from_a_plain_form(request, filters):
        return _vary(HttpResponseRedirect(address_with(request, filters.query)))
    shared = _shared(request, filters)
    if not shared.text and not shared.narrows:
        # There is nothing to map yet, and the search page says so.
        return redirect(f"{reverse('search')}?{request.GET.urlencode()}".rstrip("?"))
    place = _place(shared)
    if wants_fragment(request) and not FieldMap.objects.filter(scope=place.scope, key=place.key).exists():
        # The page that waits: it costs no search to say that there is nothing new.
        return _vary(HttpResponse(status=HTTPStatus.NO_CONTENT))
    if searches_too_often(request):
        return with_retry_after(
            _refused(request, place, filters, "Those were many searches at once. Wait a moment and go on.", 429)
        )
    try:
        with time_limit():
            results, papers = _found(shared)
    except SearchTooSlow as slow:
        return _refused(request, place, filters, str(slow), HTTPStatus.SERVICE_UNAVAILABLE)
    if results.direct:
        return redirect(results.direct)
    laid = laid_out(place, papers)
    is_busy = laid.is_expected and not wants_fragment(request) and not _requested(request, place.key, papers)
    matching = {paper.pk for paper in papers}
    if shared is not filters:
        matching = set(filters.narrowed.filter(pk__in=matching).values_list("pk", flat=True))
    return answer_map(request, place, laid, filters, matching, notices=results.messages, is_busy=is_busy)


def _shared(request: HttpRequest, filters: SearchFilter) -> SearchFilter:
    """The search without what is one reader's alone: a map belongs to all who search the same, so that dims it."""
    if "unseen" not in filters.cleaned:
        return filters
    return SearchFilter(request.GET, Paper.objects.listed(), viewer=AnonymousUser())


def _place(filters: SearchFilter) -> Place:
    title = Truncator(filters.text).chars(80) if filters.text else "A search"
    if filters.text and not set(title) & set('"“”'):
        title = f"“{title}”"
    clear_url = f"{reverse('search-map')}?{filters.text_query}" if filters.text else reverse("search")
    return Place(FieldMap.Scope.RESULT, result_key(filters.query), title, reverse("search"), clear_url=clear_url)


def _found(filters: SearchFilter) -> tuple[Results, list[Paper]]:
    """What the search page shows first, in its order."""
    results = look_up(filters)
    ids = [hit.paper for hit in results.hits]
    if filters.order != RELEVANCE and not results.direct:
        # Where none holds all the words, what comes near is sorted.
        every = holding_all(results.query, filters.narrowed, results.reading, filtered=filters.narrows)
        ids = _ids(filters, every) or _ids(filters, nearest(filters, results))
    best = {paper.pk: paper for paper in Paper.objects.listed().filter(pk__in=ids[:MOST]).only(*PRINTED)}
    return results, [best[pk] for pk in ids if pk in best]


def _ids(filters: SearchFilter, papers: PaperQuerySet) -> list[int]:
    return list(filters.in_order(papers).values_list("pk", flat=True)[:MOST])


def _requested(request: HttpRequest, key: str, papers: list[Paper]) -> bool:
    """Whether the map will be drawn: unless its reader asked for many of late, or many wait."""
    if is_requested(key):
        return True
    return not maps_too_often(request) and request_result_map(key, [paper.pk for paper in papers])


def _refused(request: HttpRequest, place: Place, filters: SearchFilter, trouble: str, status: int) -> HttpResponse:
    nothing = LaidOut([], None, [], is_expected=False)
    return answer_map(request, place, nothing, filters, (), trouble=trouble, status=status)


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, (*VARY, "HX-Target"))
    return response
