"""How a paper's two scores, by words and by meaning, become one. Pure, and the one place that knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

# The share of meaning. Anything from .5 to .7 is about as good; docs/search.md has the figures.
MEANING = 0.6


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found: its id, its score, and what the score is made of."""

    paper: int
    score: float
    words: float = 0.0  # BM25, pairs of words included
    meaning: float | None = None  # cosine of the query's vector and the paper's; None where it has none
    is_title: bool = False  # the query is its title

    @property
    def key(self) -> tuple[float, int]:
        """Best first means by this, descending."""
        return self.score, self.paper


def fuse(words: Mapping[int, float], meaning: Mapping[int, float], titles: frozenset[int] = frozenset()) -> list[Hit]:
    """All papers of either side, best first; those whose title is the query before all others.

    With both sides a score is MEANING × cosine + (1 - MEANING) × BM25 / the best BM25; with one side it is that side's.
    The best BM25, unlike a mean or a deviation, does not depend on how many papers were looked at. A paper that is not
    embedded yet counts as neither near nor far.
    """
    best = max(words.values(), default=0.0) or 1.0
    share = MEANING if meaning else 0.0
    if meaning and not words:
        share = 1.0
    usual = fmean(meaning.values()) if meaning else 0.0
    hits = []
    for paper in words.keys() | meaning.keys() | titles:
        lexical, semantic = words.get(paper, 0.0), meaning.get(paper)
        score = (1 - share) * lexical / best + share * (usual if semantic is None else semantic)
        # Every other score is at most 1.
        hits.append(Hit(paper, score + (2.0 if paper in titles else 0.0), lexical, semantic, paper in titles))
    return sorted(hits, key=lambda hit: hit.key, reverse=True)
