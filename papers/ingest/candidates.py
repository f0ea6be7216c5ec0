"""The papers that a batch's records could be about by their titles, in two queries whatever the batch's size."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from papers.ingest.identity import Work
from papers.models import Identifier, Paper, PossibleDuplicate
from papers.titles import title_heads, title_words

# Of titles that begin alike, so many are looked at; the last character sorts after all that a key holds.
_MOST_CONTINUED, _LAST = 10, "\U0010ffff"
_TELLING = 4  # words of a title whose continuations are looked for


@dataclass(frozen=True, slots=True)
class Titled:
    """A title that some source gave a paper."""

    key: str
    title: str  # empty where staff say something else of the paper
    paper_id: int
    recorded_on: date | None


def find_titled(works: Sequence[Work]) -> list[Titled]:
    """Papers of the same titles, and of titles that share what stands before a colon."""
    keys = {work.title_key for work in works} - {""}
    heads = {head for work in works if work.authors for head in title_heads(work.title)}
    begun = {work.title_key for work in works if work.authors and title_words(work.title) >= _TELLING} | heads
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT title_key, facts->>'title', paper_id, facts->>'recorded_on'
            FROM papers_sourcerecord WHERE title_key = ANY(%s)
            UNION
            SELECT title_key, facts->>'title', paper_id, facts->>'recorded_on'
            FROM unnest(%s::text[]) AS begun (begun), LATERAL (
                SELECT * FROM papers_sourcerecord WHERE title_key > begun AND title_key < begun || %s
                ORDER BY title_key LIMIT %s
            ) AS continued
            """,
            [sorted(keys | heads), sorted(begun - {""}), _LAST, _MOST_CONTINUED],
        )
        rows = cursor.fetchall()
    found = [
        Titled(key, title or "", paper_id, date.fromisoformat(day) if day else None)
        for key, title, paper_id, day in rows
    ]
    wanted = keys | heads
    return [row for row in found if row.key in wanted or begun.intersection(title_heads(row.title))]


def names_of(papers: Collection[Paper]) -> dict[int, list[tuple[str, str]]]:
    """The identifiers of papers, by paper."""
    names: dict[int, list[tuple[str, str]]] = {}
    rows = Identifier.objects.filter(paper__in=[paper.pk for paper in papers])
    for paper_id, scheme, value in rows.values_list("paper_id", "scheme", "value"):
        names.setdefault(paper_id, []).append((scheme, value))
    return names


def pairs_apart(paper_ids: Collection[int]) -> set[frozenset[int]]:
    """Pairs of papers that staff said to be different."""
    pairs = PossibleDuplicate.objects.different().within(paper_ids)
    return {frozenset(pair) for pair in pairs.values_list("first_id", "second_id")}
