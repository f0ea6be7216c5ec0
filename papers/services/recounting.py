"""Counts and ranks written afresh from the rows they count."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Count, Q

from papers.models import Paper
from papers.querysets.papers import PaperQuerySet
from papers.ranking import hot_rank

_BATCH_SIZE = 1_000


def recount_papers(papers: PaperQuerySet) -> int:
    """Recount upvotes and comments and recompute the hot rank; return how many papers were wrong."""
    wrong = 0
    ids = list(papers.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _BATCH_SIZE):
        wrong += _recount_batch(ids[start : start + _BATCH_SIZE])
    return wrong


@transaction.atomic
def _recount_batch(ids: list[int]) -> int:
    rows = Paper.objects.only("upvote_count", "comment_count", "hot_rank", "source_score", "listed_on")
    # NO KEY: who reads a paper meanwhile leaves a sighting of it, and need not wait.
    locked = {paper.pk: paper for paper in rows.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")}
    votes = dict(Paper.objects.filter(pk__in=ids).values_list("pk").annotate(count=Count("votes")))
    alive = Count("comments", filter=Q(comments__deleted_at=None))
    comments = dict(Paper.objects.filter(pk__in=ids).values_list("pk").annotate(count=alive))
    wrong = []
    for paper in locked.values():
        rank = hot_rank(votes[paper.pk], paper.source_score, paper.listed_on)
        counted = (votes[paper.pk], comments[paper.pk], rank)
        if counted != (paper.upvote_count, paper.comment_count, paper.hot_rank):
            paper.upvote_count, paper.comment_count, paper.hot_rank = counted
            wrong.append(paper)
    _write(wrong)
    return len(wrong)


def _write(papers: list[Paper]) -> None:
    """One statement over arrays, since `bulk_update` writes a CASE with a branch for each paper and field."""
    if not papers:
        return
    columns = zip(*((p.pk, p.upvote_count, p.comment_count, p.hot_rank) for p in papers), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE papers_paper AS paper
            SET upvote_count = counted.upvotes, comment_count = counted.comments, hot_rank = counted.rank
            FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::float8[]) AS counted (id, upvotes, comments, rank)
            WHERE paper.id = counted.id
            """,
            [list(column) for column in columns],
        )
