"""What is offered where little is found: another spelling, fewer conditions, what comes near without any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from django.db.models.expressions import RawSQL

from papers.querysets.papers import PaperQuerySet
from papers.search.conditions import Looser, loosened
from papers.search.facts import narrowed
from papers.search.parser import Query, parse_query, plain_query
from papers.search.query import Meaning, Results, holding_all, search
from papers.search.scoring import matching_sql
from papers.search.words import Reading, read_words

# Each is a search of its own; who typed more conditions is offered to drop all of them.
_CONDITIONS_TRIED = 6


def better_spelling(results: Results, papers: PaperQuerySet, found: int) -> str:
    """The results' other spelling if it finds more of `papers` than the `found` that hold all words; else "".

    Where neither finds any, it must at least be the word of some paper among them. Up to six queries.
    """
    if not results.did_you_mean:
        return ""
    other = parse_query(results.did_you_mean)
    reading = read_words(other)
    if holding_all(other, papers, reading).count_up_to(found) > found:
        return results.did_you_mean
    if found == 0 and (corrected := _corrected(results.reading, reading)).words:
        known = narrowed(papers, other.facts)
        # What people typed is in the parameters.
        if known.filter(pk__in=RawSQL(*matching_sql(corrected, [corrected.any_word]))).exists():  # noqa: S611
            return results.did_you_mean
    return ""


def _corrected(own: Reading | None, other: Reading) -> Reading:
    """The words of one reading that are not in the other."""
    known = {form.lexeme for word in (own.words if own else ()) for form in word.forms}
    return replace(
        other, words=tuple(word for word in other.words if known.isdisjoint(form.lexeme for form in word.forms))
    )


def looser_queries(results: Results, papers: PaperQuerySet, limit: int) -> Iterator[tuple[Looser, int]]:
    """The query with one condition less, for each without which some of `papers` are found, and how many."""
    query = results.query
    choices = list(loosened(query))
    for looser in islice(choices, _CONDITIONS_TRIED):
        for one in looser:
            if count := _count(one.text, results, papers, limit):
                yield one, count
                break
    if len(choices) > 1 and (query.words or query.required):
        words = Looser("The words alone, without any condition", query.prose)
        if count := _count(words.text, results, papers, limit):
            yield words, count


def _count(text: str, results: Results, papers: PaperQuerySet, limit: int) -> int:
    query = parse_query(text)
    if query.is_empty:
        return 0
    # A reading knows nothing of facts.
    is_read = _worded(query) == _worded(results.query)
    return holding_all(query, papers, results.reading if is_read else None).count_up_to(limit)


def _worded(query: Query) -> tuple[object, ...]:
    return query.words, query.required, query.excluded


def without_conditions(query: Query, papers: PaperQuerySet, meaning: Meaning | None) -> Results | None:
    """What comes near the query's words in any of `papers`; None where these are all that it asks for."""
    if not query.ranks:
        return None
    words = replace(plain_query(query.prose), excluded=query.excluded)
    return search(words, papers, meaning=meaning, filtered=False)
