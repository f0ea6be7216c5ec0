"""What a search reads, whoever answers it: its page, its feed or the API."""

from __future__ import annotations

from papers.filters import RELEVANCE, SearchFilter
from papers.models import Paper
from papers.paging import PAGE_SIZE, Page, keyset_page
from papers.querysets.arrays import one_of
from papers.querysets.papers import PaperQuerySet
from papers.search.meaning import serving_meaning
from papers.search.parser import parse_query
from papers.search.query import Results, as_title, holding_all, search
from papers.views.access import find_paper


def look_up(filters: SearchFilter) -> Results:
    """What was typed, among the papers that the filters leave; a name that addresses have leads to its paper."""
    query = parse_query(filters.text)
    if named := find_paper(Paper.objects.listed(), filters.text):
        return Results(query, direct=named)
    return search(query, filters.narrowed, meaning=serving_meaning(), filtered=filters.narrows)


def find_every(filters: SearchFilter) -> PaperQuerySet:
    """The papers that hold all words of a search, or the one it names, in no order; all papers where nothing is asked.

    Without what comes near.
    """
    if named := find_paper(Paper.objects.listed(), filters.text):
        return Paper.objects.listed().filter(pk=named.pk)
    asks_nothing = not filters.text and not filters.narrows
    query = as_title(parse_query(filters.text), filters.narrowed)
    return holding_all(query, filters.narrowed, filtered=filters.narrows or asks_nothing)


def nearest(filters: SearchFilter, results: Results) -> PaperQuerySet:
    """What stands in for the papers that hold all the words, where there are none."""
    return filters.narrowed.filter(pk__in=one_of(hit.paper for hit in results.hits))


def cut_page(
    filters: SearchFilter,
    results: Results,
    every: PaperQuerySet,
    rows: PaperQuerySet,
    cursor: str,
    *,
    size: int = PAGE_SIZE,
) -> Page:
    """One page in the order that was asked for: of the hits by relevance, of `every` in any other."""
    if filters.order == RELEVANCE:
        return results.page(rows, cursor, size=size)
    return keyset_page(filters.in_order(rows.filter(pk__in=every.order_by().values("pk"))), cursor, size)


def find_page(filters: SearchFilter, rows: PaperQuerySet, cursor: str, size: int) -> Page:
    """The papers alone, of those that `rows` reads, without what a page says around them."""
    if not filters.text and not filters.narrows:
        return Page([], "")
    results = look_up(filters)
    if results.direct:
        return Page(list(rows.filter(pk=results.direct.pk)), "")
    every = holding_all(results.query, filters.narrowed, results.reading, filtered=filters.narrows)
    if filters.order != RELEVANCE and not every.exists():
        every = nearest(filters, results)
    return cut_page(filters, results, every, rows, cursor, size=size)
