"""What staff prepare for a day to come: theirs alone until that day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Edition
from papers.periods import period_of
from papers.services.maps import draw_map, latest_maps
from tests.factories import DAY, make_paper
from tests.papers.maps.themes import make_fields
from tests.papers.reading import titles

pytestmark = pytest.mark.django_db

TO_COME = date(2999, 1, 1)
PAGES = ["date/2999-01-01", "week/2999-W01", "month/2999-01"]


@pytest.fixture
def prepared(db: None) -> None:
    make_paper("Prepared", listed_on=TO_COME)
    Edition.objects.create(date=TO_COME, note="A surprise")


@pytest.mark.parametrize("page", PAGES)
def test_strangers_and_readers_see_nothing_of_it(
    page: str, prepared: None, client: Client, reader_client: Client
) -> None:
    for visitor in (client, reader_client):
        response = visitor.get(f"/papers/{page}")
        assert (response.status_code, titles(response)) == (200, [])
        assert "not printed yet" in response.text
        assert "A surprise" not in response.text
        assert "1 paper" not in response.text


@pytest.mark.parametrize("page", PAGES)
def test_staff_see_it_and_that_nobody_else_does(page: str, prepared: None, client: Client, staff: User) -> None:
    client.force_login(staff)
    response = client.get(f"/papers/{page}")
    assert titles(response) == ["Prepared"]
    assert "Staff alone see what is prepared." in response.text
    assert ("A surprise" in response.text) == page.startswith("date")


def test_only_staff_are_led_there(prepared: None, client: Client, staff: User) -> None:
    make_paper()
    for address in ("/", "/papers/date/2025-12-25", "/papers/week/2025-W52", "/papers/month/2025-12"):
        assert 'rel="next"' not in client.get(address).text
    client.force_login(staff)
    assert 'href="/papers/date/2999-01-01" rel="next"' in client.get("/papers/date/2025-12-25").text


def test_a_week_that_has_begun_holds_its_days_up_to_today(client: Client) -> None:
    with mock.patch("django.utils.timezone.now", return_value=datetime(2025, 12, 25, 9, tzinfo=UTC)):
        make_paper("Of today")
        make_paper("Of tomorrow", listed_on=DAY + timedelta(days=1))
        assert titles(client.get("/papers/week/2025-W52")) == ["Of today"]
        assert "not printed yet" not in client.get("/papers/week/2025-W52").text
    with mock.patch("django.utils.timezone.now", return_value=datetime(2025, 12, 26, 9, tzinfo=UTC)):
        assert set(titles(client.get("/papers/week/2025-W52"))) == {"Of today", "Of tomorrow"}


@pytest.mark.parametrize("query", ["", "date=2999-01-01", "week=2999-W01", "month=2999-01", "sort=trending"])
def test_programs_are_told_nothing_of_it(query: str, prepared: None, client: Client) -> None:
    answer: Any = client.get(f"/api/daily_papers?{query}")
    assert (answer.status_code, answer.json()) == (200, [])


def test_no_map_is_drawn_of_it(client: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    make_fields(3, listed_on=tomorrow)
    Edition.objects.create(date=tomorrow)
    assert draw_map("day", tomorrow.isoformat(), timezone.now()) is None
    assert latest_maps(timezone.localdate()) == []
    for kind in ("day", "week"):
        code = period_of(kind, tomorrow).code
        page = client.get(f"/papers/{'date' if kind == 'day' else 'week'}/{code}/map")
        assert page.status_code == 200
        assert "Notes on" not in page.text
