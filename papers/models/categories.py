from __future__ import annotations

from django.db import models
from django.urls import reverse

from papers.taxonomy import GROUPS


class Category(models.Model):
    """A subject category of arXiv's taxonomy; the rows come from papers.taxonomy by migration."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        ALIAS = "alias"
        ARCHIVED = "archived"

    code = models.CharField(max_length=24, primary_key=True)
    name = models.CharField(max_length=100)
    group = models.CharField(max_length=16, choices=GROUPS)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    canonical = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="former_codes",
        help_text="The code that an alias or archived code continues in.",
    )

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(condition=~models.Q(code="") & ~models.Q(name=""), name="category_named"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.code])
