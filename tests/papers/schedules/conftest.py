from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.papers.schedules.portal import Lists, daily_lists, entry


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def lists() -> Iterator[Lists]:
    with daily_lists() as lists:
        lists.entries = [entry(1), entry(2), entry(3)]
        yield lists
