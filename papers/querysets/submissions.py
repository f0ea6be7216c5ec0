"""Every reusable read of what readers submit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from papers.models import Submission
else:
    # At run time the model is not there yet: papers.models imports this module.
    Submission = "Submission"


class SubmissionQuerySet(QuerySet["Submission"]):
    # Whose

    def by(self, reader: User) -> Self:
        return self.filter(user=reader)

    # Which

    def open(self) -> Self:
        """Neither decided, nor failed, nor taken back."""
        return self.filter(state__in=["queued", "found", "pending"])

    def pending(self) -> Self:
        """What waits for staff."""
        return self.filter(state="pending")

    def queued(self) -> Self:
        """What waits for its source."""
        return self.filter(state="queued")

    def about(self, names: Iterable[tuple[str, str]]) -> Self:
        """Submissions of a work by any of its identifiers."""
        wanted = Q(pk=None)
        for scheme, value in names:
            wanted |= Q(scheme=scheme, value=value)
        return self.filter(wanted)

    def counted_since(self, moment: datetime) -> Self:
        """What a reader's daily number is counted by: a name that leads to no paper costs nothing."""
        return self.filter(created_at__gte=moment).exclude(state="failed")

    def worth_listing(self) -> Self:
        """Without slips that the form answered at once."""
        return self.exclude(state="failed", tries=0, paper=None)

    def that_stand(self) -> Self:
        """Accepted ones whose paper is on show: staff who hide the paper take the trust back."""
        return self.filter(state="accepted", paper__state="listed")

    # In which order, and with what

    def latest_first(self) -> Self:
        return self.order_by("-pk")

    def for_list(self) -> Self:
        """All that a reader's own list prints, in one query."""
        return self.select_related("paper").only(
            *("scheme", "value", "title", "state", "reason", "created_at", "found_at", "user_id"),
            *("paper__arxiv_id", "paper__title", "paper__state"),
        )
