"""What the tests of ingestion share: no proxy between them and their local server, and time that they own."""

from __future__ import annotations

import pytest

from papers.ingest.http import PoliteSession
from tests.papers.ingest.patience import Clock, polite


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No run that was killed is to be waited for."""
    monkeypatch.setattr("papers.ingest.runner.PATIENCE_SECONDS", 0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> PoliteSession:
    return polite(clock)
