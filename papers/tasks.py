"""Jobs of the papers; Procrastinate finds them here."""

from __future__ import annotations

import time

from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from papers.ingest.retrying import retry_records
from papers.ingest.runner import AlreadyRunning, Stopped
from papers.search.embedder import embedder_trouble
from papers.search.index import refresh_statistics, statistics_are_outdated
from papers.services import schedules
from papers.services.alerts import look_for_troubles
from papers.services.embeddings import embed_papers as embed
from papers.services.embeddings import request_embeddings, turn
from papers.services.jobs import mend_jobs
from papers.services.maps import draw_map as draw
from papers.services.maps import request_latest_maps
from papers.services.result_maps import draw_result_map as draw_result
from papers.services.result_maps import forget_result_maps as forget_results
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


# A source that is silent is no failure of the job, which enqueues the next itself. This is for what nobody thought of:
# tries for about six hours.
_UNEXPECTED = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(queue="submissions", retry=_UNEXPECTED, pass_context=False)
def look_up_submission(number: int, tries: int) -> str:
    """Look up what a reader submitted, where the source gave no answer at once."""
    return look_up_later(number, tries, timezone.now())


# Short, so that a worker that was told to stop does so in time, and one that does all jobs gets to the next mail.
_EMBED_SECONDS = 2


@app.periodic(cron="*/10 * * * *", periodic_id="embed_papers")
@app.task(queue="embed", lock="embed", queueing_lock="embed", priority=-10, pass_context=False)
def embed_papers(timestamp: int = 0) -> str:
    """Embed some of the papers that lack a vector, and ask for the next round; see `manage.py embed`.

    Due now and then as well (at `timestamp`): the portal may have been set to another embedder, or a request may
    have come between a round's last look and its end.
    """
    if trouble := embedder_trouble():
        return trouble
    with turn(wait=False) as is_ours:
        if not is_ours:
            return "Another is at it."
        outcome = embed(seconds=_EMBED_SECONDS)
    if not outcome.is_complete:
        request_embeddings()
    elif outcome.embedded:
        request_latest_maps()
    return f"embedded={outcome.embedded}"


@app.periodic(cron="7,22,37,52 * * * *", periodic_id="refresh_search")
@app.task(queue="ingest", lock="refresh_search", queueing_lock="refresh_search", pass_context=False)
def refresh_search(timestamp: int = 0) -> str:
    """Count how common words are, if enough papers came since the last time; see `manage.py refresh_search`."""
    return f"papers={refresh_statistics(timezone.now())}" if statistics_are_outdated() else "up to date"


@app.task(queue="embed", lock="map", pass_context=False)
def draw_map(scope: str, key: str) -> str:
    """Draw the map of a day, a week or a category; see `manage.py draw_maps`."""
    return "drawn" if draw(scope, key, timezone.now()) else "too few papers"


@app.task(queue="embed", lock="map", pass_context=False)
def draw_result_map(key: str, papers: list[int]) -> str:
    """Draw the map of what a search found."""
    return "drawn" if draw_result(key, papers, timezone.now()) else "too few papers"


@app.periodic(cron="41 * * * *", periodic_id="forget_result_maps")
@app.task(queue="upkeep", queueing_lock="forget_result_maps", pass_context=False)
def forget_result_maps(timestamp: int = 0) -> str:
    """Remove the maps of searches that have had their time."""
    return f"forgotten={forget_results(timezone.now())}"
