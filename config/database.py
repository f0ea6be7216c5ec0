"""Which database Broadsheet uses: the server named by DATABASE_URL, else its own embedded PostgreSQL."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.home import broadsheet_home

# The embedded server's database, and the role (no superuser) that owns it.
NAME = "broadsheet"


def django_database(environ: Mapping[str, str]) -> dict[str, Any]:
    """
    The value of DATABASES["default"].

    DATABASE_POOL_SIZE gives each process that many pooled connections; `make run` sets it for the web server. Without
    it there is no pool: commands, tests and the job worker open few connections, fork at times, and pools have threads.
    """
    database: dict[str, Any] = {
        "ENGINE": "config.postgresql",
        # With a pool this makes it check a connection before lending it, so that a restarted server goes unnoticed.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {},
    }
    if url := environ.get("DATABASE_URL"):
        database |= _from_url(url)
    else:
        database |= {"NAME": NAME, "USER": NAME, "EMBEDDED_HOME": str(broadsheet_home(environ))}
    if size := environ.get("DATABASE_POOL_SIZE"):
        database["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": _positive(size), "timeout": 10}}
    return database


def _positive(size: str) -> int:
    if not size.isascii() or not size.isdigit() or int(size) < 1:
        raise ImproperlyConfigured(f"DATABASE_POOL_SIZE must be a whole number from 1, not {size!r}.")
    return int(size)


def _from_url(url: str) -> dict[str, Any]:
    # The URL may hold a password, so no message repeats it.
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL is not a valid address: {error}.") from None
    name = unquote(parts.path[1:])
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    if "\0" in unquote(url):
        raise ImproperlyConfigured("DATABASE_URL must not contain a NUL character.")
    # sslmode and its like are for libpq, which by itself would wait for a silent host without end.
    options: dict[str, Any] = {"connect_timeout": "10"} | dict(parse_qsl(parts.query))
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or str(port or ""),
        "OPTIONS": options,
    }
