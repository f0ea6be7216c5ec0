from __future__ import annotations

from collections.abc import Callable

import pytest

from papers.search import embedder, for_you, meaning
from papers.services import embeddings
from tests.papers.search.fixtures import WordEmbedder

UseEmbedder = Callable[[WordEmbedder], WordEmbedder]


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found out about a setting is kept for the process's life, and a test may break files."""
    monkeypatch.setattr(embedder, "_known", {})
    for_you._background.cache_clear()
    meaning._shared.cache_clear()


@pytest.fixture
def use_embedder(monkeypatch: pytest.MonkeyPatch) -> UseEmbedder:
    """Let the portal be set to this embedder."""

    def use(chosen: WordEmbedder) -> WordEmbedder:
        monkeypatch.setattr(embeddings, "configured_embedder", lambda: chosen)
        # In the test's own thread, so that what happens meanwhile happens in the test's own transaction.
        monkeypatch.setattr(embeddings, "_calmly", lambda work: work())
        return chosen

    return use


@pytest.fixture
def word_embedder(use_embedder: UseEmbedder) -> WordEmbedder:
    return use_embedder(WordEmbedder())
