"""What the papers of a map are about: groups of near ones, each named by its own typical terms. Pure.

Groups grow together by Ward's method, over the places on the map (so that a group lies together) and the meanings
behind them (so that it belongs together). A group's name is made of terms that many of its papers use and few others
do; papers.search.terms finds the terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from papers.search.layout import principal_components
from papers.search.terms import Vocabulary, abbreviates, is_adjective, same_subject

Array = NDArray[np.float64]

_MOST_THEMES = 12
# So many of a theme's papers say a term of its name: a quarter of a small theme's, and never one alone.
_FEWEST, _SHARE, _ENOUGH = 2, 0.25, 4
_TERMS = 3
_STRENGTH = 0.45  # of the first term's, that a further one must have
# Divided by a theme's papers: a first term that scores less may as well be chance, and "like" one of them says more.
_CHANCE = 4.0
# The part of all other papers that may say it too: what nearly all say, as the words of a search, tells none apart.
_MOST_OUTSIDE = 0.4
# So many papers more would have to say a term for it to count as if all said it: what two papers share is chance.
_DOUBT = 1.5
# How much the meanings count beside the places.
_MEANING = 0.5
_COMPONENTS = 10


@dataclass(frozen=True, slots=True)
class Theme:
    terms: tuple[str, ...]  # the most typical first, as they are printed
    members: tuple[int, ...]  # rows, those nearest to its middle first


class _Offer(NamedTuple):
    score: float
    group: int
    key: str  # of a term


def find_themes(vectors: Array, places: Array, texts: Sequence[tuple[str, str]]) -> list[Theme]:
    """The themes of a map, from left to right; `texts` are the papers' titles and abstracts."""
    groups = _groups(vectors, places)
    groups.sort(key=lambda group: (float(places[group, 0].mean()), group[0]))
    names = _names(groups, texts)
    return [
        Theme(tuple(terms), tuple(_from_the_middle(group, vectors))) for group, terms in zip(groups, names, strict=True)
    ]


def theme_count(papers: int) -> int:
    """2 for eight papers, 4 for thirty, 12 for three hundred."""
    return min(_MOST_THEMES, max(1, round(0.78 * sqrt(papers))))


def _groups(vectors: Array, places: Array) -> list[list[int]]:
    meanings = principal_components(vectors - vectors.mean(axis=0), _COMPONENTS)
    points = np.hstack((_sized(places), _sized(meanings) * _MEANING))
    return _ward(points, theme_count(len(points)))


def _sized(points: Array) -> Array:
    """Moved and sized so that the mean square distance from the middle is 1."""
    centred = points - points.mean(axis=0)
    sized: Array = centred / max(float(np.sqrt((centred**2).sum(axis=1).mean())), 1e-12)
    return sized


def _ward(points: Array, wanted: int) -> list[list[int]]:
    """Join the two groups whose joining spreads them least, until `wanted` are left (Lance and Williams, 1967)."""
    count = len(points)
    squares = (points**2).sum(axis=1)
    costs = np.maximum(squares[:, None] + squares[None, :] - 2 * points @ points.T, 0.0)
    np.fill_diagonal(costs, np.inf)
    groups: list[list[int]] = [[number] for number in range(count)]
    sizes = np.ones(count)
    for _ in range(count - wanted):
        kept, gone = sorted(divmod(int(costs.argmin()), count))
        both = sizes[kept] + sizes[gone]
        joined = (sizes + sizes[kept]) * costs[kept] + (sizes + sizes[gone]) * costs[gone] - sizes * costs[kept, gone]
        costs[kept] = costs[:, kept] = joined / (sizes + both)
        costs[kept, kept] = np.inf
        costs[gone] = costs[:, gone] = np.inf
        groups[kept] += groups[gone]
        groups[gone] = []
        sizes[kept] = both
    return [sorted(group) for group in groups if group]


def _from_the_middle(group: list[int], vectors: Array) -> list[int]:
    nearness = vectors[group] @ vectors[group].mean(axis=0)
    return [group[position] for position in np.argsort(-nearness, kind="stable")]


def _names(groups: Sequence[Sequence[int]], texts: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Up to three terms for each group, none of them twice on the map."""
    vocabulary = Vocabulary()
    papers = [vocabulary.weights(title, abstract) for title, abstract in texts]
    offers = sorted(_offers(groups, papers), key=lambda offer: (-offer.score, offer.group, offer.key))
    chosen: list[list[_Offer]] = [[] for _ in groups]
    taken: set[str] = set()
    for offer in offers:
        mine = chosen[offer.group]
        wanted = mine[0].score * _STRENGTH if mine else _CHANCE / len(groups[offer.group])
        is_strong = offer.score >= wanted and len(mine) < _TERMS
        # Nor what is part of another's: "learning", or "RL", beside "reinforcement learning".
        is_free = not any(f" {offer.key} " in f" {key} " or abbreviates(offer.key, key) for key in taken)
        if is_strong and is_free and not any(same_subject(offer.key, other.key) for other in mine):
            mine.append(offer)
            taken.add(offer.key)
    return [[vocabulary.printed(offer.key) for offer in mine] for mine in chosen]


def _offers(groups: Sequence[Sequence[int]], papers: Sequence[dict[str, float]]) -> Iterator[_Offer]:
    """Each group's terms that are more its own than the others'."""
    everywhere = Counter(key for weights in papers for key in weights)
    for number, group in enumerate(groups):
        strength: Counter[str] = Counter()
        within: Counter[str] = Counter()
        for member in group:
            strength.update(papers[member])
            within.update(papers[member].keys())
        for key, count in within.items():
            share = count / len(group)
            outside = (everywhere[key] - count + 0.5) / (len(papers) - len(group) + 1)
            # An adjective alone leaves open whose.
            is_name = " " in key or not is_adjective(key)
            if is_name and count >= _fewest(len(group), key) and outside < min(share, _MOST_OUTSIDE):
                # How much the group says it, by how many more of its papers than of the others.
                typical = sqrt(strength[key] / len(group) * share) * log(share / outside)
                yield _Offer(typical * _fitness(key) * count / (count + _DOUBT), number, key)


def _fewest(papers: int, key: str) -> int:
    """How many of so many papers must say a term: a word more than a phrase, which they hardly share by chance."""
    wanted = min(_ENOUGH, ceil(papers * _SHARE)) - (" " in key)
    return min(max(_FEWEST, wanted), papers)


def _fitness(key: str) -> float:
    """Two words say what one leaves open, and an adjective at the end leaves open whose."""
    return (1.0, 1.6, 2.0)[key.count(" ")] * (0.35 if is_adjective(key) else 1.0)
