"""Days, weeks and months as operators type them."""

from __future__ import annotations

from datetime import date

import pytest

from papers.ingest.days import BadDay, month_span, read_day, week_span, weekdays, weekdays_until


def test_days_weeks_and_months_are_read() -> None:
    assert read_day(" 2025-12-25 ") == date(2025, 12, 25)
    assert read_day(date(2025, 12, 25)) == date(2025, 12, 25)
    assert week_span("2026-W53") == (date(2026, 12, 28), date(2027, 1, 3))
    assert month_span("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_span("2025-12") == (date(2025, 12, 1), date(2025, 12, 31))


@pytest.mark.parametrize("text", ["2025-12-32", "20251225", "yesterday", "", "2025-W01-1", "25.12.2025"])
def test_what_is_no_day_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadDay, match="is not a day"):
        read_day(text)


@pytest.mark.parametrize("text", ["2025-W53", "2025-52", "2025-W00", "W01"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(BadDay, match="is not a week"):
        week_span(text)


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "2025", "12-2025"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadDay, match="is not a month"):
        month_span(text)


def test_weekdays_leave_weekends_out() -> None:
    assert [day.day for day in weekdays(date(2025, 12, 25), date(2025, 12, 30))] == [25, 26, 29, 30]
    assert list(weekdays(date(2025, 12, 30), date(2025, 12, 29))) == []
    assert [day.day for day in weekdays_until(date(2025, 12, 28), 3)] == [24, 25, 26]
