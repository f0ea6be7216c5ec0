"""The jobs as a real worker does them, on connections of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import AbortReason
from procrastinate.jobs import Job

from config.workers import SLOW, WORKERS, worker_arguments
from papers.models import IngestRun, IngestTrouble
from papers.services.schedules import run_now
from papers.tasks import keep_going, run_schedule
from tests.papers.schedules.portal import Lists, jobs, letters, make_schedule

# Outside of a transaction: a worker sees what was committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_endless_wait(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A job that waits for a row that its own transaction holds fails instead of hanging."""
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=3s")
    # What is due by itself each minute would come in between.
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    settings.ALERT_ADDRESSES = ["ops@portal.example"]
    settings.EMAIL_BACKEND = "accounts.mail.QueuedEmailBackend"


@pytest.fixture(autouse=True)
def _workers_leave() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("DELETE FROM procrastinate_periodic_defers")


def work(*names: str) -> None:
    """Let the workers of `make run` do what waits, and end."""
    for name in names or WORKERS:
        _, *arguments = worker_arguments(name)
        # To end when nothing waits is a stop as well, and here it may take its time.
        arguments[arguments.index("--shutdown-graceful-timeout") + 1] = "30"
        call_command("procrastinate", *arguments, "--one-shot")


def _look() -> None:
    keep_going.configure().defer(timestamp=0)


def statuses(task: Any) -> list[str]:
    return list(ProcrastinateJob.objects.filter(task_name=task.name).values_list("status", flat=True))


def test_what_is_due_is_enqueued_run_and_done_with(lists: Lists) -> None:
    schedule = make_schedule(timezone.now() - timedelta(hours=2), arguments=lists.options)
    _look()
    work()
    run = IngestRun.objects.get()
    assert (run.state, run.created, run.schedule) == ("done", 3, schedule)
    assert (jobs(), statuses(keep_going)) == ([], [])


def test_a_failure_is_told_by_a_letter_of_the_same_transaction(lists: Lists) -> None:
    lists.is_down = True
    schedule = make_schedule(timezone.now(), arguments=lists.options)
    run_now([schedule.pk])
    work(SLOW)
    assert IngestRun.objects.get().state == "failed"
    assert jobs() == []  # the failure is the run's, not the job's
    _look()
    work()
    assert IngestTrouble.objects.get().kind == "failed"
    _look()
    work()
    assert IngestTrouble.objects.count() == 1


def test_what_a_killed_worker_left_is_taken_up_by_the_next(lists: Lists) -> None:
    schedule = make_schedule(timezone.now(), arguments=lists.options)
    run_now([schedule.pk])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    _look()
    work()
    assert IngestRun.objects.get().created == 3
    assert (jobs(), statuses(keep_going)) == ([], [])


def test_a_job_of_a_worker_is_rolled_back_with_its_transaction(settings: Any) -> None:
    @app.task(name="tests.undecided", queue="upkeep")
    def undecided() -> None:
        from django.db import transaction

        with transaction.atomic():
            EmailMessage("Subject", "Body", to=["a@example.org"]).send()
            transaction.set_rollback(True)

    try:
        undecided.defer()
        work()
    finally:
        del app.tasks["tests.undecided"]
    assert letters() == []


def test_a_worker_that_is_told_to_stop_leaves_the_run_to_the_next(lists: Lists) -> None:
    schedule = make_schedule(timezone.now(), arguments=lists.options)
    job = Job(id=1, queue="ingest", lock=None, queueing_lock=None, task_name=run_schedule.name, priority=0)
    context = JobContext(app=app, job=job, start_timestamp=0, abort_reason=lambda: AbortReason.SHUTDOWN)
    with pytest.raises(JobAborted) as stopped:
        run_schedule(context, schedule_id=schedule.pk)
    assert IngestRun.objects.get().error.startswith("Stopped as asked after 1 items")
    assert run_schedule.get_retry_exception(stopped.value, job) is not None
