"""Counts and ranks written afresh from the rows they count."""

from __future__ import annotations

from django.db import transaction
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
    locked = {paper.pk: paper for paper in Paper.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
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
    Paper.objects.bulk_update(wrong, ["upvote_count", "comment_count", "hot_rank"])
    return len(wrong)
