"""Two papers become one: find the other, look at what would come of it, do it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from papers.admin.acts import log
from papers.admin.finding import HELP, find_papers
from papers.models import Paper
from papers.provenance import source_title
from papers.services.merging import MergeOutdated, MergeRefused, Side, merge_as_seen, preview_merge

_MOST_FOUND = 20


class MergeForm(forms.Form):
    """Which two, and which mark of them the preview showed."""

    kept = forms.IntegerField(min_value=1, max_value=2**62)
    gone = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    q = forms.CharField(required=False, max_length=300, strip=True)
    seen = forms.CharField(required=False, max_length=64)


class MergingViews(admin.ModelAdmin[Any]):
    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the search or the preview, POST merges what the preview showed."""
        if not request.user.has_perm("papers.change_paper"):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        form = MergeForm(request.POST if request.method == "POST" else request.GET)
        if not form.is_valid():
            raise BadRequest("Say which paper is to be kept, by its number.")
        asked = form.cleaned_data
        kept = Paper.objects.filter(pk=asked["kept"]).first()
        if kept is None:
            raise Http404("There is no such paper any more.")
        if request.method == "POST" and asked["gone"]:
            return self._merge(request, kept, asked["gone"], asked["seen"])
        if asked["gone"]:
            return self._preview(request, kept, asked["gone"])
        return self._search(request, kept, asked["q"])

    def _merge(self, request: HttpRequest, kept: Paper, gone_id: int, seen: str) -> HttpResponse:
        by: Any = request.user
        try:
            # The log's lines with it: a merge without them would be nobody's.
            with transaction.atomic():
                merged, gone = merge_as_seen(kept.pk, gone_id, seen, timezone.now(), by)
                log(request, [merged], f"Merged “{gone.title}” ({gone.public_id}) into it.")
                log(request, [gone], f"Merged into “{merged.title}” ({merged.public_id}).")
        except MergeOutdated as outdated:
            return self._preview(request, kept, gone_id, str(outdated), status=409)
        except MergeRefused as refusal:
            return self._search(request, kept, "", str(refusal), status=409)
        said = f"“{gone.title}” was merged into this paper. The list of merges can undo it."
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:papers_paper_change", args=[merged.pk]))

    def _search(
        self, request: HttpRequest, kept: Paper, text: str, problem: str = "", status: int = 200
    ) -> HttpResponse:
        if text:
            found = list(find_papers(Paper.objects.for_desk(), text).exclude(pk=kept.pk).newest_first()[:_MOST_FOUND])
        else:
            found = list(Paper.objects.for_desk().of_the_same_title(kept).newest_first()[:_MOST_FOUND])
        context = {
            "title": "Merge with another paper",
            "kept": kept,
            "found": found,
            "text": text,
            "help": HELP,
            "most": _MOST_FOUND,
        }
        return self._page(request, "admin/papers/paper/merge_search.html", context, problem, status)

    def _preview(
        self, request: HttpRequest, kept: Paper, gone_id: int, problem: str = "", status: int = 200
    ) -> HttpResponse:
        try:
            preview = preview_merge(kept.pk, gone_id, timezone.now())
        except MergeRefused as refusal:
            return self._search(request, kept, "", str(refusal), status=409)
        context = {
            "title": "Merge two papers into one",
            "preview": preview,
            "rows": lines_of(preview.kept, preview.gone, preview.result),
        }
        return self._page(request, "admin/papers/paper/merge.html", context, problem, status)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], problem: str, status: int
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "problem": problem}
        return TemplateResponse(request, template, shared | context, status=status)


def lines_of(*sides: Side) -> list[dict[str, Any]]:
    """What stands side by side, line by line; a line where the first two differ is marked."""
    lines = []
    for label, value in _LINES.items():
        values = [value(side) for side in sides]
        is_long = any(len(str(value)) > 400 for value in values)
        lines.append({"label": label, "values": values, "differs": values[0] != values[1], "is_long": is_long})
    return lines


def _named(side: Side) -> str:
    return "\n".join(f"{scheme}: {value}" for scheme, value in side.identifiers)


_LINES: dict[str, Any] = {
    "Address": lambda side: f"/papers/{side.public_id}",
    "Title": lambda side: side.title,
    "Authors": lambda side: side.authors,
    "Abstract": lambda side: side.abstract,
    "Categories": lambda side: side.categories,
    "Identifiers": _named,
    "Submitted": lambda side: f"{side.submitted_at:%Y-%m-%d}" if side.submitted_at else "",
    "Edition": lambda side: side.listed_on.isoformat() if side.listed_on else "in none",
    "State": lambda side: side.state,
    "Pick": lambda side: "picked" if side.picked_at else "",
    "Upvotes": lambda side: side.upvotes,
    "Comments": lambda side: side.comments,
    "Sources": lambda side: ", ".join(map(source_title, side.sources)),
    "Redirects to it": lambda side: "\n".join(f"/papers/{name}" for name in side.addresses),
}
