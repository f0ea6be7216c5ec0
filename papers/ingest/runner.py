"""A run of a source: batches in small transactions, with its counts and cursor kept beside them."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import FrameType
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import JSONField, TextField
from django.utils import timezone

from papers.ingest.ahead import ReadAhead
from papers.ingest.enriching import due, remember, written
from papers.ingest.records import AnyItem
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.sources.enriching import Enricher, Unknown
from papers.ingest.turns import let_questions_end, lock_key, note_run_ended
from papers.ingest.writer import Counts, write_batch
from papers.models import (
    Author,
    Authorship,
    Classification,
    Identifier,
    IngestRun,
    IngestSchedule,
    Paper,
    SourceRecord,
)
from papers.services.announcements import keep_announced, note_arrivals
from papers.services.embeddings import without_requests

BATCH_SIZE = 500
BATCH_SECONDS = 30  # a source that is asked politely may give an item in three seconds
WORTH_ANALYSING = 1_000  # new papers
# The connection of a run that was killed lives on until the statement that it was at is done.
PATIENCE_SECONDS = 5

Report = Callable[[int, Counts], None]  # items dealt with so far, what became of them
Wish = Callable[[], bool]


class AlreadyRunning(Exception):
    """Another run of the same source holds the lock."""


class Stopped(KeyboardInterrupt):
    """The run was asked to stop and did so after a whole batch.

    Raised from a signal's handler, wherever the source is: as a KeyboardInterrupt no library takes it for an error of
    its own, and psycopg leaves its connection fit for use.
    """


def run_source(
    source: Source,
    *,
    limit: int | None = None,
    dry_run: bool = False,
    report: Report,
    schedule: IngestSchedule | None = None,
    wished: Wish = lambda: False,
) -> IngestRun:
    """Ingest a source and return its finished run, counts included.

    A dry run does the same work inside one transaction and rolls it back, so its counts are true;
    the returned run is then not in the database. Safe to repeat: what did not change is not written.
    A job can't listen for signals: `wished` says whether it was asked to stop, and is asked after each item.

    Raises SourceError when the source can't be read, Stopped after SIGTERM or Ctrl-C, and
    AlreadyRunning; in the first two cases the run is kept as failed with what it had done.
    """
    outer = _rehearsal() if dry_run else nullcontext()
    with _one_run_at_a_time(source.turn or source.name), _stop_politely(wished) as stop, outer:
        return _run(source, limit, report, stop, schedule)


@contextmanager
def _rehearsal() -> Iterator[None]:
    with transaction.atomic(), without_requests():
        yield
        transaction.set_rollback(True)


def resumed(source: Source) -> Source:
    """The source going on where its last run with the same arguments ended, if it can."""
    run = IngestRun.objects.filter(source=source.name, arguments=source.arguments()).order_by("-started_at").first()
    return source.resumed(run.position) if run and run.position else source


def _run(source: Source, limit: int | None, report: Report, stop: _Stop, schedule: IngestSchedule | None) -> IngestRun:
    now = timezone.now()
    # We hold the source's lock, so whatever still calls itself running was killed.
    IngestRun.objects.filter(source=source.name, state=IngestRun.State.RUNNING).update(
        state=IngestRun.State.FAILED, error="It ended without a word.", finished_at=now
    )
    run = IngestRun.objects.create(
        source=source.name,
        arguments=source.arguments(),
        schedule=schedule,
        position=source.position(),
        started_at=now,
        heartbeat_at=now,
    )
    counts = Counts()
    try:
        with closing(_batches(source, limit, now, counts, stop)) as batches:
            for batch in batches:
                _take(run, source, batch, counts)
                report(run.cursor, counts)
                if stop.asked:
                    break
        if stop.asked:
            raise Stopped(f"Stopped as asked after {run.cursor:,} items; run it again to go on.")
        if counts.created >= WORTH_ANALYSING:
            _analyse()
        now = timezone.now()
        keep_announced(source.name, source.announced(), now)
        note_arrivals(now)
        if limit is None:
            # The source was read to its end, which may be further than its last item.
            run.position = source.position()
            run.save(update_fields=["position"])
    except BaseException as error:
        _finish(run, IngestRun.State.FAILED, str(error) or type(error).__name__)
        raise
    _finish(run, IngestRun.State.DONE)
    return run


def _batches(
    source: Source, limit: int | None, now: datetime, counts: Counts, stop: _Stop
) -> Generator[Sequence[AnyItem | Unknown]]:
    """The source's items; those that came so far when we are asked to stop. `counts` says what became of the last."""
    unread = source.unread_items()
    if unread is None:
        # An enricher is asked about papers that are here.
        items = source.about(due(source, now)) if isinstance(source, Enricher) else source.items()
        items = islice(_until_wished(items, stop), limit)
        while batch := _gathered(items, stop):
            yield batch
        return
    with closing(ReadAhead(islice(unread, limit), BATCH_SIZE)) as ahead:
        batches = _until_wished(iter(ahead), stop)
        while waiting := _gathered(islice(batches, 1), stop):
            known = counts.unchanged
            yield waiting[0]
            ahead.reads = counts.unchanged - known < len(waiting[0])


def _until_wished(items: Iterator[Any], stop: _Stop) -> Iterator[Any]:
    for item in items:
        yield item
        if stop.wished():
            raise Stopped


def _gathered(items: Iterator[Any], stop: _Stop) -> list[Any]:
    """The next items, as many as make a batch; those that came so far when we are asked to stop, or when a slow source
    took its time."""
    due_at = time.monotonic() + BATCH_SECONDS
    gathered = []
    stop.may_interrupt = True
    try:
        for item in islice(items, BATCH_SIZE):
            gathered.append(item)
            if time.monotonic() > due_at:
                break
    except Stopped:
        stop.asked = True
    finally:
        stop.may_interrupt = False
    return gathered


def _analyse() -> None:
    """Tell the planner what has come in, so that the first readers need not wait for autovacuum's turn.

    Long texts and what is indexed of them are left to that: no plan of ours depends on them, and they take longest.
    """
    tables = []
    for model in (Paper, Author, Authorship, Classification, Identifier, SourceRecord):
        fields = model._meta.concrete_fields
        columns = [f'"{field.column}"' for field in fields if not isinstance(field, (TextField, JSONField))]
        tables.append(f"{model._meta.db_table} ({', '.join(columns)})")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _take(run: IngestRun, source: Source, batch: Sequence[AnyItem | Unknown], counts: Counts) -> None:
    with transaction.atomic():
        now = timezone.now()
        counts.add(write_batch(source.name, written(batch), run, now))
        if isinstance(source, Enricher):
            counts.unchanged += remember(run, batch, now)
        keep_announced(source.name, source.announced(), now)
        run.created, run.updated = counts.created, counts.updated
        run.unchanged, run.rejected = counts.unchanged, counts.rejected
        run.cursor += len(batch)
        run.position = source.position()
        run.heartbeat_at = now
        run.save(update_fields=["created", "updated", "unchanged", "rejected", "cursor", "position", "heartbeat_at"])


def _finish(run: IngestRun, state: str, error: str = "") -> None:
    run.state, run.error, run.finished_at = state, error, timezone.now()
    # A connection that broke must not hide the error that broke it.
    with suppress(DatabaseError):
        run.save(update_fields=["state", "error", "finished_at"])


def _try_lock(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


@contextmanager
def _one_run_at_a_time(name: str) -> Iterator[None]:
    key = lock_key(name)
    patient_until = time.monotonic() + PATIENCE_SECONDS
    while not _try_lock(key):
        if time.monotonic() >= patient_until:
            raise AlreadyRunning(f"Another run of {name} is under way.")
        time.sleep(0.1)
    try:
        let_questions_end(name)
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
            note_run_ended(name)


@dataclass(slots=True)
class _Stop:
    """Whether somebody asked us to stop, and whether we are where that may interrupt us."""

    wished: Wish
    asked: bool = False
    may_interrupt: bool = False


@contextmanager
def _stop_politely(wished: Wish) -> Iterator[_Stop]:
    """Let SIGTERM and Ctrl-C finish the batch in hand; only the main thread can listen for them.

    A source that waits for its service, for a quarter of an hour if need be, is interrupted at once:
    nothing is half written then.
    """
    stop = _Stop(wished)

    def ask(signum: int, frame: FrameType | None) -> None:
        stop.asked = True
        if stop.may_interrupt:
            stop.may_interrupt = False
            raise Stopped

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


__all__ = ["AlreadyRunning", "SourceError", "Stopped", "lock_key", "resumed", "run_source"]
