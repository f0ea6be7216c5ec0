from __future__ import annotations

from django.conf import settings
from django.db import models

from papers.models.papers import Paper


class Dismissal(models.Model):
    """A reader said of a suggested paper that it is not for them: it is not suggested again, and its like less."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="dismissals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="dismissals", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "paper"], name="dismissal_once")]

    def __str__(self) -> str:
        return f"{self.paper} is not for {self.user}"
