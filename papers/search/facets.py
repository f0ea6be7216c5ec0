"""How the papers that were found are spread over years, categories and sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import Coalesce, ExtractYear, TruncDate

from papers.ingest.sources import SOURCES
from papers.models import Classification, Paper, SourceRecord
from papers.querysets.arrays import one_of

# More are found by the filters.
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Facet:
    """One answer to a filter, and how many of the papers it leaves."""

    name: str  # the filter's
    value: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Each is ordered by how many papers it leaves; the years by time."""

    years: Sequence[Facet]
    categories: Sequence[Facet]
    sources: Sequence[Facet]
    with_code: int


def count_facets(ids: Sequence[int]) -> Facets:
    """Count the papers of these ids. Three queries."""
    papers = Paper.objects.filter(pk__in=one_of(ids)).order_by()
    # As rows print it, and as the filter has it.
    printed = Coalesce(TruncDate("submitted_at"), "dated_on")
    rows = papers.annotate(year=ExtractYear(printed)).values_list("year", "code_url")
    years: Counter[int] = Counter()
    with_code = 0
    for year, code_url in rows:
        years[year] += 1
        with_code += bool(code_url)
    categories = (
        Classification.objects.filter(paper__in=one_of(ids))
        .values_list("category_id")
        .annotate(papers=Count("paper_id"))
        .order_by("-papers", "category_id")[:_SHOWN]
    )
    return Facets(
        years=[Facet("year", str(year), str(year), years[year]) for year in sorted(years, reverse=True)[:_SHOWN]],
        categories=[Facet("category", code, code, count) for code, count in categories],
        sources=_sources(ids),
        with_code=with_code,
    )


def _sources(ids: Sequence[int]) -> list[Facet]:
    """By title, as the filter has it: all of arXiv's services are arXiv to a reader."""
    said = SourceRecord.objects.filter(paper__in=one_of(ids), source__in=list(SOURCES)).values_list(
        "paper_id", "source"
    )
    papers = {(paper, SOURCES[source].title) for paper, source in said}
    names = {source.title: name for name, source in reversed(SOURCES.items())}
    counts = Counter(title for _, title in papers)
    return [Facet("source", names[title], title, count) for title, count in counts.most_common(_SHOWN)]
