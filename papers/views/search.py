"""The search page: results as they are typed, narrowed, sorted, counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.http import push_url, replace_url

from accounts.models import User
from config.htmx import VARY, render_page, wants_fragment
from papers.filters import RELEVANCE, SearchFilter
from papers.models import Paper
from papers.paging import Page
from papers.search.embedder import embedder_trouble
from papers.search.facets import Facets, count_facets
from papers.search.passages import mark_papers
from papers.search.query import Results, holding_all
from papers.search.timeout import SearchTooSlow, time_limit
from papers.views.access import searches_too_often
from papers.views.finding import cut_page, look_up, nearest
from papers.views.listing import COUNTED_UP_TO, Listing, address_with, came_from_a_plain_form, for_htmx

# More than these cost too much to count by year, category and source.
_COUNTED_BY_FACETS = 2_000
_VARY = (*VARY, "HX-Target", "HX-Current-URL")


@dataclass(slots=True)
class Found:
    """What a search gave, as its page shows it."""

    results: Results
    page: Page
    # How many hold all the words; COUNTED_UP_TO + 1 means more. None on later pages.
    holding_all: int | None = None
    is_nearest: bool = False  # none holds them all
    facets: Facets | None = None
    # What a filter says, the query without it, and how many that finds.
    loosened: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def has_near_ones(self) -> bool:
        """Whether others follow those that hold all the words."""
        return not self.is_nearest and len(self.results.hits) > (self.holding_all or 0)


@require_safe
def search_papers(request: HttpRequest) -> HttpResponse:
    filters = SearchFilter(request.GET, Paper.objects.listed(), viewer=request.user)
    if came_from_a_plain_form(request):
        canonical = HttpResponseRedirect(address_with(request, filters.query))
        patch_vary_headers(canonical, _VARY)
        return canonical
    if filters.text and searches_too_often(request):
        return _answer(request, filters, None, "Those were many searches at once. Wait a moment and go on.", 429)
    try:
        with time_limit():
            found = _find(request, filters)
    except SearchTooSlow as slow:
        return _answer(request, filters, None, str(slow), HTTPStatus.SERVICE_UNAVAILABLE)
    if found and found.results.direct and not wants_fragment(request):
        return redirect(found.results.direct)
    return _answer(request, filters, found, "", 200 if filters.form.is_valid() else 400)


def _find(request: HttpRequest, filters: SearchFilter) -> Found | None:
    if not filters.text and not filters.narrows:
        return None
    cursor = request.GET.get("after", "")
    results = look_up(filters)
    rows = Paper.objects.listed().for_listing(request.user)
    if results.direct:
        return Found(results, Page(list(rows.filter(pk=results.direct.pk)), ""))
    best = [hit.paper for hit in results.hits]
    every = holding_all(results.query, filters.narrowed, results.reading)
    ids = list(every.order_by().values_list("pk", flat=True)[: _COUNTED_BY_FACETS + 1])
    is_nearest = not ids
    if is_nearest:
        every = nearest(filters, results)
    page = cut_page(filters, results, every, rows, cursor)
    if results.reading:
        mark_papers(results.reading, page)
    if cursor:
        return Found(results, page)
    return Found(
        results,
        page,
        holding_all=len(ids) if len(ids) <= _COUNTED_BY_FACETS else every.count_up_to(COUNTED_UP_TO),
        is_nearest=is_nearest,
        # Of those that a click on one leaves, unless they are too many: then of the best.
        facets=count_facets(ids if 0 < len(ids) <= _COUNTED_BY_FACETS else best) if page.papers else None,
        loosened=[] if page.papers else _loosened(request, filters, results),
    )


def _loosened(request: HttpRequest, filters: SearchFilter, results: Results) -> list[tuple[str, str, int]]:
    """Each filter in force without which something is found."""
    offers = []
    for chip in filters.chips:
        others = SearchFilter(QueryDict(chip.query), Paper.objects.listed(), viewer=request.user).narrowed
        if count := holding_all(results.query, others, results.reading).count_up_to(COUNTED_UP_TO):
            offers.append((chip.text, chip.query, count))
    return offers


def _answer(
    request: HttpRequest, filters: SearchFilter, found: Found | None, trouble: str, status: int
) -> HttpResponse:
    cursor = request.GET.get("after", "")
    context = {
        "listing": Listing(title="Search", kind="search", sort=RELEVANCE),
        "filters": filters,
        "found": found,
        "trouble": trouble,
        "query": filters.query,
        "cursor": cursor,
        "is_fragment": wants_fragment(request),
        "back": request.get_full_path() if cursor and wants_fragment(request) else "",
        "explains": request.user.is_staff and "explain" in request.GET,
        "is_saved": _is_saved(request, filters.query),
        "by_words_only": _words_alone(request, found),
    }
    fragment = "rows" if cursor and _target(request) == "rows" else "results"
    response = render_page(request, "papers/search.html", context, fragment=fragment, status=for_htmx(request, status))
    patch_vary_headers(response, _VARY)
    if wants_fragment(request) and not cursor:
        address = address_with(request, filters.query)
        # Each letter typed is no step to go back to; each filter is.
        return replace_url(response, address) if _typed(request, filters) else push_url(response, address)
    return response


def _is_saved(request: HttpRequest, query: str) -> bool:
    user = request.user
    return isinstance(user, User) and bool(query) and user.saved_searches.filter(query=query).exists()


def _words_alone(request: HttpRequest, found: Found | None) -> str:
    """For staff alone: why meaning had no part in what was found."""
    if not request.user.is_staff or found is None or found.results.by_meaning or not found.results.query.ranks:
        return ""
    return embedder_trouble() or "Papers are not embedded yet, or none of these."


def _target(request: HttpRequest) -> str:
    return request.htmx.target or ""  # type: ignore[attr-defined]


def _typed(request: HttpRequest, filters: SearchFilter) -> bool:
    """Whether the words differ from those of the page that asks."""
    asking = urlsplit(request.htmx.current_url or "")  # type: ignore[attr-defined]
    return parse_qs(asking.query).get("q", [""])[0] != filters.text
