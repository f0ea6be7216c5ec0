"""What DATABASES["default"] becomes, and how a server that cannot serve is spoken of."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config.database import django_database
from config.home import CLONE, broadsheet_home
from config.postgresql.errors import DatabaseUnavailable
from tests.config.conftest import Start


def test_without_a_url_the_embedded_server_of_the_home_is_used() -> None:
    database = django_database({"BROADSHEET_HOME": "elsewhere"})
    assert database["EMBEDDED_HOME"] == str(CLONE / "elsewhere")
    assert database["NAME"] == "broadsheet"
    assert "pool" not in database["OPTIONS"]


def test_a_home_starts_at_the_clone_unless_it_is_absolute() -> None:
    assert broadsheet_home({}) == CLONE / ".broadsheet"
    assert broadsheet_home({"BROADSHEET_HOME": "/srv/paper"}) == Path("/srv/paper")
    assert broadsheet_home({"BROADSHEET_HOME": "~/paper"}) == Path.home() / "paper"


def test_a_url_is_taken_apart_and_its_query_goes_to_libpq() -> None:
    database = django_database({"DATABASE_URL": "postgresql://an%40na:p%2Fw@db.example:5433/paper?sslmode=require"})
    assert database["USER"] == "an@na"
    assert database["PASSWORD"] == "p/w"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "5433", "paper")
    assert database["OPTIONS"] == {"connect_timeout": "10", "sslmode": "require"}
    assert "EMBEDDED_HOME" not in database


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/paper",
        "postgresql://host",
        "postgresql://host:port/paper",
        "postgresql://host/p%00",
    ],
)
def test_a_bad_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        django_database({"DATABASE_URL": url})
    assert url not in str(refusal.value)


def test_a_pool_has_the_wished_size() -> None:
    assert django_database({"DATABASE_POOL_SIZE": "4"})["OPTIONS"]["pool"]["max_size"] == 4
    with pytest.raises(ImproperlyConfigured, match="DATABASE_POOL_SIZE"):
        django_database({"DATABASE_POOL_SIZE": "many"})


@pytest.mark.django_db
def test_a_server_that_is_too_old_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.features, "minimum_database_version", (99,))
    with pytest.raises(DatabaseUnavailable, match=r"too old: it is \d+\.\d+, and Broadsheet needs 99"):
        connection.check_database_version_supported()


def test_checks_and_help_start_no_server(home: Path, start: Start) -> None:
    for arguments in (["check"], ["migrate", "--help"]):
        process = start(home, "manage.py", *arguments)
        errors = process.communicate()[1]
        assert process.returncode == 0, errors
    assert not (home / "data-18").exists()


def test_the_database_command_does_not_stop_somebody_elses_server(home: Path, start: Start) -> None:
    process = start(home, "manage.py", "database", "stop", DATABASE_URL="postgresql://127.0.0.1:9/paper")
    errors = process.communicate()[1]
    assert process.returncode == 2
    assert "did not start" in errors


def test_an_unreachable_server_is_one_sentence_without_the_password(home: Path, start: Start) -> None:
    url = "postgresql://anna:hushhush@127.0.0.1:9/paper"
    process = start(home, "manage.py", "database", "status", DATABASE_URL=url)
    errors = process.communicate()[1]
    assert process.returncode == 1
    assert errors == (
        "CommandError: Cannot connect to the database 'paper' that DATABASE_URL names, "
        "on 127.0.0.1, port 9 (Connection refused).\n"
    )


def test_the_database_command_shows_and_opens_the_embedded_server(home: Path, start: Start) -> None:
    process = start(home, "manage.py", "database", "status")
    assert "no database" in process.communicate()[1]
    assert process.returncode == 1
    output, errors = start(home, "manage.py", "database", "psql", "--", "-Atc", "SELECT 6 * 7").communicate()
    assert (output, errors) == ("42\n", "")
    output = start(home, "manage.py", "database", "status").communicate()[0]
    assert "not running" in output
    assert str(home / "data-18") in output
