"""Days as operators type them: a date, an ISO week, a month, and the weekdays in between. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

_SATURDAY = 5


class BadDay(ValueError):
    """What was typed is no day, week or month; the message is a sentence."""


def read_day(value: str | date) -> date:
    """A date as YYYY-MM-DD; raises BadDay."""
    if isinstance(value, date):
        return value
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise BadDay(f"{value!r} is not a day: write it as 2025-12-25.")


def week_span(text: str) -> tuple[date, date]:
    """Monday and Sunday of an ISO week such as 2025-W52; raises BadDay."""
    match = re.fullmatch(r"(\d{4})-W(\d{2})", text.strip())
    try:
        if match:
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return monday, monday + timedelta(days=6)
    except ValueError:
        pass
    raise BadDay(f"{text!r} is not a week: write it as 2025-W52.")


def month_span(text: str) -> tuple[date, date]:
    """First and last day of a month such as 2025-12; raises BadDay."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    try:
        if match:
            first = date(int(match[1]), int(match[2]), 1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError):
        pass
    raise BadDay(f"{text!r} is not a month: write it as 2025-12.")


def weekdays(first: date, last: date) -> Iterator[date]:
    """Monday to Friday from the first day to the last, both included."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() < _SATURDAY:
            yield day


def weekdays_until(last: date, count: int) -> list[date]:
    """So many weekdays up to and including the last day, the earliest first."""
    days: list[date] = []
    while len(days) < count:
        if last.weekday() < _SATURDAY:
            days.append(last)
        last -= timedelta(days=1)
    return days[::-1]
