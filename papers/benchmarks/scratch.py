"""A database for a measurement, beside the portal's own and gone when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

from django.core.management import call_command
from django.db import DatabaseError, connection


class NoScratch(Exception):
    """There can't be a database to measure in; the message says why."""


@contextmanager
def scratch_database() -> Iterator[str]:
    """Have `connection` lead to an empty, migrated database; yields its name. The portal's own is out of reach.

    What a killed measurement left is dropped first; one that is under way is left alone. Raises NoScratch.
    """
    portal = connection.settings_dict["NAME"]
    scratch = f"{portal}_bench"
    _administer(f'DROP DATABASE IF EXISTS "{scratch}"', f'CREATE DATABASE "{scratch}"')
    try:
        _lead_to(scratch)
        call_command("migrate", verbosity=0, interactive=False)
        yield scratch
    finally:
        _lead_to(portal)
        # Not WITH (FORCE), which may not end autovacuum's processes; without it PostgreSQL asks them to leave.
        _administer(f'DROP DATABASE IF EXISTS "{scratch}"')


def database_url() -> str:
    """What leads another process to the database that `connection` leads to, as DATABASE_URL."""
    settings = connection.settings_dict
    user, password, name = (quote(str(settings[part] or ""), safe="") for part in ("USER", "PASSWORD", "NAME"))
    options = {name: str(settings[part]) for name, part in (("host", "HOST"), ("port", "PORT")) if settings[part]}
    return f"postgresql://{user}{':' + password if password else ''}@/{name}?{urlencode(options)}"


def _lead_to(name: str) -> None:
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    connection.settings_dict["NAME"] = name


def _administer(*statements: str) -> None:
    try:
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    except DatabaseError as error:
        raise NoScratch(f"There can't be a database to measure in: {str(error).splitlines()[0]}.") from None
