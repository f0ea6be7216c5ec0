"""Papers that may be one, and papers that became one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from papers.models.papers import Paper
from papers.querysets.duplicates import MergeQuerySet, PossibleDuplicateQuerySet


class PossibleDuplicate(models.Model):
    """Two papers that may be one work: held for staff, and not asked again once they are said to be different."""

    class Decision(models.TextChoices):
        WAITING = "waiting"
        LATER = "later"
        DIFFERENT = "different"

    first = models.ForeignKey(Paper, models.CASCADE, related_name="duplicates_after", db_index=False)
    second = models.ForeignKey(Paper, models.CASCADE, related_name="duplicates_before")
    reason = models.TextField(help_text="Why they may be one, and why that is not sure.")
    found_by = models.CharField(max_length=32, help_text="The source whose record showed it, or staff.")
    first_seen_at = models.DateTimeField()
    decision = models.CharField(max_length=9, choices=Decision, default=Decision.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="possible_duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="possible_duplicate_in_order"),
            models.CheckConstraint(
                condition=Q(decision__in=["waiting", "later", "different"]), name="possible_duplicate_decision_known"
            ),
            models.CheckConstraint(
                condition=Q(decision="waiting") | Q(decided_at__isnull=False), name="possible_duplicate_decided_when"
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="possible_duplicate_waiting", condition=Q(decision="waiting"))]

    def __str__(self) -> str:
        return f"papers {self.first_id} and {self.second_id}"


class Merge(models.Model):
    """One paper that became part of another, with all that is needed to take it apart again.

    Papers by number and not by key: the one is gone, and the other may be merged away in its turn.
    """

    kept_number = models.BigIntegerField()
    gone_number = models.BigIntegerField()
    kept_name = models.CharField(max_length=40, help_text="The kept paper's name in addresses, when they were merged.")
    gone_name = models.CharField(max_length=40)
    title = models.TextField(help_text="Of the paper that went.")
    found_by = models.CharField(max_length=32, help_text="The source whose record joined them, or staff.")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    moved = models.JSONField(help_text="The rows as they were: papers.services.unmerging reads them.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept_number=F("gone_number")), name="merge_of_two"),
            # A number is given out once, so a paper that is gone went into one other.
            models.UniqueConstraint(fields=["gone_number"], condition=Q(undone_at=None), name="merge_once"),
        ]
        indexes = [models.Index(fields=["kept_number"], name="merge_by_kept")]

    def __str__(self) -> str:
        return f"{self.gone_name} into {self.kept_name}"
