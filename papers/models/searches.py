"""Searches that readers keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse


class SavedSearch(models.Model):
    """A search with its filters, as the query string of its page: "q=lattice&year=2024"."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches", db_index=False)
    name = models.CharField(max_length=120, help_text="In the reader’s words.")
    query = models.CharField(max_length=2_000, help_text="In the canonical form that the search page writes.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [
            models.UniqueConstraint(fields=["user", "query"], name="saved_search_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(query=""), name="saved_search_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('search')}?{self.query}"

    @property
    def is_sorted(self) -> bool:
        """Whether its reader chose another order than the best match."""
        return "sort" in QueryDict(self.query)
