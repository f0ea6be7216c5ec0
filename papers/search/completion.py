"""What somebody may be about to type: titles, authors and categories that go on from the letters so far.

Behind a field (`cat:cs.l`, `au:noe`, `has:`) it is the field that goes on, and the rest of the query stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q

from papers.models import Author, Paper
from papers.names import author_slug
from papers.search.parser import FIELDS, HAS
from papers.search.parser import MOST_CHARACTERS as LONGEST
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
    # Of a query that ends in a field: the whole query, its end, and what that says.
    queries: tuple[tuple[str, str, str], ...] = ()


_NAMES = "|".join(FIELDS)
# A field at the end whose value may go on; a quotation mark that is closed ends it.
_OPEN = re.compile(rf'(?P<before>(?:.*\s)?-?(?P<field>{_NAMES}):)(?P<value>"[^"]*|[^"\s]*)', re.IGNORECASE | re.DOTALL)
# What is no word of a title: conditions, whole phrases, words left out.
_ASIDE = re.compile(rf'(?<!\S)-?(?:{_NAMES}):(?:"[^"]*"?|\S*)|-?"[^"]*"|(?<!\S)-\S+', re.IGNORECASE)

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
    text = text[:LONGEST].replace("\0", " ").encode("utf-8", "replace").decode()
    try:
        with time_limit(_LIMIT_MS):
            if (match := _OPEN.fullmatch(text)) and (queries := _queries(match)):
                return Completions(queries=queries)
    except SearchTooSlow:
        return Completions()
    text = " ".join(_ASIDE.sub(" ", text).split())[:MOST_CHARACTERS]
    if sum(char.isalnum() for char in text) < FEWEST_LETTERS:
        return Completions()
    categories = _categories(text)
    try:
        with time_limit(_LIMIT_MS):
            return Completions(_papers(text), _authors(text), categories)
    except SearchTooSlow:
        return Completions(categories=categories)


def _queries(match: re.Match[str]) -> tuple[tuple[str, str, str], ...]:
    before, value = match["before"], match["value"].lstrip('"').strip()[:MOST_CHARACTERS]
    ends: list[tuple[str, str]] = []
    match FIELDS[match["field"].lower()]:
        case "cat" if value:
            ends = list(_categories(value))
        case "has":
            ends = [(name, "") for name in dict.fromkeys(HAS.values()) if name.startswith(value.lower())]
        case "au" if sum(char.isalnum() for char in value) >= FEWEST_LETTERS:
            ends = [
                (f'"{author.name}"', _count(author.paper_count))  # type: ignore[attr-defined]
                for author in _authors(value)
            ]
    field = before.split()[-1]
    return tuple((f"{before}{end} ", f"{field}{end}", says) for end, says in ends)


def _count(papers: int) -> str:
    return "1 paper" if papers == 1 else f"{papers:,} papers"


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
