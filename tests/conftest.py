"""What every test may use: an account, a signed-in client, a query counter, and no way out to the network."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import User
from config.home import make_home
from papers.models import Category, Paper
from papers.taxonomy import CATEGORIES


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits live in the cache, and a test must not inherit another's."""
    yield
    if "django_db_setup" in request.fixturenames and request.node.get_closest_marker("django_db") is not None:
        cache.clear()
        caches["counts"].clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """A password hash is slow by design, and no test here is about that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _static_files_as_they_lie() -> Iterator[None]:
    """Found where they are written, so that no test needs `collectstatic` or scans its result.

    For the whole session, since the browser tests' server is made once, before any test's own fixtures.
    """
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    with override_settings(STORAGES=storages, WHITENOISE_AUTOREFRESH=True, WHITENOISE_USE_FINDERS=True):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings_parallel_suffix(django_db_modify_db_settings_xdist_suffix: None) -> None:
    """Give each of several test processes an embedded server of its own, rather than a database on one.

    Pages are remembered for as long as the server's snapshot says that nothing was written, anywhere on it
    (papers/views/strangers.py), so a neighbour's writes would make them forget.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    database = connection.settings_dict
    if worker and "EMBEDDED_HOME" in database:
        home = Path(database["EMBEDDED_HOME"])
        make_home(home)
        make_home(home / f"tests-{worker}")
        database["EMBEDDED_HOME"] = str(home / f"tests-{worker}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Mend what the flush that follows a transactional test takes too much of, and what it forgets.

    Begin with nothing but the taxonomy, even where --reuse-db kept the rows of a run that was killed.
    """
    post_migrate.connect(_complete_flush, sender=apps.get_app_config("papers"))
    with django_db_blocker.unblock():
        if User.objects.exists() or Paper.objects.exists() or Category.objects.count() != len(CATEGORIES):
            call_command("flush", interactive=False, verbosity=0)


def _complete_flush(**kwargs: Any) -> None:
    # A migration wrote the taxonomy, and none will again. One statement, for flushes are many; a canonical code may
    # come after its alias, since constraints look when the transaction ends.
    facts = CATEGORIES.values()
    rows = [Category(fact.code, fact.name, fact.group, fact.status, fact.canonical or None) for fact in facts]
    Category.objects.bulk_create(rows, ignore_conflicts=True)
    # Django does not manage the tables of jobs, so it leaves them as they are.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def reader(db: None) -> User:
    """Somebody who has confirmed their address and may sign in."""
    reader = User.objects.create_user("rosalind", "rosalind@example.org", "correct horse battery")
    EmailAddress.objects.create(user=reader, email=reader.email, primary=True, verified=True)
    return reader


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser("editor", "editor@example.org", "correct horse battery")


@pytest.fixture
def reader_client(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


@pytest.fixture
def count_queries() -> Callable[..., int]:
    """How many queries a call makes: `count_queries(client.get, "/")`."""

    def count(call: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            call(*args, **kwargs)
        return len(captured)

    return count
