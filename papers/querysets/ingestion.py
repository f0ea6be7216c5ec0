"""Every reusable read of what was asked, and of what could not be taken in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

if TYPE_CHECKING:
    from papers.models import Enquiry, RejectedRecord
else:
    # At run time the models are not there yet: papers.models imports this module.
    Enquiry, RejectedRecord = "Enquiry", "RejectedRecord"


class EnquiryQuerySet(QuerySet["Enquiry"]):
    def older_than(self, source: str, moment: datetime) -> Self:
        """What a source was asked by then, the oldest first."""
        return self.filter(source=source, asked_at__lte=moment).order_by("asked_at", "paper_id")

    def after(self, enquiry: Enquiry) -> Self:
        """Those that follow one in that order."""
        place = (enquiry.asked_at, enquiry.paper_id)
        return self.filter(TupleGreaterThan(Tuple(F("asked_at"), F("paper_id")), place))


class RejectedRecordQuerySet(QuerySet["RejectedRecord"]):
    def waiting(self) -> Self:
        """Neither taken in nor put aside."""
        return self.filter(dismissed_at=None)

    def dismissed(self) -> Self:
        return self.exclude(dismissed_at=None)
