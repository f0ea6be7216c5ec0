"""One writer of papers at a time, across processes."""

from __future__ import annotations

from django.db import connection

# Any number, the same in every process.
_WRITER_LOCK = 0x62726F61


def lock_writer() -> None:
    """Wait for, and hold until the transaction ends, the right to decide which paper is which.

    Without it two runs could both find a paper new, or one could write to a paper that another
    merges away or removes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITER_LOCK])
