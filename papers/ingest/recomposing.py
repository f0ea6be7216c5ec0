"""Papers written anew from what their sources said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from papers.ingest import rows
from papers.ingest.composing import Statement, compose
from papers.models import Holiday, Paper, SourceRecord
from papers.services.embeddings import request_embeddings


def statements_of(paper_ids: Iterable[int]) -> dict[int, dict[tuple[str, str], Statement]]:
    """All that was said, by paper and by (source, key)."""
    said: dict[int, dict[tuple[str, str], Statement]] = defaultdict(dict)
    for row in SourceRecord.objects.filter(paper__in=set(paper_ids)):
        said[row.paper_id][(row.source, row.key)] = Statement(row.source, row.key, row.facts, row.as_of)
    return said


def recompose(paper_ids: Iterable[int], today: date) -> None:
    """Compose papers again from the source records that they have, inside the caller's transaction."""
    locked = Paper.objects.select_for_update().filter(pk__in=list(paper_ids)).order_by("pk")
    papers = {paper.pk: paper for paper in locked}
    said = statements_of(papers)
    holidays = Holiday.objects.days()
    pairs = [(papers[pk], compose(statements.values(), today, holidays)) for pk, statements in said.items()]
    rows.update_papers(pairs)
    rows.write_related([], pairs)
    request_embeddings()
