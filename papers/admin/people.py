from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from papers.models import Comment, CommentEdit, Sighting, Vote


class RecordAdmin(admin.ModelAdmin[Any]):
    """Rows that services keep counts of: staff read them here, and change them nowhere by hand."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Vote)
class VoteAdmin(RecordAdmin):
    list_display = ["paper", "user", "created_at"]
    list_select_related = ["paper", "user"]
    search_fields = ["user__username__startswith", "paper__arxiv_id__exact"]
    ordering = ["-id"]


@admin.register(Sighting)
class SightingAdmin(RecordAdmin):
    list_display = ["paper", "user", "created_at"]
    list_select_related = ["paper", "user"]
    ordering = ["-id"]


class CommentEditInline(admin.TabularInline[CommentEdit, Comment]):
    """What it said before; like the comment itself, for reading alone."""

    model = CommentEdit
    extra = 0
    can_delete = False
    ordering = ["-edited_at", "-pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Comment)
class CommentAdmin(RecordAdmin):
    list_display = ["__str__", "paper", "user", "created_at", "deleted_at"]
    list_select_related = ["paper", "user"]
    search_fields = ["source", "user__username__startswith"]
    ordering = ["-id"]
    inlines = [CommentEditInline]
