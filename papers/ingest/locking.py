"""One writer of papers at a time, across processes."""

from __future__ import annotations

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

# Any number, the same in every process.
_WRITER_LOCK = 0x62726F61


def lock_writer(patience: int = 0) -> None:
    """Wait for, and hold until the transaction ends, the right to decide which paper is which.

    Without it two runs could both find a paper new, or one could write to a paper that another
    merges away or removes. With `patience`, in seconds, neither this lock nor any later one of the transaction is
    waited for longer than that: see `waited_in_vain`.
    """
    with connection.cursor() as cursor:
        if patience:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{patience}s"])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITER_LOCK])


def waited_in_vain(error: OperationalError) -> bool:
    """Whether the database ended a statement because a lock was not to be had in time."""
    return isinstance(error.__cause__, LockNotAvailable)
