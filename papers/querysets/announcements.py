"""Every reusable read of announced days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

if TYPE_CHECKING:
    from papers.models import AnnouncedDay, AnnouncedPaper
else:
    # At run time the model is not there yet: papers.models imports this module.
    AnnouncedDay = "AnnouncedDay"
    AnnouncedPaper = "AnnouncedPaper"


class AnnouncedDayQuerySet(QuerySet["AnnouncedDay"]):
    def between(self, first: date, last: date) -> Self:
        """Both ends included."""
        return self.filter(day__range=(first, last))

    def before(self, day: date) -> Self:
        return self.filter(day__lt=day)

    def incomplete(self) -> Self:
        return self.filter(here__lt=F("announced"))


class AnnouncedPaperQuerySet(QuerySet["AnnouncedPaper"]):
    def missing(self) -> Self:
        return self.filter(arrived_at=None)

    def first_missing(self, count: int) -> Self:
        """So many of each day's missing papers, by identifier."""
        place = Window(RowNumber(), partition_by=F("on"), order_by=[F("scheme"), F("value")])
        return self.missing().annotate(place=place).filter(place__lte=count).order_by("on", "scheme", "value")
