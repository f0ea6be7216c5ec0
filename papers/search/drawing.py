"""A map as it is kept and printed: places, themes, and where their names stand. Pure.

All is in parts of the map's side, so that one drawing fits a sheet and a phone; sizes of letters are reckoned for the
narrowest sheet that prints the names, and in a wider one there is only more room between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
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


def draw(papers: Sequence[int], places: Array, themes: Sequence[Theme]) -> dict[str, Any]:
    """The drawing as JSON: where each paper lies, and each theme's terms, papers, name, middle and ground."""
    points = [(round(float(x), 4), round(float(y), 4)) for x, y in places]
    labels = _labels([(label_of(theme.terms), [points[row] for row in theme.members]) for theme in themes], points)
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


def label_of(terms: Sequence[str]) -> str:
    """As many of a theme's terms as there is room for on the map."""
    text = ""
    for term in terms:
        longer = f"{text}, {term}" if text else term
        if text and len(longer) > _LONGEST_NAME:
            break
        text = longer
    return text[:1].upper() + text[1:]


def _labels(named: list[tuple[str, list[tuple[float, float]]]], points: Sequence[tuple[float, float]]) -> list[Any]:
    """Where each theme's name stands: near its middle, over no other name and over as few papers as can be."""
    taken: list[_Box] = []
    found: dict[int, Any] = {}
    # The widest have the least choice.
    for number in sorted(range(len(named)), key=lambda number: -len(named[number][0])):
        text, members = named[number]
        x, y = _middle(members)
        best: tuple[float, float, float, _Box] | None = None
        for down in _STEPS:
            for aside in _SIDEWAYS:
                # Half a line from the edge above and below.
                at_x, at_y = min(max(x + aside, 0.0), 1.0), min(max(y + down, 0.03), 0.97)
                box = _box(text, at_x, at_y)
                covered = sum(box.touches(px * _WIDTH, py * _HEIGHT) for px, py in points)
                mine = sum(box.touches(px * _WIDTH, py * _HEIGHT) for px, py in members)
                clash = sum(box.overlap(other) for other in taken)
                # Over another theme's papers it would name the wrong ones.
                cost = clash * 10 + mine * 25 + (covered - mine) * 50 + (abs(at_y - y) + 0.7 * abs(at_x - x)) * 500
                if best is None or cost < best[0]:
                    best = (cost, at_x, at_y, box)
        if best is not None:
            taken.append(best[3])
            found[number] = {"text": text, "x": round(best[1], 4), "y": round(best[2], 4), "anchor": anchor_at(best[1])}
    return [found[number] for number in range(len(named))]


def anchor_at(x: float) -> str:
    """Which end of a name stands at its place: near the edges it grows inwards."""
    return "start" if x < 0.3 else "end" if x > 0.7 else "middle"


def _box(text: str, x: float, y: float) -> _Box:
    # The theme's number stands before its name.
    width = (len(text) + 3) * _LETTER
    left = x * _WIDTH - {"start": 0.0, "middle": width / 2, "end": width}[anchor_at(x)]
    return _Box(left, y * _HEIGHT - _LINE / 2, left + width, y * _HEIGHT + _LINE / 2)


def _middle(members: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The median of each: one paper far off moves it little."""
    xs, ys = sorted(x for x, _ in members), sorted(y for _, y in members)
    half = len(members) // 2
    return xs[half], ys[half]


def _ground(members: Sequence[tuple[float, float]]) -> str:
    """An outline around a theme's core, as an SVG path over a square of side 100."""
    x, y = _middle(members)
    nearest = sorted(members, key=lambda point: (point[0] - x) ** 2 + (point[1] - y) ** 2)
    outline = _hull(nearest[: max(3, round(len(members) * _CORE))])
    return "M" + "L".join(f"{px * 100:.1f} {py * 100:.1f}" for px, py in outline) + "Z"


def _hull(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The convex hull, by Andrew's monotone chain."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    chains = []
    for row in (ordered, ordered[::-1]):
        chain: list[tuple[float, float]] = []
        for point in row:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        chains.append(chain[:-1])
    return chains[0] + chains[1]


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
