"""Schedules that come due: once, however many look and however long nobody looked."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.mail import QueuedEmailBackend
from papers.ingest.arguments import read_line
from papers.ingest.runner import AlreadyRunning, Stopped, lock_key, run_source
from papers.models import IngestRun, IngestSchedule, Paper
from papers.services.jobs import mend_jobs
from papers.services.schedules import defer_due, run_now, run_schedule, turn_off, turn_on
from papers.tasks import keep_going
from tests.papers.schedules.portal import MORNING, Lists, dispose_of_jobs, entry, jobs, make_schedule, run

pytestmark = pytest.mark.django_db

NINE = datetime(2025, 12, 25, 9, tzinfo=UTC)


def due_at(schedule: IngestSchedule) -> datetime | None:
    schedule.refresh_from_db()
    return schedule.due_at


def test_a_schedule_is_due_at_its_next_time_and_not_before() -> None:
    schedule = make_schedule()
    assert due_at(schedule) == NINE
    assert defer_due(NINE - timedelta(seconds=1)) == []
    assert defer_due(NINE) == [schedule]
    assert due_at(schedule) == NINE + timedelta(hours=1)
    assert [(job.queue_name, job.args) for job in jobs()] == [("ingest", {"schedule_id": schedule.pk})]


def test_a_second_look_at_the_same_minute_enqueues_nothing() -> None:
    schedule = make_schedule()
    assert defer_due(NINE) == [schedule]
    dispose_of_jobs()
    assert defer_due(NINE) == []
    assert jobs() == []


def test_three_days_without_a_worker_are_made_up_by_one_run() -> None:
    schedule = make_schedule()
    later = NINE + timedelta(days=3, minutes=17)
    assert defer_due(later) == [schedule]
    assert due_at(schedule) == NINE + timedelta(days=3, hours=1)
    dispose_of_jobs()
    assert defer_due(later) == []


def test_runs_do_not_pile_up_behind_one_that_takes_long() -> None:
    schedule = make_schedule()
    defer_due(NINE)
    assert defer_due(NINE + timedelta(hours=5)) == []
    assert len(jobs()) == 1
    dispose_of_jobs()
    assert defer_due(NINE + timedelta(hours=5)) == [schedule]


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_the_same_minute_one_enqueues_the_run() -> None:
    make_schedule()
    results: list[Any] = []
    at_once = threading.Barrier(4)

    def look() -> None:
        at_once.wait()
        try:
            results.extend(defer_due(NINE))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 1
    assert len(jobs()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_look_waits_for_another_that_has_not_committed() -> None:
    schedule = make_schedule()
    found: list[Any] = []

    def look() -> None:
        try:
            found.extend(defer_due(NINE))
        finally:
            connections.close_all()

    with transaction.atomic():
        assert defer_due(NINE) == [schedule]
        other = threading.Thread(target=look)
        other.start()
        other.join(timeout=0.3)
        assert other.is_alive()
    other.join()
    assert found == []
    assert len(jobs()) == 1


def test_on_and_off() -> None:
    schedule = make_schedule(is_on=False)
    assert (due_at(schedule), schedule.on_since) == (None, None)
    assert turn_on([schedule.pk], MORNING) == [schedule]
    assert turn_on([schedule.pk], MORNING) == []
    assert (due_at(schedule), schedule.on_since) == (NINE, MORNING)
    assert turn_off([schedule.pk], MORNING) == [schedule]
    assert due_at(schedule) is None
    assert defer_due(NINE) == []


def test_the_database_keeps_a_schedule_that_is_on_from_having_no_next_time() -> None:
    schedule = make_schedule()
    with pytest.raises(IntegrityError), transaction.atomic():
        IngestSchedule.objects.filter(pk=schedule.pk).update(due_at=None)


def test_run_now_runs_what_is_off_and_never_twice_at_once() -> None:
    schedule = make_schedule(is_on=False)
    assert run_now([schedule.pk]) == [schedule]
    assert run_now([schedule.pk]) == []
    assert len(jobs()) == 1


# Runs


def test_a_run_does_what_the_command_does_and_says_whose_it_was(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    ended = run(schedule)
    assert ended is not None
    assert (ended.state, ended.created, ended.schedule) == ("done", 3, schedule)
    again = run(schedule)
    assert again is not None
    assert (again.created, again.unchanged) == (0, 3)
    schedule.delete()
    assert IngestRun.objects.filter(schedule=None).count() == 2


def test_a_run_that_failed_is_kept_and_due_again_within_an_hour(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options, rhythm="daily at 04:30")
    lists.is_down = True
    ended = run(schedule)
    assert ended is not None
    assert ended.state == "failed"
    assert "404" in ended.error
    assert due_at(schedule) == MORNING + timedelta(hours=1)


def test_a_failed_run_is_not_put_off_by_that(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    lists.is_down = True
    run(schedule)
    assert due_at(schedule) == NINE


def test_options_that_no_longer_fit_are_a_failed_run_too() -> None:
    schedule = make_schedule(arguments="--week 2025-W99")
    ended = run(schedule)
    assert ended is not None
    assert (ended.state, ended.schedule) == ("failed", schedule)
    assert "2025-W99" in ended.error


def test_a_schedule_that_is_gone_is_nothing_to_do() -> None:
    assert run_schedule(12345, lambda: MORNING, wished=lambda: False, sleep=lambda _: None) is None


def test_a_run_that_is_asked_to_stop_keeps_what_it_has_and_goes_on_later(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    wishes = iter([False, True])
    with pytest.raises(Stopped):
        run_schedule(schedule.pk, lambda: MORNING, wished=lambda: next(wishes), sleep=lambda _: None)
    kept = IngestRun.objects.get()
    assert (kept.state, kept.created) == ("failed", 2)
    assert kept.error.startswith("Stopped as asked after 2 items")
    assert Paper.objects.count() == 2
    ended = run(schedule)
    assert ended is not None
    assert (ended.state, ended.created, ended.unchanged) == ("done", 1, 2)


def test_a_slow_source_is_kept_in_small_batches(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.ingest.runner.BATCH_SECONDS", 0)
    source, _ = read_line("hf", lists.options)
    seen: list[int] = []
    run_source(source, report=lambda done, counts: seen.append(done))
    assert seen == [1, 2, 3]


def test_a_run_that_waits_for_its_service_stops_at_once(lists: Lists) -> None:
    schedule = make_schedule(arguments="--from 2025-12-24 --to 2025-12-25 " + lists.options.split(" ", 2)[2])

    def sleep(seconds: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        run_schedule(schedule.pk, lambda: MORNING, wished=lambda: False, sleep=sleep)
    kept = IngestRun.objects.get()
    assert (kept.state, kept.created) == ("failed", 3)


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_turn_is_taken_is_left_for_later(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock_key("hf")])
        with pytest.raises(AlreadyRunning):
            run(schedule)
    finally:
        other.close()
    assert not IngestRun.objects.exists()
    assert due_at(schedule) == NINE


def _being_done_by(heartbeat: datetime | None) -> None:
    with connection.cursor() as cursor:
        worker = None
        if heartbeat:
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id", [heartbeat])
            worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])


@pytest.mark.parametrize("heartbeat", [None, NINE - timedelta(minutes=3)])
def test_what_a_killed_worker_was_doing_is_done_again(heartbeat: datetime | None) -> None:
    make_schedule()
    defer_due(NINE)
    QueuedEmailBackend().send_messages([EmailMessage("Subject", "Body", to=["a@example.org"])])
    _being_done_by(heartbeat)
    assert len(mend_jobs(NINE)) == 2
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"todo"}
    assert mend_jobs(NINE) == []


def test_what_a_living_worker_is_doing_is_left_alone() -> None:
    make_schedule()
    defer_due(NINE)
    _being_done_by(NINE - timedelta(seconds=20))
    assert mend_jobs(NINE) == []
    assert [job.status for job in jobs()] == ["doing"]


def test_of_what_comes_each_minute_the_newest_is_enough() -> None:
    for _ in range(2):
        keep_going.configure().defer(timestamp=0)
        _being_done_by(None)
    keep_going.configure().defer(timestamp=0)
    assert mend_jobs(NINE) == []
    assert [job.status for job in ProcrastinateJob.objects.all()] == ["todo"]
    _being_done_by(None)
    assert len(mend_jobs(NINE)) == 1


def test_a_run_reads_what_was_announced_since(lists: Lists) -> None:
    schedule = make_schedule(arguments=lists.options)
    run(schedule)
    lists.entries.append(entry(4))
    ended = run(schedule)
    assert ended is not None
    assert (ended.created, ended.unchanged) == (1, 3)
