"""Jobs that staff try again or take back, by Procrastinate's own functions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


@transaction.atomic
def retry_jobs(ids: Collection[int], now: datetime) -> list[ProcrastinateJob]:
    """Let failed jobs be tried again from now on. Return those that had failed.

    One that is being done is left alone, even where its worker seems to have died: it could be done twice.
    """
    jobs = _locked(ids, "failed")
    for job in jobs:
        app.job_manager.retry_job_by_id(job.pk, now, job.priority, job.queue_name, job.lock)
    return jobs


@transaction.atomic
def cancel_jobs(ids: Collection[int]) -> list[ProcrastinateJob]:
    """Take back jobs that have not begun. Return those that waited."""
    return [job for job in _locked(ids, "todo") if app.job_manager.cancel_job_by_id(job.pk, abort=False)]


def _locked(ids: Collection[int], status: str) -> list[ProcrastinateJob]:
    jobs = ProcrastinateJob.objects.select_for_update(of=("self",)).filter(pk__in=ids, status=status)
    return list(jobs.order_by("pk"))
