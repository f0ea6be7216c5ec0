"""Conditions of a query on what is known of a paper, beside its words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from papers.identifiers import DOI, SCHEMES, parse_identifier
from papers.models import Classification, Identifier
from papers.querysets.papers import PaperQuerySet
from papers.search.parser import Fact
from papers.taxonomy import CATEGORIES


def narrowed(papers: PaperQuerySet, facts: Iterable[Fact]) -> PaperQuerySet:
    """The papers that fulfil every one of the conditions."""
    for fact in facts:
        condition = _condition(fact)
        papers = papers.filter(~condition if fact.is_negated else condition)
    return papers


def _condition(fact: Fact) -> Q:
    match fact.name:
        case "cat":
            classification = Classification.objects.filter(paper=OuterRef("pk"))
            if fact.value.endswith("."):
                archive = [code for code in CATEGORIES if code.startswith(fact.value)]
                return Q(Exists(classification.filter(category_id__in=archive)))
            return Q(Exists(classification.filter(category_id=fact.value)))
        case "id":
            if fact.value.startswith("bs-"):
                return Q(pk=int(fact.value[3:]))
            scheme, value = parse_identifier(fact.value) or ("", "")
            return _known_as(scheme, value)
        case "doi":
            return _known_as(DOI, fact.value)
        case "org":
            # Only papers that have one are in its index.
            return Q(organisation__icontains=fact.value) & ~Q(organisation="")
        case "year":
            return of_years(fact.low, fact.high)
        case "votes":
            return _within("upvote_count", fact.low, fact.high)
        case _:
            return _has(fact.value)


def _known_as(scheme: str, value: str) -> Q:
    schemes = [scheme] if scheme else list(SCHEMES)
    return Q(pk__in=Identifier.objects.filter(scheme__in=schemes, value=value).values("paper_id"))


def _has(what: str) -> Q:
    if what == "comments":
        return Q(comment_count__gt=0)
    return ~Q(**{{"code": "code_url", "project": "project_url", "abstract": "abstract"}[what]: ""})


def _within(name: str, low: object, high: object) -> Q:
    condition = Q()
    if low is not None:
        condition &= Q(**{f"{name}__gte": low})
    if high is not None:
        condition &= Q(**{f"{name}__lte": high})
    return condition


def of_years(low: int | None, high: int | None) -> Q:
    """Papers of the years that their rows print: of the submission, else of the best day known."""
    first, last = _day(low, 1, 1), _day(high, 12, 31)
    submitted = _within("submitted_at", _moment(first), None)
    if last is not None:
        submitted &= Q(submitted_at__lt=_moment(last + timedelta(days=1)))
    return Q(submitted_at__isnull=False) & submitted | Q(submitted_at=None) & _within("dated_on", first, last)


def _moment(day: date | None) -> datetime | None:
    return None if day is None else timezone.make_aware(datetime.combine(day, time()))


def _day(year: int | None, month: int, day: int) -> date | None:
    return None if year is None else date(min(max(year, 2), 9998), month, day)
