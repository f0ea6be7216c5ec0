"""Three invented fields of research, for maps that can be told right from wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from papers.models import EmbeddingModel, Paper, PaperEmbedding
from tests.factories import NOON, make_paper

FIELDS = {
    "bird migration": ("cs.LG", "We ring storks. The bird migration of storks in autumn is counted by radar."),
    "medieval castles": ("cs.CV", "Old arches. We date medieval castles by their mortar and by the river’s annals."),
    "sourdough bread": ("cs.CL", "Flour and salt. A sourdough bread rises by wild yeast, and the crust by steam."),
}


def field_vectors(each: int, fields: int = 3, seed: int = 7) -> NDArray[np.float64]:
    """`each` vectors around every one of some directions, field by field."""
    chance = np.random.default_rng(seed)
    middles = np.eye(384)[:fields]
    rows = np.repeat(middles, each, axis=0) + chance.normal(0, 0.03, (each * fields, 384))
    lengths: NDArray[np.float64] = np.linalg.norm(rows, axis=1, keepdims=True)
    found: NDArray[np.float64] = rows / lengths
    return found


def make_fields(each: int, **fields: Any) -> list[Paper]:
    """Papers of each field in one edition, with their vectors."""
    papers = [
        make_paper(f"Notes on {name}, part {number}", abstract=abstract, categories=(category,), **fields)
        for name, (category, abstract) in FIELDS.items()
        for number in range(each)
    ]
    embed(papers, field_vectors(each))
    return papers


def embed(papers: list[Paper], vectors: NDArray[np.float64]) -> None:
    model, _ = EmbeddingModel.objects.get_or_create(
        slot=1, defaults={"name": "fields", "is_serving": True, "started_at": NOON}
    )
    PaperEmbedding.objects.bulk_create(
        PaperEmbedding(paper=paper, model=model, vector=vector.tolist(), content_hash=b"x")
        for paper, vector in zip(papers, vectors, strict=True)
    )
