"""One work as Crossref tells it. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from papers.ingest.crossref import kind_of, plain, read_work
from papers.ingest.records import InvalidRecord, record_of
from tests.papers.submissions.sources import work


def test_a_work_is_read() -> None:
    record = read_work(
        work(license=[{"URL": "https://x.example/tdm"}, {"URL": "https://x.example/by", "content-version": "vor"}])
    )
    assert (record.key, record.title) == ("10.1000/boats.7", "Boats of Paper & Wood")
    assert record.identifiers == (("doi", "10.1000/boats.7"),)
    assert record.abstract == "They float for n > 1."
    assert [(author.name, author.affiliation) for author in record.authors] == [
        ("Ada Alder", "Pond Lab"),
        ("The Boat Group", ""),
    ]
    assert record.journal_reference == "Journal of Boats 7 (2), 1-12 (2025)"
    assert (record.recorded_on, record.submitted_at, record.as_of) == (date(2025, 3, 1), None, date(2025, 12, 1))
    assert record.licence == "https://x.example/by"
    assert record.address == "https://doi.org/10.1000/boats.7"
    assert record.withdrawn_at is None


def test_a_record_is_made_again_from_its_facts() -> None:
    record = read_work(work(type="posted-content", posted={"date-parts": [[2025, 2, 28]]}))
    assert record.submitted_at == datetime(2025, 2, 28, tzinfo=UTC)
    again = record_of(record.key, record.facts())
    assert again == record
    assert again.facts() == record.facts()


@pytest.mark.parametrize(
    ("title", "subtitle", "read"),
    [
        (["Boats <i>and</i> H<sub>2</sub>O"], [], "Boats and H2O"),
        (["Boats &amp;amp; Ponds"], [], "Boats & Ponds"),
        (["Boats\n   of\tpaper"], ["A   <b>Fold</b>"], "Boats of paper: A Fold"),
        (["Will it float?"], ["A study"], "Will it float? A study"),
        (["Boats: a study"], ["A Study"], "Boats: a study"),
        (["", "Second"], None, "Second"),
        (["a < b and c > d"], [], "a < b and c > d"),
        (["https://boats.example/"], [], "https://boats.example/"),
        (['<?xml version="1.0"?>Boats'], [], "Boats"),
        (["At <mml:math><mml:mi>n</mml:mi></mml:math><jats:tex-math>\\documentclass{x}n</jats:tex-math>"], [], "At n"),
    ],
)
def test_titles_lose_their_markup(title: list[str], subtitle: Any, read: str) -> None:
    assert read_work(work(title=title, subtitle=subtitle)).title == read


def test_an_abstract_keeps_its_paragraphs() -> None:
    markup = "<jats:p>One\n line.</jats:p><jats:p>Two &lt; three.</jats:p>"
    assert read_work(work(abstract=markup)).abstract == "One line.\n\nTwo < three."
    assert read_work(work(abstract="Plain words.")).abstract == "Plain words."
    assert read_work(work(abstract=None)).abstract == ""
    assert plain("<script>alert(1)</script>x") == "x"


@pytest.mark.parametrize(
    ("facts", "day"),
    [
        ({"issued": {"date-parts": [[2024]]}}, date(2024, 1, 1)),
        ({"issued": {"date-parts": [[None]]}}, None),
        ({"issued": {"date-parts": [[2024, 13]]}}, None),
        ({"issued": {"date-parts": []}}, None),
        ({"issued": None}, None),
        ({"issued": {"date-parts": [[1665, 3, 6]]}}, None),
        ({"published-online": {"date-parts": [[2024, 12, 30]]}}, date(2024, 12, 30)),
    ],
)
def test_days_are_as_whole_as_they_are_told(facts: dict[str, Any], day: date | None) -> None:
    assert read_work(work(**facts)).recorded_on == day


@pytest.mark.parametrize(
    "facts",
    [
        {"updated-by": [{"type": "retraction", "updated": {"date-time": "2025-05-01T00:00:00Z"}}]},
        {"updated-by": [{"type": "withdrawal"}], "issued": None},
        {"title": ["RETRACTED ARTICLE: Boats"]},
        {"title": ["WITHDRAWN: Boats"]},
    ],
)
def test_a_retracted_work_is_withdrawn(facts: dict[str, Any]) -> None:
    assert read_work(work(**facts)).withdrawn_at is not None


def test_a_corrected_work_is_not() -> None:
    assert read_work(work(**{"updated-by": [{"type": "correction"}]})).withdrawn_at is None
    assert read_work(work(title=["Withdrawn Boats and Retracted Sails"])).withdrawn_at is None


@pytest.mark.parametrize(
    "facts", [{"title": []}, {"title": None}, {"title": ["<i> </i>"]}, {"DOI": None}, {"DOI": "boats"}, {"title": [7]}]
)
def test_what_can_be_no_paper_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        read_work(work(**facts))


def test_unknown_shapes_are_left_out() -> None:
    names = ("author", "container-title", "volume", "license", "abstract", "indexed", "updated-by", "issued")
    odd: dict[str, Any] = {name: {"x": [1]} for name in names}
    record = read_work(work(**odd))
    assert (record.authors, record.journal_reference, record.abstract) == ((), "", "")
    assert kind_of({"type": ["x"]}) == ""
