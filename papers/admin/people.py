from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.admin import UserAdmin
from accounts.models import User
from papers.models import Comment, CommentEdit, Sighting, Vote
from papers.services.leaving import LeavingRefused, delete_account


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


# Known to accounts first, and taken over here: what deleting a reader means, only papers know.
admin.site.unregister(User)


@admin.register(User)
class ReaderAdmin(UserAdmin):
    """Deletes by the service that keeps every count right, however many a reader's votes and comments are."""

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Name the readers alone: what goes with them the page says in words, and may be a hundred thousand rows."""
        names = [str(user) for user in objs]
        gone = {user.pk for user in objs}
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=gone)
        only = [user for user in objs if user.is_superuser] if not others.exists() else []
        return names, {"users": len(names)}, set(), [f"{user}: the only superuser" for user in only]

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._delete([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._delete(list(queryset))

    def _delete(self, users: list[Any]) -> None:
        for user in users:
            try:
                delete_account(user)
            except LeavingRefused as refusal:
                raise PermissionDenied(f"{user} is still there. {refusal}") from None
