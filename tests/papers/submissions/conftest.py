"""arXiv and Crossref as one local server, whose every request is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from papers.services import submissions
from tests.papers.ingest.server import serving
from tests.papers.submissions.sources import Sources


@pytest.fixture
def sources(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sources]:
    monkeypatch.setenv("NO_PROXY", "*")
    # Nobody waits three seconds here for a server of our own.
    monkeypatch.setattr(submissions, "_REST", {"arxiv": 0, "doi": 0})
    sources = Sources()
    with serving(sources) as server:
        sources.server = server
        settings.ARXIV_ENDPOINT = settings.CROSSREF_ENDPOINT = server.address
        settings.CONTACT_EMAIL = "ops@portal.example"
        yield sources
