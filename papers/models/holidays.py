from __future__ import annotations

from datetime import date

from django.db import models


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def days(self) -> frozenset[date]:
        """All of them, in one query: a dozen a year at most."""
        return frozenset(self.values_list("day", flat=True))


class Holiday(models.Model):
    """A weekday on whose evening arXiv announces nothing; what came in until then joins the next announcement."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=100)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = "arXiv holiday"
        ordering = ["-day"]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="holiday_named")]

    def __str__(self) -> str:
        return f"{self.name}, {self.day.isoformat()}"
