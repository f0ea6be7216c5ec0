"""Every reusable read of what could not be taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

if TYPE_CHECKING:
    from papers.models import RejectedRecord
else:
    # At run time the model is not there yet: papers.models imports this module.
    RejectedRecord = "RejectedRecord"


class RejectedRecordQuerySet(QuerySet["RejectedRecord"]):
    def waiting(self) -> Self:
        """Neither taken in nor put aside."""
        return self.filter(dismissed_at=None)

    def dismissed(self) -> Self:
        return self.exclude(dismissed_at=None)
