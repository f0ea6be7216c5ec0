from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models as db
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from papers.admin.people import RecordAdmin
from papers.models import (
    Author,
    Authorship,
    Category,
    Classification,
    Edition,
    Identifier,
    Paper,
    PaperRedirect,
    PaperVersion,
)
from papers.services.corrections import CORRECTABLE, correct_paper


class ComposedInline(admin.TabularInline[Any, Paper]):
    """Rows that follow from what the sources said: shown, and written by ingestion alone."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class IdentifierInline(ComposedInline):
    model = Identifier


class ClassificationInline(ComposedInline):
    model = Classification


class VersionInline(ComposedInline):
    model = PaperVersion


class RedirectInline(ComposedInline):
    model = PaperRedirect


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin[Paper]):
    list_display = ["title", "arxiv_id", "listed_on", "state", "upvote_count", "comment_count"]
    list_filter = ["state", "listed_on"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["arxiv_id__startswith", "title", "authors_text"]
    formfield_overrides = {db.URLField: {"assume_scheme": "https"}}
    ordering = ["-dated_on", "-id"]
    # What follows from other rows is written by services, with them.
    readonly_fields = [
        "arxiv_id",
        "primary_category",
        "upvote_count",
        "comment_count",
        "hot_rank",
        "dated_on",
        "authors_text",
        "author_count",
        "source_score",
        "source_comment_count",
        "source_keywords",
        "code_stars",
        "thumbnail_url",
        "created_at",
    ]
    inlines = [IdentifierInline, ClassificationInline, VersionInline, RedirectInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A paper comes from a source, which its page names.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The next run would bring it back; hiding it lasts.
        return False

    def save_model(self, request: HttpRequest, obj: Paper, form: ModelForm[Paper], change: bool) -> None:
        """Save what staff decide on the paper itself; what they correct becomes their word among the sources'."""
        decided = [name for name in ("state", "picked_at") if name in form.changed_data]
        if decided:
            obj.save(update_fields=decided)
        corrections = {name: form.cleaned_data[name] for name in CORRECTABLE if name in form.changed_data}
        if corrections:
            correct_paper(obj, corrections, timezone.now())


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin[Author]):
    list_display = ["name", "slug", "orcid"]
    search_fields = ["name", "slug__startswith", "orcid__exact"]
    show_full_result_count = False
    ordering = ["slug"]


@admin.register(Authorship)
class AuthorshipAdmin(RecordAdmin):
    list_display = ["name", "position", "paper"]
    list_select_related = ["paper"]
    search_fields = ["author__slug__startswith"]
    ordering = ["-id"]


@admin.register(Identifier)
class IdentifierAdmin(RecordAdmin):
    list_display = ["scheme", "value", "paper"]
    list_filter = ["scheme"]
    list_select_related = ["paper"]
    search_fields = ["value__startswith"]
    ordering = ["-id"]


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    list_display = ["code", "name", "group", "status", "canonical"]
    list_filter = ["group", "status"]
    list_select_related = ["canonical"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["canonical"]


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin[Edition]):
    list_display = ["date", "note"]
    ordering = ["-date"]
