"""Which words of the shown papers are those that were looked for: PostgreSQL knows, since it stemmed them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection

from papers.marking import best_passage, plain
from papers.models import Paper
from papers.search.words import Reading, quoted

# Of the private use area, where no text has a sign.
_START, _END = "\ue000", "\ue001"
_MARKED = re.compile(f"{_START}([^{_START}{_END}]+){_END}")
# As much of an abstract as anybody reads in a list.
_LENGTH = 5_000

_HEADLINES = """
SELECT id, ts_headline(
    'english', broadsheet_unaccent(left(title || ' ' || abstract, %s)), %s::tsquery,
    'HighlightAll=true, StartSel=' || %s || ', StopSel=' || %s
) FROM papers_paper WHERE id = ANY(%s)
"""


def mark_papers(reading: Reading, papers: Iterable[Paper]) -> None:
    """Set `row_marked` and `row_passage` of papers that have their title and abstract. One query."""
    shown = list(papers)
    lexemes = dict.fromkeys(form.lexeme for word in reading.words for form in word.forms)
    if not shown or not lexemes:
        return
    with connection.cursor() as cursor:
        wanted = " | ".join(quoted(lexeme) for lexeme in lexemes)
        cursor.execute(_HEADLINES, [_LENGTH, wanted, _START, _END, [paper.pk for paper in shown]])
        headlines: dict[int, str] = dict(cursor.fetchall())
    for paper in shown:
        found = _MARKED.findall(headlines.get(paper.pk, ""))
        # A word with a hyphen is marked whole; it is shown in its parts.
        words = {plain(part) for text in found for part in re.findall(r"[^\W_]+", text)}
        paper.row_marked = tuple(sorted(words))
        paper.row_passage = best_passage(paper.abstract, words)
