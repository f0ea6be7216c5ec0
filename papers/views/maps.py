"""Maps of the field: an edition, a week or a category laid out by meaning, and the same by theme as a list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from config.htmx import render_page, wants_fragment
from papers.atlas import by_category, themes_of
from papers.filters import PaperFilter
from papers.models import Category, EmbeddingModel, FieldMap, Paper
from papers.periods import Kind, parse_period
from papers.services.maps import FEWEST, MOST, mapped_papers, request_map
from papers.taxonomy import canonical_code
from papers.views.listing import for_htmx
from papers.views.strangers import remembered_for_strangers

# The columns of a paper that a map prints.
PRINTED = ("title", "arxiv_id", "authors_text", "upvote_count", "source_score", "primary_category_id")


@dataclass(frozen=True, slots=True)
class Place:
    """What a map is of."""

    scope: FieldMap.Scope
    key: str
    title: str
    list_url: str
    sort: str = ""
    category: str = ""
    clear_url: str = ""  # without its filters, where that is not the map's own address


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The papers of a map, and as much of it as is drawn."""

    papers: list[Paper]
    drawn: FieldMap | None
    unplaced: list[Paper]
    is_expected: bool  # drawing would show more


@require_safe
@remembered_for_strangers
def day_map(request: HttpRequest, code: str) -> HttpResponse:
    return _render(request, _edition("day", code))


@require_safe
@remembered_for_strangers
def week_map(request: HttpRequest, code: str) -> HttpResponse:
    return _render(request, _edition("week", code))


@require_safe
@remembered_for_strangers
def category_map(request: HttpRequest, code: str) -> HttpResponse:
    if canonical_code(code) != code:
        return redirect("category-map", canonical_code(code), permanent=True)
    found = get_object_or_404(Category, code=code)
    title = f"{found.name} ({found.code})"
    url = reverse("category", args=[code])
    return _render(request, Place(FieldMap.Scope.CATEGORY, code, title, url, sort="new", category=code))


def _edition(kind: Kind, code: str) -> Place:
    try:
        period = parse_period(kind, code)
    except ValueError:
        raise Http404 from None
    url = reverse(f"edition-{kind}", args=[period.code])
    return Place(FieldMap.Scope(kind), period.code, period.title, url, sort="top")


def _render(request: HttpRequest, place: Place) -> HttpResponse:
    papers = list(mapped_papers(place.scope, place.key, timezone.localdate()).only(*PRINTED))
    filters = _filters(request, place, papers)
    matching = set(filters.ordered.values_list("pk", flat=True)) if filters.narrows else {paper.pk for paper in papers}
    laid = laid_out(place, papers)
    # The page that waits asks for its map once; what it then looks after is whether it is there.
    if laid.is_expected and not wants_fragment(request):
        request_map(place.scope, place.key)
    return answer_map(request, place, laid, filters, matching)


def laid_out(place: Place, papers: list[Paper]) -> LaidOut:
    is_enough = len(papers) >= FEWEST
    drawn = FieldMap.objects.filter(scope=place.scope, key=place.key).first() if is_enough else None
    unplaced = [paper for paper in papers if drawn is None or str(paper.pk) not in drawn.drawing["places"]]
    return LaidOut(papers, drawn, unplaced, is_enough and _is_expected(unplaced, is_first=drawn is None))


def answer_map(
    request: HttpRequest,
    place: Place,
    laid: LaidOut,
    filters: PaperFilter,
    matching: Collection[int],
    *,
    notices: Collection[str] = (),
    is_busy: bool = False,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a map, or the map alone; `is_busy` says that nobody will draw it at the moment, `trouble` that there
    is nothing to show at all.
    """
    drawn = laid.drawn
    shown = [paper for paper in laid.unplaced if paper.pk in matching]
    context = {
        "place": place,
        "count": len(laid.papers),
        "placed": len(laid.papers) - len(laid.unplaced),
        "is_cut": len(laid.papers) == MOST,
        "filters": filters,
        "query": filters.query,
        "clear_url": place.clear_url or request.path,
        "found": len(matching),
        "themes": themes_of(drawn.drawing, laid.papers, matching) if drawn else [],
        "drawn": drawn,
        "is_awaited": laid.is_expected and drawn is None and not is_busy,
        "is_busy": is_busy and drawn is None,
        "groups": by_category(shown) if drawn is None else [],
        "unplaced": shown if drawn else [],
        "notices": notices,
        "trouble": trouble,
    }
    if not filters.form.is_valid():
        status = 400 if status == 200 else status
    response = render_page(request, "papers/map.html", context, fragment="map", status=for_htmx(request, status))
    patch_vary_headers(response, ("HX-Target",))
    return response


def _filters(request: HttpRequest, place: Place, papers: list[Paper]) -> PaperFilter:
    """The listing's filters, over the papers of the map alone."""
    return PaperFilter(
        request.GET,
        Paper.objects.listed().filter(pk__in=[paper.pk for paper in papers]),
        viewer=request.user,
        sort=place.sort,
        without=("category",) if place.category else ("since", "until") if place.scope == "day" else (),
        fixed_category=place.category,
    )


def _is_expected(unplaced: list[Paper], *, is_first: bool) -> bool:
    """Whether drawing would show more: enough papers have a vector by now that have no place."""
    if not unplaced:
        return False
    model = EmbeddingModel.objects.serving()
    if model is None:
        return False
    embedded = model.embeddings.filter(paper__in=[paper.pk for paper in unplaced]).count()
    return embedded >= (FEWEST if is_first else 1)
