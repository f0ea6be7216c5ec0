"""Papers that may be one, side by side, and papers that became one, to be taken apart again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from papers.admin.acts import ActingAdmin, Cleaned, PlainDeed, log, told
from papers.admin.paper_merging import lines_of
from papers.admin.people import RecordAdmin
from papers.models import Merge, Paper, PossibleDuplicate
from papers.provenance import source_title
from papers.services.duplicates import ask_again, put_off, tell_apart
from papers.services.merging import side_of
from papers.services.unmerging import UndoRefused, undo_merge

Decide = Callable[[list[int], datetime, User], Sequence[Model]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(PlainDeed):
    """It remembers whose it was; from a pair's form it leads back to the pairs that wait."""

    decide: Decide

    def carry_out(self, request: HttpRequest, ids: list[int], cleaned: Cleaned, now: datetime) -> Sequence[Model]:
        by: Any = request.user
        return self.decide(ids, now, by)

    def answer(self, acting: ActingAdmin, request: HttpRequest, ids: list[int], back: str) -> HttpResponse:
        waiting = reverse("admin:papers_possibleduplicate_changelist")
        return acting.act_on(request, self, ids, waiting if "/act/" in request.path else back)


APART = Decision(
    name="apart",
    menu="They are different",
    button="They are different",
    done="told apart",
    left="told apart already",
    decide=tell_apart,
    log=told("Said to be different works."),
    offered=lambda pair: pair.decision != PossibleDuplicate.Decision.DIFFERENT,
)
LATER = Decision(
    name="later",
    menu="Later",
    button="Later",
    done="put off",
    left="not waiting",
    decide=put_off,
    log=told("Put off."),
    offered=lambda pair: pair.decision == PossibleDuplicate.Decision.WAITING,
)
ASK_AGAIN = Decision(
    name="ask-again",
    menu="Ask again",
    button="Ask again",
    done="waiting again",
    left="waiting already",
    decide=lambda ids, now, by: ask_again(ids),
    log=told("To be decided again."),
    offered=lambda pair: pair.decision != PossibleDuplicate.Decision.WAITING,
)


class DecisionFilter(admin.SimpleListFilter):
    """Those that wait, unless others are asked for."""

    title = "decision"
    parameter_name = "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("later", "Later"), ("different", "Different"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        choices = list(super().choices(changelist))
        return [choices[0] | {"display": "Waiting"}, *choices[1:]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(decision=self.value() or PossibleDuplicate.Decision.WAITING)


@admin.register(PossibleDuplicate)
class PossibleDuplicateAdmin(RecordAdmin):
    list_display = ["paper_title", "other", "why", "who", "first_seen_at"]
    list_filter = [DecisionFilter]
    search_fields = ["reason"]
    search_help_text = "Words of the reason."
    sortable_by = ()
    acts = (APART, LATER, ASK_AGAIN)
    change_form_template = "admin/papers/possibleduplicate/change_form.html"
    fields = readonly_fields = ("first_seen_at", "decision", "decided_at", "decided_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PossibleDuplicate]:
        pairs: QuerySet[PossibleDuplicate] = super().get_queryset(request)
        return pairs.select_related("first", "second", "decided_by").defer("first__abstract", "second__abstract")

    @admin.display(description="paper")
    def paper_title(self, pair: PossibleDuplicate) -> str:
        return f"{pair.first.title} ({pair.first.public_id})"

    @admin.display(description="may be the same as")
    def other(self, pair: PossibleDuplicate) -> str:
        is_same = pair.first.title == pair.second.title
        return pair.second.public_id if is_same else f"{pair.second.title} ({pair.second.public_id})"

    @admin.display(description="why it is not sure")
    def why(self, pair: PossibleDuplicate) -> str:
        return pair.reason

    @admin.display(description="found by")
    def who(self, pair: PossibleDuplicate) -> str:
        return source_title(pair.found_by)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        pair = kwargs.get("obj")
        if pair is not None:
            # As the preview of a merge has them: what has an arXiv id is kept, else the older row.
            kept, gone = sorted((pair.first, pair.second), key=lambda paper: (not paper.arxiv_id, paper.pk))
            context["sides"] = [side_of(kept), side_of(gone)]
            context["rows"] = lines_of(*context["sides"])
            context["found_by"] = self.who(pair)
            user: Any = request.user
            if user.has_perm("papers.change_paper"):
                find = f"{reverse('admin:papers_paper_merge')}?kept={kept.pk}&gone={gone.pk}"
                context["links"] = [(find, "Merge…")]
        return super().render_change_form(request, context, *args, **kwargs)


class Undo(PlainDeed):
    """Take merges apart, the last one first; those that can't be, say why."""

    def carry_out(self, request: HttpRequest, ids: list[int], cleaned: Cleaned, now: datetime) -> Sequence[Model]:
        undone, refusals = [], []
        by: Any = request.user
        for number in sorted(ids, reverse=True):
            try:
                merge, kept, gone = undo_merge(number, now, by)
            except UndoRefused as refusal:
                refusals.append(str(refusal))
                continue
            log(request, [kept], f"Undid the merge of “{gone.title}” ({gone.public_id}) into it.")
            log(request, [gone], f"Undid its merge into “{kept.title}” ({kept.public_id}).")
            undone.append(merge)
        for sentence in dict.fromkeys(refusals):
            messages.error(request, sentence)
        return undone


UNDO = Undo(
    name="undo",
    menu="Undo…",
    button="Undo…",
    question="Take the two apart again?",
    done="undone",
    left="as before",
    log=told("Undone."),
    form=forms.Form,
    offered=lambda merge: merge.undone_at is None,
)


@admin.register(Merge)
class MergeAdmin(RecordAdmin):
    list_display = ["paper_title", "gone_name", "kept_name", "merged_at", "who", "state"]
    list_display_links = ["paper_title"]
    list_filter = [("undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["merged_by", "undone_by"]
    search_fields = ["gone_name__exact", "kept_name__exact", "title__icontains"]
    search_help_text = "A paper’s name in addresses, or words of the title that went."
    sortable_by = ()
    acts = (UNDO,)
    fields = readonly_fields = ("title", "gone", "kept", "merged_at", "who", "moved_rows", "state")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        merges: QuerySet[Merge] = super().get_queryset(request)
        is_list = str(getattr(request.resolver_match, "url_name", "")).endswith("_changelist")
        return merges.defer("moved") if is_list else merges

    @admin.display(description="paper that went")
    def paper_title(self, merge: Merge) -> str:
        return merge.title

    @admin.display(description="by")
    def who(self, merge: Merge) -> str:
        return str(merge.merged_by or source_title(merge.found_by))

    @admin.display(description="undone", empty_value="")
    def state(self, merge: Merge) -> str:
        if merge.undone_at is None:
            return ""
        return f"{merge.undone_at:%Y-%m-%d %H:%M} by {merge.undone_by or 'a deleted user'}"

    @admin.display(description="went")
    def gone(self, merge: Merge) -> str | SafeString:
        return _linked(merge.gone_number, merge.gone_name)

    @admin.display(description="into")
    def kept(self, merge: Merge) -> str | SafeString:
        return _linked(merge.kept_number, merge.kept_name)

    @admin.display(description="came along")
    def moved_rows(self, merge: Merge) -> str:
        counts = {
            "upvotes": len(merge.moved["vote"]["moved"]) + len(merge.moved["vote"]["dropped"]),
            "comments": len(merge.moved["comment"]["moved"]),
            "identifiers": len(merge.moved["identifier"]),
            "source records": len(merge.moved["sourcerecord"]["moved"]),
        }
        return ", ".join(f"{count:,} {noun[:-1] if count == 1 else noun}" for noun, count in counts.items())


def _linked(number: int, name: str) -> str | SafeString:
    if not Paper.objects.filter(pk=number).exists():
        return name
    return format_html('<a href="{}">{}</a>', reverse("admin:papers_paper_change", args=[number]), name)
