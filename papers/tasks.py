"""Jobs of the papers; Procrastinate finds them here."""

from __future__ import annotations

import time

from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from papers.ingest.retrying import retry_records
from papers.ingest.runner import AlreadyRunning, Stopped
from papers.services import schedules
from papers.services.alerts import look_for_troubles
from papers.services.jobs import mend_jobs
from papers.services.submissions import look_up_later

# How often a run that waits for its service looks whether it was asked to stop, in seconds.
_NAP = 0.25


@app.task(queue="ingest", pass_context=False)
def retry_rejected(ids: list[int]) -> str:
    """Try rejected records again; the run in admin says what came of it."""
    return str(retry_records(ids, timezone.now()).counts)


class _TriedLater(BaseRetryStrategy):
    """A run that was stopped goes on as soon as a worker is there; one whose turn is taken waits a minute."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, AlreadyRunning):
            return RetryDecision(retry_in={"minutes": 1})
        return None


@app.task(queue=schedules.QUEUE, retry=_TriedLater(), pass_context=True)
def run_schedule(context: JobContext, schedule_id: int) -> str:
    """One run of a schedule; what became of it is the run that it leaves in admin."""

    def sleep(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if context.should_abort():
                raise Stopped
            time.sleep(min(left, _NAP))

    try:
        run = schedules.run_schedule(schedule_id, timezone.now, wished=context.should_abort, sleep=sleep)
    except Stopped as stopped:
        # Not a KeyboardInterrupt any more, which would end the worker's own loop.
        raise JobAborted(str(stopped)) from None
    return run.state if run else "gone"


@app.periodic(cron="* * * * *", periodic_id="keep_going")
@app.task(queue="upkeep", queueing_lock="keep_going", pass_context=False)
def keep_going(timestamp: int) -> None:
    """Each minute: go on with what a killed worker left, begin what is due, and tell staff what is wrong."""
    now = timezone.now()
    mend_jobs(now)
    schedules.defer_due(now)
    look_for_troubles(now)


@app.task(queue="submissions", pass_context=False)
def look_up_submission(number: int, tries: int) -> str:
    """Look up what a reader submitted, where the source gave no answer at once."""
    return look_up_later(number, tries, timezone.now())
