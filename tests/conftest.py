"""What every test may use: an account, a signed-in client, a query counter, and no way out to the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits live in the cache, and a test must not inherit another's."""
    yield
    if "django_db_setup" in request.fixturenames and request.node.get_closest_marker("django_db") is not None:
        cache.clear()


@pytest.fixture
def reader(db: None) -> User:
    return User.objects.create_user("rosalind", "rosalind@example.org", "correct horse battery")


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
