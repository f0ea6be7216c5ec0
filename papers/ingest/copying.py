"""Many rows at once, by COPY: straight into a table where they are new, else by way of a table of the transaction's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import LiteralString

from django.db import connection
from django.db.models import Model
from psycopg.sql import SQL, Composable, Composed, Identifier

Row = Sequence[object]  # in the order of the columns; text where the column is JSON


def draw_ids(model: type[Model], count: int) -> list[int]:
    """Ids that nobody else gets, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            # Materialized, or the sequence would be looked up for each id.
            "WITH found AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence) "
            "SELECT nextval(sequence) FROM found, generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def insert_new(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows that are known to be new: one that is not raises IntegrityError, and then none is in."""
    _copy(_table(model), columns, rows)


def insert_missing(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert those rows that no constraint says are there."""
    if rows:
        with _staged(model, columns, rows) as stage:
            _execute(
                "INSERT INTO {table} ({columns}) SELECT {columns} FROM {stage} ON CONFLICT DO NOTHING",
                table=_table(model),
                columns=_names(columns),
                stage=stage,
            )


def update(model: type[Model], key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write `columns` of the rows that have this key; each row gives the key first, then the columns."""
    if rows:
        with _staged(model, [*key, *columns], rows) as stage:
            _execute(
                "UPDATE {table} AS kept SET ({columns}) = ROW({values}) FROM {stage} AS stage WHERE ({key}) = ({keys})",
                table=_table(model),
                columns=_names(columns),
                values=_names(columns, "stage"),
                stage=stage,
                key=_names(key, "kept"),
                keys=_names(key, "stage"),
            )


@contextmanager
def _staged(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Identifier]:
    """The rows in a table of their own, with the columns' types; its name."""
    stage = Identifier(f"stage_{model._meta.db_table}")
    _execute(
        "CREATE TEMPORARY TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA",
        stage=stage,
        columns=_names(columns),
        table=_table(model),
    )
    _copy(stage, columns, rows)
    yield stage
    # A transaction may have many batches: a dry run is one from beginning to end.
    _execute("DROP TABLE {stage}", stage=stage)


def _copy(table: Identifier, columns: Sequence[str], rows: Iterable[Row]) -> None:
    statement = SQL("COPY {table} ({columns}) FROM STDIN").format(table=table, columns=_names(columns))
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _table(model: type[Model]) -> Identifier:
    return Identifier(model._meta.db_table)


def _names(columns: Iterable[str], table: str = "") -> Composed:
    return SQL(", ").join(Identifier(table, name) if table else Identifier(name) for name in columns)


def _execute(statement: LiteralString, **parts: Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL(statement).format(**parts))
