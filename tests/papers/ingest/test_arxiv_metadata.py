"""The records of arXiv's OAI-PMH service: three formats, old and new."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree.ElementTree import Element

import pytest

from papers.ingest.composing import Statement, compose
from papers.ingest.records import RAW_LENGTH, PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_metadata import read_record
from papers.ingest.xml import parse_xml
from tests.papers.ingest.fixtures import invented
from tests.shared_data import shared


def records(data: bytes) -> list[PaperRecord | RejectedItem]:
    root = parse_xml(data)
    return [read_record(record) for record in ([root] if root.tag == "record" else root.findall("./*/record"))]


def read(data: bytes) -> PaperRecord:
    item = records(data)[0]
    assert isinstance(item, PaperRecord), item
    return item


def test_every_fact_of_the_raw_format_is_kept() -> None:
    record = read(invented("arxiv/oai-arXivRaw.xml"))
    assert record.key == "2509.00001"
    assert record.title == r"Paper Boats on Schrödinger's Ponds: $\alpha < 1$ and Beyond"
    assert record.identifiers == (("arxiv", "2509.00001"), ("doi", "10.1000/boats.1"), ("doi", "10.1000/boats.2"))
    assert [(author.name, author.affiliation) for author in record.authors] == [
        ("Ada Alder", "Pond Lab; Lake Lab"),
        ("René Birch Jr.", "Lake Lab"),
        ("BOAT Collaboration", ""),
    ]
    assert [(v.number, v.submitted_at, v.size_kb, v.source_type) for v in record.versions] == [
        (1, datetime(2025, 9, 1, 7, 30, 15, tzinfo=UTC), 398, ""),
        (2, datetime(2025, 9, 20, 8, tzinfo=UTC), 412, "AD"),
    ]
    assert (record.submitted_at, record.updated_at) == tuple(version.submitted_at for version in record.versions)
    assert (record.submitter, record.report_number) == ("René Birch", "BOAT-1")
    assert (record.author_note, record.journal_reference) == ("12 pages, 3 boats", "J. Boats 7 (2025) 1")
    assert record.licence == "http://creativecommons.org/licenses/by/4.0/"
    assert record.categories == ("math.NA", "cs.NA")
    assert (record.as_of, record.withdrawn_at, record.abstract) == (date(2026, 2, 27), None, "We fold boats.")


def test_withdrawal_is_told_by_an_emptied_last_version_but_not_by_a_first_one_never_stored() -> None:
    _, sunken, unstored, _ = records(invented("arxiv/oai-arXivRaw.xml"))
    assert isinstance(sunken, PaperRecord)
    assert sunken.withdrawn_at == datetime(2003, 9, 9, 14, tzinfo=UTC)
    assert isinstance(unstored, PaperRecord)
    assert unstored.withdrawn_at is None


def test_deleted_record_is_kept_for_staff() -> None:
    deleted = records(invented("arxiv/oai-arXivRaw.xml"))[3]
    assert isinstance(deleted, RejectedItem)
    assert (deleted.key, deleted.reason) == ("2509.00009", "arXiv marks it as deleted.")


def test_names_in_parts_and_bare_days_are_read() -> None:
    record = read(invented("arxiv/oai-arXiv.xml"))
    assert [(author.name, author.affiliation) for author in record.authors] == [
        ("Ada de Alder", "Pond Lab; Lake Lab"),
        ("R. W. Birch IV", ""),
        ("Cleo Cedar", ""),
        ("BOAT Collaboration", ""),
    ]
    assert (record.submitted_at, record.updated_at) == (
        datetime(2025, 9, 1, tzinfo=UTC),
        datetime(2025, 9, 20, tzinfo=UTC),
    )
    assert record.categories == ("math.NA", "math.MP")


def test_dublin_core_is_tolerated() -> None:
    record = read(invented("arxiv/oai-dc.xml"))
    assert record.title == "Paper Boats"
    assert [author.name for author in record.authors] == [
        "Ada de Alder",
        "René Birch Jr.",
        "Cleo Cedar Jr.",
        "BOAT Collaboration",
    ]
    assert record.identifiers == (("arxiv", "2509.00001"), ("doi", "10.1000/boats.1"))
    assert record.categories in {("math.NA", "hep-th"), ("cs.NA", "hep-th")}
    assert (record.abstract, record.author_note) == ("We fold boats.", "12 pages")
    assert record.journal_reference == "J. Boats 7 (2025) 1"
    assert (record.submitted_at, record.updated_at) == (
        datetime(2025, 9, 1, tzinfo=UTC),
        datetime(2025, 9, 20, tzinfo=UTC),
    )


def test_formats_are_kept_beside_each_other_and_the_richest_wins() -> None:
    items = [read(invented(f"arxiv/oai-{name}.xml")) for name in ("dc", "arXiv", "arXivRaw")]
    assert len({item.key for item in items}) == 3
    paper = compose([Statement("arxiv-oai", item.key, item.facts(), item.as_of) for item in items], date(2026, 3, 2))
    assert paper.fields["submitted_at"] == datetime(2025, 9, 1, 7, 30, 15, tzinfo=UTC)
    assert [version["size_kb"] for version in paper.versions] == [398, 412]
    assert paper.categories == ["math.NA"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("<header/>", "no metadata"),
        ("<header/><metadata/>", "no metadata"),
        ("<header/><metadata><marc/></metadata>", "'marc'"),
        ("<metadata><arXiv><title>T</title></arXiv></metadata>", "no id"),
        ("<metadata><arXiv><id>2509.00001</id></arXiv></metadata>", "no title"),
        ("<metadata><arXiv><id>2509.00001</id><title>R\ufffd</title></arXiv></metadata>", "bytes"),
        ("<metadata><arXiv><id>2509.00001</id><title>T</title><created>soon</created></arXiv></metadata>", "'soon'"),
        (
            "<metadata><arXivRaw><id>2509.00001</id><title>T</title><version version='one'/></arXivRaw></metadata>",
            "no number",
        ),
    ],
)
def test_broken_record_is_rejected_with_its_reason(record: str, reason: str) -> None:
    (item,) = records(f"<record>{record}</record>".encode())
    assert isinstance(item, RejectedItem)
    assert reason in item.reason
    assert item.raw.startswith("<record>")


@pytest.mark.parametrize("field", ["title", "abstract", "authors"])
def test_field_of_ten_megabytes_is_dealt_with_in_seconds(field: str) -> None:
    filled = {"id": "2509.00001", "title": "T", field: r"\'e{$ (a, and " * 770_000}
    fields = "".join(f"<{name}>{text}</{name}>" for name, text in filled.items())
    started = datetime.now(UTC)
    (item,) = records(f"<record><metadata><arXivRaw>{fields}</arXivRaw></metadata></record>".encode())
    assert (datetime.now(UTC) - started).total_seconds() < 60
    if field == "title":
        assert isinstance(item, RejectedItem)
        assert len(item.raw) <= RAW_LENGTH
        assert "characters" in item.reason


# The real captures


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("getrecord-arXiv", 1),
        ("arXiv-record0", 1),
        ("arXiv-record4", 1),
        ("arXiv-records-12", 12),
        ("listrecords-arXiv-hep-th", 3),
        ("listrecords-arXivRaw-1000-token", 1000),
        ("listrecords-oai_dc-token", 3),
        ("oai_dc-1711.04702", 1),
        ("oai_dc-cond-mat_9706061", 1),
    ],
)
def test_real_answers_are_read_whole(name: str, count: int) -> None:
    items = records(shared(f"arxiv/oai/{name}.xml").read_bytes())
    assert len(items) == count
    for item in items:
        assert isinstance(item, PaperRecord), item
        assert item.authors
        assert item.categories
        assert item.abstract
        assert item.submitted_at
        assert "\n" not in item.title
        assert not any(author.name.strip(" :") == "" for author in item.authors)


def test_real_withdrawals_are_seen() -> None:
    items = records(shared("arxiv/oai/listrecords-arXivRaw-1000-token.xml").read_bytes())
    withdrawn = {item.key for item in items if isinstance(item, PaperRecord) and item.withdrawn_at}
    # The third is told by its last version alone: its remark says "5 pages".
    assert withdrawn == {"0801.4122", "0801.4138", "0801.4243", "0801.4311", "0801.4644"}


def test_real_field_of_three_dois_gives_three_identifiers() -> None:
    record = read(shared("arxiv/oai/arXiv-record0.xml").read_bytes())
    assert [value for scheme, value in record.identifiers if scheme == "doi"] == [
        "10.1103/physrevd.93.016005",
        "10.1103/physrevd.98.079901",
        "10.1103/physrevd.98.079903",
    ]


def _first_authors(xml: bytes) -> list[str]:
    return [author.name for author in read(xml).authors][:4]


def test_real_collaborations_split_badly_by_arxiv_are_kept() -> None:
    assert _first_authors(shared("arxiv/oai/arXiv-record4.xml").read_bytes()) == [
        "Keck Array",
        "BICEP2 Collaborations",
        "P. Ade",
        "Z. Ahmed",
    ]
    assert _first_authors(shared("arxiv/oai/arXiv-record1.xml").read_bytes()) == [
        "Teresa Maria Montaruli",
        "IceCube Collaboration",
    ]


def test_element_without_children_is_no_record() -> None:
    assert isinstance(read_record(Element("record")), RejectedItem)
