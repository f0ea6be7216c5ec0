"""Comments that staff take off the page, and bring back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from papers.markdown import render_markdown
from papers.models import Comment, Paper


@transaction.atomic
def remove_comments(ids: Collection[int], now: datetime) -> list[Comment]:
    """Take comments' words off the page, as their authors could; they keep their places. Return those changed."""
    _lock_papers(ids)
    comments = list(Comment.objects.not_deleted().filter(pk__in=ids).with_place().order_by("pk"))
    Comment.objects.filter(pk__in=[comment.pk for comment in comments]).update(
        deleted_at=now, html="", deleted_by_staff=True
    )
    _recount(comments)
    return comments


@transaction.atomic
def restore_comments(ids: Collection[int]) -> list[Comment]:
    """Bring back what staff removed; what its author deleted stays deleted. Return those changed."""
    _lock_papers(ids)
    comments = list(Comment.objects.removed_by_staff().filter(pk__in=ids).with_place().order_by("pk"))
    for comment in comments:
        comment.deleted_at, comment.deleted_by_staff, comment.html = None, False, render_markdown(comment.source)
    Comment.objects.bulk_update(comments, ["deleted_at", "deleted_by_staff", "html"])
    _recount(comments)
    return comments


def _lock_papers(ids: Collection[int]) -> None:
    """Hold the papers' rows, as every write of a comment does, so that the counts are those of the rows."""
    papers = Paper.objects.filter(pk__in=Comment.objects.filter(pk__in=ids).values("paper_id"))
    list(papers.select_for_update().order_by("pk").values_list("pk", flat=True))


def _recount(comments: Iterable[Comment]) -> None:
    alive = Comment.objects.not_deleted().filter(paper=OuterRef("pk")).order_by().values("paper")
    counted = Coalesce(Subquery(alive.annotate(count=Count("pk")).values("count")), 0)
    Paper.objects.filter(pk__in={comment.paper_id for comment in comments}).update(comment_count=counted)
