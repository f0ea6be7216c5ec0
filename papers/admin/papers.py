"""Papers as a curator works on them: found, narrowed, corrected, decided on."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.db import models as db
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from papers.admin.acts import ActingAdmin
from papers.admin.filters import CategoryFilter, EditionFilter, MarkFilter, SourceFilter
from papers.admin.finding import HELP, find_papers
from papers.admin.paper_acts import PAPER_ACTS
from papers.admin.paper_form import PaperForm
from papers.admin.paper_inlines import (
    AuthorshipInline,
    ClassificationInline,
    CommentInline,
    IdentifierInline,
    RedirectInline,
    SourceRecordInline,
    VersionInline,
)
from papers.admin.paper_merging import MergingViews
from papers.models import Identifier, Paper
from papers.provenance import source_title
from papers.services.corrections import correct_paper, corrected_fields, take_back
from papers.services.identifiers import IdentifierRefused, add_identifier, remove_identifier

_DECIDED = ["state", "picked_at"]
# What follows from other rows is written by services, with them.
_FOLLOWS = [
    "arxiv_id",
    "dated_on",
    "upvote_count",
    "comment_count",
    "hot_rank",
    "source_score",
    "source_comment_count",
    "source_keywords",
    "code_stars",
    "citation_count",
    "fields_of_study",
    "created_at",
]


@admin.register(Paper)
class PaperAdmin(MergingViews, ActingAdmin):
    list_display = ["title", "edition", "state", "pick", "upvotes", "comments_made", "sources", "codes"]
    list_filter = ["state", EditionFilter, MarkFilter, SourceFilter, CategoryFilter]
    # What stands here is not asked (get_search_results is), but without it admin shows no search box.
    search_fields = ["title"]
    search_help_text = HELP
    sortable_by = ["edition", "upvotes", "comments_made"]
    ordering = ["-dated_on", "-id"]
    acts = PAPER_ACTS
    form = PaperForm
    formfield_overrides = {db.URLField: {"widget": AdminURLFieldWidget, "assume_scheme": "https"}}
    readonly_fields = [*_DECIDED, *_FOLLOWS]
    inlines = [
        IdentifierInline,
        AuthorshipInline,
        ClassificationInline,
        VersionInline,
        CommentInline,
        SourceRecordInline,
        RedirectInline,
    ]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        papers = Paper.objects.all()
        # The form asks for all of one paper, the list for a little of many.
        is_list = bool(request.resolver_match) and str(request.resolver_match.url_name).endswith("_changelist")  # type: ignore[union-attr]
        return (papers.for_desk() if is_list else papers.for_correcting()).order_by("-dated_on", "-id")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Paper], search_term: str
    ) -> tuple[QuerySet[Paper], bool]:
        return find_papers(queryset, search_term), False  # type: ignore[arg-type]

    @admin.display(description="edition", ordering="dated_on")
    def edition(self, paper: Paper) -> str:
        return f"{paper.listed_on.day} {paper.listed_on:%b %Y}" if paper.listed_on else "–"

    @admin.display(description="pick", empty_value="")
    def pick(self, paper: Paper) -> str:
        return "Pick" if paper.picked_at else ""

    @admin.display(description="upvotes", ordering="upvote_count")
    def upvotes(self, paper: Paper) -> int:
        return paper.upvote_count

    @admin.display(description="comments", ordering="comment_count")
    def comments_made(self, paper: Paper) -> int:
        return paper.comment_count

    @admin.display(description="source")
    def sources(self, paper: Paper) -> str:
        return ", ".join(dict.fromkeys(source_title(row.source) for row in paper.source_records.all()))

    @admin.display(description="categories")
    def codes(self, paper: Paper) -> SafeString:
        rows = paper.classifications.all()
        return format_html_join(" ", '<span class="code">{}</span>', ((row.category_id,) for row in rows))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if self.may_act(request):
            actions["merge"] = (partial(_merge_selection), "merge", "Merge two into one…")
        return actions

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Paper | None = None) -> Any:
        corrected = ["take_back"] if obj and corrected_fields(obj) else []
        return [
            (
                None,
                {
                    "fields": ["state", "picked_at", *corrected, "title", "authors", "abstract", "category_codes"],
                    "description": "What you change here is kept as staff’s word: no later harvest undoes it. "
                    "Emptying a field says that there is none.",
                },
            ),
            ("Days", {"fields": ["listed_on", "submitted_at", "updated_at", "withdrawn_at", "dated_on"]}),
            (
                "About it",
                {
                    "fields": [
                        "author_note",
                        "journal_reference",
                        "venue",
                        "report_number",
                        "licence",
                        "organisation",
                        "submitter",
                    ]
                },
            ),
            ("Links", {"fields": ["arxiv_id", "open_access_url", "code_url", "project_url", "thumbnail_url"]}),
            (
                "Counted, and seen at the sources",
                {
                    "classes": ["collapse"],
                    "fields": [name for name in _FOLLOWS if name not in ("arxiv_id", "dated_on")] + ["source_summary"],
                },
            ),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A paper comes from a source, which its page names.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The next run would bring it back; hiding it lasts.
        return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        paper = kwargs.get("obj")
        if paper is not None and self.may_act(request):
            find = f"{reverse('admin:papers_paper_merge')}?kept={paper.pk}"
            context["links"] = [(find, "Merge with another paper…")]
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Paper, form: ModelForm[Paper], change: bool) -> None:
        """Keep what staff correct as their word among the sources'; the composition writes the columns."""
        if not isinstance(form, PaperForm):
            return
        now = timezone.now()
        if names := form.taken_back():
            take_back([obj], names, now)
        if corrections := form.corrections():
            correct_paper(obj, corrections, now)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Add and remove identifiers by their service; nothing else in the form's tables can be changed."""
        formset.save(commit=False)  # says what is new and what is to go, for the log
        if formset.model is not Identifier:
            return
        now = timezone.now()
        for row in formset.deleted_objects:
            remove_identifier(form.instance, row.scheme, row.value, now)
        for row in formset.new_objects:
            try:
                add_identifier(form.instance, row.scheme, row.value, now)
            except IdentifierRefused as refusal:
                self.message_user(request, f"{row.value} was not added. {refusal}", messages.ERROR)

    def get_urls(self) -> list[URLPattern]:
        merge = self.admin_site.admin_view(self.merge_view)
        return [path("merge/", merge, name="papers_paper_merge"), *super().get_urls()]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """A paper that was merged away leads to the one that it was merged into."""
        kept = Paper.objects.redirected_from(f"bs-{object_id}").first()
        if kept is None:
            found: HttpResponse = super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]
            return found
        self.message_user(request, f"Paper bs-{object_id} was merged into this one.", messages.WARNING)
        return HttpResponseRedirect(reverse("admin:papers_paper_change", args=[kept.pk]))


def _merge_selection(model_admin: PaperAdmin, request: HttpRequest, queryset: QuerySet[Paper]) -> HttpResponse | None:
    ids = list(queryset.values_list("pk", flat=True)[:3])
    if len(ids) != 2:
        model_admin.message_user(request, "Choose exactly two papers to merge.", messages.WARNING)
        return None
    kept, gone = sorted(ids)  # the older row, which more links lead to
    return HttpResponseRedirect(f"{reverse('admin:papers_paper_merge')}?kept={kept}&gone={gone}")
