from __future__ import annotations

from django.db import models
from django.db.models import Q


class FieldMap(models.Model):
    """Where the papers of an edition, a week, a category or a search lie by meaning, as a job drew it.

    `drawing` is papers.search.drawing's; the papers themselves are read with each page, so that it shows no hidden one.
    """

    class Scope(models.TextChoices):
        DAY = "day"
        WEEK = "week"
        CATEGORY = "category"
        RESULT = "result"

    scope = models.CharField(max_length=8, choices=Scope)
    key = models.CharField(
        max_length=24,
        help_text="As in addresses: 2025-12-25, 2025-W52, cs.LG. Of a search, a hash.",
    )
    drawing = models.JSONField()
    fingerprint = models.BinaryField(max_length=32, help_text="Of the vectors that it was drawn from.")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="map_unique"),
            models.CheckConstraint(
                condition=Q(scope__in=["day", "week", "category", "result"]), name="map_scope_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
