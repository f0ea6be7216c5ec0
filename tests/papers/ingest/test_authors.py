"""arXiv's author strings: names, affiliations, collaborations."""

from __future__ import annotations

import json
import re

import pytest

from papers.ingest.authors import authors_from_parts, parse_authors
from tests.shared_data import shared


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("Ada Alder, Ben Birch and Cleo Cedar", ["Ada Alder", "Ben Birch", "Cleo Cedar"]),
        ("Ada Alder, Ben Birch, and Cleo Cedar", ["Ada Alder", "Ben Birch", "Cleo Cedar"]),
        ("Ada Alder & Ben Birch", ["Ada Alder", "Ben Birch"]),
        ("Ada Alder; Ben\n  Birch,and Cleo Cedar", ["Ada Alder", "Ben Birch", "Cleo Cedar"]),
        (
            "A.B.Alder, J.-F.Birch, H. -A. Cedar, Yu.S.Dorn",
            ["A. B. Alder", "J.-F. Birch", "H.-A. Cedar", "Yu. S. Dorn"],
        ),
        ("Ada van der Alder, Ben de la Birch", ["Ada van der Alder", "Ben de la Birch"]),
        ("Ada Alder, Jr. and Ben Birch III", ["Ada Alder Jr.", "Ben Birch III"]),
        ("Ada Alder, Jr., Ben Birch", ["Ada Alder Jr.", "Ben Birch"]),
        ("A. Alder, et al", ["A. Alder"]),
        ("A. Alder et al. (XYZ Collaboration)", ["A. Alder"]),
        ("XYZ Collaboration: A. Alder, et al", ["XYZ Collaboration", "A. Alder"]),
        ("The XYZ Collaboration, A. Alder", ["The XYZ Collaboration", "A. Alder"]),
        ("XYZ Collaboration", ["XYZ Collaboration"]),
        ("A. Alder, for the XYZ collaboration", ["A. Alder", "XYZ collaboration"]),
        ("A. Alder on behalf of the XYZ Collaboration", ["A. Alder", "XYZ Collaboration"]),
        ("ACME, :, Ada Alder", ["ACME", "Ada Alder"]),
        ("Ada (Addie) Alder, Ben Birch", ["Ada (Addie) Alder", "Ben Birch"]),
        ("Ad{\\'e} \\'Alder, B{\\o}rk", ["Adé Álder", "Børk"]),
        ("Vi, Sr Sandra", ["Vi", "Sr Sandra"]),
        ("", []),
        (" , and ", []),
    ],
)
def test_names_are_split_where_a_reader_would(raw: str, names: list[str]) -> None:
    assert [author.name for author in parse_authors(raw)] == names


@pytest.mark.parametrize(
    ("raw", "affiliations"),
    [
        ("A. Alder (Lab X, Town), B. Birch (Lab Y)", ["Lab X, Town", "Lab Y"]),
        ("A. Alder, B. Birch (Lab X) and C. Cedar", ["Lab X", "Lab X", ""]),
        ("A. Alder (1), B. Birch (1,2) ((1) Lab X, (2) Lab Y)", ["Lab X", "Lab X; Lab Y"]),
        ("A. Alder(1), B. Birch (1 and 2) ((1): Lab X (2): Lab Y, Town)", ["Lab X", "Lab X; Lab Y, Town"]),
        ("A. Alder [1], B. Birch [2] ([1] Lab X; [2] Lab Y)", ["Lab X", "Lab Y"]),
        ("A. Alder (a), B. Birch (b) ((a) Lab X, (b) Lab Y (North))", ["Lab X", "Lab Y (North)"]),
        ("A. Alder (1), B. Birch (2) (1: Lab X, 2: Lab Y)", ["Lab X", "Lab Y"]),
        ("A. Alder (1), B. Birch (2), (1) Lab X, (2) Lab Y", ["Lab X", "Lab Y"]),
        ("A. Alder (1), B. Birch Jr. (1), C. Cedar (2) ((1) Lab X, (2) Lab Y)", ["Lab X", "Lab X", "Lab Y"]),
        ("A. Alder (1), B. Birch (2). (1) Lab X. (2) Lab Y", ["Lab X", "Lab Y"]),
        ("A. Alder (1), B. Birch (2)", ["", ""]),
        ("A. Alder (for the XYZ Collaboration)", ["for the XYZ Collaboration"]),
        ("A. Alder (Lab X", ["Lab X"]),
    ],
)
def test_affiliations_stand_with_their_names(raw: str, affiliations: list[str]) -> None:
    assert [author.affiliation for author in parse_authors(raw)] == affiliations


def test_names_given_in_parts_are_put_together() -> None:
    (author,) = authors_from_parts("Alder", "A. -B.", "Jr.", "Lab X,\n  Town")
    assert (author.name, author.affiliation) == ("A.-B. Alder Jr.", "Lab X, Town")
    (pointing,) = authors_from_parts("Alder", "A.", "", "1 and 2")
    assert pointing.affiliation == ""
    assert authors_from_parts("al.", "et") == ()
    assert authors_from_parts(":") == ()


def test_group_inside_a_family_name_is_kept_as_one_more_author() -> None:
    found = authors_from_parts("Alder for the XYZ Collaboration", "Ada", "", "Lab X")
    assert [(author.name, author.affiliation) for author in found] == [
        ("Ada Alder", "Lab X"),
        ("XYZ Collaboration", ""),
    ]


def test_three_thousand_authors_are_read() -> None:
    assert len(parse_authors(", ".join(f"A. Name{number} (Lab {number % 7})" for number in range(3_000)))) == 3_000


def _display(citation: str) -> str:
    """arXiv's "Alder, A. -B." in our order and spacing."""
    family, comma, given = citation.replace(", Jr.", " Jr.").rpartition(", ")
    name = f"{given} {family}" if comma else given
    return name.replace(". -", ".-")


def test_split_agrees_with_arxivs_own_on_real_strings() -> None:
    rows = [json.loads(line) for line in shared("arxiv/abs/author-parsing.jsonl").read_text().splitlines()]
    ours = [[author.name for author in parse_authors(row["authors_raw"])] for row in rows]
    theirs = [[_display(name) for name in row["citation_author"]] for row in rows]
    assert len(rows) == 548
    assert sum(mine == yours for mine, yours in zip(ours, theirs, strict=True)) >= 540
    # Five more differ only by TeX's braces, which arXiv leaves in ("Ren{é}").
    bare = [[re.sub("[{}]", "", name) for name in names] for names in theirs]
    assert sum(mine == yours for mine, yours in zip(ours, bare, strict=True)) >= 545
