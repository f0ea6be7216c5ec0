"""Every reusable read of comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from papers.models import Comment
else:
    # At run time the model is not there yet: papers.models imports this module.
    Comment = "Comment"


class CommentQuerySet(QuerySet["Comment"]):
    # Who may see what

    def on_listed_papers(self) -> Self:
        """Where there is a discussion to take part in; on hidden and pending papers there is none."""
        return self.filter(paper__state="listed")

    def visible_to(self, viewer: User | AnonymousUser) -> Self:
        """Comments on papers that the viewer may see, deleted ones too: they hold a place in the thread."""
        return self if viewer.is_staff else self.on_listed_papers()

    def not_deleted(self) -> Self:
        return self.filter(deleted_at=None)

    def removed_by_staff(self) -> Self:
        return self.filter(deleted_by_staff=True).exclude(deleted_at=None)

    def by(self, reader: User) -> Self:
        return self.filter(user=reader)

    def count_up_to(self, limit: int) -> int:
        """The number of comments, or `limit` + 1 when there are more."""
        return self.order_by()[: limit + 1].count()

    # In which order

    def latest_first(self) -> Self:
        # By number: it grows with the moment of writing, and pages can begin after it.
        return self.order_by("-pk")

    # With what

    def for_profile(self) -> Self:
        """With the paper's name: all that a list of one reader's comments prints, in one query."""
        return self.select_related("paper").only(
            "html", "created_at", "edited_at", "user_id", "paper__title", "paper__arxiv_id"
        )

    def for_thread(self) -> Self:
        """All that a paper's page prints, oldest first, in one query; the source is for editing alone."""
        return self.select_related("user").defer("source").order_by("created_at", "pk")

    def with_place(self) -> Self:
        """With its paper, its author and what it answers: all that one comment by itself prints."""
        return self.select_related("paper", "user", "parent__user")
