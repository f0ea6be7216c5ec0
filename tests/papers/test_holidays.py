"""arXiv's holidays: a table that staff keep, and the papers that it moves."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from papers.ingest.records import PaperRecord, VersionRecord
from papers.models import Holiday, Paper
from tests.papers.ingest.test_writer import write

pytestmark = pytest.mark.django_db

# Tuesday 10 March 2026, which is no holiday; noon in New York.
NOON = datetime(2026, 3, 10, 16, tzinfo=UTC)


def record(name: str, submitted_at: datetime, **facts: object) -> PaperRecord:
    return PaperRecord(
        key=name,
        title=f"Boat {name}",
        identifiers=(("arxiv", name),),
        submitted_at=submitted_at,
        versions=(VersionRecord(1, submitted_at),),
        **facts,  # type: ignore[arg-type]
    )


@pytest.fixture
def day() -> date:
    """The edition of a paper of that Tuesday, before anybody knows of a holiday."""
    write("arxiv", record("2603.00001", NOON))
    write("arxiv", record("2603.00002", datetime(2026, 3, 9, 16, tzinfo=UTC)))
    listed_on = Paper.objects.get(arxiv_id="2603.00001").listed_on
    assert listed_on == date(2026, 3, 11)
    return listed_on


def listed(name: str) -> date | None:
    return Paper.objects.get(arxiv_id=name).listed_on


@pytest.mark.usefixtures("day")
def test_staff_add_a_holiday_and_its_papers_move_and_move_back(client: Client, staff: User) -> None:
    client.force_login(staff)
    response = client.post(reverse("admin:papers_holiday_add"), {"day": "2026-03-10", "name": "Boat Day"}, follow=True)
    assert "1 paper was dated anew." in response.content.decode()
    moved = Paper.objects.get(arxiv_id="2603.00001")
    assert (moved.listed_on, moved.dated_on) == (date(2026, 3, 12), date(2026, 3, 12))
    assert listed("2603.00002") == date(2026, 3, 10)
    holiday = Holiday.objects.get(name="Boat Day")
    # To another day, by the form that is there already.
    client.post(reverse("admin:papers_holiday_change", args=[holiday.pk]), {"day": "2026-03-09", "name": "Boat Day"})
    assert (listed("2603.00001"), listed("2603.00002")) == (date(2026, 3, 11), date(2026, 3, 11))
    client.post(reverse("admin:papers_holiday_delete", args=[holiday.pk]), {"post": "yes"})
    assert (listed("2603.00001"), listed("2603.00002")) == (date(2026, 3, 11), date(2026, 3, 10))


def test_a_day_that_is_none_is_refused_with_a_sentence(client: Client, staff: User) -> None:
    client.force_login(staff)
    response = client.post(reverse("admin:papers_holiday_add"), {"day": "2026-02-30", "name": "Boat Day"})
    assert "Enter a valid date" in response.content.decode()


def test_several_are_removed_at_once(client: Client, staff: User) -> None:
    holidays = [Holiday.objects.create(day=date(2026, 3, number), name="Boat Day") for number in (10, 11)]
    write("arxiv", record("2603.00001", NOON))
    assert listed("2603.00001") == date(2026, 3, 13)
    client.force_login(staff)
    data = {"action": "delete_selected", "_selected_action": [holiday.pk for holiday in holidays], "post": "yes"}
    client.post(reverse("admin:papers_holiday_changelist"), data)
    assert listed("2603.00001") == date(2026, 3, 11)


def test_a_curated_day_is_not_moved() -> None:
    from papers.services.holidays import save_holiday

    write("hf", record("2603.00001", NOON, listed_on=date(2026, 3, 20)))
    save_holiday(Holiday(day=date(2026, 3, 10), name="Boat Day"), NOON)
    assert listed("2603.00001") == date(2026, 3, 20)
