"""Searches that take too long are stopped by the database, and say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

# For a statement, in milliseconds. Most need a twentieth of it.
LIMIT_MS = 1_000


class SearchTooSlow(Exception):
    """What to tell the reader."""


@contextmanager
def time_limit(milliseconds: int = LIMIT_MS) -> Iterator[None]:
    """Let no statement of the block run longer than the limit.

    Raises SearchTooSlow. One process a search: the workers of a parallel plan start slower than most searches end.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), current_setting('max_parallel_workers_per_gather'),"
                " set_config('statement_timeout', %s, true), set_config('max_parallel_workers_per_gather', '0', true)",
                [str(milliseconds)],
            )
            before = cursor.fetchone()[:2]
            yield
            # Within somebody's transaction, what was set would outlive the block.
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true),"
                " set_config('max_parallel_workers_per_gather', %s, true)",
                before,
            )
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise SearchTooSlow(
                "This search took too long and was stopped. Fewer words, or rarer ones, are quicker."
            ) from error
        raise
