"""Papers that readers suggest."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from papers.identifiers import ARXIV, DOI, SCHEMES, address
from papers.models.papers import Paper
from papers.querysets.submissions import SubmissionQuerySet

# After so long what the source said may be old: it is asked again before anything is confirmed.
FOUND_KEPT = timedelta(days=7)


class Submission(models.Model):
    """A reader's wish that a paper be here; `services.submissions` writes it.

    The paper itself is made when the submission is accepted and no sooner: until then a harvest may bring it as any
    other, and nobody can keep a paper from the site by suggesting it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waits for its source"
        FOUND = "found", "Waits for its reader"
        PENDING = "pending", "Waits for staff"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        FAILED = "failed"
        WITHDRAWN = "withdrawn", "Taken back"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="submissions", db_index=False)
    scheme = models.CharField(max_length=16, choices={name: SCHEMES[name] for name in (ARXIV, DOI)})
    value = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    title = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="PaperRecord.facts(), as the source gave them.")
    reason = models.TextField(blank=True, help_text="Why it failed or was rejected: a sentence for the reader.")
    trouble = models.TextField(blank=True, help_text="What the source did when it was last asked in vain; for staff.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="How often the source was asked in vain.")
    with_upvote = models.BooleanField(default=False, help_text="The reader upvotes the paper as it is listed.")
    paper = models.ForeignKey(Paper, models.SET_NULL, null=True, blank=True, related_name="submissions")
    created_at = models.DateTimeField()
    found_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        permissions = [("submit_at_once", "Can submit papers that appear at once")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "scheme", "value"],
                condition=Q(state__in=["queued", "found", "pending"]),
                name="submission_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "found", "pending", "accepted", "rejected", "failed", "withdrawn"]),
                name="submission_state_known",
            ),
            models.CheckConstraint(condition=Q(scheme__in=[ARXIV, DOI]), name="submission_scheme_known"),
            models.CheckConstraint(condition=~Q(value=""), name="submission_value_not_empty"),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "rejected"]) | ~Q(reason=""), name="submission_refused_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "created_at"], name="submission_by_reader"),
            models.Index(fields=["scheme", "value"], name="submission_by_name"),
            models.Index(
                fields=["state", "id"], name="submission_waiting", condition=Q(state__in=["queued", "pending"])
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.name

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.pk])

    @property
    def name(self) -> str:
        """As it is cited: arXiv:2512.00001, doi:10.1000/boats."""
        return f"{'arXiv' if self.scheme == ARXIV else 'doi'}:{self.value}"

    @property
    def address(self) -> str:
        return address(self.scheme, self.value)

    def has_expired(self, now: datetime) -> bool:
        return self.state == self.State.FOUND and (self.found_at or self.created_at) < now - FOUND_KEPT
