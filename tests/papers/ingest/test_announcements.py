"""arXiv's announcement day of a submission."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, time

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


def test_weekend_moves_to_monday() -> None:
    days = [weekday_from(date(2026, 3, day)).day for day in (6, 7, 8, 9)]
    assert days == [6, 9, 9, 9]


def test_rule_agrees_with_the_days_on_which_bots_saw_papers() -> None:
    submitted = {}
    for file in shared("hf/daily_api").glob("*.json"):
        for entry in json.loads(file.read_text()):
            moment = datetime.fromisoformat(entry["paper"]["publishedAt"])
            # Since 2026 some of these are bare days.
            if moment.timetz() != time(tzinfo=UTC):
                submitted[entry["paper"]["id"]] = moment
    agree = known = 0
    with gzip.open(shared("corpus/arxiv.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            facts = json.loads(line)
            if facts["id"] in submitted and "versions" not in facts:
                known += 1
                agree += announced_on(submitted[facts["id"]]) == date.fromisoformat(facts["update_date"])
    assert known > 30
    assert agree / known > 0.8
