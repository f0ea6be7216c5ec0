"""arXiv's announcement day of a submission."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module

import pytest

from papers.ingest.announcements import announced_on, weekday_from
from tests.shared_data import shared


@pytest.mark.parametrize(
    ("submitted_at", "day"),
    [
        # In the week of Monday 2 March 2026 New York is five hours behind UTC.
        ("2026-03-02T15:00Z", "2026-03-03"),  # Monday 10:00
        ("2026-03-02T18:59:59Z", "2026-03-03"),  # Monday, a second before the cut-off
        ("2026-03-02T19:00Z", "2026-03-04"),  # Monday 14:00
        ("2026-03-05T20:00Z", "2026-03-09"),  # Thursday 15:00: announced on Sunday
        ("2026-03-06T18:59Z", "2026-03-09"),  # Friday 13:59
        ("2026-03-06T19:00Z", "2026-03-10"),  # Friday 14:00
        ("2026-03-07T12:00Z", "2026-03-10"),  # Saturday
        ("2026-03-08T23:00Z", "2026-03-10"),  # Sunday
        ("2026-03-09T17:59Z", "2026-03-10"),  # Monday 13:59, in summer time since Sunday
        ("2026-03-09T18:00Z", "2026-03-11"),  # Monday 14:00
        ("2026-03-04T02:00+09:00", "2026-03-04"),  # Tuesday 12:00, said in Tokyo
    ],
)
def test_paper_is_announced_in_the_listing_of(submitted_at: str, day: str) -> None:
    assert announced_on(datetime.fromisoformat(submitted_at)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("submitted_at", "day"),
    [
        # Thanksgiving, Thursday 27 November 2025: Friday has no listing, and Thursday's papers wait with Friday's.
        ("2025-11-26T18:59Z", "2025-11-27"),
        ("2025-11-26T19:00Z", "2025-12-01"),
        ("2025-11-27T12:00Z", "2025-12-01"),
        ("2025-11-28T18:59Z", "2025-12-01"),
        ("2025-11-28T19:00Z", "2025-12-02"),
        # A Friday: Monday has none. A Monday: Tuesday has none, and the weekend's wait until Wednesday.
        ("2026-06-19T12:00Z", "2026-06-23"),
        ("2025-08-30T12:00Z", "2025-09-03"),
        # Two in a row.
        ("2025-12-24T20:00Z", "2025-12-30"),
    ],
)
def test_on_a_holiday_nothing_closes(submitted_at: str, day: str) -> None:
    days = ("2025-09-01", "2025-11-27", "2025-12-25", "2025-12-26", "2026-06-19")
    holidays = {date.fromisoformat(holiday) for holiday in days}
    assert announced_on(datetime.fromisoformat(submitted_at), holidays) == date.fromisoformat(day)


def test_weekend_moves_to_monday() -> None:
    days = [weekday_from(date(2026, 3, day)).day for day in (6, 7, 8, 9)]
    assert days == [6, 9, 9, 9]


def known_days() -> dict[date, str]:
    """The holidays that come with Broadsheet."""
    migration = import_module("papers.migrations.0009_known_holidays")
    return {date.fromisoformat(day): name for name, days in migration.HOLIDAYS.items() for day in days}


def first_seen() -> dict[str, date]:
    """The day on which bots saw a paper first, where the corpora have no more than that."""
    seen = {}
    for name in ("arxiv.jsonl.gz", *(f"scale/arxiv-0{number}.jsonl.gz" for number in range(4))):
        with gzip.open(shared(f"corpus/{name}"), "rt", encoding="utf-8") as lines:
            for line in lines:
                facts = json.loads(line)
                if "versions" not in facts:
                    seen[facts["id"]] = date.fromisoformat(facts["update_date"])
    return seen


def test_rule_agrees_with_the_days_on_which_bots_saw_papers() -> None:
    submitted = {}
    for file in shared("hf/daily_api").glob("*.json"):
        for entry in json.loads(file.read_text()):
            moment = datetime.fromisoformat(entry["paper"]["publishedAt"])
            # Since 2026 some of these are bare days.
            if moment.timetz() != time(tzinfo=UTC):
                submitted[entry["paper"]["id"]] = moment
    seen, holidays = first_seen(), known_days()
    both = submitted.keys() & seen.keys()
    agree = {name for name in both if announced_on(submitted[name], holidays) == seen[name]}
    without = {name for name in both if announced_on(submitted[name]) == seen[name]}
    assert (len(both), len(agree), len(without)) == (435, 389, 385)
    assert without < agree


def test_no_full_listing_follows_a_known_holiday() -> None:
    # New papers alone: a cross-list may be seen on any day.
    counts = Counter(day for name, day in first_seen().items() if name[:4] == f"{day:%y%m}")
    past = [day for day in known_days() if date(2025, 6, 1) < day < date(2026, 8, 1)]
    assert len(past) == 8
    for holiday in past:
        following = weekday_from(holiday + timedelta(days=1))
        assert counts[following] < 100, (holiday, following)
        others = [counts[weekday_from(following + timedelta(days=number))] for number in (1, 2, 5, 6, 7)]
        assert max(others) > 350
