"""What a reader may narrow a listing by; the query string is the state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from accounts.models import User
from papers.ingest.sources import ENRICHERS, SOURCES
from papers.querysets.papers import PaperQuerySet
from papers.search.facts import of_years
from papers.search.parser import MOST_CHARACTERS
from papers.taxonomy import CATEGORIES, GROUPS, canonical_code
from papers.widgets import PlainSelect

RELEVANCE = "relevance"
# Of a text that is too long to be searched for, so much is shown again.
_ECHOED = 10_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
SORTS: dict[str, str] = {
    "top": "Most upvoted",
    "new": "Newest",
    "trending": "Trending",
    "discussed": "Most discussed",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, in words, with the query string that is left without it."""

    text: str
    query: str


class WholeNumberFilter(django_filters.NumberFilter):  # type: ignore[misc]
    field_class = forms.IntegerField


class PaperFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The same filters for every listing; `sort` falls back to the listing's own order."""

    category = django_filters.ChoiceFilter(
        label="Category", empty_label="All categories", method="in_category", widget=PlainSelect
    )
    primary = django_filters.BooleanFilter(
        label="Leave out cross-lists", widget=forms.CheckboxInput, method="without_cross_lists"
    )
    author = django_filters.CharFilter(label="Author’s name", method="with_author_named", max_length=100)
    since = django_filters.DateFilter(label="From", field_name="dated_on", lookup_expr="gte")
    until = django_filters.DateFilter(label="To", field_name="dated_on", lookup_expr="lte")
    upvotes = WholeNumberFilter(
        label="At least this many upvotes",
        field_name="upvote_count",
        lookup_expr="gte",
        min_value=0,
        max_value=2_000_000_000,
    )
    source = django_filters.ChoiceFilter(
        label="Source", empty_label="Any source", method="from_source", widget=PlainSelect
    )
    code = django_filters.BooleanFilter(label="Has code", widget=forms.CheckboxInput, method="with_code")
    comments = django_filters.BooleanFilter(label="Has comments", widget=forms.CheckboxInput, method="with_comments")
    unseen = django_filters.BooleanFilter(
        label="Not yet seen by me", widget=forms.CheckboxInput, method="unseen_by_viewer"
    )
    sort = django_filters.ChoiceFilter(
        label="Order", choices=list(SORTS.items()), empty_label=None, method="nothing_by_itself", widget=PlainSelect
    )

    # What is in the address and narrows nothing.
    beside: frozenset[str] = frozenset({"sort"})

    def __init__(
        self,
        data: QueryDict,
        papers: PaperQuerySet,
        *,
        viewer: User | AnonymousUser,
        sort: str,
        counted_categories: Sequence[tuple[str, int]] | None = None,
        without: Sequence[str] = (),
        fixed_category: str = "",
    ) -> None:
        """Prepare the filters of one listing.

        `sort` is its own order, `counted_categories` are the categories on offer, with their counts (None offers the
        whole taxonomy), and `fixed_category` is the one that all its papers are in.
        """
        # A form that got any data shows no initial values, so the listing's own order is given as data.
        data = data.copy()
        if not data.get("sort"):
            data["sort"] = sort
        if _is_later(data.get("since", ""), data.get("until", "")):
            data["since"], data["until"] = str(data["until"]), str(data["since"])
        if chosen := data.get("category"):
            data["category"] = canonical_code(chosen)
        super().__init__(data, papers)
        self.viewer = viewer
        self.own_sort = sort
        self.counted_categories = counted_categories
        self.without = without
        self.fixed_category = fixed_category
        for name in without:
            del self.filters[name]
        if not viewer.is_authenticated:
            del self.filters["unseen"]
        if "category" in self.filters:
            self.filters["category"].extra["choices"] = _category_choices(counted_categories, data.get("category", ""))
        # By title: all of arXiv's services are arXiv to a reader.
        bringing = [(name, source) for name, source in SOURCES.items() if name not in ENRICHERS]
        titles = {source.title: name for name, source in reversed(bringing)}
        self.filters["source"].extra["choices"] = [(name, title) for title, name in reversed(titles.items())]
        self._set_widgets()

    def _set_widgets(self) -> None:
        fields = self.form.fields
        for name in {"since", "until"} & fields.keys():
            fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        fields["upvotes"].widget.attrs["inputmode"] = "numeric"
        if "author" in fields:
            fields["author"].widget.attrs |= {"autocomplete": "off", "maxlength": "100", "spellcheck": "false"}

    # The methods named above

    def in_category(self, papers: PaperQuerySet, name: str, code: str) -> PaperQuerySet:
        # Without cross-lists the other filter says it all.
        return papers if self.form.cleaned_data.get("primary") else papers.in_category(code)

    def without_cross_lists(self, papers: PaperQuerySet, name: str, wanted: bool) -> PaperQuerySet:
        code = self.form.cleaned_data.get("category") or self.fixed_category
        return papers.in_category(code, primary_only=True) if wanted and code else papers

    def with_author_named(self, papers: PaperQuerySet, name: str, words: str) -> PaperQuerySet:
        return papers.with_author_named(words)

    def from_source(self, papers: PaperQuerySet, name: str, source: str) -> PaperQuerySet:
        return papers.from_sources([name for name, other in SOURCES.items() if other.title == SOURCES[source].title])

    def with_code(self, papers: PaperQuerySet, name: str, wanted: bool) -> PaperQuerySet:
        return papers.with_code() if wanted else papers

    def with_comments(self, papers: PaperQuerySet, name: str, wanted: bool) -> PaperQuerySet:
        return papers.discussed() if wanted else papers

    def unseen_by_viewer(self, papers: PaperQuerySet, name: str, wanted: bool) -> PaperQuerySet:
        return papers.not_seen_by(self.viewer) if wanted and isinstance(self.viewer, User) else papers

    def nothing_by_itself(self, papers: PaperQuerySet, name: str, value: Any) -> PaperQuerySet:
        return papers

    # What the page asks

    @property
    def ordered(self) -> PaperQuerySet:
        """The filtered papers in the chosen order."""
        return self.in_order(self.narrowed)

    @property
    def narrowed(self) -> PaperQuerySet:
        """The filtered papers in no order; filters that are not understood are left out."""
        self.form.is_valid()
        papers: PaperQuerySet = self.filter_queryset(self.queryset.all())
        return papers

    def in_order(self, papers: PaperQuerySet) -> PaperQuerySet:
        match self.order:
            case "new":
                return papers.newest_first()
            case "trending":
                return papers.trending()
            case "discussed":
                return papers.most_discussed()
            case _:
                return papers.most_upvoted()

    @property
    def order(self) -> str:
        """The order in force, a key of SORTS."""
        return self.cleaned.get("sort") or self.own_sort

    @property
    def cleaned(self) -> dict[str, Any]:
        """What the reader asked for and was understood, without the empty answers."""
        self.form.is_valid()
        cleaned = getattr(self.form, "cleaned_data", {})
        cleaned = {name: value for name, value in cleaned.items() if value not in (None, "", False)}
        if not (cleaned.get("category") or self.fixed_category):
            # A cross-list is one only as seen from a category.
            cleaned.pop("primary", None)
        return cleaned

    @property
    def query(self) -> str:
        """The canonical query string of the filters in force: "category=cs.LG&code=on", "" for none."""
        return self._query(set(self.cleaned))

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in force without their order, as a query string has them."""
        return QueryDict(self._query(set(self.cleaned) - self.beside)).dict()

    @property
    def narrows(self) -> bool:
        return bool(set(self.cleaned) - self.beside)

    @property
    def panel(self) -> Iterator[forms.BoundField]:
        """The fields of the panel that narrows a listing."""
        yield from (field for field in self.form if field.name not in self.beside)
        yield self.form["sort"]

    @property
    def order_words(self) -> str:
        """The order in force, for a sentence: "the most upvoted first"."""
        return {
            RELEVANCE: "the best match first",
            "top": "the most upvoted first",
            "new": "the newest first",
            "trending": "the most trending first",
            "discussed": "the most discussed first",
        }[self.order]

    @property
    def chips(self) -> list[Chip]:
        chosen = set(self.cleaned)
        names = [name for name in self.filters if name in chosen - self.beside]
        return [Chip(self._words(name), self._query(chosen - {name})) for name in names]

    @property
    def misread(self) -> list[str]:
        """The answers that can't be read and so are left out, and why, each in a sentence."""
        self.form.is_valid()
        return [_why(self.form[name], str(self.data.get(name, ""))) for name in self.form.errors]

    def query_with(self, name: str, value: str) -> str:
        """The query string with one answer changed or added."""
        query = QueryDict(self.query, mutable=True)
        query[name] = value
        return query.urlencode()

    def loosened_by(self, chip: Chip) -> PaperQuerySet:
        """The papers that would be found without one of the chips."""
        return type(self)(
            QueryDict(chip.query),
            self.queryset,
            viewer=self.viewer,
            sort=self.own_sort,
            counted_categories=self.counted_categories,
            without=self.without,
            fixed_category=self.fixed_category,
        ).ordered

    def _query(self, names: set[str]) -> str:
        if "category" not in names and not self.fixed_category:
            names = names - {"primary"}
        query = QueryDict(mutable=True)
        for name in self.filters:
            if name in names and not (name == "sort" and self.order == self.own_sort):
                value = self.cleaned[name]
                query[name] = "on" if value is True else str(value)
        return query.urlencode()

    def _words(self, name: str) -> str:
        value = self.cleaned[name]
        if name in ("category", "year"):
            return str(value)
        if name == "primary":
            return "primary only"
        if name == "author":
            return f"author: {value}"
        if name == "upvotes":
            return f"at least {value} upvotes"
        if name in ("since", "until"):
            return f"{self.filters[name].label.lower()} {value.day} {value:%b %Y}"
        if name == "source":
            return f"from {SOURCES[value].title}"
        return str(self.filters[name].label).lower()


class SearchFilter(PaperFilter):
    """The filters of a search. What is typed comes first, so that it leads the address; it is no filter by itself."""

    q = django_filters.CharFilter(label="Search", method="nothing_by_itself", strip=True, max_length=MOST_CHARACTERS)
    year = WholeNumberFilter(label="Year", method="of_year", min_value=1900, max_value=2999)
    sort = django_filters.ChoiceFilter(
        label="Order",
        choices=[(RELEVANCE, "Best match"), *((name, label) for name, label in SORTS.items() if name != "trending")],
        empty_label=None,
        method="nothing_by_itself",
        widget=PlainSelect,
    )

    beside = frozenset({"sort", "q"})

    def __init__(self, data: QueryDict, papers: PaperQuerySet, *, viewer: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(data, papers, viewer=viewer, sort=RELEVANCE)
        self.filters.move_to_end("q", last=False)

    @property
    def text(self) -> str:
        """What was typed."""
        return str(self.cleaned.get("q", ""))

    @property
    def typed(self) -> str:
        """What stands in the field, even where it is too long to be searched for."""
        return self.text or str(self.data.get("q", ""))[:_ECHOED]

    def orders(self, *, ranks: bool) -> list[tuple[str, str, bool]]:
        """Each order: its name, the query string with it, whether it is in force.

        Where nothing `ranks`, the best match is the newest.
        """
        others = self._query(set(self.cleaned) - {"sort"})
        current = self.order if ranks or self.order != RELEVANCE else "new"
        return [
            (label, others if key == RELEVANCE else f"{others}&sort={key}", key == current)
            for key, label in self.filters["sort"].extra["choices"]
            if ranks or key != RELEVANCE
        ]

    @property
    def text_query(self) -> str:
        """The query string of what was typed alone."""
        return self._query({"q"} & set(self.cleaned))

    def of_year(self, papers: PaperQuerySet, name: str, year: int) -> PaperQuerySet:
        return papers.filter(of_years(year, year))


def _is_later(since: str, until: str) -> bool:
    """Whether two days, as date fields send them, stand the wrong way round."""
    return bool(_DAY.fullmatch(since) and _DAY.fullmatch(until) and since > until)


def _why(answer: forms.BoundField, value: str) -> str:
    short = value if len(value) <= 40 else f"{value[:40]}…"
    match answer.field:
        case forms.DateField():
            why = f"“{short}” is no day. Write it like 2025-12-25."
        case forms.IntegerField(min_value=least, max_value=most) if answer.name == "year":
            why = f"“{short}” is no year from {least} to {most}."
        case forms.IntegerField(min_value=least, max_value=most):
            why = f"“{short}” is no whole number from {least:,} to {most:,}."
        case forms.ChoiceField():
            why = f"there is no “{short}”."
        case forms.CharField(max_length=int(most)) if len(value) > most:
            why = f"these are {len(value):,} characters, and {most:,} at most are read."
        case _:
            why = "there are signs in it that no text has."
    return f"{answer.label}: {why}"


def _category_choices(counted: Sequence[tuple[str, int]] | None, chosen: str) -> list[tuple[str, Any]]:
    """Counted categories as a flat list, the most frequent first; else the whole taxonomy in its groups.

    The chosen one is on offer even where it counts nothing: it exists, and may have papers on another day.
    """
    if counted is not None:
        if chosen in CATEGORIES and chosen not in dict(counted):
            counted = [*counted, (chosen, 0)]
        return [(code, f"{code} {CATEGORIES[code].name} ({count})") for code, count in counted]
    groups: dict[str, list[tuple[str, str]]] = {name: [] for name in sorted(GROUPS.values())}
    # Archived codes, of old papers alone, come after those in use.
    for fact in sorted(CATEGORIES.values(), key=lambda fact: fact.status == "archived"):
        if canonical_code(fact.code) == fact.code:
            groups[GROUPS[fact.group]].append((fact.code, f"{fact.code} {fact.name}"))
    return list(groups.items())
