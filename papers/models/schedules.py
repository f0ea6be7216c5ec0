"""When sources are read by themselves, and what went wrong with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from papers.querysets.schedules import IngestScheduleQuerySet
from papers.rhythms import Rhythm, read_rhythm


class IngestSchedule(models.Model):
    """One source with its options, read again and again. `due_at` is when next; null while it is off."""

    name = models.CharField(max_length=80, unique=True, help_text="As the pages about it call it.")
    source = models.CharField(max_length=32)
    arguments = models.CharField(
        "options",
        max_length=500,
        blank=True,
        help_text="One line, as after “manage.py ingest SOURCE”; “manage.py ingest --list-sources” explains them.",
    )
    rhythm = models.CharField("when", max_length=80)
    time_zone = models.CharField(max_length=40, help_text="Whose clock that is, such as Europe/Paris.")
    is_on = models.BooleanField("on", default=False)
    sends_alerts = models.BooleanField(
        "alerts by e-mail",
        default=True,
        help_text="When a run fails, is late, or papers are missing: one when it begins, one when it is well again.",
    )
    late_after_hours = models.PositiveSmallIntegerField(
        "late after, in hours", default=6, help_text="How long after it was due a run may still be on its way."
    )
    due_at = models.DateTimeField("next run", null=True, blank=True, editable=False)
    on_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = IngestScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_on=True, due_at__isnull=False, on_since__isnull=False)
                | Q(is_on=False, due_at__isnull=True, on_since__isnull=True),
                name="schedule_due_while_on",
            ),
            models.CheckConstraint(condition=Q(late_after_hours__range=(1, 720)), name="schedule_late_in_reason"),
        ]

    def __str__(self) -> str:
        return self.name

    def times(self) -> Rhythm:
        """Raises BadRhythm only for what no form let in."""
        return read_rhythm(self.rhythm, self.time_zone)

    @property
    def patience(self) -> timedelta:
        return timedelta(hours=self.late_after_hours)

    def done_by_now(self, now: datetime) -> datetime | None:
        """The latest time it was due whose run should have ended by now; None when that was before it was on."""
        if self.on_since is None:
            return None
        due = self.times().last_until(now - self.patience)
        return due if due > self.on_since else None


class IngestTrouble(models.Model):
    """What is or was wrong with a schedule: staff hear of it when it begins, and when it has ended."""

    class Kind(models.TextChoices):
        FAILED = "failed", "its last run failed"
        LATE = "late", "it is late"
        MISSING = "missing", "papers are missing"

    # What is said when it is over.
    ENDINGS: ClassVar[dict[str, str]] = {
        "failed": "its last run ended well",
        "late": "it is no longer late",
        "missing": "of the last two weeks no paper is missing",
    }

    schedule = models.ForeignKey(IngestSchedule, models.CASCADE, related_name="troubles")
    kind = models.CharField(max_length=8, choices=Kind)
    note = models.TextField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "trouble"
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "kind"], condition=Q(ended_at=None), name="trouble_told_once"),
            models.CheckConstraint(condition=Q(kind__in=["failed", "late", "missing"]), name="trouble_known"),
            models.CheckConstraint(condition=~Q(note=""), name="trouble_told"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule}: {self.get_kind_display()}"

    @property
    def ending(self) -> str:
        return self.ENDINGS[self.kind]
