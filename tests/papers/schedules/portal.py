"""A source of our own on this machine, schedules that read it, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from papers.models import IngestRun, IngestSchedule
from papers.services.schedules import run_schedule, save_schedule
from tests.papers.ingest.server import Request, Server, serving

MORNING = datetime(2025, 12, 25, 8, 30, tzinfo=UTC)


def entry(number: int, **fields: Any) -> dict[str, Any]:
    paper = {
        "id": f"2512.{number:05}",
        "title": f"Boat {number}",
        "summary": "It floats.",
        "authors": [{"name": "Ada Byron"}],
        "publishedAt": "2025-12-23T10:00:00.000Z",
    }
    return {"paper": paper | fields}


class Lists:
    """Daily lists that a test fills; `is_down` makes the server refuse."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.is_down = False
        self.server: Server

    def answer(self, request: Request) -> None:
        if self.is_down:
            request.answer("Not now.", 404)
        else:
            request.answer_json(self.entries)

    @property
    def options(self) -> str:
        return f"--date 2025-12-25 --endpoint {self.server.address}"


@contextmanager
def daily_lists() -> Iterator[Lists]:
    lists = Lists()
    with serving(lists.answer) as server:
        lists.server = server
        yield lists


def make_schedule(now: datetime = MORNING, **fields: Any) -> IngestSchedule:
    """Hourly and on since that moment, unless told otherwise."""
    schedule = IngestSchedule(
        **{
            "name": "The daily list",
            "source": "hf",
            "arguments": "--days 1",
            "rhythm": "every hour",
            "time_zone": "UTC",
            "is_on": True,
            "late_after_hours": 6,
        }
        | fields
    )
    save_schedule(schedule, now)
    return schedule


def run(schedule: IngestSchedule, now: datetime = MORNING) -> IngestRun | None:
    """Do what the job does, and dispose of the job, as a worker does when it is done."""
    ended = run_schedule(schedule.pk, lambda: now, wished=lambda: False, sleep=lambda seconds: None)
    dispose_of_jobs()
    # The runner goes by the machine's clock; the test by its own.
    if ended:
        IngestRun.objects.filter(pk=ended.pk).update(started_at=now, heartbeat_at=now, finished_at=now)
    return ended


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="papers.tasks.run_schedule").order_by("pk"))


def letters() -> list[dict[str, Any]]:
    """Mail that waits to be sent, the earliest first."""
    sent = ProcrastinateJob.objects.filter(task_name="accounts.tasks.deliver_mail").order_by("pk")
    return [job.args["message"] for job in sent]


def dispose_of_jobs() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'papers.tasks.run_schedule'")
