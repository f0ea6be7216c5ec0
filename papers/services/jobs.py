"""Jobs that staff try again or take back, and those that a killed worker left, by Procrastinate's own functions."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation

from accounts.enqueuing import job_manager

# A worker says every ten seconds that it lives.
_WORKER_SILENT = timedelta(minutes=2)


@transaction.atomic
def retry_jobs(ids: Collection[int], now: datetime) -> list[ProcrastinateJob]:
    """Let failed jobs be tried again from now on. Return those that are.

    One that is being done is left alone, even where its worker seems to have died: it could be done twice. So is one
    that has been enqueued anew meanwhile: only one of the two may wait.
    """
    again = []
    for job in _locked(ids, "failed"):
        # The database refuses a second one that waits, even one enqueued at this moment.
        with suppress(UniqueViolation), transaction.atomic():
            job_manager.retry_job_by_id(job.pk, now, job.priority, job.queue_name, job.lock)
            again.append(job)
    return again


@transaction.atomic
def cancel_jobs(ids: Collection[int]) -> list[ProcrastinateJob]:
    """Take back jobs that have not begun. Return those that waited."""
    return [job for job in _locked(ids, "todo") if app.job_manager.cancel_job_by_id(job.pk, abort=False)]


@transaction.atomic
def mend_jobs(now: datetime) -> list[ProcrastinateJob]:
    """Let what a worker was doing that is gone be done again: a run goes on, a letter has its name already.

    What has been enqueued anew meanwhile, as what comes each minute, is dropped. Return those that are done again.
    """
    gone = Q(worker=None) | Q(worker__last_heartbeat__lt=now - _WORKER_SILENT)
    jobs = list(ProcrastinateJob.objects.select_for_update(of=("self",)).filter(gone, status="doing").order_by("pk"))
    locks = [job.queueing_lock for job in jobs if job.queueing_lock]
    waiting = set(
        ProcrastinateJob.objects.filter(status="todo", queueing_lock__in=locks).values_list("queueing_lock", flat=True)
    )
    again = []
    for job in jobs:
        if job.queueing_lock in waiting:
            with connection.cursor() as cursor:
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'aborted', true)", [job.pk])
            continue
        job_manager.retry_job_by_id(job.pk, now)
        again.append(job)
        if job.queueing_lock:
            waiting.add(job.queueing_lock)
    return again


def _locked(ids: Collection[int], status: str) -> list[ProcrastinateJob]:
    jobs = ProcrastinateJob.objects.select_for_update(of=("self",)).filter(pk__in=ids, status=status)
    return list(jobs.order_by("pk"))
