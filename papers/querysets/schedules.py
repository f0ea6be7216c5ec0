"""Every reusable read of schedules."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

if TYPE_CHECKING:
    from papers.models import IngestSchedule
else:
    # At run time the model is not there yet: papers.models imports this module.
    IngestSchedule = "IngestSchedule"


class IngestScheduleQuerySet(QuerySet["IngestSchedule"]):
    def running_by_themselves(self) -> Self:
        return self.filter(is_on=True)

    def due(self, now: datetime) -> Self:
        return self.filter(is_on=True, due_at__lte=now)
