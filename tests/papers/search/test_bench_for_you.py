"""The measurement of "For you" measures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from papers.benchmarks import for_you
from papers.benchmarks.for_you import CanNotMeasure, Ranker, measure_for_you
from tests.papers.search.fixtures import WordEmbedder


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Two readers, one of cats and one of dogs, among other papers."""
    titles = [f"{kind} n{number}" for kind in ("cats", "dogs", "rest", "more", "most") for number in range(8)]
    corpus = [json.dumps({"id": str(number), "title": title, "text": ""}) for number, title in enumerate(titles)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(corpus))
    (tmp_path / "qrels.tsv").write_text("\n".join(f"{number // 8}\t{number}\t1" for number in range(16)))
    return tmp_path


def without_a_baseline(texts: list[str]) -> Ranker:
    return lambda upvoted: np.arange(len(texts), dtype=np.float64)


def test_a_reader_of_cats_is_found_cats(collection: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(for_you, "configured_embedder", lambda: WordEmbedder(dimensions=64))
    monkeypatch.setattr(for_you, "_svm", without_a_baseline)
    (_, ours), (_, baseline) = measure_for_you(collection, draws=2)
    assert ours > 0.95
    assert baseline == 0


def test_without_an_embedder_it_says_why(collection: Path, settings: Any) -> None:
    settings.EMBEDDER = "none"
    with pytest.raises(CanNotMeasure, match="turned off"):
        list(measure_for_you(collection, draws=1))
