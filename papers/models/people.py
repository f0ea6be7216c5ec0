"""What readers do with papers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from papers.models.papers import Paper
from papers.querysets.comments import CommentQuerySet


class Vote(models.Model):
    """An upvote, the only kind there is; `services.votes` casts and withdraws it."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="votes", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "paper"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.user} upvoted {self.paper}"


class Sighting(models.Model):
    """A reader opened a paper's page: what the filter "not yet seen by me" leaves out."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="sightings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sightings", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "paper"], name="sighting_once")]

    def __str__(self) -> str:
        return f"{self.user} saw {self.paper}"


class Comment(models.Model):
    """A reader's words on a paper, a tree by `parent`. A deleted one keeps its place in the thread."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="comments", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    source = models.TextField(max_length=20_000, help_text="Markdown with TeX, as written.")
    html = models.TextField(editable=False, help_text="The source rendered and sanitised.")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by_staff = models.BooleanField(default=False, help_text="What its author deleted, staff do not restore.")

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["paper", "created_at"], name="comment_by_paper")]
        constraints = [
            models.CheckConstraint(condition=~Q(source__regex=r"^\s*$"), name="comment_not_empty"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="comment_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.user or 'deleted user'}: {self.source[:60]}"

    def get_absolute_url(self) -> str:
        return f"{self.paper.get_absolute_url()}#comment-{self.pk}"


class CommentEdit(models.Model):
    """What a comment said until it was edited: kept for moderation, read by staff alone."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="edits")
    source = models.TextField(help_text="Markdown with TeX, as it was before the edit.")
    edited_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"before {self.edited_at:%Y-%m-%d %H:%M}: {self.source[:60]}"
