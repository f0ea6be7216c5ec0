"""How each source stands: its last runs, its schedules, and what it announced of the last days."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, Prefetch, Q
from procrastinate.contrib.django.models import ProcrastinateJob

from papers.ingest.sources import SOURCES
from papers.ingest.sources.sample import SampleSource
from papers.models import AnnouncedDay, IngestRun, IngestSchedule, IngestTrouble, RejectedRecord

# A batch takes seconds; what was silent for so long is stuck or gone.
HEARTBEAT_LOST = timedelta(minutes=10)
LOOKED_BACK = 14  # days

_LATEST = {
    "source": """
        SELECT run.* FROM unnest(%s::text[]) AS wanted CROSS JOIN LATERAL (
            SELECT * FROM papers_ingestrun WHERE source = wanted AND state = ANY(%s)
            ORDER BY started_at DESC LIMIT 1) AS run""",
    "schedule_id": """
        SELECT run.* FROM unnest(%s::bigint[]) AS wanted CROSS JOIN LATERAL (
            SELECT * FROM papers_ingestrun WHERE schedule_id = wanted AND state = ANY(%s)
            ORDER BY started_at DESC LIMIT 1) AS run""",
}


@dataclass(frozen=True, slots=True)
class ScheduleStanding:
    schedule: IngestSchedule
    last: IngestRun | None
    done: IngestRun | None
    troubles: list[IngestTrouble]
    has_job: bool  # waiting or being done


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """One source; `complete_until` is the latest announced day all of whose papers are here."""

    name: str
    title: str
    last: IngestRun | None
    done: IngestRun | None
    rejected: int
    complete_until: date | None
    position: str  # where the next run goes on, in the source's own words
    schedules: list[ScheduleStanding]

    @property
    def is_late(self) -> bool:
        return any(trouble.kind == IngestTrouble.Kind.LATE for one in self.schedules for trouble in one.troubles)


def latest_runs(column: str, wanted: Iterable[str | int], states: list[str]) -> dict[str | int, IngestRun]:
    """The latest run in one of the states, by source or by schedule_id; one probe of an index each."""
    return {getattr(run, column): run for run in IngestRun.objects.raw(_LATEST[column], [list(wanted), states])}


def source_standings() -> list[SourceStanding]:
    """Every source that was ever run or has a schedule; nine queries, however much there is."""
    troubles = Prefetch("troubles", IngestTrouble.objects.filter(ended_at=None))
    schedules = list(IngestSchedule.objects.order_by("name").prefetch_related(troubles))
    names = [*SOURCES, *sorted({schedule.source for schedule in schedules} - SOURCES.keys())]
    names.remove(SampleSource.name)
    every = ["running", "done", "failed"]
    last, done = latest_runs("source", names, every), latest_runs("source", names, ["done"])
    ids = [schedule.pk for schedule in schedules]
    own_last, own_done = latest_runs("schedule_id", ids, every), latest_runs("schedule_id", ids, ["done"])
    busy = busy_schedules()
    rejected = dict(RejectedRecord.objects.waiting().order_by().values_list("source").annotate(Count("pk")))
    whole = Max("day", filter=Q(announced__gt=0, here=F("announced")))
    complete = dict(AnnouncedDay.objects.order_by().values_list("source").annotate(until=whole))
    return [
        SourceStanding(
            name=name,
            title=SOURCES[name].title if name in SOURCES else name,
            last=last.get(name),
            done=done.get(name),
            rejected=rejected.get(name, 0),
            complete_until=complete.get(name),
            position=next((run[name].position for run in (last, done) if name in run and run[name].position), ""),
            schedules=[
                ScheduleStanding(
                    schedule,
                    own_last.get(schedule.pk),
                    own_done.get(schedule.pk),
                    list(schedule.troubles.all()),
                    schedule.pk in busy,
                )
                for schedule in schedules
                if schedule.source == name
            ],
        )
        for name in names
        if name in last or name in complete or any(schedule.source == name for schedule in schedules)
    ]


def how(run: IngestRun, now: datetime) -> str:
    """A run's state in words."""
    if run.state == IngestRun.State.RUNNING and now - run.heartbeat_at > HEARTBEAT_LOST:
        return "running, but silent"
    return run.get_state_display().lower()


def busy_schedules() -> Collection[int]:
    """Those with a job that waits or is being done."""
    jobs = ProcrastinateJob.objects.filter(task_name="papers.tasks.run_schedule", status__in=["todo", "doing"])
    return {args.get("schedule_id") for args in jobs.values_list("args", flat=True)}
