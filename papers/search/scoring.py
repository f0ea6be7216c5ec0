"""Search by words: BM25 over the documents, by PostgreSQL alone.

`ts_rank` of one lexeme, all weights being 1, is r = (1 + 1/4 + … + 1/n²) / 1.645 for n occurrences. The rest of that
series is about 1/n, so n is r / (1.645 × (1 - r)) to within a tenth, and BM25's n / (n + K) becomes
1 / (1 + 1.645 × K × (1/r - 1)): one call in C for each lexeme and paper, no table of postings to keep.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from django.db import connection

from papers.search.narrowing import Narrowing
from papers.search.words import Reading, quoted

# The usual values; docs/search.md has what others gave.
K1, B = 1.2, 0.75
# What two words count for that stand side by side as in the query, beside what they count for alone.
SIDE_BY_SIDE = 0.4
# Looked for in the best papers only; it can but lift them, so the others keep their place behind.
SIDE_BY_SIDE_IN = 200
# What a word counts for as somebody's name, beside its stem: who looks for Hughes means Hughes and not Hugh.
AS_A_NAME = 1.25
# How many papers are ranked at most, and about how many are looked at to find these: of 147,000 papers, the best ten
# for three words were the same as among all that hold any of the words, and 9.9 of ten for sentences.
WINDOW = 1_000
CANDIDATES = 12_000
_SERIES = math.pi**2 / 6


def candidates(reading: Reading) -> tuple[str, bool]:
    """A tsquery that finds the papers worth scoring, and whether these are all that hold any of the words.

    The rarest words first, while the sum of their papers stays below CANDIDATES; of a word more common than that, the
    papers in which it matters.
    """
    left = CANDIDATES
    chosen: list[str] = []
    is_complete = True
    for form in sorted((form for word in reading.words for form in word.forms), key=lambda form: form.papers):
        if form.papers <= left:
            left -= form.papers
            chosen.append(quoted(form.lexeme))
            continue
        is_complete = False
        if form.weighty <= left or not chosen:
            left -= form.weighty
            chosen.append(quoted(f"^{form.lexeme}" if form.weighty else form.lexeme))
    return " | ".join(chosen), is_complete


def score_words(
    reading: Reading,
    narrowing: Narrowing | None,
    among: str,
    *,
    ids: Sequence[int] | None = None,
    limit: int = WINDOW,
    is_sparse: bool = False,
) -> list[tuple[int, float]]:
    """(paper, score) of the best papers, best first, that `among` finds; or of the given papers. One query.

    `is_sparse` says that next to none of what `among` finds passes the narrowing.
    """
    sql, parameters = scoring_sql(reading, narrowing, among, ids=ids, limit=limit, is_sparse=is_sparse)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [(int(paper), float(score)) for paper, score in cursor.fetchall()]


def scoring_sql(
    reading: Reading,
    narrowing: Narrowing | None,
    among: str,
    *,
    ids: Sequence[int] | None = None,
    limit: int = WINDOW,
    is_sparse: bool = False,
) -> tuple[str, list[Any]]:
    expression, parameters = _bm25(reading)
    where = ["true"]
    conditions: list[Any] = []
    if ids is not None:
        where.append("paper_id = ANY(%s)")
        conditions.append(list(ids))
    for query, operator in ((among, ""), (reading.required, ""), (reading.excluded, "NOT ")):
        if query:
            where.append(f"{operator}document @@ %s::tsquery")
            conditions.append(query)
    passing = ""
    if narrowing and narrowing.is_wide and not is_sparse:
        # The best are checked, one after the other, until there are enough of them.
        passing, checked = narrowing.checking("ranked.paper_id")
    elif narrowing:
        within, checked = (narrowing.first if is_sparse else narrowing.within)("paper_id")
        where.append(within)
        conditions += checked
    if reading.initials:
        conditions.append(reading.initials)
    # OFFSET 0 keeps `k` from being computed anew for every word, and initials from the index.
    best = f"""
        SELECT paper_id, {expression} AS score
        FROM (
            SELECT paper_id, document, %s + %s * length AS k FROM papers_papersearch
            WHERE {" AND ".join(where)} OFFSET 0
        ) AS found {"WHERE document @@ %s::tsquery" if reading.initials else ""}
        ORDER BY score DESC, paper_id DESC
    """  # noqa: S608 - ours; what people typed is in the parameters
    if passing:
        best = f"""
            SELECT paper_id, score FROM ({best} OFFSET 0) AS ranked WHERE {passing}
            ORDER BY score DESC, paper_id DESC
        """  # noqa: S608 - likewise
        conditions += checked
    best = f"{best} LIMIT %s"
    per_word = _SERIES * K1 * B / reading.average_length
    parameters += [_SERIES * K1 * (1 - B), per_word, *conditions, limit]
    pairs, pair_parameters = _pairs(reading)
    if not pairs:
        return best, parameters
    return (
        f"""
        WITH best AS MATERIALIZED ({best})
        SELECT paper_id, score + CASE
            WHEN place <= {SIDE_BY_SIDE_IN} THEN ({pairs}) / (1 + (%s + %s * length)) ELSE 0
        END AS total
        FROM (SELECT *, row_number() OVER (ORDER BY score DESC, paper_id DESC) AS place FROM best) AS placed
        JOIN papers_papersearch USING (paper_id)
        ORDER BY total DESC, paper_id DESC
        """,  # noqa: S608 - ours; what people typed is in the parameters
        [*parameters, *pair_parameters, K1 * (1 - B), K1 * B / reading.average_length],
    )


def _bm25(reading: Reading) -> tuple[str, list[Any]]:
    parts: list[str] = []
    parameters: list[Any] = []
    for word in reading.words:
        forms = []
        for number, form in enumerate(word.forms):
            weight = reading.weight(word) * (AS_A_NAME if number else 1)
            forms.append(
                "%s::float8 / (1 + k * (1 / greatest(ts_rank('{1,1,1,1}', document, %s::tsquery), 1e-9)::float8 - 1))"
            )
            parameters += [word.count * weight * (K1 + 1), quoted(form.lexeme)]
        parts.append(f"greatest({', '.join(forms)})" if len(forms) > 1 else forms[0])
    return " + ".join(parts) or "0::float8", parameters


def _pairs(reading: Reading) -> tuple[str, list[Any]]:
    """What papers get in which words stand side by side as in the query; stop words between may be left out."""
    placed = sorted((at, word) for word in reading.words for at in word.positions)
    seen: set[tuple[str, str]] = set()
    parts: list[str] = []
    parameters: list[Any] = []
    for (at, first), (then, second) in pairwise(placed):
        one, two = first.forms[0], second.forms[0]
        if then - at > 3 or one == two or (one.lexeme, two.lexeme) in seen:
            continue
        seen.add((one.lexeme, two.lexeme))
        near = [f"{quoted(one.lexeme)} <{distance}> {quoted(two.lexeme)}" for distance in sorted({1, then - at})]
        parts.append("CASE WHEN document @@ %s::tsquery THEN %s::float8 ELSE 0 END")
        weight = min(reading.weight(first), reading.weight(second))
        parameters += [" | ".join(near), SIDE_BY_SIDE * weight * (K1 + 1)]
    return " + ".join(parts), parameters


def matching_sql(reading: Reading, wanted: Iterable[str]) -> tuple[str, list[Any]]:
    """The ids of all papers that fulfil every one of some tsqueries, and none that is excluded."""
    where = ["true"]
    parameters: list[Any] = []
    for query in (*wanted, reading.required):
        if query:
            where.append("document @@ %s::tsquery")
            parameters.append(query)
    if reading.excluded:
        where.append("NOT document @@ %s::tsquery")
        parameters.append(reading.excluded)
    found = f"papers_papersearch WHERE {' AND '.join(where)}"
    if reading.initials:
        # OFFSET 0 keeps them from the index.
        found = f"(SELECT paper_id, document FROM {found} OFFSET 0) AS found WHERE document @@ %s::tsquery"  # noqa: S608
        parameters.append(reading.initials)
    return f"SELECT paper_id FROM {found}", parameters  # noqa: S608 - ours
