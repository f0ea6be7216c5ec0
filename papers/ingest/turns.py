"""Whose turn it is to ask a service: one run at a time, and between runs one single question at a time.

arXiv wants one connection and one request in three seconds from all of a portal together. A run holds its service's
turn from beginning to end (papers.ingest.runner). A single question, about one paper for a reader who waits, holds it
for a moment, and never while a run is under way; a run that begins waits for that moment to end.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import connection, transaction

_PAUSE = 0.1  # seconds between two looks
_REST = 3.0  # seconds between a run's last request, or a question, and what follows
_KEPT = 60

# A lock held in another session, by its key as PostgreSQL lists it: in two halves.
_IS_HELD = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND ((classid::bigint << 32) | objid::bigint) = %s
)
"""


class Busy(Exception):
    """The service is being asked by somebody else."""


def lock_key(name: str) -> int:
    """The advisory lock of a source's runs: 64 bits of its name."""
    return int.from_bytes(hashlib.sha256(f"ingest {name}".encode()).digest()[:8], "big", signed=True)


@contextmanager
def one_question(service: str, patience: float, rest: float = _REST) -> Iterator[None]:
    """Hold the turn for one request; raise Busy where a run has it, or where `patience` seconds did not suffice."""
    deadline = time.monotonic() + patience
    failure: BaseException | None = None
    # The lock ends with the transaction, so it can't outlive us, and needs no session of its own.
    with transaction.atomic():
        while not _is_free(service):
            if time.monotonic() + _PAUSE > deadline:
                raise Busy(f"{service} is being asked something else.")
            time.sleep(_PAUSE)
        try:
            yield
        except Exception as error:  # raised again below: rolled back, the mark would be lost
            failure = error
        cache.set(_mark(service, "asked"), time.time() + rest, _KEPT)
    if failure is not None:
        raise failure


def let_questions_end(service: str) -> None:
    """Wait until nobody asks the service a single question; for a run that has just got the turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [_question_key(service)] * 2)
    time.sleep(max(0.0, min(_REST, cache.get(_mark(service, "asked"), 0.0) - time.time())))


def note_run_ended(service: str) -> None:
    cache.set(_mark(service, "run"), time.time() + _REST, _KEPT)


def _is_free(service: str) -> bool:
    with connection.cursor() as cursor:
        # Held once it is got: asking again within the transaction only counts.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_question_key(service)])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(_IS_HELD, [lock_key(service)])
        if cursor.fetchone()[0]:
            raise Busy(f"A run of {service} is under way.")
    marks = cache.get_many([_mark(service, "asked"), _mark(service, "run")])
    return max(marks.values(), default=0.0) <= time.time()


def _question_key(service: str) -> int:
    return lock_key(f"{service} question")


def _mark(service: str, what: str) -> str:
    return f"ingest:turn:{service}:{what}"
