"""Which model serves, and which papers lack a vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, QuerySet
from pgvector.django import CosineDistance

if TYPE_CHECKING:
    from papers.models import EmbeddingModel, PaperEmbedding
    from papers.querysets.papers import PaperQuerySet
else:
    # At run time the models are not there yet: papers.models imports this module.
    EmbeddingModel, PaperEmbedding = "EmbeddingModel", "PaperEmbedding"


class EmbeddingModelQuerySet(QuerySet["EmbeddingModel"]):
    def serving(self) -> EmbeddingModel | None:
        """The model by whose vectors papers are found; None before the first paper was embedded."""
        return self.filter(is_serving=True).first()


class PaperEmbeddingQuerySet(QuerySet["PaperEmbedding"]):
    def serving(self) -> Self:
        return self.filter(model__is_serving=True)

    def current(self) -> Self:
        """Without those whose paper has changed since."""
        return self.exclude(content_hash=b"")

    def distances_to(self, *vectors: Sequence[float]) -> list[tuple[Any, ...]]:
        """(paper, distance to each of the vectors) of each, exactly, without the index."""
        return list(self.values_list("paper_id", *(CosineDistance("vector", list(vector)) for vector in vectors)))


def lacking(papers: PaperQuerySet, model: EmbeddingModel) -> PaperQuerySet:
    """The papers that have no vector by the model, or one of an older title or abstract."""
    return papers.filter(~Exists(model.embeddings.current().filter(paper=OuterRef("pk"))))
