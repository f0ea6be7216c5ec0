"""What each source announced and what of it is here: completeness is our promise, so everybody may check it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.htmx import render_page
from papers.identifiers import address
from papers.ingest.announcements import is_announced
from papers.ingest.days import BadDay, read_day
from papers.ingest.sources import SOURCES
from papers.ingest.sources.arxiv_facts import HOST
from papers.ingest.standing import SourceStanding, source_standings
from papers.models import AnnouncedDay, AnnouncedPaper, Holiday, RejectedRecord
from papers.spans import ago, until

_DAYS = 14
_NAMED = 30  # of a day's missing papers
_EARLIEST = date(1991, 8, 14)


@dataclass(frozen=True, slots=True)
class Missing:
    name: str
    url: str
    why: str


@dataclass(slots=True)
class Day:
    """One source's day: what is known of it, or in words why nothing is."""

    day: date
    known: AnnouncedDay | None
    words: str
    missing: list[Missing] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.known.missing - len(self.missing) if self.known else 0


@dataclass(frozen=True, slots=True)
class Told:
    """One source as the page prints it."""

    standing: SourceStanding
    last: str
    next: str
    days: list[Day]
    read_until: date | None  # where the source tells no days but a position
    lists: list[str]


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    last = _last_day(request.GET.get("until", ""), today)
    first = last - timedelta(days=_DAYS - 1)
    days = {(day.source, day.day): day for day in AnnouncedDay.objects.between(first, last)}
    missing = _missing(list(days.values()))
    holidays = Holiday.objects.days()

    def told(one: SourceStanding) -> Told:
        lists = {name for (source, _), day in days.items() if source == one.name for name in day.lists}
        span = [first + timedelta(days=number) for number in reversed(range(_DAYS))]
        is_known = any(source == one.name for source, _ in days)
        return Told(
            standing=one,
            last=ago(now - one.done.finished_at) if one.done and one.done.finished_at else "",
            next=_next(one, now),
            days=[_day(one.name, day, days, missing, holidays) for day in span] if is_known else [],
            read_until=None if is_known else _read_until(one.position),
            lists=sorted(lists),
        )

    context = {
        "sources": [told(one) for one in source_standings() if _is_kept_going(one, days)],
        "first": first,
        "last": last,
        "is_latest": last == today,
        "earlier": (first - timedelta(days=1)).isoformat() if AnnouncedDay.objects.before(first).exists() else "",
        "later": (last + timedelta(days=_DAYS)).isoformat() if last + timedelta(days=_DAYS) < today else "",
    }
    return render_page(request, "papers/status.html", context)


def _last_day(text: str, today: date) -> date:
    """The last day shown; today unless the address names another."""
    if not text:
        return today
    try:
        day = read_day(text)
    except BadDay as error:
        raise BadRequest(str(error)) from None
    if not _EARLIEST <= day <= today:
        raise BadRequest(f"{day} is not a day between arXiv’s first and today.")
    return day


def _is_kept_going(standing: SourceStanding, days: dict[tuple[str, date], AnnouncedDay]) -> bool:
    return any(one.schedule.is_on for one in standing.schedules) or any(source == standing.name for source, _ in days)


def _read_until(position: str) -> date | None:
    try:
        return read_day(position) if position else None
    except BadDay:
        return None


def _next(standing: SourceStanding, now: datetime) -> str:
    due = [one.schedule.due_at for one in standing.schedules if one.schedule.due_at]
    return until(min(due) - now) if due else ""


def _day(
    source: str,
    day: date,
    days: dict[tuple[str, date], AnnouncedDay],
    missing: dict[int, list[Missing]],
    holidays: frozenset[date],
) -> Day:
    known = days.get((source, day))
    if known is not None:
        return Day(day, known, "", missing[known.pk])
    if source in SOURCES and SOURCES[source].turn == HOST and not is_announced(day, holidays):
        return Day(day, None, "No announcement")
    return Day(day, None, "Not read")


def _missing(days: list[AnnouncedDay]) -> dict[int, list[Missing]]:
    """The first of the missing papers of each day, with the reason where we know it; two queries."""
    found: dict[int, list[Missing]] = defaultdict(list)
    incomplete = {day.pk: day for day in days if day.missing}
    if not incomplete:
        return found
    papers = AnnouncedPaper.objects.filter(on__in=incomplete).first_missing(_NAMED)
    rows = list(papers.values_list("on", "scheme", "value"))
    keys = {key for pk, _, value in rows for key in _keys(value, incomplete[pk])}
    rejected = RejectedRecord.objects.filter(source__in={day.source for day in incomplete.values()}, key__in=keys)
    refused = {(source, key): aside for source, key, aside in rejected.values_list("source", "key", "dismissed_at")}
    for pk, scheme, value in rows:
        day = incomplete[pk]
        known = [refused[day.source, key] for key in _keys(value, day) if (day.source, key) in refused]
        why = "could not be read, and is with our staff" if known else "not fetched yet"
        if known and all(known):
            why = "set aside by our staff"
        found[pk].append(Missing(value, address(scheme, value), why))
    return found


def _keys(value: str, day: AnnouncedDay) -> list[str]:
    """How sources call such an item: by its id, with a version, a day or a kind."""
    return [value, f"{value}@{day.day}", f"{value}@cross", *(f"{value}v{number}" for number in range(1, 4))]
