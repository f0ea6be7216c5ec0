"""The ACL Anthology."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from papers.ingest.composing import Statement, compose
from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.acl import AclSource, read_collection
from papers.ingest.xml import parse_xml
from tests.papers.ingest.fixtures import invented
from tests.shared_data import shared


def read(*paths: Path) -> list[PaperRecord | RejectedItem]:
    return list(AclSource.from_options({"files": [str(path) for path in paths]}).items())


def test_every_fact_of_a_paper_is_kept(tmp_path: Path) -> None:
    (tmp_path / "2026.boats.xml").write_bytes(invented("acl.xml"))
    boats, sunken, nameless = read(tmp_path)
    assert isinstance(boats, PaperRecord)
    assert boats.key == "2026.boats-long.1"
    assert boats.title == r"Paper Boats on Ponds of $\alpha < 1$ and Beyond"
    assert boats.abstract == "We fold boats for $x$."
    assert [(author.name, author.affiliation) for author in boats.authors] == [
        ("Ada de Alder", "Pond Lab & Co"),
        ("René Birch Jr.", ""),
        ("Cleo", ""),
    ]
    assert boats.identifiers == (("acl", "2026.boats-long.1"), ("doi", "10.18653/v1/2026.boats-long.1"))
    assert boats.journal_reference == "Proceedings of the First Workshop on Boats, pages 1–10, 2026"
    assert boats.licence == "http://creativecommons.org/licenses/by/4.0/"
    assert (boats.recorded_on, boats.submitted_at, boats.withdrawn_at) == (date(2026, 3, 1), None, None)
    assert boats.address == "https://aclanthology.org/2026.boats-long.1/"
    assert isinstance(sunken, PaperRecord)
    assert (sunken.withdrawn_at, sunken.author_note) == (datetime(2026, 5, 1, tzinfo=UTC), "They sank.")
    assert isinstance(nameless, RejectedItem)
    assert (nameless.key, nameless.reason) == ("2026.boats-long.3", "It has no title.")


@pytest.mark.parametrize(
    ("collection", "volume", "paper", "name"),
    [
        ("P18", "1", "1", "P18-1001"),
        ("W18", "54", "1", "W18-5401"),
        ("D19", "1", "12", "D19-1012"),
        ("D19", "50", "3", "D19-5003"),
        ("2020.acl", "main", "7", "2020.acl-main.7"),
    ],
)
def test_ids_follow_the_anthologys_two_styles(collection: str, volume: str, paper: str, name: str) -> None:
    inside = f'<volume id="{volume}"><paper id="{paper}"><title>T</title></paper></volume>'
    xml = f'<collection id="{collection}">{inside}</collection>'
    (item,) = read_collection(parse_xml(xml.encode()))
    assert isinstance(item, PaperRecord)
    assert item.key == name


def test_licence_is_told_of_the_associations_own_volumes_alone() -> None:
    def licence(publisher: str, year: int) -> str:
        xml = (
            f'<collection id="P00"><volume id="1"><meta><publisher>{publisher}</publisher><year>{year}</year></meta>'
            '<paper id="1"><title>T</title></paper></volume></collection>'
        )
        (item,) = read_collection(parse_xml(xml.encode()))
        assert isinstance(item, PaperRecord)
        return item.licence.partition("licenses/")[2]

    assert licence("Association for Computational Linguistics", 2016) == "by/4.0/"
    assert licence("Association for Computational Linguistics", 2015) == "by-nc-sa/3.0/"
    assert licence("Boat Press", 2020) == ""


def test_paper_without_a_better_day_is_dated_by_its_volume(tmp_path: Path) -> None:
    (tmp_path / "2026.boats.xml").write_bytes(invented("acl.xml"))
    item = read(tmp_path)[0]
    assert isinstance(item, PaperRecord)
    paper = compose([Statement("acl", item.key, item.facts(), item.as_of)], date(2030, 1, 1))
    assert (paper.fields["dated_on"], paper.fields["listed_on"]) == (date(2026, 3, 1), None)


def test_volumes_month_does_not_become_the_edition_of_a_preprint(tmp_path: Path) -> None:
    (tmp_path / "2026.boats.xml").write_bytes(invented("acl.xml"))
    item = read(tmp_path)[0]
    assert isinstance(item, PaperRecord)
    preprint = {"title": "Paper Boats", "identifiers": [["arxiv", "2603.00001"]], "recorded_on": "2026-03-03"}
    statements = [Statement("acl", item.key, item.facts(), item.as_of), Statement("arxiv-rss", "2603.00001", preprint)]
    assert compose(statements, date(2030, 1, 1)).fields["listed_on"] == date(2026, 3, 3)


def test_files_of_both_shapes_are_read_and_others_rejected_alone(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(invented("acl.xml"))
    (tmp_path / "b.xml").write_text("<!DOCTYPE html><p>Moved")
    (tmp_path / "c.xml").write_text("<feed/>")
    line = b'{"id": "P18-1001", "title": "Lines", "authors": "Ada Alder", "update_date": "2018-07-01"}\n'
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(line))
    items = read(tmp_path)
    assert [item.key for item in items[:2]] == ["2026.boats-long.1", "2026.boats-long.2"]
    assert [item.reason for item in items if isinstance(item, RejectedItem)] == [
        "It has no title.",
        "The file b.xml is a page of HTML instead of XML.",
        "The file c.xml is no collection of the Anthology.",
    ]
    assert isinstance(items[-1], PaperRecord)
    assert items[-1].identifiers == (("acl", "P18-1001"),)


def test_no_file_is_refused() -> None:
    with pytest.raises(SourceError):
        AclSource.from_options({"files": []})


def test_real_volume_is_read_whole() -> None:
    items = read(shared("arxiv/other/acl-2024.sdp.xml"))
    assert len(items) == 31
    for item in items:
        assert isinstance(item, PaperRecord), item
        assert item.authors
        assert item.identifiers[0] == ("acl", item.key)
        assert item.recorded_on == date(2024, 8, 1)
    assert sum(bool(item.abstract) for item in items if isinstance(item, PaperRecord)) >= 30


def test_real_corpus_is_read_whole() -> None:
    items = read(shared("corpus/acl.jsonl.gz"))
    assert len(items) == 4_000
    assert not [item for item in items if isinstance(item, RejectedItem)]
