"""The database that tests write to: a server of their own, and the state in which each test finds it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models.signals import post_migrate
from psycopg import sql

from accounts.models import User
from config.home import make_home
from config.postgresql.base import DatabaseWrapper
from papers.models import Category, Paper
from papers.taxonomy import CATEGORIES

# What guards against a loss of power, which a test's rows need not outlive: a test waits for no disk.
SAFEGUARDS = ("fsync", "full_page_writes", "synchronous_commit")


def use_own_server(name: str) -> None:
    """Let this process have an embedded server for itself, rather than a database on one that others use too.

    Pages are remembered for as long as the server's snapshot says that nothing was written, anywhere on it
    (papers/views/strangers.py), so a neighbour's writes would make them forget.
    """
    database = connections[DEFAULT_DB_ALIAS]
    assert isinstance(database, DatabaseWrapper)
    home = Path(database.settings_dict["EMBEDDED_HOME"])
    make_home(home)
    database.settings_dict["EMBEDDED_HOME"] = str(home / f"tests-{name}")
    database.attach()
    address = {"host": database.settings_dict["HOST"], "user": "postgres", "dbname": "postgres"}
    with psycopg.connect(**address, autocommit=True) as superuser:
        for safeguard in SAFEGUARDS:
            superuser.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(safeguard)))
        superuser.execute("SELECT pg_reload_conf()")


class Beginning:
    """What the database holds when a test begins: what migrations wrote, as on a new portal.

    Django would flush after each transactional test: truncate every table there is, though a test writes to ten, and
    write the names of models and permissions anew. That takes longer than most tests do.
    """

    def __init__(self) -> None:
        post_migrate.connect(_write_taxonomy, sender=apps.get_app_config("papers"))
        if User.objects.exists() or Paper.objects.exists():
            # --reuse-db, after a run that was killed.
            call_command("flush", interactive=False, verbosity=0)
        with connection.cursor() as cursor:
            # Not the cache's, which a fixture empties, nor the list of migrations, which no flush touches.
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
                "AND relkind = 'r' AND relname <> ALL(%s) ORDER BY relname",
                [["broadsheet_cache", "django_migrations"]],
            )
            self._tables = [name for (name,) in cursor.fetchall()]
            self._rows = _digests(self._tables)
            cursor.execute("DROP SCHEMA IF EXISTS beginning CASCADE")
            cursor.execute("CREATE SCHEMA beginning")
            for table in map(sql.Identifier, self._rows):
                cursor.execute(sql.SQL("CREATE TABLE beginning.{} AS TABLE {}").format(table, table))

    def restore(self, *_: Any) -> None:
        """Delete the rows that a test left behind, and give back those that it changed or took away."""
        empty = [table for table in self._tables if table not in self._rows]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_of_each("SELECT {name} AS name WHERE EXISTS (SELECT FROM {table})", empty))
            filled = [table for (table,) in cursor.fetchall()]
            now = _digests(self._rows)
            changed = [table for table, rows in self._rows.items() if now.get(table) != rows]
            # Foreign keys are looked at when the transaction ends.
            for table in map(sql.Identifier, filled + changed):
                cursor.execute(sql.SQL("DELETE FROM {}").format(table))
            for table in map(sql.Identifier, changed):
                cursor.execute(sql.SQL("INSERT INTO {} SELECT * FROM beginning.{}").format(table, table))
            # One test flushes and lets numbers begin anew.
            models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in changed]
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
        if changed:
            ContentType.objects.clear_cache()


def _digests(tables: Iterable[str]) -> dict[str, str]:
    """What stands for all rows of each table, of those that have some."""
    each = "SELECT {name} AS name, md5(string_agg(row::text, '|' ORDER BY row::text)) AS digest FROM {table} AS row"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT name, digest FROM ({}) WHERE digest <> ''").format(_of_each(each, tables)))
        return dict(cursor.fetchall())


def _of_each(query: LiteralString, tables: Iterable[str]) -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(sql.SQL(query).format(name=name, table=sql.Identifier(name)) for name in tables)


def _write_taxonomy(**kwargs: Any) -> None:
    # A migration wrote it, and none will again after a flush, which one test wants. One statement; a canonical code may
    # come after its alias, since constraints look when the transaction ends.
    facts = CATEGORIES.values()
    rows = [Category(fact.code, fact.name, fact.group, fact.status, fact.canonical or None) for fact in facts]
    Category.objects.bulk_create(rows, ignore_conflicts=True)
