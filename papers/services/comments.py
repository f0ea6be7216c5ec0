"""Writing comments: posting, editing, deleting, and the count that a paper keeps of them.

Every write locks the paper's row first, so that the count is that of the rows as they are, and so that what a write
has read of a comment (that it is there, not deleted) still holds when it is made.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from papers.markdown import render_markdown
from papers.models import Comment, CommentEdit, Paper

# A double click, a reload of the answer, a second try after a lost connection: all come within this time.
SAME_AGAIN = timedelta(minutes=5)


class CommentRefused(Exception):
    """Why the comment can't be written now, in a sentence for its author."""


@transaction.atomic
def post_comment(paper: Paper, user: User, source: str, *, parent: Comment | None = None, now: datetime) -> Comment:
    """Add a comment, or a reply to one on the same paper, and count it.

    The same words by the same reader in the same place within SAME_AGAIN are the same comment: it is returned, and
    nothing is added. The lock makes this exact, since of two requests at once the second sees what the first wrote.
    Raise CommentRefused where the paper is no longer listed, or the parent deleted.
    """
    if parent is not None and parent.paper_id != paper.pk:
        raise ValueError("A reply belongs to the paper of the comment that it answers.")
    html = render_markdown(source)  # before the lock, which nobody should hold while formulas are set
    locked = _lock(paper.pk)
    if parent is not None and not locked.comments.not_deleted().filter(pk=parent.pk).exists():
        raise CommentRefused("The comment that you answer has been deleted meanwhile.")
    known = locked.comments.not_deleted().filter(
        user=user, parent=parent, source=source, created_at__gt=now - SAME_AGAIN, created_at__lte=now
    )
    if comment := known.first():
        return comment
    comment = Comment.objects.create(paper=locked, user=user, parent=parent, source=source, html=html, created_at=now)
    recount_comments(locked)
    return comment


@transaction.atomic
def edit_comment(comment: Comment, source: str, now: datetime) -> Comment:
    """Change the comment's words and keep what they were; the same words again change nothing.

    Raise CommentRefused where it has been deleted, or its paper is no longer listed.
    """
    html = render_markdown(source)
    _lock(comment.paper_id)
    current = Comment.objects.get(pk=comment.pk)
    if current.deleted_at is not None:
        raise CommentRefused("This comment has been deleted meanwhile.")
    if current.source != source:
        CommentEdit.objects.create(comment=current, source=current.source, edited_at=now)
        current.source, current.html, current.edited_at = source, html, now
        current.save(update_fields=["source", "html", "edited_at"])
    return current


@transaction.atomic
def delete_comment(comment: Comment, now: datetime) -> Comment:
    """Take the comment's words off the page; deleting twice is deleting once.

    The row keeps its place in the thread and its source, which only staff may read. The HTML goes, so that no page
    can print it by mistake.
    """
    locked = _lock(comment.paper_id)
    current = Comment.objects.get(pk=comment.pk)
    if current.deleted_at is None:
        current.deleted_at, current.html = now, ""
        current.save(update_fields=["deleted_at", "html"])
        recount_comments(locked)
    return current


def recount_comments(paper: Paper) -> int:
    """Write the number of comments that are not deleted; the caller holds the paper's lock."""
    paper.comment_count = paper.comments.not_deleted().count()
    paper.save(update_fields=["comment_count"])
    return paper.comment_count


def _lock(paper_id: int) -> Paper:
    paper = Paper.objects.listed().select_for_update().filter(pk=paper_id).first()
    if paper is None:
        raise CommentRefused("This paper is no longer listed, so its discussion is closed.")
    return paper
