"""Which papers are nearest to a vector: the one place that reads the vectors' index, or reads vectors without it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F

from papers.models import Paper
from papers.querysets.papers import PaperQuerySet

# pgvector's own number.
_SEEN = 20_000


@transaction.atomic
def nearest_papers(
    papers: PaperQuerySet, slot: int, vector: Sequence[float], count: int, *, seen: int = _SEEN
) -> list[Paper]:
    """The `count` papers nearest to the vector among those of the queryset, each with its `distance`.

    The index goes on reading until enough are found that the queryset lets through, so narrow it as you like; where
    it lets next to nothing through, the index gives up after `seen` vectors or somewhat more.
    """
    with connection.cursor() as cursor:
        # Until the transaction's end. Relaxed reads less for the same papers, and leaves putting them in order to us.
        cursor.execute(
            "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', %s, true),"
            " set_config('hnsw.max_scan_tuples', %s, true)",
            [str(min(max(count, 40), 1000)), str(seen)],
        )
    return sorted(papers.nearest_to(slot, vector)[:count], key=lambda paper: (paper.distance, paper.pk))


def compare(papers: PaperQuerySet, slot: int, vector: Sequence[float], count: int) -> list[int]:
    """The ids of the `count` papers nearest to the vector, exactly: all vectors of the queryset's papers are read."""
    # What is added keeps the planner from the index.
    near = papers.nearest_to(slot, vector).order_by(F("distance") + 0.0)
    return list(near.values_list("pk", flat=True)[:count])
