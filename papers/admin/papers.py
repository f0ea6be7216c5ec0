from __future__ import annotations

from django.contrib import admin
from django.db import models as db

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


class IdentifierInline(admin.TabularInline[Identifier, Paper]):
    model = Identifier
    extra = 0


class ClassificationInline(admin.TabularInline[Classification, Paper]):
    model = Classification
    extra = 0
    autocomplete_fields = ["category"]


class VersionInline(admin.TabularInline[PaperVersion, Paper]):
    model = PaperVersion
    extra = 0


class RedirectInline(admin.TabularInline[PaperRedirect, Paper]):
    model = PaperRedirect
    extra = 0


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin[Paper]):
    list_display = ["title", "arxiv_id", "listed_on", "state", "upvote_count", "comment_count"]
    list_filter = ["state", "listed_on"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["arxiv_id__startswith", "title", "authors_text"]
    formfield_overrides = {db.URLField: {"assume_scheme": "https"}}
    ordering = ["-dated_on", "-id"]
    autocomplete_fields = ["primary_category"]
    # Counts, ranks and keys follow from other rows; services write them.
    readonly_fields = [
        "upvote_count",
        "comment_count",
        "hot_rank",
        "dated_on",
        "authors_text",
        "author_count",
        "source_score",
        "source_comment_count",
        "created_at",
    ]
    inlines = [IdentifierInline, ClassificationInline, VersionInline, RedirectInline]


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin[Author]):
    list_display = ["name", "slug", "orcid"]
    search_fields = ["name", "slug__startswith", "orcid__exact"]
    show_full_result_count = False
    ordering = ["slug"]


@admin.register(Authorship)
class AuthorshipAdmin(admin.ModelAdmin[Authorship]):
    list_display = ["name", "position", "paper"]
    list_select_related = ["paper"]
    raw_id_fields = ["paper", "author"]
    search_fields = ["author__slug__startswith"]
    show_full_result_count = False
    ordering = ["-id"]


@admin.register(Identifier)
class IdentifierAdmin(admin.ModelAdmin[Identifier]):
    list_display = ["scheme", "value", "paper"]
    list_filter = ["scheme"]
    list_select_related = ["paper"]
    raw_id_fields = ["paper"]
    search_fields = ["value__startswith"]
    show_full_result_count = False
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
