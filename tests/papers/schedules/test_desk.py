"""Schedules on the desk: typed, refused with the parser's own sentence, turned on, run; and how each source stands."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.ingest.arguments import read_line
from papers.models import IngestRun, IngestSchedule, IngestTrouble
from tests.papers.admin.conftest import client_with
from tests.papers.admin.filling import act, logged, said, save
from tests.papers.ingest.test_writer import write
from tests.papers.schedules.portal import MORNING, jobs, make_schedule

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/ingestschedule/"
STANDING = f"{LIST}standing/"
TYPED = {
    "name": "The daily list",
    "source": "hf",
    "arguments": "--days 3",
    "rhythm": "daily at 04:30",
    "time_zone": "europe/berlin",
    "late_after_hours": "6",
    "is_on": "on",
}


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def text(client: Client, address: str = STANDING) -> str:
    found = BeautifulSoup(client.get(address).text, "html.parser").select_one("#content")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def errors(client: Client, **changed: str) -> str:
    response = client.post(f"{LIST}add/", TYPED | changed)
    assert response.status_code == 200
    assert not IngestSchedule.objects.exists()
    found = BeautifulSoup(response.text, "html.parser").select(".errorlist li")
    return " ".join(line.get_text() for line in found)


def test_a_schedule_is_typed_and_says_its_next_three_times(desk: Client) -> None:
    assert desk.post(f"{LIST}add/", TYPED).status_code == 302
    schedule = IngestSchedule.objects.get()
    assert (schedule.time_zone, schedule.is_on) == ("Europe/Berlin", True)
    assert schedule.due_at is not None
    assert schedule.due_at > timezone.now()
    assert text(desk, f"{LIST}{schedule.pk}/change/").count("04:30 CE") == 3


@pytest.mark.parametrize(
    ("source", "arguments", "sentence"),
    [
        ("hf", "", "Say which days"),
        ("hf", "--dayz 3", "Unrecognized arguments: --dayz."),
        ("hf", "--days", "Argument --days: expected one argument."),
        ("hf", "--days 0", "--days is a number from 1 to 366"),
        ("hf", "--limit none", "“none” is not a number from 1"),
        ("hf", "saved/", "reads a file"),
        ("hf", '--date "2025-12-25', "A quotation mark is not closed."),
        ("hf", "--days 1 --dry-run", "leave out --dry-run and --restart"),
        ("hf", "--days 1 --endpoint https://me:secret@example.org", "password is not kept"),
        ("hf", "--days 1 --endpoint http://169.254.169.254", "asks https://huggingface.co and no other address"),
        ("openalex", "--endpoint http://127.0.0.1:5432", "asks https://api.openalex.org and no other address"),
        ("arxiv-rss", "cs.LG --endpoint https://rss.arxiv.org.example", "asks https://rss.arxiv.org and no other"),
        ("snapshot", "all.jsonl", "reads a file"),
        ("arxiv-oai", "--from 2025-12-01 --restart", "leave out --dry-run and --restart"),
        ("arxiv-oai", "--form oai_dc", "Unrecognized arguments: --form oai_dc."),
        ("arxiv-rss", "", "the following arguments are required: CODE"),
        ("arxiv-listing", "cs.LG --which never", "is no listing"),
    ],
)
def test_options_that_make_no_sense_are_refused_with_the_parsers_sentence(
    desk: Client, source: str, arguments: str, sentence: str
) -> None:
    assert sentence.casefold() in errors(desk, source=source, arguments=arguments).casefold()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"rhythm": "sometimes"}, "is no time that is known here"),
        ({"rhythm": "* * * * *"}, "every five minutes at most"),
        ({"time_zone": "Nowhere/City"}, "There is no time zone"),
        ({"late_after_hours": "0"}, "greater than or equal to 1"),
        ({"source": "sample"}, "valid choice"),
        ({"name": ""}, "required"),
    ],
)
def test_what_is_no_schedule_is_refused(desk: Client, changed: dict[str, str], sentence: str) -> None:
    assert sentence in errors(desk, **changed)


def test_a_changed_schedule_is_due_anew(desk: Client) -> None:
    schedule = make_schedule(timezone.now(), rhythm="daily at 04:30")
    before = schedule.due_at
    save(desk, f"{LIST}{schedule.pk}/change/", "#ingestschedule_form", rhythm="every hour", is_on="on")
    schedule.refresh_from_db()
    assert schedule.rhythm == "every hour"
    assert before is not None
    assert schedule.due_at is not None
    assert schedule.due_at <= timezone.now() + timedelta(hours=1)


def test_schedules_are_turned_on_run_and_turned_off(desk: Client) -> None:
    schedule = make_schedule(is_on=False)
    assert "1 ingest schedule turned on" in said(act(desk, "on", schedule, where=LIST))
    assert "left: on already" in said(act(desk, "on", schedule, where=LIST))
    response = desk.post(f"{LIST}{schedule.pk}/act/run/", {"next": STANDING}, follow=True)
    assert response.redirect_chain[-1][0] == STANDING
    assert "to be run now" in said(response)
    assert len(jobs()) == 1
    act(desk, "run", schedule, where=LIST)
    assert len(jobs()) == 1
    act(desk, "off", schedule, where=LIST)
    assert logged(schedule) == ["Turned off.", "To be run now.", "Turned on."]
    schedule.refresh_from_db()
    assert not schedule.is_on


def test_a_schedule_is_deleted_and_its_runs_stay(desk: Client) -> None:
    schedule = make_schedule()
    IngestTrouble.objects.create(schedule=schedule, kind="late", note="It is.", began_at=MORNING)
    IngestRun.objects.create(source="hf", schedule=schedule, started_at=MORNING, heartbeat_at=MORNING)
    assert desk.post(f"{LIST}{schedule.pk}/delete/", {"post": "yes"}).status_code == 302
    assert (IngestSchedule.objects.count(), IngestTrouble.objects.count(), IngestRun.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize("name", ["on", "off", "run"])
def test_acts_need_the_right_and_a_post(desk: Client, name: str) -> None:
    schedule = make_schedule(is_on=name == "off")
    address = f"{LIST}{schedule.pk}/act/{name}/"
    looker = client_with("papers.view_ingestschedule", "papers.view_ingestrun")
    assert looker.post(address).status_code == 403
    assert desk.get(address).status_code == 405
    assert '<form method="post" action' not in looker.get(STANDING).text.split('id="content"')[1]
    assert jobs() == []


# How each source stands


def test_the_page_is_for_those_who_may_see_runs(desk: Client, reader_client: Client) -> None:
    assert desk.get(STANDING).status_code == 200
    assert desk.post(STANDING).status_code == 405
    assert client_with("papers.view_paper").get(STANDING).status_code == 403
    assert reader_client.get(STANDING).status_code == 302
    assert STANDING in desk.get("/admin/").text


def test_a_source_says_how_its_runs_went(desk: Client, settings: Any) -> None:
    settings.ALERT_ADDRESSES = []
    now = timezone.now()
    schedule = make_schedule(now)
    ago = now - timedelta(hours=3)
    IngestRun.objects.create(
        source="hf",
        schedule=schedule,
        state="done",
        started_at=ago,
        heartbeat_at=ago,
        finished_at=ago + timedelta(seconds=65),
        created=12,
        unchanged=30,
    )
    shown = text(desk)
    assert "done, 2 h ago, in 1 min 5 s: 12 new, 0 changed, 30 known, 0 rejected." in shown.replace("178 min", "2 h")
    assert "Alerts go to nobody: set BROADSHEET_ALERTS" in shown
    late = IngestRun.objects.create(
        source="hf", schedule=schedule, state="running", started_at=now - timedelta(minutes=30), heartbeat_at=now
    )
    assert "running, for 30 min 0 s, heard of just now" in text(desk)
    late.heartbeat_at = now - timedelta(minutes=11)
    late.save()
    assert "running, but silent, for 30 min 0 s, heard of 11 min ago" in text(desk)
    late.state, late.error, late.finished_at = "failed", "It answered 404.", now
    late.save()
    IngestTrouble.objects.create(schedule=schedule, kind="failed", note="It answered 404.", began_at=now)
    shown = text(desk)
    assert "failed, just now" in shown
    assert "Last that ended well" in shown
    assert "its last run failed, since" in shown


def test_it_costs_the_same_for_more_schedules_and_runs(desk: Client, count_queries: Callable[..., int]) -> None:
    def add(number: int) -> None:
        schedule = make_schedule(name=f"Schedule {number}")
        IngestRun.objects.create(
            source=("hf", "acl")[number % 2], schedule=schedule, started_at=MORNING, heartbeat_at=MORNING, state="done"
        )
        IngestTrouble.objects.create(schedule=schedule, kind="late", note="It is.", began_at=MORNING)
        write("hf")

    add(0)
    few = count_queries(desk.get, STANDING)
    for number in range(1, 9):
        add(number)
    assert count_queries(desk.get, STANDING) == few


# What a new portal has


def test_the_usual_schedules_are_there_off_and_can_be_turned_on(desk: Client) -> None:
    """Made by a migration, whose rows the tests' flush takes away: so it is asked again here."""
    migration = importlib.import_module("papers.migrations.0017_usual_schedules")
    for _ in range(2):
        migration.add(apps, None)
    schedules = list(IngestSchedule.objects.all())
    assert sorted(schedule.source for schedule in schedules) == ["arxiv-oai", "arxiv-rss", "hf"]
    assert not any(schedule.is_on for schedule in schedules)
    for schedule in schedules:
        read_line(schedule.source, schedule.arguments)
        assert schedule.times().coming(MORNING)
    act(desk, "on", *schedules, where=LIST)
    assert IngestSchedule.objects.filter(is_on=True, due_at__gt=timezone.now()).count() == 3
