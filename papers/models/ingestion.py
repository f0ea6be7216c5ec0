"""Where papers came from: runs, what each source said, and what could not be taken."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from papers.models.papers import Paper
from papers.querysets.ingestion import EnquiryQuerySet, RejectedRecordQuerySet


class IngestRun(models.Model):
    """One run of `manage.py ingest`: counts and cursor are committed with every batch."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    source = models.CharField(max_length=32)
    arguments = models.JSONField(default=dict, blank=True)
    schedule = models.ForeignKey(
        "papers.IngestSchedule", models.SET_NULL, null=True, blank=True, related_name="runs", db_index=False
    )
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    cursor = models.PositiveBigIntegerField(default=0, help_text="Items of the source dealt with.")
    position = models.TextField(blank=True, help_text="Where the source goes on, in its own words.")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        # The pages about sources ask for the latest of each source and of each schedule.
        indexes = [
            models.Index(fields=["source", "-started_at"], name="run_by_source"),
            models.Index(fields=["schedule", "-started_at"], name="run_by_schedule"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["running", "done", "failed"]), name="run_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.source} at {self.started_at:%Y-%m-%d %H:%M}"


class SourceRecord(models.Model):
    """What one source said of one paper in one place: provenance, and how an unchanged record is skipped."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="source_records", db_index=False)
    source = models.CharField(max_length=32)
    key = models.CharField(max_length=200, help_text="The item within its source.")
    facts = models.JSONField(help_text="PaperRecord.facts(): all that the source said, nothing dropped.")
    title_key = models.TextField(help_text="The title that it gave, as papers.titles compares it.")
    content_hash = models.BinaryField(max_length=32)
    raw_hash = models.BinaryField(
        max_length=32,
        null=True,
        help_text="Of the item as it came and the code that read it; null where its source can't tell.",
    )
    as_of = models.DateField(null=True, blank=True, help_text="The day on which the source said so.")
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="source_record_unique")]
        indexes = [
            models.Index(fields=["paper", "source"], name="source_record_by_paper"),
            # Titles change between versions, so a paper is found by any title that a source gave it.
            models.Index(fields=["title_key"], name="source_record_by_title"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class Enquiry(models.Model):
    """When a source was last asked about a paper, so that it is not asked again too soon."""

    class Answer(models.TextChoices):
        TOLD = "told"
        UNKNOWN = "unknown", "Not known there"
        REJECTED = "rejected"

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="enquiries", db_index=False)
    source = models.CharField(max_length=32)
    answer = models.CharField(max_length=8, choices=Answer)
    asked_at = models.DateTimeField()

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "enquiries"
        constraints = [
            models.UniqueConstraint(fields=["paper", "source"], name="enquiry_unique"),
            models.CheckConstraint(
                condition=Q(answer__in=["told", "unknown", "rejected"]), name="enquiry_answer_known"
            ),
        ]
        # The oldest are asked again first.
        indexes = [models.Index(fields=["source", "asked_at", "paper"], name="enquiry_oldest")]

    def __str__(self) -> str:
        return f"{self.source} at {self.asked_at:%Y-%m-%d %H:%M}"


class RejectedRecord(models.Model):
    """An item that could not become a paper, kept as it came, with the reason."""

    run = models.ForeignKey(IngestRun, models.CASCADE, related_name="rejected_records", help_text="The latest.")
    source = models.CharField(max_length=32)
    key = models.CharField(max_length=200, blank=True)
    raw = models.TextField()
    context = models.JSONField(
        default=dict, blank=True, help_text="What its source needs beside the item to read it again, such as its day."
    )
    fingerprint = models.BinaryField(max_length=32, editable=False, help_text="SHA-256 of the raw item.")
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    dismissed_at = models.DateTimeField(
        null=True, blank=True, help_text="When staff put it aside; it stays aside when it is rejected again."
    )

    objects = RejectedRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "fingerprint"], name="rejected_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="rejected_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.reason[:80]}"
