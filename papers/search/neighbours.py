"""Which papers are nearest to a vector: the one place that reads the vectors' index."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from papers.models import Paper
from papers.querysets.papers import PaperQuerySet


@transaction.atomic
def nearest_papers(papers: PaperQuerySet, slot: int, vector: Sequence[float], count: int) -> list[Paper]:
    """The `count` papers nearest to the vector among those of the queryset, each with its `distance`.

    The index goes on reading until enough are found that the queryset lets through, so narrow it as you like; where
    it lets next to nothing through, the index gives up after some 20,000 vectors.
    """
    with connection.cursor() as cursor:
        # Until the transaction's end. Relaxed reads less for the same papers, and leaves putting them in order to us.
        cursor.execute(
            "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', %s, true)",
            [str(min(max(count, 40), 1000))],
        )
    return sorted(papers.nearest_to(slot, vector)[:count], key=lambda paper: (paper.distance, paper.pk))
