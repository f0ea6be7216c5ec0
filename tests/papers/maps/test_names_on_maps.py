"""Where the names of themes stand: on their own ground, and over nobody else's papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from papers.search.drawing import draw
from papers.search.themes import Theme

# As papers.search.drawing reckons: the narrowest sheet with names on it, and a letter of them.
WIDTH, HEIGHT, LETTER, LINE = 580, 576, 7.4, 16


def block(left: float, top: float, right: float, bottom: float) -> NDArray[np.float64]:
    """Papers in rows that fill a part of the map."""
    return np.array([(x, y) for y in np.linspace(top, bottom, 6) for x in np.linspace(left, right, 6)])


def labels(names: list[tuple[str, ...]], *blocks: NDArray[np.float64]) -> tuple[list[Any], NDArray[np.float64]]:
    places = np.vstack(blocks)
    themes = [Theme(terms, tuple(range(36 * number, 36 * number + 36))) for number, terms in enumerate(names)]
    drawing = draw(range(len(places)), places, themes)
    return [theme["label"] for theme in drawing["themes"]], places


def box(label: Any) -> tuple[float, float, float, float]:
    width = (len(label["text"]) + 3) * LETTER
    left = label["x"] * WIDTH - {"start": 0, "middle": width / 2, "end": width}[label["anchor"]]
    return left, label["y"] * HEIGHT - LINE / 2, left + width, label["y"] * HEIGHT + LINE / 2


def covered(label: Any, papers: NDArray[np.float64]) -> int:
    left, top, right, bottom = box(label)
    return sum(left < x * WIDTH < right and top < y * HEIGHT < bottom for x, y in papers)


def test_a_name_covers_no_paper_of_another_theme() -> None:
    # Five of the second theme's lie between the first's rows, where its name would cover none of its own.
    astray = block(0.3, 0.8, 0.7, 1)
    astray[:5] = [(0.54, y) for y in (0.33, 0.39, 0.45, 0.51, 0.57)]
    found, places = labels([("storks",), ("sourdough bread",)], block(0.3, 0.3, 0.7, 0.6), astray)
    assert covered(found[0], places[36:]) == 0
    assert covered(found[1], places[:36]) == 0


def test_a_name_stands_on_its_own_ground_though_papers_lie_there() -> None:
    # Dense, with nothing around: beside it a name would cover nobody, and would seem to belong to nobody.
    found, _ = labels([("storks",), ("sourdough bread",)], block(0.0, 0.3, 0.3, 0.6), block(0.6, 0.3, 0.9, 0.6))
    assert [label["text"] for label in found] == ["Storks", "Sourdough bread"]
    for label, (low, high) in zip(found, [(0, 0.3), (0.6, 0.9)], strict=True):
        left, _, right, _ = box(label)
        assert low * WIDTH - 20 <= left
        assert right <= high * WIDTH + 20
        assert 0.3 <= label["y"] <= 0.6


@pytest.mark.parametrize(("width", "text"), [(0.5, "Storks, migration, radar"), (0.1, "Storks")])
def test_a_narrow_theme_is_called_by_its_first_term_alone(width: float, text: str) -> None:
    found, _ = labels(
        [("storks", "migration", "radar"), ("bread",)],
        block(0.2, 0, 0.2 + width, 0.5),
        block(0.23 + width, 0, 0.6 + width, 0.5),
    )
    assert found[0]["text"] == text


def test_a_theme_in_a_corner_is_called_by_a_term_that_fits_there() -> None:
    corner, beside = block(0.9, 0.4, 1, 0.6), block(0.1, 0, 0.85, 1)
    found, _ = labels([("amorphous solid water", "ice"), ("bread",)], corner, beside)
    assert found[0]["text"] == "Ice"


def test_a_theme_without_a_name_has_its_number_alone() -> None:
    found, _ = labels([(), ("bread",)], block(0, 0, 0.4, 1), block(0.6, 0, 1, 1))
    assert [label["text"] for label in found] == ["", "Bread"]
