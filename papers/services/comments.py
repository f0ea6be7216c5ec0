"""Writing comments."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from papers.markdown import render_markdown
from papers.models import Comment, Paper


@transaction.atomic
def post_comment(paper: Paper, user: User, source: str, *, parent: Comment | None = None, now: datetime) -> Comment:
    """Add a comment, or a reply to one on the same paper, and count it."""
    if parent is not None and parent.paper_id != paper.pk:
        raise ValueError("A reply belongs to the paper of the comment that it answers.")
    locked = Paper.objects.select_for_update().only("pk").get(pk=paper.pk)
    comment = Comment.objects.create(
        paper=locked, user=user, parent=parent, source=source, html=render_markdown(source), created_at=now
    )
    recount_comments(locked)
    return comment


def recount_comments(paper: Paper) -> int:
    """Write the number of comments that are not deleted; the caller holds the paper's lock."""
    paper.comment_count = paper.comments.filter(deleted_at=None).count()
    paper.save(update_fields=["comment_count"])
    return paper.comment_count
