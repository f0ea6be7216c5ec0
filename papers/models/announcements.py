"""What sources say that a day brought, kept apart from what arrived: the difference is what is missing."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from papers.querysets.announcements import AnnouncedDayQuerySet, AnnouncedPaperQuerySet


class AnnouncedDay(models.Model):
    """One source's lists of one day. The counts are those of its papers, counted anew with every change."""

    source = models.CharField(max_length=32)
    day = models.DateField()
    lists = models.JSONField(default=list, help_text="Which of the source's lists were read: categories, or nothing.")
    announced = models.PositiveIntegerField(default=0)
    here = models.PositiveIntegerField(default=0)
    first_read_at = models.DateTimeField()
    read_at = models.DateTimeField(help_text="When such a list was read last.")

    objects = AnnouncedDayQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "source"]
        constraints = [
            models.UniqueConstraint(fields=["source", "day"], name="announced_day_unique"),
            models.CheckConstraint(condition=Q(here__lte=F("announced")), name="announced_before_here"),
        ]
        indexes = [models.Index(fields=["day"], name="announced_day_by_day")]

    def __str__(self) -> str:
        return f"{self.source} on {self.day.isoformat()}"

    @property
    def missing(self) -> int:
        return self.announced - self.here


class AnnouncedPaper(models.Model):
    """One paper on such a list, by its identifier there; `arrived_at` is when a paper of ours had that identifier."""

    on = models.ForeignKey(AnnouncedDay, models.CASCADE, related_name="papers", db_index=False)
    scheme = models.CharField(max_length=16)
    value = models.CharField(max_length=300)
    arrived_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncedPaperQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "scheme", "value"], name="announced_paper_unique")]
        # Few: what is missing is looked for after every run.
        indexes = [
            models.Index(fields=["on", "scheme", "value"], condition=Q(arrived_at=None), name="announced_missing")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"
