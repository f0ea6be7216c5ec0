"""A map as its page prints it: a mark for each paper, a name for each theme, and the same as lists. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from papers.taxonomy import CATEGORIES

if TYPE_CHECKING:
    from papers.models import Paper

# Told apart by shape and number, and by colour for those who see it; twelve themes at most.
_COLOURS, _SHAPES = 4, 4
# How far the marks stay from the edge, in hundredths of the map's side.
_MARGIN = 4.0
# A mark's radius in pixels, (smallest, largest), by how many there are.
_RADII = ((60, (5.5, 12.0)), (160, (4.5, 9.0)), (1_000, (3.5, 7.0)))


@dataclass(frozen=True, slots=True)
class Mark:
    paper: Paper
    x: str  # "45.2%"
    y: str
    shape: str  # an SVG path around its own middle
    is_dim: bool  # a filter leaves it out


@dataclass(frozen=True, slots=True)
class Group:
    """A theme, or where there is no map a category."""

    number: int  # from 1
    name: str
    papers: list[Paper]  # without those that a filter leaves out
    marks: list[Mark]
    colour: int = 0  # from 1
    key: str = ""  # its shape, as an SVG path
    label: str = ""
    x: str = ""  # where the name stands
    y: str = ""
    anchor: str = ""
    middle: tuple[str, str] = ("", "")  # where the number stands alone
    ground: str = ""


def themes_of(drawing: dict[str, Any], papers: Sequence[Paper], matching: Collection[int]) -> list[Group]:
    """The themes of a drawing with those of their papers that may still be shown."""
    known = {paper.pk: paper for paper in papers}
    smallest, largest = next(radii for most, radii in _RADII if len(known) <= most)
    highest = max((weight_of(paper) for paper in papers), default=0)
    groups = []
    for number, theme in enumerate(drawing["themes"], start=1):
        members = [known[pk] for pk in theme["papers"] if pk in known]
        marks = []
        for paper in members:
            x, y = drawing["places"][str(paper.pk)]
            share = sqrt(weight_of(paper) / highest) if highest else 0.0
            shape = shape_of(number, smallest + (largest - smallest) * share)
            marks.append(Mark(paper, _percent(x), _percent(y), shape, paper.pk not in matching))
        name = ", ".join(theme["terms"])
        if members:
            groups.append(
                Group(
                    number=number,
                    name=name[:1].upper() + name[1:] or f"Like “{members[0].title}”",
                    papers=[paper for paper in members if paper.pk in matching],
                    # The largest first, so that a small one is not covered by it.
                    marks=sorted(marks, key=lambda mark: -weight_of(mark.paper)),
                    colour=(number - 1) % _COLOURS + 1,
                    key=shape_of(number, 6.0),
                    label=theme["label"]["text"],
                    x=_percent(theme["label"]["x"]),
                    y=_percent(theme["label"]["y"]),
                    anchor=theme["label"]["anchor"],
                    middle=(_percent(theme["middle"][0]), _percent(theme["middle"][1])),
                    ground=theme["ground"],
                )
            )
    return groups


def by_category(papers: Sequence[Paper]) -> list[Group]:
    """Papers without a map, by primary category, the largest group first."""
    found: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        found[paper.primary_category_id or ""].append(paper)
    ordered = sorted(found.items(), key=lambda group: (-len(group[1]), group[0]))
    return [Group(number, _category_name(code), members, []) for number, (code, members) in enumerate(ordered, start=1)]


def weight_of(paper: Paper) -> int:
    """What a mark's area grows with: upvotes, here and at the source."""
    return paper.upvote_count + paper.source_score


def shape_of(number: int, radius: float) -> str:
    """A circle, a square, a diamond or a triangle of about the same area, by the theme's number."""
    # One further in each round of colours, so that no two of twelve themes have both in common.
    match (number - 1 + (number - 1) // _COLOURS) % _SHAPES:
        case 0:
            radius = round(radius, 1)
            turn = f"a{radius} {radius} 0 0 0"
            return f"M{-radius} 0{turn} {2 * radius:.1f} 0{turn} {-2 * radius:.1f} 0z"
        case 1:
            half = radius * 0.88
            return f"M{-half:.1f} {-half:.1f}h{2 * half:.1f}v{2 * half:.1f}h{-2 * half:.1f}z"
        case 2:
            half = radius * 1.25
            return f"M0 {-half:.1f}L{half:.1f} 0L0 {half:.1f}L{-half:.1f} 0z"
        case _:
            half = radius * 1.25
            return f"M0 {-half:.1f}L{half:.1f} {half * 0.8:.1f}H{-half:.1f}z"


def _percent(part: float) -> str:
    return f"{_MARGIN + part * (100 - 2 * _MARGIN):.2f}%"


def _category_name(code: str) -> str:
    return f"{CATEGORIES[code].name} ({code})" if code in CATEGORIES else "Without a category"
