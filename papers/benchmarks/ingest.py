"""How quick ingestion is, beside a plain COPY of the same final rows into the same tables with the same indexes."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.db.models import Model
from psycopg import Cursor

from papers.benchmarks.scratch import scratch_database
from papers.ingest.runner import run_source
from papers.ingest.sources.snapshot import SnapshotSource
from papers.ingest.writer import Counts
from papers.models import (
    Author,
    Authorship,
    Classification,
    Edition,
    Identifier,
    Paper,
    PaperVersion,
    SourceRecord,
)

# All that the writer fills, each after those that it points to.
TABLES: tuple[type[Model], ...] = (
    *(Edition, Author, Paper, PaperVersion, Identifier, Classification, Authorship, SourceRecord),
)
COPY = "plain COPY"
_CHUNK = 1 << 20  # bytes

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Phase:
    """One pass over the papers: what was done, how long it took, and how many rows there are now."""

    name: str
    seconds: float
    papers: int
    peak_mb: int  # the most memory that this process has had until now
    is_baseline: bool = False

    @property
    def rate(self) -> float:
        return self.papers / self.seconds


def measure_ingest(files: Sequence[str], limit: int | None, copies: int, say: Say) -> Iterator[Phase]:
    """Ingest snapshot files, ingest them again, then COPY the rows that came of it, `copies` times over.

    All of it in a scratch database; raises NoScratch and SourceError.
    """
    with scratch_database(), TemporaryDirectory(prefix="broadsheet-bench-") as folder:
        for name in ("ingest", "ingest again, unchanged"):
            yield _phase(name, lambda: ingest(files, limit, say))
        for model in TABLES:
            _dump(model, Path(folder) / model._meta.db_table)
        for _ in range(copies):
            _empty()
            yield _phase(COPY, lambda: _load_all(Path(folder)))


def ingest(files: Sequence[str], limit: int | None, say: Say) -> None:
    """Take the files one by one with the real runner, `limit` items of all together."""
    left = limit
    for file in files:
        run = run_source(SnapshotSource(file), limit=left, report=lambda *_: None)
        say(f"{file}: {Counts(run.created, run.updated, run.unchanged, run.rejected)}")
        left = None if left is None else left - run.cursor
        if left is not None and left <= 0:
            break


def _phase(name: str, work: Callable[[], object]) -> Phase:
    started = time.perf_counter()
    work()
    return Phase(name, time.perf_counter() - started, Paper.objects.count(), peak_mb(), name == COPY)


def peak_mb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _dump(model: type[Model], path: Path) -> None:
    with connection.cursor() as cursor, path.open("wb") as file:
        driver: Cursor[tuple[object, ...]] = cursor.cursor
        with driver.copy(f"COPY {model._meta.db_table} TO STDOUT") as copy:
            for block in copy:
                file.write(block)


def _load_all(folder: Path) -> None:
    for model in TABLES:
        _load(model, folder / model._meta.db_table)


def _load(model: type[Model], path: Path) -> None:
    with connection.cursor() as cursor, path.open("rb") as file:
        driver: Cursor[tuple[object, ...]] = cursor.cursor
        with driver.copy(f"COPY {model._meta.db_table} FROM STDIN") as copy:
            while block := file.read(_CHUNK):
                copy.write(block)


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(model._meta.db_table for model in TABLES)} CASCADE")
