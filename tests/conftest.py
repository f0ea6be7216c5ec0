"""What every test may use: an account, a signed-in client, a query counter, and no way out to the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import AppConfig, apps
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits live in the cache, and a test must not inherit another's."""
    yield
    if "django_db_setup" in request.fixturenames and request.node.get_closest_marker("django_db") is not None:
        cache.clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """A password hash is slow by design, and no test here is about that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _static_files_as_they_lie(settings: Any) -> None:
    """Found where they are written, so that no test needs `collectstatic` or scans its result."""
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Keep the taxonomy, which a migration writes, through the flush that follows a transactional test."""
    write_categories = import_module("papers.migrations.0003_categories").write_categories

    def after_flush(sender: AppConfig, **kwargs: Any) -> None:
        write_categories(apps, None)

    post_migrate.connect(after_flush, sender=apps.get_app_config("papers"), weak=False)


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
