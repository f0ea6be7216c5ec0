"""A query as the documents know it: its words as lexemes, how common each is, and its conditions as tsqueries."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from papers.search.parser import AUTHOR, TITLE, Query, Term

# Of a long text, the rarest words.
MOST_LEXEMES = 40
# Lexemes that nobody has counted yet are counted up to here.
_COUNTED = 1_000
_WEIGHTS = {TITLE: "A", AUTHOR: "B", "abs": "C"}


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a word may stand in a document, in how many papers it does, and in how many it matters."""

    lexeme: str
    papers: int
    weighty: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query in all its forms: stemmed, as a name, joined at its hyphens."""

    forms: tuple[Form, ...]
    count: int = 1  # how often the query says it
    positions: tuple[int, ...] = ()  # none for a word of a condition
    is_joined: bool = False  # what hyphens join, beside its parts

    @property
    def papers(self) -> int:
        return sum(form.papers for form in self.forms)


@dataclass(frozen=True, slots=True)
class Reading:
    """A query as the documents know it. `required`, `excluded` and `initials` are tsqueries, "" for none.

    `required` is what the index looks up. It leaves out initials, since the index would read every word that begins
    with the letter; `initials` is the same with them, to be checked of what was found.
    """

    words: tuple[Word, ...]
    required: str
    excluded: str
    papers: int  # that there are
    average_length: float
    initials: str = ""
    # Those that only common words fill, and so are no condition.
    unsaid: tuple[str, ...] = ()
    # Whether some word of the query, conditions apart, stands in no paper at all; `words` leaves these out.
    has_unknown: bool = False

    def weight(self, word: Word) -> float:
        """BM25's idf. A name that is a common word's plural as well is not thereby a rare word."""
        papers = min(word.papers, self.papers)
        return math.log(1 + (self.papers - papers + 0.5) / (papers + 0.5))

    @property
    def all_words(self) -> str:
        """A tsquery for the papers that hold every known word of the query; `required` says what conditions ask for."""
        return " & ".join(_any_form(word) for word in self.words if word.positions and not word.is_joined)

    @property
    def any_word(self) -> str:
        """A tsquery for the papers that hold any word of the query."""
        return " | ".join(map(_any_form, self.words))


def _any_form(word: Word) -> str:
    return f"({' | '.join(quoted(form.lexeme) for form in word.forms)})"


def quoted(lexeme: str, label: str = "") -> str:
    """A lexeme in the text of a tsquery."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'" + (f":{label}" if label else "")


_READ = """
WITH said AS (
    SELECT place, text, broadsheet_words(text) AS words, broadsheet_words(broadsheet_joined(text)) AS joined
    FROM unnest(%s::text[]) WITH ORDINALITY AS given (text, place)
), token AS (
    SELECT place, 'stem' AS kind, lexeme, positions FROM said, unnest(to_tsvector('english', words))
    UNION ALL
    SELECT place, 'name', lexeme, positions FROM said, unnest(to_tsvector('simple', words))
    UNION ALL
    SELECT place, 'joined', lexeme, positions FROM said, unnest(to_tsvector('english', joined))
)
SELECT token.place, kind, token.lexeme, positions, counted.papers, weighty.papers
FROM token
LEFT JOIN papers_searchlexeme AS counted ON counted.lexeme = token.lexeme
LEFT JOIN papers_searchlexeme AS weighty ON weighty.lexeme = '^' || token.lexeme
ORDER BY token.place, positions[1], kind
"""
_CONDITIONS = """
SELECT
    phraseto_tsquery('english', broadsheet_words(text))::text,
    phraseto_tsquery('simple', broadsheet_words(text))::text
FROM unnest(%s::text[]) WITH ORDINALITY AS given (text, place) ORDER BY place
"""
_STATISTICS = """
SELECT papers, average_length FROM papers_searchstatistics
UNION ALL (
    SELECT count(*), coalesce(avg(length), 1) FROM (SELECT length FROM papers_papersearch LIMIT 10000) AS sample
    WHERE NOT EXISTS (SELECT FROM papers_searchstatistics)
)
LIMIT 1
"""
_COUNT = """
SELECT lexeme, (
    SELECT count(*) FROM (
        SELECT FROM papers_papersearch WHERE document @@ query::tsquery LIMIT %s
    ) AS sample
)
FROM unnest(%s::text[], %s::text[]) AS given (lexeme, query)
"""


def read_words(query: Query) -> Reading:
    """Turn a query into lexemes and how common they are: two to four small queries."""
    terms = [term for group in query.required for term in group]
    # One text, so that its positions tell which words stand side by side; conditions lie apart from it.
    texts = [" ".join(query.words), *(term.text for term in terms)]
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS)
        papers, average_length = cursor.fetchone()
        cursor.execute(_READ, [texts])
        rows = cursor.fetchall()
        counts = _counted(rows)
        words = _words(rows, counts, [None, *(term.field for term in terms)])
        conditions, unsaid = _conditions([*terms, *query.excluded])
    required, whole = (_fulfilled(query.required, conditions, part) for part in (0, 1))
    excluded = " | ".join(conditions[term][1] for term in query.excluded if conditions[term][1])
    initials = whole if whole != required else ""
    reading = Reading(
        (), required, excluded, max(papers, 1), max(average_length, 1.0), initials=initials, unsaid=tuple(unsaid)
    )
    known = [word for word in words if word.papers]
    # Of a very long query, the words that say most.
    known.sort(key=lambda word: -word.count * reading.weight(word))
    return replace(
        reading,
        words=tuple(known[:MOST_LEXEMES]),
        has_unknown=any(word.positions and not word.papers and not word.is_joined for word in words),
    )


def _fulfilled(groups: Sequence[Sequence[Term]], conditions: Mapping[Term, tuple[str, str]], part: int) -> str:
    """A tsquery for the papers that hold an alternative of each group."""
    said = ([conditions[term][part] for term in group if conditions[term][part]] for group in groups)
    return " & ".join(f"({' | '.join(alternatives)})" for alternatives in said if alternatives)


def _counted(rows: Sequence[tuple[object, ...]]) -> dict[str, tuple[int, int]]:
    """(papers, papers in which it matters) of each lexeme; those without statistics are counted, up to a limit."""
    counts = {str(row[2]): (row[4], row[5] or 0) for row in rows}
    unknown = [lexeme for lexeme, (papers, _) in counts.items() if papers is None]
    found: dict[str, tuple[int, int]] = {
        lexeme: (int(str(papers)), int(str(weighty))) for lexeme, (papers, weighty) in counts.items() if papers
    }
    if unknown:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [_COUNTED, unknown, [quoted(lexeme) for lexeme in unknown]])
            found |= {lexeme: (papers, papers) for lexeme, papers in cursor.fetchall()}
    return found


def _words(
    rows: Sequence[tuple[int, str, str, list[int], int | None, int | None]],
    counts: dict[str, tuple[int, int]],
    fields: Sequence[str | None],
) -> list[Word]:
    """The words by which papers are ranked; a word said twice is one word that counts twice."""
    words: dict[str, Word] = {}
    stems: dict[tuple[int, int], str] = {}
    named = {place for place, kind, lexeme, *_ in rows if kind == "name" and len(lexeme) > 1}
    for place, kind, lexeme, positions, _, _ in rows:
        is_author = fields[place - 1] == AUTHOR
        # Beside a name an initial is no word: whoever prints the name in full does not hold it.
        if (kind == "name") != is_author or (is_author and len(lexeme) == 1 and place in named):
            continue
        known = words.get(lexeme)
        if kind == "joined" and known:
            continue
        stems |= {(place, position): lexeme for position in positions if kind == "stem"}
        at = tuple(positions) if kind == "stem" and place == 1 else ()
        count = len(positions) + (known.count if known else 0)
        placed = known.positions if known else at
        words[lexeme] = Word((Form(lexeme, *counts[lexeme]),), count, placed, kind == "joined")
    # As a name a word stands unstemmed: Hughes, not hugh.
    for place, kind, lexeme, positions, _, _ in rows:
        stem = stems.get((place, positions[0]))
        if kind == "name" and stem and stem != lexeme and counts[lexeme][0] and lexeme not in words:
            word = words[stem]
            words[stem] = Word((*word.forms, Form(lexeme, *counts[lexeme])), word.count, word.positions)
    return list(words.values())


def _conditions(terms: Sequence[Term]) -> tuple[dict[Term, tuple[str, str]], list[str]]:
    """Each term as a tsquery for the index and as a whole one; "" where it holds nothing but stop words."""
    if not terms:
        return {}, []
    with connection.cursor() as cursor:
        cursor.execute(_CONDITIONS, [[term.text for term in terms]])
        rows = cursor.fetchall()
    made = {}
    for term, (stemmed, plain) in zip(terms, rows, strict=True):
        if term.field == AUTHOR:
            made[term] = _name(plain)
        elif term.field:
            made[term] = (_labelled(stemmed, _WEIGHTS[term.field]),) * 2
        else:
            made[term] = (f"({stemmed}) | ({_labelled(plain, 'B')})" if stemmed else _labelled(plain, "B"),) * 2
    return made, [term.text for term, (stemmed, _) in zip(terms, rows, strict=True) if not stemmed and not term.field]


def _labelled(query: str, label: str) -> str:
    return re.sub(r"'((?:[^']|'')*)'", rf"'\1':{label}", f"({query})") if query else ""


def _name(phrase: str) -> tuple[str, str]:
    """A name, printed in either order, with initials between or for the given name; for the index without these."""
    parts = [part.replace("''", "'") for part in re.findall(r"'((?:[^']|'')*)'", phrase)]
    names = [quoted(part, "B") for part in parts if len(part) > 1]
    # A letter begins too many words to look through them for nothing else.
    labelled = [quoted(part, "*B" if len(part) == 1 and names else "B") for part in parts]
    if len(labelled) == 2:
        first, last = labelled
        whole = f"({first} <-> {last}) | ({first} <2> {last}) | ({last} <-> {first})"
    else:
        whole = f"({' <-> '.join(labelled)})" if labelled else ""
    return (whole if len(names) in (0, len(parts)) else f"({' & '.join(names)})"), whole
