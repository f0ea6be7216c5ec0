"""Days, ISO weeks and months as readers name them in addresses. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Period:
    """A span of editions, both ends included."""

    kind: Kind
    first: date
    last: date

    @property
    def code(self) -> str:
        """As in addresses: 2025-12-25, 2025-W52, 2025-12."""
        if self.kind == "day":
            return self.first.isoformat()
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year:04}-W{week:02}"
        return self.first.isoformat()[:7]

    @property
    def title(self) -> str:
        """For people: Thursday 25 December 2025; Week 52, 22 to 28 December 2025; December 2025."""
        if self.kind == "day":
            return long_day(self.first)
        if self.kind == "week":
            return f"Week {self.first.isocalendar().week}, {_span(self.first, self.last)}"
        return f"{self.first:%B %Y}"

    @property
    def short_title(self) -> str:
        if self.kind == "day":
            return f"{self.first.day} {self.first:%B}"
        if self.kind == "week":
            return f"Week {self.first.isocalendar().week}"
        return f"{self.first:%B %Y}"

    @property
    def short_title_with_year(self) -> str:
        if self.kind == "month":
            return self.short_title
        return f"{self.short_title} {self.first.isocalendar().year if self.kind == 'week' else self.first.year}"

    def containing(self, day: date) -> Period:
        """The period of the same kind around another day; raises ValueError as period_of does."""
        return period_of(self.kind, day)


def period_of(kind: Kind, day: date) -> Period:
    """The period around a day; raises ValueError for the last week of 9999, which the calendar does not finish."""
    if kind == "day":
        return Period("day", day, day)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        if (date.max - monday).days < 6:
            raise ValueError("The week ends after the last day that there is.")
        return Period("week", monday, monday + timedelta(days=6))
    last = monthrange(day.year, day.month)[1]
    return Period("month", day.replace(day=1), day.replace(day=last))


def parse_period(kind: Kind, code: str) -> Period:
    """Read an address's code; raises ValueError when no such day, week or month exists."""
    if kind == "day" and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", code):
        return period_of("day", date.fromisoformat(code))
    if kind == "week" and (match := re.fullmatch(r"([0-9]{4})-W([0-9]{2})", code)):
        return period_of("week", date.fromisocalendar(int(match[1]), int(match[2]), 1))
    if kind == "month" and (match := re.fullmatch(r"([0-9]{4})-([0-9]{2})", code)):
        return period_of("month", date(int(match[1]), int(match[2]), 1))
    raise ValueError(f"“{code}” is not a {kind}.")


def long_day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _span(first: date, last: date) -> str:
    if first.year != last.year:
        return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {last.day} {last:%B %Y}"
    return f"{first.day} to {last.day} {last:%B %Y}"
