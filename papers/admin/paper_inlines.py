"""What belongs to a paper, inside its form: bounded, and read from the rows that services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from papers.identifiers import ARXIV, SCHEMES, address, normalised
from papers.models import (
    Authorship,
    Classification,
    Comment,
    Identifier,
    Paper,
    PaperRedirect,
    PaperVersion,
    SourceRecord,
)
from papers.provenance import source_title
from papers.services.identifiers import owner_of

_MOST_SHOWN = 20


class FirstRows(BaseInlineFormSet[Any, Paper, Any]):
    """The first rows of many, in their order."""

    def get_queryset(self) -> QuerySet[Any]:
        if not hasattr(self, "_first"):
            self._first = super().get_queryset()[:_MOST_SHOWN]
        return self._first


class ReadInline(admin.TabularInline[Any, Paper]):
    """Rows that follow from what the sources said, or that readers wrote: shown, and written elsewhere."""

    extra = 0
    can_delete = False
    formset = FirstRows
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_see_papers(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuthorshipInline(ReadInline):
    model = Authorship
    verbose_name_plural = f"authors (the first {_MOST_SHOWN})"
    fields = readonly_fields = ("position", "printed_name", "affiliation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        rows: QuerySet[Authorship] = super().get_queryset(request)
        return rows.select_related("author")

    @admin.display(description="name as printed")
    def printed_name(self, row: Authorship) -> SafeString:
        return _link(reverse("admin:papers_author_change", args=[row.author_id]), row.name)


class ClassificationInline(ReadInline):
    model = Classification
    fields = readonly_fields = ("position", "category")


class VersionInline(ReadInline):
    model = PaperVersion


class RedirectInline(ReadInline):
    model = PaperRedirect
    verbose_name_plural = "other addresses that lead here"


class CommentInline(ReadInline):
    model = Comment
    verbose_name_plural = f"comments (the last {_MOST_SHOWN})"
    ordering = ["-created_at", "-pk"]
    fields = readonly_fields = ("what", "user", "created_at", "deleted_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        rows: QuerySet[Comment] = super().get_queryset(request)
        return rows.select_related("user")

    @admin.display(description="comment")
    def what(self, row: Comment) -> SafeString:
        words = row.source if len(row.source) <= 120 else row.source[:120] + "…"
        return _link(reverse("admin:papers_comment_change", args=[row.pk]), words)


class SourceRecordInline(ReadInline):
    model = SourceRecord
    verbose_name_plural = "what the sources said"
    ordering = ["source", "key"]
    fields = readonly_fields = ("who", "key", "as_of", "changed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceRecord]:
        rows: QuerySet[SourceRecord] = super().get_queryset(request)
        return rows.defer("facts")

    @admin.display(description="source")
    def who(self, row: SourceRecord) -> SafeString:
        return _link(reverse("admin:papers_sourcerecord_change", args=[row.pk]), source_title(row.source))


class IdentifierForm(forms.ModelForm[Identifier]):
    """An identifier as it is typed or pasted; the service looks again, under its lock."""

    class Meta:
        model = Identifier
        fields = ["scheme", "value"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        scheme, typed = cleaned.get("scheme", ""), cleaned.get("value", "")
        if not scheme or not typed:
            return cleaned
        value = normalised(scheme, typed)
        if not value:
            raise forms.ValidationError(f"“{typed}” is no {SCHEMES[scheme]} identifier.")
        owner = owner_of(scheme, value)
        paper = self.instance.paper if self.instance.paper_id else None
        if owner is not None and owner != paper:
            raise forms.ValidationError(_taken(owner, paper))
        cleaned["value"] = value
        return cleaned

    def validate_constraints(self) -> None:
        """Say nothing of uniqueness here: `clean` has said it better."""


class IdentifierFormSet(BaseInlineFormSet[Identifier, Paper, Any]):
    def clean(self) -> None:
        super().clean()
        gone = {form.instance.value for form in self.deleted_forms}
        new = [form.cleaned_data for form in self.extra_forms if getattr(form, "cleaned_data", None)]
        arxiv_ids = {self.instance.arxiv_id} - gone - {None}
        arxiv_ids |= {row["value"] for row in new if row.get("scheme") == ARXIV and row.get("value")}
        if len(arxiv_ids) > 1:
            raise forms.ValidationError("A paper has one arXiv id, which is its address: remove the other first.")


class IdentifierInline(admin.TabularInline[Identifier, Paper]):
    """Added and removed through a service, never edited in place."""

    model = Identifier
    form = IdentifierForm
    formset = IdentifierFormSet
    extra = 1
    max_num = 40
    fields = ["scheme", "value", "leads_to"]
    readonly_fields = ["leads_to"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_see_papers(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_change_papers(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_change_papers(request)

    @admin.display(description="leads to")
    def leads_to(self, row: Identifier) -> str:
        url = address(row.scheme, row.value) if row.pk else ""
        return _link(url, url) if url else "–"


def _may_see_papers(request: HttpRequest) -> bool:
    """Who may see a paper sees what belongs to it."""
    user: Any = request.user
    return bool(user.has_perm("papers.view_paper") or user.has_perm("papers.change_paper"))


def _may_change_papers(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.has_perm("papers.change_paper"))


def _taken(owner: Paper, paper: Paper | None) -> SafeString:
    named = _link(reverse("admin:papers_paper_change", args=[owner.pk]), owner.title)
    if paper is None:
        return format_html("It is already an identifier of {}.", named)
    merge = f"{reverse('admin:papers_paper_merge')}?kept={paper.pk}&gone={owner.pk}"
    return format_html(
        "It is already an identifier of {}. If the two are one paper, {}.", named, _link(merge, "merge them")
    )


def _link(url: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words)
