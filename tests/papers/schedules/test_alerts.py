"""What staff are told: once when something begins to be wrong, and once when it is well again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from accounts.models import User
from config import environment
from papers.ingest.announced import DayList
from papers.models import IngestRun, IngestTrouble
from papers.services.alerts import alert_addresses, look_for_troubles
from papers.services.announcements import keep_announced
from papers.services.schedules import defer_due, turn_off
from tests.factories import make_paper, make_user
from tests.papers.schedules.portal import MORNING, Lists, letters, make_schedule, run

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = date(2025, 12, 25)


@pytest.fixture(autouse=True)
def _told(settings: Any) -> None:
    settings.ALERT_ADDRESSES = ["ops@portal.example"]
    settings.EMAIL_BACKEND = "accounts.mail.QueuedEmailBackend"


def subjects() -> list[str]:
    return [letter["subject"] for letter in letters()]


def test_a_failing_run_is_told_once_and_its_recovery_once(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    lists.is_down = True
    for hour in range(3):
        run(schedule, MORNING + hour * HOUR)
        for minute in range(3):
            look_for_troubles(MORNING + hour * HOUR + timedelta(minutes=minute))
    assert subjects() == ["The daily list: its last run failed"]
    (letter,) = letters()
    assert letter["to"] == ["ops@portal.example"]
    assert "404" in letter["body"]
    assert "/admin/papers/ingestschedule/standing/" in letter["body"]

    lists.is_down = False
    run(schedule, MORNING + 4 * HOUR)
    for minute in range(3):
        look_for_troubles(MORNING + 4 * HOUR + timedelta(minutes=minute))
    assert subjects() == ["The daily list: its last run failed", "The daily list: well again"]
    assert "is well again: its last run ended well." in letters()[-1]["body"]
    assert IngestTrouble.objects.get().ended_at == MORNING + 4 * HOUR

    lists.is_down = True
    run(schedule, MORNING + 5 * HOUR)
    look_for_troubles(MORNING + 5 * HOUR)
    assert len(subjects()) == 3


def test_a_run_that_is_tried_again_has_neither_failed_nor_recovered(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    lists.is_down = True
    run(schedule)
    defer_due(MORNING + HOUR)
    assert look_for_troubles(MORNING + HOUR) == ([], [])


def test_a_trouble_is_not_over_while_it_is_tried_again(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    lists.is_down = True
    run(schedule)
    look_for_troubles(MORNING)
    defer_due(MORNING + HOUR)
    assert look_for_troubles(MORNING + HOUR) == ([], [])
    assert IngestTrouble.objects.get().ended_at is None


def test_a_mail_goes_with_the_trouble_or_not_at_all(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    lists.is_down = True
    run(schedule)
    with transaction.atomic():
        look_for_troubles(MORNING)
        assert (len(letters()), IngestTrouble.objects.count()) == (1, 1)
        transaction.set_rollback(True)
    assert (letters(), IngestTrouble.objects.count()) == ([], 0)
    look_for_troubles(MORNING)
    assert (len(letters()), IngestTrouble.objects.count()) == (1, 1)


def test_the_database_holds_one_open_trouble_of_a_kind() -> None:
    schedule = make_schedule()
    IngestTrouble.objects.create(schedule=schedule, kind="late", note="It is.", began_at=MORNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        IngestTrouble.objects.create(schedule=schedule, kind="late", note="It is.", began_at=MORNING)


def test_a_schedule_is_late_when_no_run_ended_well_in_time(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options, late_after_hours=2)
    assert look_for_troubles(MORNING + 2 * HOUR) == ([], [])
    assert look_for_troubles(MORNING + 2.4 * HOUR) == ([], [])
    begun, _ = look_for_troubles(MORNING + 2.5 * HOUR)
    assert [(trouble.kind, trouble.note) for trouble in begun] == [
        ("late", "A run was due on 25 Dec 2025, 09:00; none ended well yet.")
    ]
    run(schedule, MORNING + 3 * HOUR)
    _, over = look_for_troubles(MORNING + 3 * HOUR)
    assert [trouble.kind for trouble in over] == ["late"]
    assert subjects() == ["The daily list: it is late", "The daily list: well again"]
    assert look_for_troubles(MORNING + 3.5 * HOUR) == ([], [])


def test_a_schedule_is_not_late_for_what_was_due_before_it_was_on() -> None:
    make_schedule(rhythm="daily at 04:30", late_after_hours=1)
    assert look_for_troubles(MORNING + 2 * HOUR) == ([], [])
    assert look_for_troubles(MORNING + 21.1 * HOUR)[0]


def test_a_run_of_hours_that_still_reports_is_not_late() -> None:
    schedule = make_schedule(late_after_hours=2)
    now = MORNING + 5 * HOUR
    under_way = IngestRun.objects.create(
        source="hf", schedule=schedule, started_at=MORNING, heartbeat_at=now - timedelta(minutes=2)
    )
    assert look_for_troubles(now) == ([], [])
    under_way.heartbeat_at = now - timedelta(minutes=11)
    under_way.save()
    assert look_for_troubles(now)[0]


def test_missing_papers_are_told_after_a_while_and_their_arrival_too() -> None:
    make_schedule(late_after_hours=6)
    names = [("arxiv", "2512.90001"), ("arxiv", "2512.90002"), ("arxiv", "2512.90003")]
    make_paper(arxiv_id="2512.90001")
    keep_announced("hf", [DayList(DAY, "", tuple(names))], MORNING)
    assert "missing" not in [trouble.kind for trouble in look_for_troubles(MORNING + 5.9 * HOUR)[0]]
    begun, _ = look_for_troubles(MORNING + 6.1 * HOUR)
    assert ("missing", "2 of the 3 announced for 25 Dec 2025.") in [(one.kind, one.note) for one in begun]
    make_paper(arxiv_id="2512.90002")
    make_paper(arxiv_id="2512.90003")
    keep_announced("hf", [DayList(DAY, "", ())], MORNING)
    _, over = look_for_troubles(MORNING + 6.2 * HOUR)
    assert [trouble.kind for trouble in over] == ["missing"]


def test_several_troubles_are_one_mail(lists: Lists) -> None:
    lists.is_down = True
    for name in ("One", "Two", "Three"):
        run(make_schedule(name=name, arguments=lists.options))
    look_for_troubles(MORNING)
    assert subjects() == ["One: its last run failed, and 2 more"]
    assert all(f"{name}: its last run failed." in letters()[0]["body"] for name in ("One", "Two", "Three"))


def test_who_wants_no_alerts_is_sent_none_and_sees_the_trouble_all_the_same(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options, sends_alerts=False)
    lists.is_down = True
    run(schedule)
    look_for_troubles(MORNING)
    assert (letters(), IngestTrouble.objects.count()) == ([], 1)


def test_turning_a_schedule_off_ends_its_troubles_without_a_word(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    lists.is_down = True
    run(schedule)
    look_for_troubles(MORNING)
    turn_off([schedule.pk], MORNING + HOUR)
    assert look_for_troubles(MORNING + HOUR) == ([], [])
    assert IngestTrouble.objects.get().ended_at == MORNING + HOUR
    assert len(letters()) == 1


def test_a_look_costs_the_same_for_more_runs_and_days(count_queries: Callable[..., int]) -> None:
    schedule = make_schedule()

    def add(number: int) -> None:
        moment = MORNING - number * HOUR
        IngestRun.objects.create(
            source="hf", schedule=schedule, state="done", started_at=moment, heartbeat_at=moment, finished_at=moment
        )
        keep_announced("hf", [DayList(DAY - timedelta(days=number), "", (("arxiv", f"2511.0000{number}"),))], moment)

    add(9)
    look_for_troubles(MORNING)
    few = count_queries(look_for_troubles, MORNING)
    for number in range(1, 9):
        add(number)
    look_for_troubles(MORNING)
    assert count_queries(look_for_troubles, MORNING) == few


# Who is told


def _confirmed(user: User, verified: bool = True) -> None:
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)


def test_the_staff_who_may_see_runs_are_told_at_their_confirmed_addresses(settings: Any) -> None:
    settings.ALERT_ADDRESSES = []
    wanted = make_user(email="curator@example.org", is_staff=True)
    wanted.user_permissions.add(Permission.objects.get(codename="view_ingestrun"))
    others = [
        make_user(email="moderator@example.org", is_staff=True),  # may not see runs
        make_user(email="reader@example.org"),
        make_user(email="gone@example.org", is_staff=True, is_superuser=True, is_active=False),
    ]
    for user in (wanted, *others):
        _confirmed(user)
    _confirmed(make_user(email="unconfirmed@example.org", is_staff=True, is_superuser=True), verified=False)
    assert alert_addresses() == ["curator@example.org"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        ("a@example.org", ["a@example.org"]),
        (" a@example.org , b@example.org,", ["a@example.org", "b@example.org"]),
    ],
)
def test_the_environment_may_name_addresses(value: str, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADSHEET_ALERTS", value)
    assert environment.addresses("BROADSHEET_ALERTS") == expected


@pytest.mark.parametrize("value", ["ops", "a@b@c", "Ops <ops@example.org>", "a@example.org\nBcc: b@example.org"])
def test_what_is_no_address_stops_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADSHEET_ALERTS", value)
    with pytest.raises(ImproperlyConfigured):
        environment.addresses("BROADSHEET_ALERTS")
