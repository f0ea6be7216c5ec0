"""How far the papers are embedded, and by which models."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from papers.models import EmbeddingModel, Paper


@admin.register(EmbeddingModel)
class EmbeddingModelAdmin(ReadOnlyAdmin):
    """Written by the job alone; there are two at most."""

    list_display = ["name", "use", "embedded", "rate", "started_at", "embedded_at"]
    ordering = ["-is_serving"]
    fields = ["name", "setting", "use", "embedded", "rate", "started_at", "embedded_at", "completed_at"]
    readonly_fields = ["use", "embedded", "rate"]

    @admin.display(description="use")
    def use(self, model: EmbeddingModel) -> str:
        return "Search and similar papers go by it" if model.is_serving else "Being filled"

    @admin.display(description="papers")
    def embedded(self, model: EmbeddingModel) -> str:
        return f"{model.embeddings.current().count():,} of {Paper.objects.count():,}"

    @admin.display(description="papers a second")
    def rate(self, model: EmbeddingModel) -> str:
        return f"{model.papers_per_second:.1f}"
