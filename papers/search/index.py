"""What search knows of all papers together: how common each lexeme is, and which words people write.

The documents are kept by triggers; these counts are made anew by a job, since one that is a day old ranks as well.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

# Another part of what was counted than this, and it is counted again.
_DRIFT = 0.1

# Rarer lexemes are counted when they are asked for, which is as quick. On a large portal, a word that one paper
# holds is as likely a slip as a word.
_RARE, _LARGE = 20, 10_000

_COUNT_WORDS = """
INSERT INTO papers_searchword (word, papers)
SELECT word, ndoc
FROM ts_stat($$
    SELECT to_tsvector('simple', broadsheet_words(title || ' ' || authors_text))
    FROM papers_paper WHERE state = 'listed'
$$)
WHERE length(word) BETWEEN 3 AND 40 AND word !~ '[0-9]' AND ndoc > %s
"""
_COUNT_LEXEMES = """
INSERT INTO papers_searchlexeme (lexeme, papers)
SELECT word, ndoc FROM ts_stat('SELECT document FROM papers_papersearch') WHERE ndoc >= %s AND length(word) <= 200
"""
_COUNT_PAPERS = """
INSERT INTO papers_searchstatistics (papers, average_length, counted_at)
SELECT count(*), coalesce(avg(length), 0), %s FROM papers_papersearch
"""


@transaction.atomic
def refresh_statistics(now: datetime) -> int:
    """Count all lexemes and words anew; return over how many papers. Searches meanwhile see the old counts."""
    with connection.cursor() as cursor:
        # One at a time. DELETE, not TRUNCATE, which would lock readers out until the end.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('papers.search.index'))")
        cursor.execute("DELETE FROM papers_searchstatistics")
        cursor.execute(_COUNT_PAPERS + " RETURNING papers", [now])
        papers: int = cursor.fetchone()[0]
        cursor.execute("DELETE FROM papers_searchlexeme")
        cursor.execute(_COUNT_LEXEMES, [_RARE])
        cursor.execute("DELETE FROM papers_searchword")
        cursor.execute(_COUNT_WORDS, [1 if papers > _LARGE else 0])
        for table in ("papers_searchlexeme", "papers_searchword"):
            cursor.execute(f"ANALYZE {table}")
    return papers


def statistics_are_outdated() -> bool:
    """Whether a tenth of the papers came or went since the last count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT papers FROM papers_searchstatistics")
        counted = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM papers_papersearch")
        there: int = cursor.fetchone()[0]
    return abs(there - (counted[0] if counted else 0)) > _DRIFT * there
