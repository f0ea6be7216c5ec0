"""Other spellings of words that next to no paper holds: "did you mean". By trigrams, and then by slips of a finger; a
word that was only begun goes on as the most frequent one does."""

from __future__ import annotations

import re

from django.db import connection

from papers.search.parser import Query

# Other words than this many are not worth the time, nor the trust.
_MOST_WORDS = 8
_CANDIDATES = 12
# Words that one paper holds are asked about, too; the other spelling must be this much more common.
_TIMES_AS_COMMON = 5

# A word may be rare in titles and common in abstracts: then its lexeme is counted, and it is no slip.
_NEAREST = """
SELECT text, asked.word, coalesce(own.papers, 0), near.word, near.papers
FROM unnest(%s::text[]) AS given (text)
CROSS JOIN LATERAL (SELECT lower(broadsheet_unaccent(text)) AS word) AS asked
LEFT JOIN papers_searchword AS own ON own.word = asked.word
CROSS JOIN LATERAL (
    SELECT word, papers FROM (
        SELECT word, papers FROM papers_searchword
        WHERE word %% asked.word AND abs(length(word) - length(asked.word)) <= 2
        UNION
        -- Where two letters changed places, few trigrams are left. Each part has an index of its own.
        SELECT word, papers FROM papers_searchword
        WHERE word = ANY(ARRAY(
            SELECT overlay(asked.word PLACING reverse(substr(asked.word, place, 2)) FROM place FOR 2)
            FROM generate_series(1, length(asked.word) - 1) AS place
        ))
        UNION
        (
            SELECT word, papers FROM papers_searchword
            WHERE word LIKE asked.word || '%%' ORDER BY papers DESC, word LIMIT 3
        )
    ) AS alike
    WHERE word <> asked.word
    -- Counts may be a day old: what only papers told that are hidden since then is not ours to tell.
    AND EXISTS (
        SELECT FROM papers_papersearch
        WHERE document @@ (quote_literal(word) || ':AB')::tsquery
        OR document @@ to_tsquery('english', quote_literal(word) || ':AB')
    )
    ORDER BY similarity(word, asked.word) DESC, papers DESC, word LIMIT %s
) AS near
WHERE coalesce(own.papers, 0) <= 1
AND NOT EXISTS (
    SELECT FROM papers_searchlexeme WHERE lexeme = ANY(tsvector_to_array(to_tsvector('english', asked.word)))
)
"""


def respelled(query: Query) -> str:
    """The query's text with its doubtful words replaced, or "" where nothing better is known. One query."""
    texts = [*query.words, *(term.text for group in query.required for term in group)]
    words = list(dict.fromkeys(word.lower() for text in texts for word in re.findall(r"[^\W\d_]{4,40}", text)))
    if not words or len(words) > _MOST_WORDS:
        return ""
    with connection.cursor() as cursor:
        # The threshold of `%`; half of the trigrams of a word with one slip differ.
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', '0.35', true)")
        cursor.execute(_NEAREST, [words, _CANDIDATES])
        rows = cursor.fetchall()
    better: dict[str, tuple[int, int, str]] = {}
    for word, plain, own, near, papers in rows:
        distance = 0 if near.startswith(plain) else slips(plain, near)
        if distance > (1 if len(word) < 6 else 2) or papers < max(own, 1) * (_TIMES_AS_COMMON if own else 1):
            continue
        better[word] = min(better.get(word, (9, 0, "")), (distance, -papers, near))
    found = {word: near for word, (_, _, near) in better.items()}
    text = re.sub(r"[^\W\d_]{4,40}", lambda match: _as_typed(match[0], found), query.text)
    return text if text != query.text else ""


def _as_typed(word: str, found: dict[str, str]) -> str:
    near = found.get(word.lower())
    if near is None:
        return word
    return near.capitalize() if word[0].isupper() else near


def slips(one: str, other: str) -> int:
    """How many letters were left out, added, changed or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, start=1):
        above, row = row, [i]
        for j, letter in enumerate(other, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != letter))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == letter:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
