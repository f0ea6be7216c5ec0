"""Editions: a day's note, its papers in their order, and what is done with them from there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.paging import BoundedPaginator
from papers.admin.paper_acts import FEATURE, HIDE, MOVE, RESTORE, UNFEATURE
from papers.models import Edition, Paper

_MOST_SHOWN = 1_000
_ACTS = (FEATURE, UNFEATURE, MOVE, HIDE, RESTORE)


class EditionForm(forms.ModelForm[Edition]):
    def clean_date(self) -> date:
        day: date = self.cleaned_data["date"]
        if not date(1991, 8, 14) <= day <= timezone.localdate() + timedelta(days=366):
            raise forms.ValidationError("Choose a day between arXiv’s first, 14 August 1991, and a year from now.")
        return day


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin[Edition]):
    form = EditionForm
    list_display = ["__str__", "papers", "picks", "comments", "note"]
    ordering = ["-date"]
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    search_fields = ["note"]
    search_help_text = "Words of the note."
    change_form_template = "admin/papers/edition/change_form.html"
    fieldsets = [
        (
            None,
            {
                "fields": ["date", "note"],
                "description": "A day still to come can be prepared: its note waits for its papers.",
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        listed = Paper.objects.listed().in_an_edition().filter(dated_on=OuterRef("pk")).order_by()
        counts = {
            "paper_count": listed.values("dated_on").annotate(count=Count("pk")),
            "pick_count": listed.picked().values("dated_on").annotate(count=Count("pk")),
            "comment_total": listed.values("dated_on").annotate(count=Sum("comment_count")),
        }
        return (
            super()
            .get_queryset(request)
            .annotate(**{name: Coalesce(Subquery(query.values("count")), 0) for name, query in counts.items()})
        )

    @admin.display(description="papers")
    def papers(self, edition: Any) -> int:
        return int(edition.paper_count)

    @admin.display(description="picks")
    def picks(self, edition: Any) -> int:
        return int(edition.pick_count)

    @admin.display(description="comments")
    def comments(self, edition: Any) -> int:
        return int(edition.comment_total)

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        # Another date would be another edition.
        return ["date"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        # A day with papers stays a day; several are never thrown away at once.
        if obj is None or Paper.objects.in_editions(obj.date, obj.date).exists():
            return False
        return super().has_delete_permission(request, obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        edition = kwargs.get("obj")
        if edition is not None:
            papers = Paper.objects.in_editions(edition.date, edition.date).for_desk().most_upvoted()
            user: Any = request.user
            context |= {
                "papers": list(papers[:_MOST_SHOWN]),
                "most": _MOST_SHOWN,
                "paper_list": f"{reverse('admin:papers_paper_changelist')}?edition={edition.date.isoformat()}",
                "paper_acts": _ACTS if user.has_perm("papers.change_paper") else (),
                "pick": FEATURE,
                "unpick": UNFEATURE,
                "here": request.path,
            }
        return super().render_change_form(request, context, *args, **kwargs)
