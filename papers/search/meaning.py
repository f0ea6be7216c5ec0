"""Search by meaning: how near the papers' vectors are to the query's, seen from between the papers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db.models import Avg, Count
from django.db.models.expressions import RawSQL

from papers.models import EmbeddingModel, PaperEmbedding
from papers.querysets.arrays import one_of
from papers.querysets.papers import PaperQuerySet
from papers.search.embedder import DIMENSIONS, Embedder, embedder_for
from papers.search.neighbours import compare, nearest_papers

# All papers lie in one part of the space, the more so the narrower a portal's field, and what all share tells none
# from another. So half of their middle is taken from query and papers; docs/search.md has none, half and all of it.
SHARED = 0.5
# The middle of a sample, and of so many at least: the middle of a few papers is those papers.
_SAMPLE, _LEAST = 4_000, 100

# How many vectors the index reads for papers that pass a filter. Among so many of the nearest, those that do are found;
# the others are no nearer than what words find.
_SEEN = 2_000

Vector = Sequence[float]


@dataclass(slots=True)
class EmbeddedMeaning:
    """Cosines by the model that serves. A text is embedded once."""

    embedder: Embedder
    slot: int
    shared: Vector = ()  # what is taken from every vector; empty for nothing
    _vectors: dict[str, Vector] = field(default_factory=dict)

    def nearest(self, text: str, papers: PaperQuerySet, count: int, *, one_by_one: bool = False) -> list[int]:
        # The index knows the papers where they are. From the query's place without what is shared the order is
        # nearly the same, and `of` has the cosines.
        vector = self._vector(text)
        if one_by_one:
            return compare(papers, self.slot, vector, count)
        return [paper.pk for paper in nearest_papers(papers.only("pk"), self.slot, vector, count, seen=_SEEN)]

    def of(self, text: str, ids: Sequence[int]) -> Mapping[int, float]:
        places = PaperEmbedding.objects.filter(paper__in=one_of(ids), model=self.slot)
        vector = self._vector(text)
        if not self.shared:
            return {pk: 1 - distance for pk, distance in places.distances_to(vector)}
        length, along = _length(self.shared), _dot(self.shared, vector)
        return {
            pk: (1 - distance - along) / math.sqrt(1 - 2 * length * (1 - other) + length * length)
            for pk, distance, other in places.distances_to(vector, self.shared)
        }

    def _vector(self, text: str) -> Vector:
        """The query's direction, of length 1, without what is shared."""
        if text not in self._vectors:
            numbers: list[float] = self.embedder.embed([text])[0].tolist()
            self._vectors[text] = _without(numbers + [0.0] * (DIMENSIONS - len(numbers)), self.shared)
        return self._vectors[text]


def _dot(one: Vector, other: Vector) -> float:
    return sum(number * part for number, part in zip(one, other, strict=True))


def _length(vector: Vector) -> float:
    return math.sqrt(_dot(vector, vector))


def _without(vector: Vector, shared: Vector) -> Vector:
    if not shared:
        return vector
    left = [number - part for number, part in zip(vector, shared, strict=True)]
    length = _length(left) or 1.0
    return [number / length for number in left]


@lru_cache(maxsize=4)
def _shared(slot: int, name: str, completed_at: datetime | None) -> Vector:
    """Looked at once by each process and whenever the papers that came have all been embedded: two queries."""
    vectors = PaperEmbedding.objects.filter(model=slot)
    share = min(_SAMPLE / max(vectors.count(), 1), 1.0)
    # Of pages, so that no more is read; the same ones in each process, so that all of them rank alike.
    sample = RawSQL("SELECT id FROM papers_paperembedding TABLESAMPLE SYSTEM (%s) REPEATABLE (1)", [100 * share])
    found = vectors.filter(pk__in=sample).aggregate(middle=Avg("vector"), papers=Count("pk"))
    if found["papers"] < _LEAST:
        return ()
    return tuple(SHARED * number for number in found["middle"])


def serving_meaning() -> EmbeddedMeaning | None:
    """What search goes by beside words; None before papers are embedded.

    While another model's vectors are made, queries are embedded by the one that serves, as long as it is there.
    """
    model = EmbeddingModel.objects.serving()
    if model is None:
        return None
    embedder = embedder_for(model.setting)
    # The same setting may name another model by now.
    if embedder is None or embedder.name != model.name:
        return None
    return EmbeddedMeaning(embedder, model.slot, _shared(model.slot, model.name, model.completed_at))
