"""What staff narrow the papers by. Those of many values are a field of a small form, not a column of links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import parse_qsl

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from papers.ingest.composing import STAFF
from papers.ingest.sources import SOURCES
from papers.periods import period_of
from papers.querysets.papers import PaperQuerySet
from papers.taxonomy import CATEGORIES, canonical_code

Options = list[tuple[str, str]]


def _papers(queryset: QuerySet[Any]) -> PaperQuerySet:
    return cast(PaperQuerySet, queryset)


class FormFilter(admin.SimpleListFilter):
    """A filter whose value is chosen in a form, which keeps the rest of the query string."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        name = self.parameter_name or ""
        kept = parse_qsl(changelist.get_query_string(remove=[name, "p"]).removeprefix("?"), keep_blank_values=True)
        yield {
            "name": name,
            "value": self.value() or "",
            "kept": kept,
            "all": changelist.get_query_string(remove=[name, "p"]),
            "links": [
                {
                    "selected": self.value() == value,
                    "query_string": changelist.get_query_string({name: value}, remove=["p"]),
                    "display": title,
                }
                for value, title in self.links()
            ],
            "options": [(value, title, self.value() == value) for value, title in self.lookup_choices],
        }

    def links(self) -> Options:
        """Values that are offered as links beside the form's field."""
        return []


class CategoryFilter(FormFilter):
    title = "category"
    parameter_name = "category"
    template = "admin/papers/paper/select_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        return [
            (fact.code, f"{fact.code} {fact.name}")
            for fact in CATEGORIES.values()
            if canonical_code(fact.code) == fact.code
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if not code:
            return queryset
        if code not in CATEGORIES:
            raise IncorrectLookupParameters
        return _papers(queryset).in_category(canonical_code(code))


class EditionFilter(FormFilter):
    title = "edition"
    parameter_name = "edition"
    template = "admin/papers/paper/date_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        return [("today", "Today")]  # None at all would hide the filter.

    def links(self) -> Options:
        return [("today", "Today"), ("yesterday", "Yesterday"), ("week", "This week"), ("none", "In none")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        match self.value():
            case None | "":
                return queryset
            case "today":
                return _papers(queryset).in_editions(today, today)
            case "yesterday":
                return _papers(queryset).in_editions(today - timedelta(days=1), today - timedelta(days=1))
            case "week":
                week = period_of("week", today)
                return _papers(queryset).in_editions(week.first, week.last)
            case "none":
                return _papers(queryset).in_no_edition()
            case day:
                try:
                    chosen = date.fromisoformat(day)
                except ValueError:
                    raise IncorrectLookupParameters from None
                return _papers(queryset).in_editions(chosen, chosen)


def _kinds() -> list[tuple[str, str]]:
    """The sources by name; those that readers are told by one title are told apart."""
    titles = Counter(source.title for source in SOURCES.values())
    return [
        (name, source.title if titles[source.title] == 1 else f"{source.title} ({name})")
        for name, source in SOURCES.items()
    ]


class KindFilter(admin.SimpleListFilter):
    """The sources that there are, without asking every row for its own."""

    title = "source"
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        return _kinds()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(source=self.value()) if self.value() else queryset


class SourceFilter(admin.SimpleListFilter):
    title = "source"
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        return [*_kinds(), (STAFF, "Staff’s corrections")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return _papers(queryset).from_sources([self.value() or ""]) if self.value() else queryset


class MarkFilter(admin.SimpleListFilter):
    """What is rare, and has a small index of its own."""

    title = "mark"
    parameter_name = "mark"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        return [("picked", "Picked"), ("withdrawn", "Withdrawn")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "picked":
                return _papers(queryset).picked()
            case "withdrawn":
                return _papers(queryset).withdrawn()
            case _:
                return queryset
