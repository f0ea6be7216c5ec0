"""A map as it is kept and printed: places, themes, and where their names stand. Pure.

All is in parts of the map's side, so that one drawing fits a sheet and a phone; sizes of letters are reckoned for the
narrowest sheet that prints the names, and in a wider one there is only more room between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import dist
from typing import Any, TypeAlias

from papers.search.layout import Array
from papers.search.themes import Theme

# The narrowest sheet with names on it, in pixels, and how large a name is.
_WIDTH, _HEIGHT = 580.0, 576.0
_LETTER, _LINE = 7.4, 16.0
_MARK = 5.0
_LONGEST_NAME = 26
# Where a name may stand, as steps from the middle of its theme: the nearest first.
_STEPS = (0.0, *(sign * step * 0.035 for step in range(1, 9) for sign in (-1, 1)))
_SIDEWAYS = (0.0, -0.05, 0.05, -0.1, 0.1, -0.15, 0.15, -0.2, 0.2)
# The part of a theme that its ground covers: what lies far off would make it cover others.
_CORE = 0.8
# What a name pays for being short of terms, beside what it pays for where it stands.
_SHORTENED, _ANOTHER = 30.0, 100.0
# How far a ground reaches beyond the papers at its edge, in pixels: half of its stroke (static/css/map.css).
_AROUND = 20.0

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, order=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: _Box) -> float:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(across, 0.0) * max(down, 0.0)

    def touches(self, x: float, y: float) -> bool:
        """Whether a mark at the place is under it."""
        return self.left - _MARK < x < self.right + _MARK and self.top - _MARK < y < self.bottom + _MARK

    def ends_and_middle(self) -> list[Point]:
        down = (self.top + self.bottom) / 2
        return [(self.left, down), ((self.left + self.right) / 2, down), (self.right, down)]


def draw(papers: Sequence[int], places: Array, themes: Sequence[Theme]) -> dict[str, Any]:
    """The drawing as JSON: where each paper lies, and each theme's terms, papers, name, middle and ground."""
    points = [(round(float(x), 4), round(float(y), 4)) for x, y in places]
    labels = _labels([(labels_of(theme.terms), [points[row] for row in theme.members]) for theme in themes], points)
    return {
        "places": {str(paper): point for paper, point in zip(papers, points, strict=True)},
        "themes": [
            {
                "terms": list(theme.terms),
                "papers": [papers[row] for row in theme.members],
                "label": label,
                "middle": _middle([points[row] for row in theme.members]),
                "ground": _ground([points[row] for row in theme.members]),
            }
            for theme, label in zip(themes, labels, strict=True)
        ],
    }


def labels_of(terms: Sequence[str]) -> dict[str, float]:
    """What a theme may be called on the map, and what each costs: as many terms as there is room for, or one alone."""
    text = ""
    for term in terms:
        longer = f"{text}, {term}" if text else term
        if text and len(longer) > _LONGEST_NAME:
            break
        text = longer
    costs = dict.fromkeys(terms, _ANOTHER) | dict.fromkeys(terms[:1], _SHORTENED) | {text: 0.0}
    return {name[:1].upper() + name[1:]: cost for name, cost in costs.items()}


def _labels(named: list[tuple[dict[str, float], list[Point]]], points: Sequence[Point]) -> list[Any]:
    """Where each theme's name stands: on its own ground, over no other name and over as few papers as can be."""
    grounds = [_in_pixels(_core(members)) for _, members in named]
    taken: list[_Box] = []
    found: dict[int, Any] = {}
    # The widest have the least choice.
    for number in sorted(range(len(named)), key=lambda number: -max(map(len, named[number][0]))):
        texts, members = named[number]
        sheet = _Sheet(members, points, grounds[number], grounds[:number] + grounds[number + 1 :], taken)
        _, text, x, y, box = min(
            (sheet.cost(box, x, y) + cost, text, x, y, box)
            for text, cost in texts.items()
            for x, y, box in _places_for(text, _middle(members))
        )
        taken.append(box)
        found[number] = {"text": text, "x": round(x, 4), "y": round(y, 4), "anchor": anchor_at(x)}
    return [found[number] for number in range(len(named))]


def _places_for(text: str, middle: Point) -> Iterator[tuple[float, float, _Box]]:
    for down, aside in product(_STEPS, _SIDEWAYS):
        # Half a line from the edge above and below.
        x, y = min(max(middle[0] + aside, 0.0), 1.0), min(max(middle[1] + down, 0.03), 0.97)
        yield x, y, _box(text, x, y)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a theme's name must heed: its own papers and all others, its ground and theirs, and the names before it."""

    members: Sequence[Point]
    points: Sequence[Point]
    ground: Sequence[Point]
    others: Sequence[Sequence[Point]]
    taken: Sequence[_Box]

    def cost(self, box: _Box, x: float, y: float) -> float:
        middle = _middle(self.members)
        covered = sum(box.touches(px * _WIDTH, py * _HEIGHT) for px, py in self.points)
        mine = sum(box.touches(px * _WIDTH, py * _HEIGHT) for px, py in self.members)
        cost = 10 * sum(box.overlap(other) for other in self.taken) + 200 * (
            abs(y - middle[1]) + 0.7 * abs(x - middle[0])
        )
        # Over another theme's papers, or on its ground, it would name the wrong ones.
        cost += 9 * mine + 60 * (covered - mine)
        for place in box.ends_and_middle():
            is_abroad = any(_is_on(other, place) for other in self.others)
            cost += (10 if is_abroad else 0) if _is_on(self.ground, place) else (70 if is_abroad else 40)
        return cost


def anchor_at(x: float) -> str:
    """Which end of a name stands at its place: near the edges it grows inwards."""
    return "start" if x < 0.3 else "end" if x > 0.7 else "middle"


def _box(text: str, x: float, y: float) -> _Box:
    # The theme's number stands before its name.
    width = (len(text) + 3) * _LETTER
    left = x * _WIDTH - {"start": 0.0, "middle": width / 2, "end": width}[anchor_at(x)]
    return _Box(left, y * _HEIGHT - _LINE / 2, left + width, y * _HEIGHT + _LINE / 2)


def _middle(members: Sequence[Point]) -> Point:
    """The median of each: one paper far off moves it little."""
    xs, ys = sorted(x for x, _ in members), sorted(y for _, y in members)
    half = len(members) // 2
    return xs[half], ys[half]


def _ground(members: Sequence[Point]) -> str:
    """An outline around a theme's core, as an SVG path over a square of side 100."""
    return "M" + "L".join(f"{px * 100:.1f} {py * 100:.1f}" for px, py in _core(members)) + "Z"


def _core(members: Sequence[Point]) -> list[Point]:
    x, y = _middle(members)
    nearest = sorted(members, key=lambda point: (point[0] - x) ** 2 + (point[1] - y) ** 2)
    return _hull(nearest[: max(3, round(len(members) * _CORE))])


def _in_pixels(outline: Sequence[Point]) -> list[Point]:
    return [(x * _WIDTH, y * _HEIGHT) for x, y in outline]


def _is_on(ground: Sequence[Point], place: Point) -> bool:
    """Whether a place is on a ground with its margin, both in pixels."""
    return len(ground) > 2 and all(
        _turn(one, other, place) >= -_AROUND * max(dist(one, other), 1.0)
        for one, other in zip(ground, [*ground[1:], *ground[:1]], strict=True)
    )


def _hull(points: Sequence[Point]) -> list[Point]:
    """The convex hull, by Andrew's monotone chain."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    chains = []
    for row in (ordered, ordered[::-1]):
        chain: list[Point] = []
        for point in row:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        chains.append(chain[:-1])
    return chains[0] + chains[1]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
