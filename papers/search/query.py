"""Search: from a query understood to papers in order. The one place for this read.

    results = search(parse_query(text), Paper.objects.listed())
    page = results.page(Paper.objects.listed().for_listing(viewer), cursor)

`results.direct` is the paper that the query names by an identifier: go there. `results.hits` are at most WINDOW papers,
best first. For another order than relevance, `holding_all(...)` is a queryset to sort and page as any other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import BadRequest
from django.db.models.expressions import RawSQL

from papers.identifiers import OWN
from papers.models import Paper
from papers.paging import PAGE_SIZE, Page
from papers.querysets.papers import PaperQuerySet
from papers.search.facts import narrowed
from papers.search.fusion import Hit, fuse
from papers.search.narrowing import Narrowing, narrowing_to
from papers.search.parser import SIGNS, Query, plain_query
from papers.search.scoring import CANDIDATES, WINDOW, candidates, matching_sql, score_words
from papers.search.spelling import respelled
from papers.search.timeout import if_time, time_limit
from papers.search.words import Reading, read_words
from papers.titles import title_key

# Fewer papers than this, and the reader is asked whether they meant other words.
FEW = 5
# How many of each side are looked at for both.
_BY_MEANING = 200
# A title that is the query is among the first by words, too.
_FIRST = 20
_SEPARATOR = "~"


class Meaning(Protocol):
    """The other side of search: how near papers are to a text, from -1 to 1."""

    def nearest(self, text: str, papers: PaperQuerySet, count: int, *, one_by_one: bool = False) -> Sequence[int]:
        """The nearest of the papers, or next to; `one_by_one` says that these are few."""

    def of(self, text: str, ids: Sequence[int]) -> Mapping[int, float]:
        """The cosine of these papers, as far as they have a place."""


@dataclass(frozen=True, slots=True)
class Results:
    query: Query
    hits: tuple[Hit, ...] = ()
    # The paper that the query names; then there are no hits.
    direct: Paper | None = None
    # What was not understood or not done, in sentences; the query's own messages first.
    messages: tuple[str, ...] = ()
    # The query in other words, where its own find little; "" for none.
    did_you_mean: str = ""
    # Whether the hits are all that hold any of the words; if not, say "more than".
    is_complete: bool = True
    by_meaning: bool = False
    # The query as the documents know it, where it ranks anything.
    reading: Reading | None = None

    @property
    def total(self) -> int:
        return len(self.hits)

    def page(self, papers: PaperQuerySet, cursor: str = "", size: int = PAGE_SIZE) -> Page:
        """The hits after a cursor, as papers of the queryset, each with its `hit`. One query.

        Raises BadRequest for a cursor that was never given out.
        """
        hits = [hit for hit in self.hits if hit.key < _parse(cursor)] if cursor else list(self.hits)
        rows = {paper.pk: paper for paper in papers.filter(pk__in=[hit.paper for hit in hits[:size]])}
        found = []
        for hit in hits[:size]:
            if paper := rows.get(hit.paper):
                paper.hit = hit  # type: ignore[attr-defined]
                found.append(paper)
        last = hits[size - 1] if len(hits) > size else None
        return Page(found, f"{last.score!r}{_SEPARATOR}{last.paper}" if last else "")


def _parse(cursor: str) -> tuple[float, int]:
    score, _, paper = cursor.partition(_SEPARATOR)
    try:
        key = float(score), int(paper)
    except ValueError:
        raise BadRequest("This page address is broken. Begin again at the first page.") from None
    if not math.isfinite(key[0]):
        raise BadRequest("This page address is broken. Begin again at the first page.")
    return key


def search(query: Query, papers: PaperQuerySet, *, meaning: Meaning | None = None, filtered: bool = True) -> Results:
    """Find listed papers among `papers`, best first; by words and, where `meaning` is given, by meaning as well.

    `filtered=False` says that `papers` are all listed ones, which is quicker to know than to check. At most ten
    queries; raises SearchTooSlow.
    """
    with time_limit():
        query = as_title(query, papers)
        papers = narrowed(papers.listed(), query.facts)
        if direct := _named(query, papers):
            return Results(query, direct=direct, messages=query.messages)
        if query.identifier:
            return Results(query, messages=(*query.messages, "No paper here has this identifier."))
        if not query.ranks:
            return _newest(query, papers, filtered=filtered)
        reading = read_words(query)
        narrowing = None
        if filtered or query.facts:
            narrowing = narrowing_to(papers, reading.papers, best=WINDOW, most=CANDIDATES)
        return _ranked(query, papers, reading, narrowing, meaning)


def as_title(query: Query, papers: PaperQuerySet) -> Query:
    """The query; or its words alone, where it is the title of a listed paper and its signs stand in that title as well.

    There a minus is a dash and a colon a colon. One query, unless it is words alone anyway.
    """
    key = title_key(query.text)
    if not key or query.identifier or (query.is_plain and key == title_key(query.prose)):
        return query
    titled = papers.listed().filter(source_records__title_key=key).values_list("title", flat=True)
    if any(_has_signs(title.translate(SIGNS), query) for title in titled[:_FIRST]):
        return plain_query(query.text)
    return query


def _has_signs(title: str, query: Query) -> bool:
    """Whether all that the query's conditions are made of stands in the title, capitals aside but for OR."""
    text = query.text.translate(SIGNS)
    typed = [text[condition.start : condition.end] for condition in query.conditions]
    return all(one.casefold() in title.casefold() and ((" OR " in title) or " OR " not in one) for one in typed)


def holding_all(
    query: Query, papers: PaperQuerySet, reading: Reading | None = None, *, filtered: bool = True
) -> PaperQuerySet:
    """The listed papers that fulfil the query's conditions and hold all of its words, in no order; or the one it names.

    `reading` is the query's, where a search has it already. A query that says nothing leaves `papers` as they are, or
    none of them if they are not `filtered` either.
    """
    papers = narrowed(papers.listed(), query.facts)
    if query.identifier:
        named = _named(query, papers)
        return papers.filter(pk=named.pk) if named else papers.none()
    if query.is_empty and not filtered:
        return papers.none()
    if not (query.ranks or query.excluded):
        return papers
    reading = reading or read_words(query)
    # Stop words alone stand in no document, and what stands nowhere is held by none.
    says_nothing = query.ranks and not (reading.all_words or reading.required)
    if says_nothing or reading.has_unknown:
        return papers.none()
    return _holding(papers, reading, [reading.all_words])


def _named(query: Query, papers: PaperQuerySet) -> Paper | None:
    if query.identifier is None:
        return None
    scheme, value = query.identifier
    if scheme == OWN:
        return papers.filter(pk=int(value)).first() or papers.redirected_from(f"bs-{value}").first()
    known = papers.with_identifier(value, [scheme]).first()
    return known or papers.redirected_from(value).first()


def _newest(query: Query, papers: PaperQuerySet, *, filtered: bool) -> Results:
    """What fulfils the conditions, where there is nothing by which it could be ranked."""
    if query.is_empty and not filtered:
        return Results(query, messages=query.messages)
    if query.excluded:
        papers = _holding(papers, read_words(query), [])
    ids = list(papers.newest_first().values_list("pk", flat=True)[:WINDOW])
    hits = tuple(Hit(paper, float(-place)) for place, paper in enumerate(ids))
    return Results(query, hits, messages=query.messages, is_complete=len(ids) < WINDOW)


def _holding(papers: PaperQuerySet, reading: Reading, wanted: Sequence[str]) -> PaperQuerySet:
    # What people typed is in the parameters.
    return papers.filter(pk__in=RawSQL(*matching_sql(reading, wanted)))  # noqa: S611


def _ranked(
    query: Query, papers: PaperQuerySet, reading: Reading, narrowing: Narrowing | None, meaning: Meaning | None
) -> Results:
    among, is_complete = candidates(reading)
    scores = dict(score_words(reading, narrowing, among)) if among else {}
    if narrowing and len(scores) < PAGE_SIZE and not is_complete:
        # So few pass the filter that even the papers with common words alone are welcome.
        scores, is_complete = dict(score_words(reading, narrowing, reading.any_word, is_sparse=True)), True
    cosines = _cosines(query, papers, meaning, reading=reading, narrowing=narrowing, scores=scores) if meaning else {}
    titles = _titled(query, papers, scores)
    is_doubtful = len(scores) < FEW or _unknown(query, reading)
    messages = list(query.messages)
    messages += [f"“{text}” is too common a word to look for." for text in reading.unsaid]
    return Results(
        query,
        tuple(fuse(scores, cosines, titles)[:WINDOW]),
        messages=tuple(messages),
        did_you_mean=if_time(lambda: respelled(query), "") if is_doubtful else "",
        is_complete=is_complete and len(scores) < WINDOW,
        by_meaning=bool(cosines),
        reading=reading,
    )


def _cosines(
    query: Query,
    papers: PaperQuerySet,
    meaning: Meaning,
    *,
    reading: Reading,
    narrowing: Narrowing | None,
    scores: dict[int, float],
) -> dict[int, float]:
    """The cosines of both sides' papers; adds the BM25 of those that meaning alone found to `scores`."""
    one_by_one = bool(narrowing and narrowing.is_narrow)
    near = meaning.nearest(query.prose, papers, _BY_MEANING, one_by_one=one_by_one)
    if new := [paper for paper in near if paper not in scores]:
        # Conditions on words hold for what meaning finds, too.
        scores |= dict(score_words(reading, None, "", ids=new))
    return dict(meaning.of(query.prose, list(scores)))


def _titled(query: Query, papers: PaperQuerySet, scores: Mapping[int, float]) -> frozenset[int]:
    """The papers whose title is the query, as any source printed it."""
    if query.excluded:
        return frozenset()
    keys = {title_key(query.text)}
    if not query.facts and (query.is_plain or len(query.required) == 1):
        keys.add(title_key(query.prose))
    keys.discard("")
    first = sorted(scores, key=lambda paper: -scores[paper])[:_FIRST]
    titles = papers.filter(pk__in=first).values_list("pk", "title")
    printed = papers.filter(source_records__title_key__in=keys).values_list("pk", flat=True)[:_FIRST]
    return frozenset(pk for pk, title in titles if title_key(title) in keys) | frozenset(printed)


def _unknown(query: Query, reading: Reading) -> bool:
    """Whether a word of a short query stands in next to no paper: then it is as likely misspelled."""
    known = {position for word in reading.words for position in word.positions if word.papers >= FEW}
    return len(query.words) <= 8 and len(known) < len(query.words)
