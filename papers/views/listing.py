"""What every listing page does: filter, order, cut a page, say what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import push_url

from config.htmx import VARY, render_page, wants_fragment
from papers.filters import PaperFilter
from papers.paging import keyset_page
from papers.querysets.papers import PaperQuerySet

# Past this many, a listing says "over 10,000": counting further would cost more than it tells.
COUNTED_UP_TO = 10_000
# Which part of the page is sent depends on where htmx will put it.
_VARY = (*VARY, "HX-Target")


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(slots=True, kw_only=True)
class Listing:
    """How a listing presents itself."""

    title: str  # the page's heading and <title>
    kind: str  # edition, window, category, author or search: which masthead it has
    sort: str  # its own order, a key of filters.SORTS
    summary: str = ""  # "45 papers, 212 comments"
    notice: str = ""  # why this is not quite what was asked for
    note: str = ""  # staff's words on an edition
    subtitle: str = ""
    earlier: Link | None = None
    later: Link | None = None
    has_lead: bool = False  # whether the first paper is set larger
    counted_categories: Sequence[tuple[str, int]] | None = None
    total: int | None = None  # papers without any filter, where it is known
    without_filters: Sequence[str] = field(default_factory=tuple)
    map_url: str = ""  # where the same papers are laid out by meaning
    search: dict[str, str] = field(default_factory=dict)  # what the search page is asked to find the same papers
    category: str = ""  # the one that all its papers are in, by primary category or cross-list


def wants_more_rows(request: HttpRequest) -> bool:
    """Whether htmx asks for the rows after a cursor: nothing that surrounds them is needed."""
    return wants_fragment(request) and _fragment(request) == "rows" and bool(request.GET.get("after"))


def render_listing(request: HttpRequest, listing: Listing, papers: PaperQuerySet) -> HttpResponse:
    """Render a listing's page, its results alone, or only the next rows, as htmx asks."""
    filters = PaperFilter(
        request.GET,
        papers,
        viewer=request.user,
        sort=listing.sort,
        counted_categories=listing.counted_categories,
        without=listing.without_filters,
        fixed_category=listing.category,
    )
    cursor = request.GET.get("after", "")
    if came_from_a_plain_form(request, filters):
        redirect = HttpResponseRedirect(address_with(request, filters.query))
        patch_vary_headers(redirect, _VARY)
        return redirect
    found = filters.ordered
    page = keyset_page(found.for_listing(request.user), cursor)
    context = {
        "listing": listing,
        "filters": filters,
        "page": page,
        "cursor": cursor,
        "found": None if cursor else _count(listing, filters, found, len(page), bool(page.next)),
        "query": filters.query,
        "search_query": urlencode(listing.search | filters.narrowing) if listing.search else "",
        "has_lead": listing.has_lead and not cursor and not filters.narrows,
        "is_fragment": wants_fragment(request),
        # Rows that join a page which is open already stand on a later one for those who come back to it.
        "back": request.get_full_path() if cursor and wants_fragment(request) else "",
        "loosened": _loosened(filters) if not page.papers else [],
    }
    status = 200 if filters.form.is_valid() else 400
    response = render_page(
        request, "papers/listing.html", context, fragment=_fragment(request), status=for_htmx(request, status)
    )
    patch_vary_headers(response, _VARY)
    if wants_fragment(request) and not cursor:
        return push_url(response, address_with(request, filters.query))
    return response


def _fragment(request: HttpRequest) -> str:
    target = request.htmx.target or ""  # type: ignore[attr-defined]
    return target if target in ("rows", "results") else "results"


def for_htmx(request: HttpRequest, status: int) -> int:
    # htmx swaps a 422 (see htmx-config in base.html) and leaves a 400 or a 503 unshown.
    return 422 if status in (400, 503) and wants_fragment(request) else status


def came_from_a_plain_form(request: HttpRequest, filters: PaperFilter) -> bool:
    """A form without JavaScript sends its empty fields too; the address without them is the one to keep.

    Not where an answer can't be read: that address would lose it, and the page has to say so.
    """
    is_plain = any(value == "" for name, value in request.GET.items() if name != "explain")
    return is_plain and not wants_fragment(request) and filters.form.is_valid()


def address_with(request: HttpRequest, query: str) -> str:
    return f"{request.path}?{query}" if query else request.path


def _count(listing: Listing, filters: PaperFilter, found: PaperQuerySet, shown: int, more: bool) -> int:
    """How many papers were found, COUNTED_UP_TO + 1 meaning more; counted in the database only where needed."""
    if not more:
        return shown
    if not filters.narrows and listing.total is not None and filters.order != "trending":
        return listing.total
    return found.count_up_to(COUNTED_UP_TO)


def _loosened(filters: PaperFilter) -> list[tuple[str, str, int]]:
    """For an empty result: each filter in force, the query without it, and how many papers that finds."""
    offers = []
    for chip in filters.chips:
        loosened = filters.loosened_by(chip)
        if count := loosened.count_up_to(COUNTED_UP_TO):
            offers.append((chip.text, chip.query, count))
    return offers
