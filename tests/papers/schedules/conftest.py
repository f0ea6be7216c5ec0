from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from papers.models import IngestSchedule
from tests.papers.schedules.portal import Lists, daily_lists, entry


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(autouse=True)
def _no_usual_schedules(request: pytest.FixtureRequest) -> None:
    """A migration made some, which a flush takes away: there or not depends on which test came before."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        IngestSchedule.objects.all().delete()


@pytest.fixture
def lists(settings: Any) -> Iterator[Lists]:
    with daily_lists() as lists:
        settings.HF_ENDPOINT = lists.server.address
        lists.entries = [entry(1), entry(2), entry(3)]
        yield lists
