"""Schedules: turned on and off, due, run, and mended after a worker that was killed.

A schedule has one job at most, waiting or being done, so runs never pile up: what falls due meanwhile is one run more
when that one has ended. The time it is due is moved on in the transaction that enqueues the job, under the row's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.enqueuing import enqueue
from papers.ingest.arguments import SourceError, interruptible, read_line
from papers.ingest.runner import AlreadyRunning, Wish, resumed, run_source
from papers.models import IngestRun, IngestSchedule, IngestTrouble

RUN_TASK = "papers.tasks.run_schedule"
QUEUE = "ingest"
# A failed run is tried again sooner than its rhythm says, where that is later than this.
AGAIN_AFTER = timedelta(hours=1)


@transaction.atomic
def save_schedule(schedule: IngestSchedule, now: datetime) -> None:
    """Store a new or changed schedule; one that is on is due at its next time from now on."""
    if schedule.is_on:
        schedule.on_since = schedule.on_since or now
        schedule.due_at = schedule.times().next_after(now)
    else:
        schedule.on_since = schedule.due_at = None
    schedule.save()
    if not schedule.is_on:
        _forget_troubles(schedule, now)


@transaction.atomic
def turn_on(ids: Collection[int], now: datetime) -> list[IngestSchedule]:
    """Let schedules run; their first time is the next of their rhythm. Return those that were off."""
    schedules = _locked(ids, is_on=False)
    for schedule in schedules:
        schedule.is_on = True
        save_schedule(schedule, now)
    return schedules


@transaction.atomic
def turn_off(ids: Collection[int], now: datetime) -> list[IngestSchedule]:
    """Let schedules rest; a run that is under way ends by itself. Return those that were on."""
    schedules = _locked(ids, is_on=True)
    for schedule in schedules:
        schedule.is_on = False
        save_schedule(schedule, now)
    return schedules


@transaction.atomic
def run_now(ids: Collection[int]) -> list[IngestSchedule]:
    """Enqueue a run of each, whether on or off, besides its rhythm. Return those that had none waiting or under way."""
    schedules = [schedule for schedule in _locked(ids) if not jobs_of(schedule.pk).exists()]
    for schedule in schedules:
        _enqueue(schedule)
    return schedules


def defer_due(now: datetime) -> list[IngestSchedule]:
    """Enqueue a run for each schedule that is due; however long it was due, one."""
    return _claim_due(now, _enqueue)


def begin_due(now: datetime) -> list[IngestSchedule]:
    """The schedules that are due, moved on, for a caller who runs them itself."""
    return _claim_due(now, lambda schedule: None)


def _claim_due(now: datetime, begin: Callable[[IngestSchedule], None]) -> list[IngestSchedule]:
    due = IngestSchedule.objects.due(now).order_by("due_at", "pk").values_list("pk", "due_at")
    return [schedule for pk, due_at in due if due_at and (schedule := _claim(pk, due_at, now, begin))]


@transaction.atomic
def _claim(pk: int, due_at: datetime, now: datetime, begin: Callable[[IngestSchedule], None]) -> IngestSchedule | None:
    """The schedule, if this call moved it on from that time; of two workers, one does."""
    # Who waits here for the other worker finds the time moved on, and nothing.
    schedule = IngestSchedule.objects.select_for_update().filter(pk=pk, due_at=due_at).first()
    if schedule is None or jobs_of(pk).exists():
        return None
    schedule.due_at = schedule.times().next_after(now)
    schedule.save(update_fields=["due_at"])
    begin(schedule)
    return schedule


def run_schedule(
    schedule_id: int, clock: Callable[[], datetime], *, wished: Wish, sleep: Callable[[float], None]
) -> IngestRun | None:
    """Do a schedule's run, as `manage.py ingest` with its options does; None when the schedule is gone.

    A source that fails is kept as a failed run, and the schedule is due again soon. Raises AlreadyRunning, and Stopped
    when `wished` or `sleep` say so: then it is to be done again.
    """
    schedule = IngestSchedule.objects.filter(pk=schedule_id).first()
    if schedule is None:
        return None
    begun_at = clock()
    try:
        source, limit = read_line(schedule.source, schedule.arguments)
        source = interruptible(resumed(source) if source.can_resume else source, sleep)
        return run_source(source, limit=limit, report=lambda *_: None, schedule=schedule, wished=wished)
    except AlreadyRunning:
        raise
    except Exception as error:
        _due_again_soon(schedule, clock())
        kept = schedule.runs.filter(started_at__gte=begun_at).order_by("-started_at").first()
        if not isinstance(error, SourceError):
            raise
        return kept or _failed_before_it_began(schedule, error, clock())


def jobs_of(schedule_id: int) -> QuerySet[ProcrastinateJob]:
    """What waits or is being done for a schedule."""
    lock = _queueing_lock(schedule_id)
    jobs: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.filter(queueing_lock=lock, status__in=["todo", "doing"])
    return jobs


def _failed_before_it_began(schedule: IngestSchedule, error: SourceError, now: datetime) -> IngestRun:
    return IngestRun.objects.create(
        source=schedule.source,
        schedule=schedule,
        arguments={"line": schedule.arguments},
        state=IngestRun.State.FAILED,
        error=str(error),
        started_at=now,
        heartbeat_at=now,
        finished_at=now,
    )


def _due_again_soon(schedule: IngestSchedule, now: datetime) -> None:
    soon = now + AGAIN_AFTER
    IngestSchedule.objects.filter(pk=schedule.pk, is_on=True, due_at__gt=soon).update(due_at=soon)


def _enqueue(schedule: IngestSchedule) -> None:
    enqueue(RUN_TASK, queue=QUEUE, queueing_lock=_queueing_lock(schedule.pk), schedule_id=schedule.pk)


def _queueing_lock(schedule_id: int) -> str:
    return f"schedule {schedule_id}"


def _locked(ids: Collection[int], **narrowed: bool) -> list[IngestSchedule]:
    return list(IngestSchedule.objects.select_for_update().filter(pk__in=ids, **narrowed).order_by("pk"))


def _forget_troubles(schedule: IngestSchedule, now: datetime) -> None:
    IngestTrouble.objects.filter(schedule=schedule, ended_at=None).update(ended_at=now)
