"""What lists announced, what of it is here, and how the two are kept true."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from papers.ingest.announced import DayList
from papers.ingest.announcements import is_announced
from papers.ingest.http import PoliteSession
from papers.ingest.runner import run_source
from papers.ingest.sources.arxiv_listing import ArxivListingSource
from papers.ingest.sources.arxiv_rss import ArxivRssSource
from papers.ingest.sources.hf import HuggingFaceSource
from papers.models import AnnouncedDay, AnnouncedPaper, Paper
from papers.services.announcements import keep_announced, note_arrivals
from tests.factories import make_paper
from tests.papers.ingest.fixtures import invented
from tests.papers.ingest.patience import Clock, polite
from tests.papers.ingest.server import serving
from tests.papers.ingest.waiting import waiting_for_the_writer
from tests.papers.schedules.portal import MORNING, Lists, entry

pytestmark = pytest.mark.django_db

DAY = date(2025, 12, 25)


def names(*numbers: int) -> tuple[tuple[str, str], ...]:
    return tuple(("arxiv", f"2512.{number:05}") for number in numbers)


def counts(source: str = "hf", day: date = DAY) -> tuple[int, int]:
    found = AnnouncedDay.objects.get(source=source, day=day)
    return found.announced, found.here


def note_them() -> None:
    note_arrivals(MORNING)


def ingest(source: Any, **options: Any) -> None:
    run_source(source, report=lambda *_: None, **options)


@pytest.fixture
def session() -> PoliteSession:
    return polite(Clock())


def test_what_is_here_already_is_counted_as_here() -> None:
    make_paper(arxiv_id="2512.00001")
    keep_announced("hf", [DayList(DAY, "", names(1, 2, 2))], MORNING)
    assert counts() == (2, 1)


def test_a_list_that_is_read_again_adds_what_is_new_and_takes_nothing_away() -> None:
    keep_announced("hf", [DayList(DAY, "", names(1, 2))], MORNING)
    later = MORNING.replace(hour=12)
    keep_announced("hf", [DayList(DAY, "", names(2, 3))], later)
    assert counts() == (3, 0)
    day = AnnouncedDay.objects.get()
    assert (day.first_read_at, day.read_at) == (MORNING, later)


def test_lists_of_several_categories_count_a_paper_once() -> None:
    keep_announced("arxiv-listing", [DayList(DAY, "cs.LG", names(1, 2)), DayList(DAY, "cs.CL", names(2, 3))], MORNING)
    assert counts("arxiv-listing") == (3, 0)
    assert AnnouncedDay.objects.get().lists == ["cs.CL", "cs.LG"]


def test_an_empty_list_is_known_to_be_empty() -> None:
    keep_announced("hf", [DayList(DAY, "", ())], MORNING)
    assert counts() == (0, 0)


def test_a_missing_paper_that_any_source_brings_is_here() -> None:
    keep_announced("hf", [DayList(DAY, "", names(1, 2))], MORNING)
    make_paper(arxiv_id="2512.00002")
    assert counts() == (2, 0)
    for _ in range(2):
        note_arrivals(MORNING)
        assert counts() == (2, 1)
    assert AnnouncedPaper.objects.get(value="2512.00002").arrived_at == MORNING


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [lambda: keep_announced("hf", [DayList(DAY, "", names(1))], MORNING), note_them])
def test_days_are_touched_in_the_writers_turn_alone(act: Callable[[], None]) -> None:
    """Two sources that note the same arrivals, each with its own day in hand, would wait for each other for ever."""
    keep_announced("hf", [DayList(DAY, "", names(1))], MORNING)
    make_paper(arxiv_id="2512.00001")
    with waiting_for_the_writer(act):
        AnnouncedDay.objects.select_for_update(nowait=True).get()
        AnnouncedPaper.objects.select_for_update(nowait=True).get()
    assert counts() == (1, 1)


def test_the_database_lets_no_more_be_here_than_was_announced() -> None:
    keep_announced("hf", [DayList(DAY, "", names(1))], MORNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnouncedDay.objects.update(here=2)


# By source


def hf(lists: Lists, session: PoliteSession) -> HuggingFaceSource:
    return HuggingFaceSource(first=DAY, last=DAY, endpoint=lists.server.address, session=session)


def test_a_daily_list_announces_all_its_entries_whether_they_can_be_read_or_not(
    lists: Lists, session: PoliteSession
) -> None:
    lists.entries.append(entry(4, title=" "))
    ingest(hf(lists, session))
    assert (Paper.objects.count(), counts()) == (3, (4, 3))
    lists.entries[-1] = entry(4)
    ingest(hf(lists, session))
    assert counts() == (4, 4)


def test_a_run_that_takes_but_the_first_still_tells_what_was_announced(lists: Lists, session: PoliteSession) -> None:
    ingest(hf(lists, session), limit=1)
    assert counts() == (3, 1)


def test_a_dry_run_announces_nothing(lists: Lists, session: PoliteSession) -> None:
    ingest(hf(lists, session), dry_run=True)
    assert not AnnouncedDay.objects.exists()


def test_an_empty_daily_list_is_noted_too(lists: Lists, session: PoliteSession) -> None:
    lists.entries = []
    ingest(hf(lists, session))
    assert counts() == (0, 0)


def feed(*items: tuple[str, str, str]) -> str:
    entries = "".join(
        f"<item><title>{title}</title><guid>oai:arXiv.org:{name}v1</guid><announce_type>{kind}</announce_type>"
        "<pubDate>Thu, 25 Dec 2025 00:00:00 -0500</pubDate><description>It floats.</description>"
        "<category>cs.LG</category></item>"
        for name, kind, title in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>cs.LG</title>{entries}</channel></rss>'


def test_a_feed_announces_new_papers_and_cross_lists_and_no_replacements(session: PoliteSession) -> None:
    body = feed(
        ("2512.00001", "new", "A boat"),
        ("2512.00002", "cross", "A cart"),
        ("2511.00003", "replace", "An older boat"),
        ("2511.00004", "replace-cross", "An older cart"),
        ("2512.00005", "new", " "),
        ("2511.00006", "replace", " "),
    )
    with serving(lambda request: request.answer(body, kind="application/rss+xml")) as server:
        ingest(ArxivRssSource(("cs.LG", "cs.CL"), server.address, session))
    assert counts("arxiv-rss") == (3, 2)
    assert sorted(AnnouncedPaper.objects.values_list("value", flat=True)) == ["2512.00001", "2512.00002", "2512.00005"]
    assert AnnouncedPaper.objects.get(arrived_at=None).value == "2512.00005"
    assert AnnouncedDay.objects.get().lists == ["cs.LG+cs.CL"]


def test_a_listing_announces_what_stands_under_its_days(session: PoliteSession) -> None:
    with serving(lambda request: request.answer(invented("arxiv/new.html"), kind="text/html")) as server:
        ingest(ArxivListingSource("cs.LG", "new", server.address, session))
    day = AnnouncedDay.objects.get()
    assert (day.source, day.announced, day.here, day.lists) == ("arxiv-listing", 2, 2, ["cs.LG"])


def test_an_entry_of_a_listing_that_cannot_be_read_is_missing(session: PoliteSession) -> None:
    page = """<h3>Thu, 25 Dec 2025 (showing 2 of 2 entries )</h3><dl>
      <dt><a href="/abs/2512.00001">arXiv:2512.00001</a></dt>
      <dd><div class="list-title">A boat</div></dd>
      <dt><a href="/abs/2512.00002">arXiv:2512.00002</a></dt>
      <dd><div class="list-title"> </div></dd>
      <dt><a href="/abs/2512.00003">arXiv:2512.00003</a></dt></dl>Total of 3 entries"""
    with serving(lambda request: request.answer(page, kind="text/html")) as server:
        ingest(ArxivListingSource("cs.LG", "recent", server.address, session))
    assert counts("arxiv-listing") == (3, 1)


def test_old_saved_answers_announce_nothing(tmp_path: Any) -> None:
    (tmp_path / "2025-12-25.json").write_text(json.dumps([entry(1)]))
    ingest(HuggingFaceSource(path=str(tmp_path)))
    assert not AnnouncedDay.objects.exists()


# arXiv's calendar


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-12-20", False),  # Saturday
        ("2025-12-21", False),
        ("2025-12-22", True),  # Monday: Friday’s and the weekend’s
        ("2025-12-25", True),  # announced on the evening before
        ("2025-12-26", False),  # the evening of Christmas brought nothing
        ("2025-12-29", True),
    ],
)
def test_no_announcement_follows_a_weekend_or_a_holiday(day: str, expected: bool) -> None:
    assert is_announced(date.fromisoformat(day), {date(2025, 12, 25)}) is expected


def test_a_fridays_holiday_leaves_monday_without_one() -> None:
    assert not is_announced(date(2026, 7, 6), {date(2026, 7, 3)})
