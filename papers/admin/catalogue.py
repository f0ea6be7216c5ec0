"""What papers are made of: authors, names, identifiers, categories."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from accounts.paging import BoundedPaginator
from papers.admin.people import RecordAdmin
from papers.models import Author, Authorship, Category, Identifier


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin[Author]):
    list_display = ["name", "slug", "orcid"]
    search_fields = ["slug__startswith", "orcid__exact"]
    search_help_text = "The beginning of the name as it stands in addresses (ada-byron), or an ORCID."
    paginator = BoundedPaginator
    show_full_result_count = False
    ordering = ["slug"]
    sortable_by = ()


@admin.register(Authorship)
class AuthorshipAdmin(RecordAdmin):
    list_display = ["name", "position", "paper"]
    list_select_related = ["paper"]
    search_fields = ["author__slug__startswith"]
    search_help_text = "The beginning of the author’s name as it stands in addresses: ada-byron."


@admin.register(Identifier)
class IdentifierAdmin(RecordAdmin):
    list_display = ["scheme", "value", "paper"]
    list_filter = ["scheme"]
    list_select_related = ["paper"]
    search_fields = ["value__startswith"]


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    list_display = ["code", "name", "group", "status", "canonical"]
    list_filter = ["group", "status"]
    list_select_related = ["canonical"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["canonical"]

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> list[str]:
        # Another code would be another category, beside the one that its papers are in.
        return ["code"] if obj else []
