"""/status: per source and day what was announced, what is here, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.utils import timezone

from papers.ingest.announced import DayList
from papers.ingest.records import RejectedItem
from papers.models import AnnouncedDay, AnnouncedPaper, Holiday, IngestRun, RejectedRecord
from papers.services.alerts import look_for_troubles
from papers.services.announcements import keep_announced
from tests.factories import make_paper
from tests.papers.ingest.test_writer import write
from tests.papers.schedules.portal import MORNING, make_schedule

pytestmark = pytest.mark.django_db

DAY = date(2025, 12, 22)  # Monday
ADDRESS = "/status?until=2025-12-25"


def names(*numbers: int) -> tuple[tuple[str, str], ...]:
    return tuple(("arxiv", f"2512.{number:05}") for number in numbers)


def announce(day: date, *numbers: int, source: str = "arxiv-rss", listing: str = "cs.LG") -> None:
    keep_announced(source, [DayList(day, listing, names(*numbers))], MORNING)


def page(client: Client, address: str = ADDRESS) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def rows(found: BeautifulSoup, source: str = "arxiv-rss") -> dict[str, list[str]]:
    """The cells of each day by its date."""
    section = found.select_one(f'section[aria-labelledby="{source}"]')
    assert isinstance(section, Tag)
    return {
        str(row.select_one("time")["datetime"]): [cell.get_text(strip=True) for cell in row.select("td")]  # type: ignore[index]
        for row in section.select("tr")
        if row.select_one("th[scope=row]")
    }


def words(found: BeautifulSoup) -> str:
    main = found.select_one("main")
    assert main is not None
    return " ".join(main.get_text().split())


def test_a_day_says_how_many_were_announced_and_are_here_and_names_the_missing(client: Client) -> None:
    make_paper(arxiv_id="2512.00001")
    announce(DAY, 1, 2, 3)
    write("arxiv-rss", RejectedItem("<item/>", "It has no title.", "2512.00002v1"))
    found = page(client)
    assert rows(found)["2025-12-22"] == ["3", "1", "2"]
    missing = {link.get_text(): link for link in found.select("details a")}
    assert list(missing) == ["2512.00002", "2512.00003"]
    assert missing["2512.00002"]["href"] == "https://arxiv.org/abs/2512.00002"
    lines = [line.get_text() for line in found.select("details li")]
    assert lines == ["2512.00002: could not be read, and is with our staff", "2512.00003: not fetched yet"]
    assert "Lists read: cs.LG." in words(found)


def test_what_staff_put_aside_is_said_so(client: Client) -> None:
    announce(DAY, 2)
    write("arxiv-rss", RejectedItem("<item/>", "It has no title.", "2512.00002v1"))
    RejectedRecord.objects.update(dismissed_at=MORNING)
    assert "2512.00002: set aside by our staff" in words(page(client))


def test_the_same_id_rejected_of_another_source_is_not_the_reason(client: Client) -> None:
    announce(DAY, 2)
    write("snapshot", RejectedItem("{}", "It has no title.", "2512.00002"))
    assert "2512.00002: not fetched yet" in words(page(client))


def test_weekends_and_holidays_have_no_announcement_and_unread_days_are_no_zero(client: Client) -> None:
    Holiday.objects.create(day=date(2025, 12, 22), name="A day off")
    announce(DAY, 1)
    keep_announced("hf", [DayList(date(2025, 12, 24), "", ())], MORNING)
    found = page(client)
    assert rows(found)["2025-12-21"] == ["No announcement"]
    assert rows(found)["2025-12-23"] == ["No announcement"]
    assert rows(found)["2025-12-24"] == ["Not read"]
    assert rows(found, "hf")["2025-12-24"] == ["0", "0", "0"]
    assert rows(found, "hf")["2025-12-21"] == ["Not read"]


def test_days_go_back_two_weeks_a_page(client: Client) -> None:
    announce(DAY, 1)
    announce(DAY - timedelta(days=20), 2)
    found = page(client)
    assert list(rows(found)) == [(date(2025, 12, 25) - timedelta(days=number)).isoformat() for number in range(14)]
    earlier = found.select_one("a[rel=prev]")
    assert isinstance(earlier, Tag)
    assert earlier["href"] == "/status?until=2025-12-11"
    older = page(client, "/status?until=2025-12-11")
    assert rows(older)["2025-12-02"] == ["1", "0", "1"]
    assert older.select_one("a[rel=prev]") is None
    assert older.select_one("a[rel=next]")["href"] == "/status?until=2025-12-25"  # type: ignore[index]


@pytest.mark.parametrize("value", ["yesterday", "2025-02-30", "9999-12-31", "0001-01-01", "1990-01-01", "2025-12-25\0"])
def test_a_day_that_is_none_is_refused_with_a_sentence(client: Client, value: str) -> None:
    response = client.get("/status", {"until": value})
    assert response.status_code == 400
    assert "day" in response.text


def test_a_long_list_of_missing_papers_is_cut(client: Client) -> None:
    announce(DAY, *range(1, 101))
    lines = [line.get_text() for line in page(client).select("details li")]
    assert len(lines) == 31
    assert lines[-1] == "and 70 more"


def test_each_source_says_when_it_was_read_last_and_is_read_next(client: Client) -> None:
    now = timezone.now()
    schedule = make_schedule(now, source="hf")
    assert "Never read to its end yet. Next in" in words(page(client, "/status"))
    moment = now - timedelta(minutes=12, seconds=5)
    IngestRun.objects.create(
        source="hf", schedule=schedule, state="done", started_at=moment, heartbeat_at=moment, finished_at=moment
    )
    assert "Last read to its end 12 min ago. Next in" in words(page(client, "/status"))
    assert "It is late" not in words(page(client, "/status"))


def test_a_late_source_says_so(client: Client) -> None:
    now = timezone.now()
    make_schedule(now - timedelta(hours=9), source="hf")
    look_for_troubles(now)
    assert "It is late; staff know." in words(page(client, "/status"))


def test_a_harvest_says_up_to_which_day_it_has_read(client: Client) -> None:
    now = timezone.now()
    make_schedule(now, source="arxiv-oai", arguments="--from 2025-12-01")
    IngestRun.objects.create(
        source="arxiv-oai", state="done", position="2025-12-24", started_at=now, heartbeat_at=now, finished_at=now
    )
    assert "All that changed there until 24 Dec 2025 has been read." in words(page(client, "/status"))


def test_a_portal_without_schedules_says_so(client: Client, staff: Any) -> None:
    assert "No source is read by itself yet" in words(page(client, "/status"))
    client.force_login(staff)
    assert "Turn a schedule on" in words(page(client, "/status"))


def test_every_page_leads_there(client: Client) -> None:
    assert 'href="/status"' in client.get("/categories").text


def test_the_page_costs_the_same_for_more_days_and_papers(client: Client, count_queries: Callable[..., int]) -> None:
    announce(DAY, 1, 2)
    make_schedule()
    few = count_queries(client.get, ADDRESS)
    for number in range(1, 9):
        announce(DAY - timedelta(days=number), *range(number * 10, number * 10 + 9))
        announce(DAY - timedelta(days=number), number, source="hf")
        make_schedule(name=f"Schedule {number}")
    assert count_queries(client.get, ADDRESS) == few


def test_the_missing_of_many_papers_are_found_by_an_index() -> None:
    day = AnnouncedDay.objects.create(source="hf", day=DAY, first_read_at=MORNING, read_at=MORNING)
    papers = [
        AnnouncedPaper(on=day, scheme=scheme, value=value, arrived_at=MORNING) for scheme, value in names(*range(5_000))
    ]
    AnnouncedPaper.objects.bulk_create(papers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE papers_announcedpaper")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "announced_missing" in AnnouncedPaper.objects.missing().order_by("on", "scheme", "value").explain()
