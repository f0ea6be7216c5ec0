"""Search by meaning: how near the papers' vectors are to the query's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from papers.models import EmbeddingModel, Paper, PaperEmbedding
from papers.querysets.papers import PaperQuerySet
from papers.search.embedder import DIMENSIONS, Embedder, embedder_for
from papers.search.neighbours import nearest_papers


@dataclass(slots=True)
class EmbeddedMeaning:
    """Cosines by the model that serves. A text is embedded once."""

    embedder: Embedder
    slot: int
    _vectors: dict[str, list[float]] = field(default_factory=dict)

    def nearest(self, text: str, papers: PaperQuerySet, count: int) -> Mapping[int, float]:
        found: list[Paper] = nearest_papers(papers.only("pk"), self.slot, self._vector(text), count)
        return {paper.pk: 1 - paper.distance for paper in found}

    def of(self, text: str, ids: Sequence[int]) -> Mapping[int, float]:
        places = PaperEmbedding.objects.filter(paper__in=ids, model=self.slot)
        return {pk: 1 - distance for pk, distance in places.distances_to(self._vector(text))}

    def _vector(self, text: str) -> list[float]:
        if text not in self._vectors:
            numbers: list[float] = self.embedder.embed([text])[0].tolist()
            self._vectors[text] = numbers + [0.0] * (DIMENSIONS - len(numbers))
        return self._vectors[text]


def serving_meaning() -> EmbeddedMeaning | None:
    """What search goes by beside words; None before papers are embedded.

    While another model's vectors are made, queries are embedded by the one that serves, as long as it is there.
    """
    model = EmbeddingModel.objects.serving()
    if model is None:
        return None
    embedder = embedder_for(model.setting)
    # The same setting may name another model by now.
    return EmbeddedMeaning(embedder, model.slot) if embedder is not None and embedder.name == model.name else None
