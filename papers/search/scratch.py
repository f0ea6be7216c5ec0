"""Tables of the same shape as the portal's, empty, for measuring search on other papers or on some of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_SCHEMA = "broadsheet_scratch"


@contextmanager
def scratch_tables() -> Iterator[str]:
    """Let the block work on empty tables, with our triggers and indexes; all is rolled back, whatever happens.

    Yields the schema in which the portal's own tables are.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        home = cursor.fetchone()[0]
        cursor.execute(f"CREATE SCHEMA {_SCHEMA}")
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s AND starts_with(tablename, 'papers_')", [home]
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'CREATE TABLE {_SCHEMA}."{table}" (LIKE "{home}"."{table}" INCLUDING ALL)')
        # LIKE leaves out how wide rows may be, which decides where documents lie.
        cursor.execute(f"ALTER TABLE {_SCHEMA}.papers_papersearch SET (toast_tuple_target = 8160)")
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [f"{home}.papers_paper"],
        )
        for (definition,) in cursor.fetchall():
            cursor.execute(definition.replace(f" ON {home}.", f" ON {_SCHEMA}.", 1))
        cursor.execute("SELECT set_config('search_path', %s, true)", [f"{_SCHEMA}, {home}, public"])
        yield home
        transaction.set_rollback(True)
