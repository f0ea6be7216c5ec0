from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from accounts.admin import ReadOnlyAdmin, UserAdmin
from accounts.models import User
from papers.admin.acts import Act, ActingAdmin, told
from papers.admin.paper_acts import ReasonForm
from papers.models import Comment, CommentEdit, Dismissal, Paper, Sighting, Vote
from papers.services.leaving import LeavingRefused, delete_account
from papers.services.moderation import remove_comments, restore_comments


class RecordAdmin(ReadOnlyAdmin, ActingAdmin):
    """Rows that services keep counts of: staff act on them, and change no field by hand."""

    ordering: ClassVar[tuple[str, ...]] = ("-id",)


@admin.register(Vote)
class VoteAdmin(RecordAdmin):
    list_display = ["paper", "user", "created_at"]
    list_select_related = ["paper", "user"]
    search_fields = ["user__username__exact", "paper__arxiv_id__exact"]
    search_help_text = "A whole user name, or a paper’s arXiv id."
    sortable_by = ()


@admin.register(Sighting)
class SightingAdmin(RecordAdmin):
    list_display = ["paper", "user", "created_at"]
    list_select_related = ["paper", "user"]
    search_fields = ["user__username__exact", "paper__arxiv_id__exact"]
    search_help_text = "A whole user name, or a paper’s arXiv id."
    sortable_by = ()


@admin.register(Dismissal)
class DismissalAdmin(RecordAdmin):
    list_display = ["paper", "user", "created_at"]
    list_select_related = ["paper", "user"]
    search_fields = ["user__username__exact", "paper__arxiv_id__exact"]
    search_help_text = "A whole user name, or a paper’s arXiv id."
    sortable_by = ()


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


REMOVE = Act(
    name="remove",
    menu="Remove: the words go, the place in the thread stays…",
    button="Remove…",
    question="Why remove it?",
    done="removed",
    left="deleted already",
    run=lambda ids, cleaned, now: remove_comments(ids, now),
    log=lambda cleaned: f"Removed: {cleaned['reason']}",
    form=ReasonForm,
    offered=lambda comment: comment.deleted_at is None,
)
RESTORE = Act(
    name="restore",
    menu="Restore what staff removed",
    button="Restore",
    done="restored",
    left="not removed by staff",
    run=lambda ids, cleaned, now: restore_comments(ids),
    log=told("Restored."),
    offered=lambda comment: comment.deleted_at is not None and comment.deleted_by_staff,
)


class FateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "fate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("stands", "Standing"), ("deleted", "Deleted by its author"), ("removed", "Removed by staff")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        match self.value():
            case "stands":
                return queryset.filter(deleted_at=None)
            case "deleted":
                return queryset.exclude(deleted_at=None).filter(deleted_by_staff=False)
            case "removed":
                return queryset.filter(deleted_by_staff=True)
            case _:
                return queryset


@admin.register(Comment)
class CommentAdmin(RecordAdmin):
    list_display = ["words", "paper_title", "user", "created_at", "fate"]
    list_filter = [FateFilter, "created_at"]
    list_select_related = ["paper", "user"]
    search_fields = ["source", "user__username__exact", "paper__arxiv_id__exact"]
    search_help_text = "Words of the comment, a whole user name, or a paper’s arXiv id."
    sortable_by = ()
    inlines = [CommentEditInline]
    acts = (REMOVE, RESTORE)
    fields = readonly_fields = (
        "paper",
        "user",
        "parent",
        "source",
        "created_at",
        "edited_at",
        "deleted_at",
        "deleted_by_staff",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        comments: QuerySet[Comment] = super().get_queryset(request)
        return comments.defer("html", "paper__abstract", "paper__authors_text")

    @admin.display(description="comment")
    def words(self, comment: Comment) -> str:
        return Truncator(comment.source).chars(140)

    @admin.display(description="paper")
    def paper_title(self, comment: Comment) -> SafeString:
        address = reverse("admin:papers_paper_change", args=[comment.paper_id])
        return format_html('<a href="{}">{}</a>', address, Truncator(comment.paper.title).chars(80))

    @admin.display(description="state")
    def fate(self, comment: Comment) -> str:
        if comment.deleted_at is None:
            return "Edited" if comment.edited_at else ""
        return "Removed by staff" if comment.deleted_by_staff else "Deleted by its author"


# Known to accounts first, and taken over here: what deleting a reader means, only papers know.
admin.site.unregister(User)


@admin.register(User)
class ReaderAdmin(UserAdmin):
    """Deletes by the service that keeps every count right, however many a reader's votes and comments are."""

    actions = ["deactivate", "reactivate", "delete_selected"]

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Name the readers alone: what goes with them the page says in words, and may be a hundred thousand rows."""
        names = [str(user) for user in objs]
        gone = {user.pk for user in objs}
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=gone)
        only = [user for user in objs if user.is_superuser] if not others.exists() else []
        barred = {"superusers" for user in objs if not self.has_delete_permission(request, user)}
        return names, {"users": len(names)}, barred, [f"{user}: the only superuser" for user in only]

    @admin.action(description="Delete selected users", permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """As Django's, but all of them go and are logged, or nobody is."""
        if not self._ids(request, queryset):
            return None
        if not all(self.has_delete_permission(request, user) for user in queryset):
            self._tell_refusal(request, "Only a superuser can delete a superuser.")
            return None
        try:
            with transaction.atomic():
                return cast("HttpResponse | None", delete_selected(self, request, queryset))
        except LeavingRefused as refusal:
            self._tell_refusal(request, str(refusal))
            return None

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except LeavingRefused as refusal:
            self._tell_refusal(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._delete([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._delete(list(queryset))

    def _delete(self, users: list[Any]) -> None:
        # A vote locks its paper before its reader, so the papers of all come before the first reader.
        voted = Vote.objects.filter(user__in=users).values("paper_id")
        list(Paper.objects.filter(pk__in=voted).select_for_update(no_key=True).order_by("pk").values_list("pk"))
        for user in users:
            try:
                delete_account(user)
            except LeavingRefused as refusal:
                raise LeavingRefused(f"{user} can’t be deleted. {refusal}") from None

    def _tell_refusal(self, request: HttpRequest, why: str) -> None:
        self.message_user(request, f"Nobody was deleted. {why}", messages.ERROR)
