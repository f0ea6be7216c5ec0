"""What somebody may be about to type: titles, authors and categories that go on from the letters so far."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q

from papers.models import Author, Paper
from papers.names import author_slug
from papers.search.timeout import SearchTooSlow, time_limit
from papers.search.words import quoted
from papers.taxonomy import CATEGORIES, canonical_code

SHOWN = 5
FEWEST_LETTERS = 2
MOST_CHARACTERS = 100
# Of those that match, so many are looked at for the best: letters that half of all titles hold stay quick.
_LOOKED_AT = 1_000
# Late suggestions are worth nothing.
_LIMIT_MS = 200


@dataclass(frozen=True, slots=True)
class Completions:
    papers: tuple[Paper, ...] = ()  # title and arxiv_id alone
    authors: tuple[Author, ...] = ()  # with `paper_count`
    categories: tuple[tuple[str, str], ...] = ()  # code, name


_TITLES = """
WITH typed AS (
    SELECT array_agg(lexeme ORDER BY positions[1] DESC) AS lexemes
    FROM unnest(to_tsvector('simple', broadsheet_words(%s)))
)
SELECT lexemes, ARRAY(SELECT (ts_lexize('english_stem', lexeme))[1] FROM unnest(lexemes) AS lexeme) FROM typed
"""
_BEST = """
SELECT paper.id FROM (
    SELECT paper_id FROM papers_papersearch WHERE document @@ %s::tsquery LIMIT %s
) AS found
JOIN papers_paper AS paper ON paper.id = found.paper_id AND paper.state = 'listed'
ORDER BY paper.upvote_count DESC, paper.source_score DESC, paper.id DESC LIMIT %s
"""


def complete(text: str) -> Completions:
    """Up to five of each. Accents and capitals are ignored; nothing for less than two letters. Five queries."""
    text = " ".join(text.replace("\0", " ").encode("utf-8", "replace").decode().split())[:MOST_CHARACTERS]
    if sum(char.isalnum() for char in text) < FEWEST_LETTERS:
        return Completions()
    categories = _categories(text)
    try:
        with time_limit(_LIMIT_MS):
            return Completions(_papers(text), _authors(text), categories)
    except SearchTooSlow:
        return Completions(categories=categories)


def _papers(text: str) -> tuple[Paper, ...]:
    """Papers whose title holds all the words, the last of them perhaps begun only."""
    with connection.cursor() as cursor:
        cursor.execute(_TITLES, [text])
        lexemes, stems = cursor.fetchone()
        if not lexemes:
            return ()
        # A stem is often shorter than what was typed of its word.
        last = {lexemes[0], stems[0] or lexemes[0]}
        parts = [f"({' | '.join(quoted(lexeme, '*A') for lexeme in sorted(last))})"]
        # Stop words stand in no document.
        parts += [quoted(stem, "A") for stem in stems[1:] if stem]
        cursor.execute(_BEST, [" & ".join(parts), _LOOKED_AT, SHOWN])
        ids = [pk for (pk,) in cursor.fetchall()]
    found = Paper.objects.listed().only("title", "arxiv_id").in_bulk(ids)
    return tuple(found[pk] for pk in ids if pk in found)


def _authors(text: str) -> tuple[Author, ...]:
    """Authors one of whose names begins so, those of most papers first."""
    start = author_slug(text)
    if start.startswith("name-"):
        return ()
    named = Author.objects.filter(Q(slug__startswith=start) | Q(slug__contains=f"-{start}"))[:_LOOKED_AT]
    found = (
        Author.objects.filter(pk__in=named.values("pk"))
        .annotate(paper_count=Count("authorships", filter=Q(authorships__paper__state="listed")))
        .filter(paper_count__gt=0)
        .order_by("-paper_count", "slug")[:SHOWN]
    )
    return tuple(found)


def _categories(text: str) -> tuple[tuple[str, str], ...]:
    """Categories whose code, or a word of whose name, begins so."""
    start = text.lower()
    found = [
        (fact.code, fact.name)
        for fact in CATEGORIES.values()
        if canonical_code(fact.code) == fact.code
        and (fact.code.lower().startswith(start) or f" {fact.name.lower()}".find(f" {start}") >= 0)
    ]
    return tuple(sorted(found, key=lambda pair: (not pair[0].lower().startswith(start), pair[0]))[:SHOWN])
