"""The search page: results as they are typed, narrowed, sorted, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.http import push_url, replace_url

from accounts.models import User
from config.htmx import VARY, asking_page, render_page, wants_fragment
from papers.filters import RELEVANCE, SearchFilter
from papers.identifiers import OWN
from papers.models import Paper, SavedSearch
from papers.paging import Page
from papers.search.conditions import understood
from papers.search.counting import Count, count_many
from papers.search.embedder import embedder_trouble
from papers.search.examples import Examples, start
from papers.search.facets import Facets, count_facets
from papers.search.meaning import serving_meaning
from papers.search.offers import better_spelling, looser_queries, without_conditions
from papers.search.parser import plain_query
from papers.search.passages import mark_papers
from papers.search.query import Results, holding_all
from papers.search.timeout import SearchTooSlow, if_time, time_limit
from papers.services.searches import LONGEST
from papers.views.access import searches_too_often, with_retry_after
from papers.views.finding import cut_page, look_up, nearest
from papers.views.listing import COUNTED_UP_TO, Listing, address_with, came_from_a_plain_form, for_htmx

# More than these cost too much to count by year, category and source.
_COUNTED_BY_FACETS = 2_000
# Papers shown where none fulfils what was asked.
_NEAR = 5
# Saved searches shown before anything is typed.
_SAVED = 5
_VARY = (*VARY, "HX-Target", "HX-Current-URL")


@dataclass(slots=True)
class Found:
    """What a search gave, as its page shows it."""

    results: Results
    page: Page
    holding_all: Count | None = None  # the words; None on later pages
    is_nearest: bool = False  # none holds them all
    facets: Facets | None = None
    did_you_mean: str = ""
    # Where nothing is found: what was understood of the query, what to ask for instead (in words, its query string,
    # how many that finds), and what comes near without filters and conditions.
    understood: Sequence[str] = ()
    loosened: list[tuple[str, str, int]] = field(default_factory=list)
    near: Sequence[Paper] = ()

    @property
    def may_be_submitted(self) -> bool:
        """Whether the query is an identifier that others gave, unknown here."""
        identifier = self.results.query.identifier
        return identifier is not None and identifier[0] != OWN

    @property
    def is_too_common(self) -> bool:
        """Whether the words are such as stand in every paper, and so in no document."""
        reading = self.results.reading
        return bool(reading and not (reading.words or reading.required or reading.has_unknown))

    @property
    def has_near_ones(self) -> bool:
        """Whether others follow those that hold all the words."""
        return not self.is_nearest and len(self.results.hits) > (self.holding_all.papers if self.holding_all else 0)


@require_safe
def search_papers(request: HttpRequest) -> HttpResponse:
    filters = SearchFilter(request.GET, Paper.objects.listed(), viewer=request.user)
    if came_from_a_plain_form(request, filters):
        canonical = HttpResponseRedirect(address_with(request, filters.query))
        patch_vary_headers(canonical, _VARY)
        return canonical
    if "q" in filters.form.errors:
        return _answer(request, filters, None, " ".join(filters.misread), 400)
    if (filters.text or filters.narrows) and searches_too_often(request):
        return with_retry_after(
            _answer(request, filters, None, "Those were many searches at once. Wait a moment and go on.", 429)
        )
    shown = filters
    try:
        with time_limit():
            found = _find(request, filters)
            if found and (whole := _whole_word(request, filters, found)):
                others = SearchFilter(QueryDict(whole), Paper.objects.listed(), viewer=request.user)
                if others_found := if_time(lambda: _find(request, others), None):
                    shown, found = others, others_found
    except SearchTooSlow as slow:
        return _answer(request, filters, None, str(slow), HTTPStatus.SERVICE_UNAVAILABLE)
    if found and found.results.direct and not wants_fragment(request):
        return redirect(found.results.direct)
    return _answer(request, shown, found, "", 200 if filters.form.is_valid() else 400, typed=filters)


def _whole_word(request: HttpRequest, filters: SearchFilter, found: Found) -> str:
    """The query string to show instead while a word is being typed that only its beginning keeps from being found."""
    is_begun = bool(filters.text) and found.did_you_mean.lower().startswith(filters.text.lower())
    if is_begun and found.is_nearest and wants_fragment(request) and _typed(request, filters):
        return filters.query_with("q", found.did_you_mean)
    return ""


def _find(request: HttpRequest, filters: SearchFilter) -> Found | None:
    if not filters.text and not filters.narrows:
        return None
    cursor = request.GET.get("after", "")
    results = look_up(filters)
    rows = Paper.objects.listed().for_listing(request.user)
    if results.direct:
        return Found(results, Page(list(rows.filter(pk=results.direct.pk)), ""))
    every = holding_all(results.query, filters.narrowed, results.reading, filtered=filters.narrows)
    # Where the hits go on, nothing of this is told again.
    goes_on = cursor and filters.order == RELEVANCE
    ids = [] if goes_on else list(every.order_by().values_list("pk", flat=True)[: _COUNTED_BY_FACETS + 1])
    is_nearest = not ids
    if is_nearest:
        every = nearest(filters, results)
    page = cut_page(filters, results, every, rows, cursor)
    if results.reading:
        mark_papers(results.reading, page)
    found = Found(results, page, is_nearest=is_nearest)
    if not cursor:
        found.holding_all = Count(len(ids)) if len(ids) <= _COUNTED_BY_FACETS else count_many(every)
        _add_what_is_welcome(request, filters, found, ids)
    return found


def _add_what_is_welcome(request: HttpRequest, filters: SearchFilter, found: Found, ids: Sequence[int]) -> None:
    """What is told and offered beside the papers; `ids` are those that hold all the words, or the first of them."""
    results = found.results
    found.did_you_mean = if_time(lambda: better_spelling(results, filters.narrowed, len(ids)), "")
    if not found.page.papers:
        found.understood = [*understood(results.query), *(chip.text for chip in filters.chips)]
        if_time(lambda: _loosen(request, filters, results, found.loosened), None)
        found.near = if_time(lambda: _near(request, filters, results), ())
    # Each of their links repeats the query.
    elif len(filters.query) <= LONGEST:
        # Of those that a click on one leaves, unless they are too many: then of the best.
        are_few = 0 < len(ids) <= _COUNTED_BY_FACETS
        counted = ids if are_few else [hit.paper for hit in results.hits]
        found.facets = if_time(lambda: count_facets(counted), None)


def _loosen(request: HttpRequest, filters: SearchFilter, results: Results, offers: list[tuple[str, str, int]]) -> None:
    """Offer each filter in force, and each condition of the query, without which something is found."""
    for chip in filters.chips:
        others = SearchFilter(QueryDict(chip.query), Paper.objects.listed(), viewer=request.user)
        every = holding_all(results.query, others.narrowed, results.reading, filtered=others.narrows)
        if count := every.count_up_to(COUNTED_UP_TO):
            offers.append((f"Without “{chip.text}”", chip.query, count))
    for looser, count in looser_queries(results, filters.narrowed, COUNTED_UP_TO):
        offers.append((looser.words, filters.query_with("q", looser.text), count))
    query = results.query
    if not offers and query.conditions and filters.narrows and (count := _count_words(query.prose)):
        words = QueryDict(mutable=True)
        words["q"] = query.prose
        offers.append(("The words alone, without filters and conditions", words.urlencode(), count))


def _count_words(prose: str) -> int:
    query = plain_query(prose)
    return holding_all(query, Paper.objects.listed()).count_up_to(COUNTED_UP_TO) if query.words else 0


def _near(request: HttpRequest, filters: SearchFilter, results: Results) -> Sequence[Paper]:
    if not (results.query.conditions or filters.narrows):
        return ()
    near = without_conditions(results.query, Paper.objects.listed(), serving_meaning())
    if near is None:
        return ()
    papers = near.page(Paper.objects.listed().for_listing(request.user), size=_NEAR).papers
    if near.reading:
        mark_papers(near.reading, papers)
    return papers


def _answer(
    request: HttpRequest,
    filters: SearchFilter,
    found: Found | None,
    trouble: str,
    status: int,
    *,
    typed: SearchFilter | None = None,
) -> HttpResponse:
    """The page of what was found by `filters`; `typed` is what stands in the field, where that is another search."""
    typed = typed or filters
    cursor = request.GET.get("after", "")
    is_start = not (filters.typed or filters.narrows)
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
        "orders": filters.orders(ranks=found.results.query.ranks) if found else (),
        "may_save": len(filters.query) <= LONGEST,
        "is_saved": _is_saved(request, filters.query),
        "by_words_only": _words_alone(request, found),
        "goes_on": filters.text if typed is not filters else "",
        "start": start() if is_start else None,
        "examples": Examples(is_alive=False),
        "saved": _saved(request) if is_start else (),
    }
    fragment = "rows" if cursor and _target(request) == "rows" else "results"
    response = render_page(request, "papers/search.html", context, fragment=fragment, status=for_htmx(request, status))
    patch_vary_headers(response, _VARY)
    if wants_fragment(request) and not cursor:
        address = address_with(request, typed.query)
        # Each letter typed is no step to go back to; each filter is.
        return replace_url(response, address) if _typed(request, typed) else push_url(response, address)
    return response


def _is_saved(request: HttpRequest, query: str) -> bool:
    user = request.user
    return isinstance(user, User) and bool(query) and user.saved_searches.filter(query=query).exists()


def _saved(request: HttpRequest) -> Sequence[SavedSearch]:
    user = request.user
    return list(user.saved_searches.order_by("-created_at", "-pk")[:_SAVED]) if isinstance(user, User) else ()


def _words_alone(request: HttpRequest, found: Found | None) -> str:
    """For staff alone: why meaning had no part in what was found."""
    if not request.user.is_staff or found is None or found.results.by_meaning or not found.results.query.ranks:
        return ""
    return embedder_trouble() or "Papers are not embedded yet, or none of these."


def _target(request: HttpRequest) -> str:
    return request.htmx.target or ""  # type: ignore[attr-defined]


def _typed(request: HttpRequest, filters: SearchFilter) -> bool:
    """Whether the words differ from those of the page that asks."""
    return parse_qs(asking_page(request).query).get("q", [""])[0] != filters.text
