"""When something is due, by the clock of a zone that sets its clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from papers.rhythms import SUGGESTIONS, BadRhythm, read_rhythm

EASTERN = "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def coming(text: str, moment: str, zone: str = EASTERN, count: int = 3) -> list[str]:
    return [f"{time:%m-%d %H:%M %Z}" for time in read_rhythm(text, zone).coming(at(moment), count)]


@pytest.mark.parametrize("text", SUGGESTIONS)
def test_every_suggestion_can_be_read(text: str) -> None:
    assert read_rhythm(text, "UTC").coming(at("2026-01-01"))


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("every hour", "0 * * * *"),
        ("Every 3 hours", "0 */3 * * *"),
        ("every 15 minutes", "*/15 * * * *"),
        ("every hour, Monday to Friday", "0 * * * 1,2,3,4,5"),
        ("daily at 4:30", "30 4 * * *"),
        ("Friday to Monday at 07:05", "5 7 * * 5,6,0,1"),
        ("Sundays at 12:00", "0 12 * * 0"),
        ("Monday, Thursday and Friday at 09:00", "0 9 * * 1,4,5"),
        ("30 0 * * 1-5", "30 0 * * 1-5"),
    ],
)
def test_words_become_a_line_of_cron(text: str, cron: str) -> None:
    assert read_rhythm(text, "UTC").cron == cron


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sometimes",
        "every 7 hours",
        "every 0 hours",
        "daily at 25:00",
        "daily at 12:60",
        "0 0 31 2 *",
        "* * * * *",
        "every 2 minutes",
        "@daily",
        "0 0 * * * *",
        "61 0 * * *",
        "every " + "9" * 30 + " hours",
    ],
)
def test_what_says_no_time_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadRhythm, match=r"\.$"):
        read_rhythm(text, "UTC")


@pytest.mark.parametrize("zone", ["", "Nowhere/City", "../etc/passwd", "UTC\0"])
def test_a_zone_that_there_is_not_is_refused(zone: str) -> None:
    with pytest.raises(BadRhythm, match="no time zone"):
        read_rhythm("every hour", zone)


def test_arxivs_announcement_is_by_arxivs_clock_whatever_the_zone() -> None:
    # Friday: the next is on Sunday; clocks go back on that Sunday's morning.
    assert coming("after arXiv's announcement", "2026-10-30T12:00", "Asia/Tokyo") == [
        "11-01 20:30 EST",
        "11-02 20:30 EST",
        "11-03 20:30 EST",
    ]


def test_a_daily_time_stays_by_the_clock_when_clocks_change() -> None:
    assert coming("daily at 04:30", "2026-10-31T00:00") == ["10-31 04:30 EDT", "11-01 04:30 EST", "11-02 04:30 EST"]


def test_a_time_that_the_clock_shows_twice_comes_once() -> None:
    assert coming("daily at 01:30", "2026-11-01T00:00") == ["11-01 01:30 EDT", "11-02 01:30 EST", "11-03 01:30 EST"]
    # Asked between the two.
    assert read_rhythm("daily at 01:30", EASTERN).next_after(at("2026-11-01T06:00")) == at("2026-11-02T06:30")
    assert read_rhythm("daily at 01:30", EASTERN).last_until(at("2026-11-01T12:00")) == at("2026-11-01T05:30")


def test_a_time_that_the_clock_leaves_out_comes_with_the_next() -> None:
    assert coming("daily at 02:30", "2026-03-07T12:00") == ["03-08 03:00 EDT", "03-09 02:30 EDT", "03-10 02:30 EDT"]


def test_an_hourly_rhythm_goes_on_by_the_hour() -> None:
    rhythm = read_rhythm("every hour", EASTERN)
    moment, times = at("2026-11-01T03:30"), []
    for _ in range(6):
        moment = rhythm.next_after(moment)
        times.append(moment)
    assert times == [at(f"2026-11-01T0{hour}:00") for hour in range(4, 10)]


def test_the_last_time_may_be_now() -> None:
    rhythm = read_rhythm("daily at 04:30", "UTC")
    assert rhythm.last_until(at("2026-11-01T04:30")) == at("2026-11-01T04:30")
    assert rhythm.last_until(at("2026-11-01T04:29")) == at("2026-10-31T04:30")
    assert rhythm.next_after(at("2026-11-01T04:30")) == at("2026-11-02T04:30")
