"""Searches that take too long are stopped, and say so: each statement by the database, all of them together by us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

# For a statement, in milliseconds. Most need a twentieth of it.
LIMIT_MS = 1_000
# For all statements of a search, since a query of many conditions is many statements.
WHOLE_MS = 2_000
# For each thing that is welcome beside what was found, and that its reader can do without.
EXTRA_MS = 300

_TOO_SLOW = "This search took too long and was stopped. Fewer words, or rarer ones, are quicker."
# What begins and ends the blocks within; one that was stopped must still be able to end.
_BLOCKS = ("SAVEPOINT", "RELEASE", "ROLLBACK")

T = TypeVar("T")


class SearchTooSlow(Exception):
    """What to tell the reader."""


@contextmanager
def time_limit(milliseconds: int = LIMIT_MS, whole: int = WHOLE_MS) -> Iterator[None]:
    """Let no statement of the block run longer than the limit, and begin none once all have taken the `whole` of it.

    Raises SearchTooSlow. A block within another is held to the stricter limits of both. One process a search: the
    workers of a parallel plan start slower than most searches end.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT before, set_config('statement_timeout', least(%s, nullif(before, 0))::text, true), parallel,"
                " set_config('max_parallel_workers_per_gather', '0', true) FROM (SELECT"
                " (extract(epoch FROM current_setting('statement_timeout')::interval) * 1000)::int AS before,"
                " current_setting('max_parallel_workers_per_gather') AS parallel) AS set",
                [milliseconds],
            )
            before, _, parallel, _ = cursor.fetchone()
            with connection.execute_wrapper(_Stopwatch(whole)):
                yield
            # Within somebody's transaction, what was set would outlive the block.
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true),"
                " set_config('max_parallel_workers_per_gather', %s, true)",
                [str(before), parallel],
            )
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise SearchTooSlow(_TOO_SLOW) from error
        raise


def if_time(read: Callable[[], T], otherwise: T, milliseconds: int = EXTRA_MS) -> T:
    """What is welcome but not needed; `otherwise` where that takes too long, or no time is left for it."""
    try:
        with time_limit(milliseconds, milliseconds):
            return read()
    except SearchTooSlow:
        return otherwise


class _Stopwatch:
    """Refuses statements once those before have taken their time. A model that is loaded meanwhile costs none of it."""

    def __init__(self, milliseconds: int) -> None:
        self.left = milliseconds / 1000

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if self.left <= 0 and not sql.startswith(_BLOCKS):
            raise SearchTooSlow(_TOO_SLOW)
        began = monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            self.left -= monotonic() - began
