"""Papers become vectors, a few at a time, behind the running portal."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from accounts.enqueuing import enqueue
from papers.models import EmbeddingModel, Paper, PaperEmbedding
from papers.querysets.embeddings import lacking
from papers.querysets.papers import PaperQuerySet
from papers.search.embedder import (
    DIMENSIONS,
    Embedder,
    EmbedderUnavailable,
    configured_embedder,
    embedded_text,
    embedder_trouble,
    text_hash,
)

JOB = "papers.tasks.embed_papers"
# Papers written in one transaction.
BATCH_SIZE = 8
# What lacks a vector is asked for so many papers at once: the question costs more than a batch.
_ASKED = 256
_MAY_ASK = ContextVar("may_ask", default=True)
# The job's rounds follow each other within seconds, or the next worker's start.
_OF_LATE = timedelta(minutes=2)
_NOTED_EVERY_SECONDS = 30
# Any numbers, the same in every process.
_LOCK, _TURN = 0x656D6264, 0x656D6265

Result = TypeVar("Result")
Report = Callable[[int], None]  # papers embedded so far


@dataclass(frozen=True, slots=True)
class Outcome:
    model: EmbeddingModel
    embedded: int
    is_complete: bool  # no paper lacks a vector


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the papers are embedded; `model` is None before the first."""

    model: EmbeddingModel | None  # the one that is being filled, else the one that serves
    embedded: int
    papers: int
    trouble: str  # why no more are embedded, in a sentence

    def is_under_way(self, now: datetime) -> bool:
        """Whether papers lack a vector and some were embedded of late."""
        latest = self.model.embedded_at if self.model else None
        return self.embedded < self.papers and latest is not None and now - latest < _OF_LATE

    @property
    def seconds_left(self) -> float:
        """As quick as it went last; 0 where nothing is known."""
        rate = self.model.papers_per_second if self.model else 0
        return (self.papers - self.embedded) / rate if rate else 0


@contextmanager
def without_requests() -> Iterator[None]:
    """Ask for nothing meanwhile.

    For a long transaction: until it ends, its job would keep everybody else who enqueues the same one waiting.
    """
    token = _MAY_ASK.set(False)
    try:
        yield
    finally:
        _MAY_ASK.reset(token)


def request_embeddings() -> None:
    """Have what lacks a vector embedded once the caller's transaction is committed. One job waits at most."""
    if settings.EMBEDDER == "none" or not _MAY_ASK.get():
        return
    # In a savepoint: where a job waits already, the database refuses a second one.
    with suppress(AlreadyEnqueued), transaction.atomic():
        enqueue(JOB, queue="embed", lock="embed", queueing_lock="embed", priority=-10)


def embed_papers(
    *,
    limit: int | None = None,
    seconds: float | None = None,
    batch_size: int = BATCH_SIZE,
    report: Report | None = None,
) -> Outcome:
    """Embed papers that lack a vector, newest first, until none does or the time or the number is up.

    `report` may raise to end it between two batches; killed at any moment, it loses one batch. Raise
    EmbedderUnavailable where there is no embedder.
    """
    embedder = _calmly(configured_embedder)
    if embedder is None:
        raise EmbedderUnavailable(embedder_trouble())
    model = claim_slot(embedder, timezone.now())
    started = noted = time.monotonic()
    done = 0
    try:
        for batch in _batches(model, batch_size):
            wanted = batch if limit is None else batch[: limit - done]
            if not wanted or (seconds is not None and time.monotonic() - started >= seconds):
                return Outcome(model, done, is_complete=False)
            done += _embed_batch(embedder, model, wanted)
            if time.monotonic() - noted >= _NOTED_EVERY_SECONDS:
                noted = time.monotonic()
                _note(model, done, noted - started)
            if report:
                report(done)
    finally:
        _note(model, done, time.monotonic() - started)
    _let_serve(model)
    return Outcome(model, done, is_complete=True)


@transaction.atomic
def claim_slot(embedder: Embedder, now: datetime) -> EmbeddingModel:
    """The embedder's place among the two models; a model that neither serves nor is configured gives its own up."""
    if embedder.dimensions > DIMENSIONS:
        raise EmbedderUnavailable(
            f"{embedder.name} makes vectors of {embedder.dimensions} numbers, and there is room for {DIMENSIONS}."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    EmbeddingModel.objects.filter(is_serving=False).exclude(name=embedder.name).delete()
    known = {model.name: model for model in EmbeddingModel.objects.all()}
    if embedder.name in known:
        return known[embedder.name]
    taken = {model.slot for model in known.values()}
    slot = EmbeddingModel.Slot.SECOND if EmbeddingModel.Slot.FIRST in taken else EmbeddingModel.Slot.FIRST
    return EmbeddingModel.objects.create(
        slot=slot, name=embedder.name, setting=settings.EMBEDDER, is_serving=not known, started_at=now
    )


@transaction.atomic
def _let_serve(model: EmbeddingModel) -> None:
    """Nothing lacks a vector of this model: from now on papers are found by it, and the other one's go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    EmbeddingModel.objects.exclude(pk=model.pk).delete()
    EmbeddingModel.objects.filter(pk=model.pk).update(is_serving=True, completed_at=timezone.now())


def _batches(model: EmbeddingModel, size: int) -> Iterator[list[int]]:
    """The papers that lack a vector, by id, until none does."""
    while ids := list(lacking(Paper.objects.all(), model).newest_first().values_list("pk", flat=True)[:_ASKED]):
        for start in range(0, len(ids), size):
            yield ids[start : start + size]


def _embed_batch(embedder: Embedder, model: EmbeddingModel, ids: list[int]) -> int:
    texts = _texts(Paper.objects.filter(pk__in=ids).newest_first())
    vectors = _calmly(lambda: embedder.embed(list(texts.values()))).tolist()
    filling = [0.0] * (DIMENSIONS - embedder.dimensions)
    with transaction.atomic():
        # Locked and read again, so that no vector of an old text is written after the trigger has outdated it.
        current = _texts(Paper.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        rows = [
            PaperEmbedding(paper_id=pk, model=model, vector=vector + filling, content_hash=text_hash(text))
            for (pk, text), vector in zip(texts.items(), vectors, strict=True)
            if current.get(pk) == text
        ]
        PaperEmbedding.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["paper", "model"], update_fields=["vector", "content_hash"]
        )
    return len(rows)


def _texts(papers: PaperQuerySet) -> dict[int, str]:
    return {pk: embedded_text(title, abstract) for pk, title, abstract in papers.values_list("pk", "title", "abstract")}


def _note(model: EmbeddingModel, done: int, seconds: float) -> None:
    """Remember how quick it went, for staff."""
    if done:
        EmbeddingModel.objects.filter(pk=model.pk).update(
            embedded_at=timezone.now(), papers_per_second=done / max(seconds, 0.001)
        )


def outdate_changed() -> int:
    """Find vectors whose text is another one by now, though no trigger saw it change: a full look at all papers."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE papers_paperembedding AS embedding SET content_hash = ''
            FROM papers_paper AS paper
            WHERE paper.id = embedding.paper_id AND embedding.content_hash <> '' AND embedding.content_hash <> sha256(
                convert_to(paper.title || CASE paper.abstract WHEN '' THEN '' ELSE '. ' || paper.abstract END, 'UTF8'))
            """
        )
        return int(cursor.rowcount)


def progress() -> Progress:
    """How far the papers are embedded, in three queries."""
    # The one that is being filled, else the one that serves.
    model = EmbeddingModel.objects.order_by("is_serving").first()
    embedded = model.embeddings.current().count() if model else 0
    return Progress(model, embedded, Paper.objects.count(), embedder_trouble())


@contextmanager
def turn(*, wait: bool) -> Iterator[bool]:
    """Whether it is ours to embed: the job and the command would else do the same papers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s), true" if wait else "SELECT '', pg_try_advisory_lock(%s)", [_TURN])
        is_ours = bool(cursor.fetchone()[1])
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_TURN])


def _calmly(work: Callable[[], Result]) -> Result:
    """Load or run a model where it steps back behind pages and the database."""
    return _thread().submit(work).result()


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "embedder", initializer=_step_back)


def _step_back() -> None:
    # Linux counts niceness by thread. Elsewhere it would be the whole worker's, mail and all.
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
