"""How well "For you" finds what a reader would upvote, on a judged collection, beside TF-IDF and a linear SVM.

Half of the papers that are relevant to a query are taken for a reader's upvotes; the others are to be found among all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papers.benchmarks.pages import NothingToMeasure
from papers.search.embedder import configured_embedder, embedded_text, embedder_trouble
from papers.search.taste import Background

_FOUND = 10
# With fewer there is no half to find.
_LEAST_RELEVANT = 4

Scores = NDArray[np.float64]
Ranker = Callable[[list[int]], Scores]


class CanNotMeasure(NothingToMeasure):
    """A sentence on what is missing."""


def measure_for_you(collection: Path, draws: int) -> Iterator[tuple[str, float]]:
    """(method, nDCG@10), the mean over all readers and `draws` halvings of each."""
    papers, relevant = _read(collection)
    texts = [embedded_text(paper["title"], paper["text"]) for paper in papers]
    for name, ranker in (("For you", _for_you(texts)), ("TF-IDF and a linear SVM", _svm(texts))):
        found = [
            _ndcg(ranker(list(upvoted)), list(upvoted), set(wanted))
            for draw in range(draws)
            for upvoted, wanted in _readers(relevant, draw)
        ]
        yield name, float(np.mean(found))


def _read(collection: Path) -> tuple[list[dict[str, str]], dict[str, list[int]]]:
    papers = [json.loads(line) for line in (collection / "corpus.jsonl").read_text().splitlines()]
    place = {paper["id"]: number for number, paper in enumerate(papers)}
    relevant = defaultdict(set)
    for line in (collection / "qrels.tsv").read_text().splitlines():
        query, paper, grade = line.split("\t")[:3]
        if paper in place and float(grade) > 0:
            relevant[query].add(place[paper])
    return papers, {query: sorted(found) for query, found in relevant.items() if len(found) >= _LEAST_RELEVANT}


def _readers(relevant: dict[str, list[int]], draw: int) -> Iterator[tuple[list[int], list[int]]]:
    chance = np.random.default_rng(draw)
    for _, papers in sorted(relevant.items()):
        mixed = [int(paper) for paper in chance.permutation(papers)]
        yield mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]


def _for_you(texts: list[str]) -> Ranker:
    embedder = configured_embedder()
    if embedder is None:
        raise CanNotMeasure(embedder_trouble())
    vectors = embedder.embed(texts)
    background = Background.of(vectors)
    return lambda upvoted: vectors @ background.direction(vectors[upvoted])


def _svm(texts: list[str]) -> Ranker:
    """As arxiv-sanity-lite does it: one-and-two-word terms, and a machine trained for each reader."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC
    except ImportError:
        raise CanNotMeasure("The baseline needs .venv/bin/pip install -r requirements-bench.txt") from None
    terms: Any = TfidfVectorizer(
        strip_accents="unicode",
        stop_words="english",
        ngram_range=(1, 2),
        max_features=20_000,
        sublinear_tf=True,
        min_df=2,
        max_df=0.1,
    ).fit_transform(texts)

    def rank(upvoted: list[int]) -> Scores:
        wanted = np.zeros(len(texts))
        wanted[upvoted] = 1
        machine = LinearSVC(class_weight="balanced", C=0.1, max_iter=2_000)
        return np.asarray(machine.fit(terms, wanted).decision_function(terms))

    return rank


def _ndcg(scores: Scores, upvoted: list[int], wanted: set[int]) -> float:
    scores = np.array(scores, np.float64)
    scores[upvoted] = -np.inf
    first = np.argsort(-scores)[:_FOUND]
    gained = sum(1 / np.log2(rank + 2) for rank, paper in enumerate(first) if int(paper) in wanted)
    return float(gained / sum(1 / np.log2(rank + 2) for rank in range(min(_FOUND, len(wanted)))))
