"""Where a query lies among the papers by meaning."""

from __future__ import annotations

from typing import NamedTuple

from papers.models import EmbeddingModel
from papers.search.embedder import DIMENSIONS, embedder_for


class Place(NamedTuple):
    slot: int  # which model's vectors it may be compared with
    vector: list[float]


def place_of(text: str) -> Place | None:
    """The text's place as the model sees it whose vectors serve; None where search must go by words. One query.

    While another model's vectors are made, queries are embedded by the one that serves, as long as it is there.
    """
    model = EmbeddingModel.objects.serving()
    if model is None:
        return None
    embedder = embedder_for(model.setting)
    # The same setting may name another model by now.
    if embedder is None or embedder.name != model.name:
        return None
    vector = embedder.embed([text])[0].tolist()
    return Place(model.slot, vector + [0.0] * (DIMENSIONS - len(vector)))
