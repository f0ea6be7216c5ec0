"""What every test may use: an account, a signed-in client, a query counter, and no way out to the network."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import User
from tests.database import Beginning, use_own_server


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process has much left when the others are done.

    Among themselves both halves stay in their random order. What needs a browser stands together, for one start of it.
    """
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in ("browser", "long")])


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
    if "EMBEDDED_HOME" in connection.settings_dict:
        use_own_server(os.environ.get("PYTEST_XDIST_WORKER", "alone"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Begin, and go on after each transactional test, with what migrations wrote and nothing else."""
    with django_db_blocker.unblock():
        beginning = Beginning()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", beginning.restore)
        yield


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
