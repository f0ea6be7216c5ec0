"""Libraries in BibTeX."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.bibtex import BibtexSource, read_library
from tests.papers.ingest.fixtures import invented


@pytest.fixture(scope="module")
def library() -> dict[str, PaperRecord | RejectedItem]:
    items = read_library(invented("library.bib").decode())
    return {item.title if isinstance(item, PaperRecord) else item.reason: item for item in items}


def record(library: dict[str, PaperRecord | RejectedItem], title: str) -> PaperRecord:
    item = library[title]
    assert isinstance(item, PaperRecord)
    return item


def test_every_fact_of_an_entry_is_kept(library: dict[str, PaperRecord | RejectedItem]) -> None:
    boats = record(library, "Paper Boats on Schrödinger's big Ponds: $x^{2} < 1$ & Beyond")
    assert boats.key == "doi:10.1000/boats.1"
    assert [author.name for author in boats.authors] == [
        "Ada van der Alder",
        "René Birch Jr",
        "BOAT Collaboration",
        "Cleo de Cedar",
    ]
    assert boats.abstract == "We fold boats and float them."
    assert boats.journal_reference == "Journal of Boats 7 (2), pages 1-10, 2020"
    assert boats.recorded_on == date(2020, 3, 1)
    assert boats.identifiers == (("doi", "10.1000/boats.1"),)
    # The owner's keywords are no summary of the source.
    assert boats.source_keywords == ()
    assert boats.raw.startswith("@article{alder2020")


def test_identifiers_are_found_where_people_put_them(library: dict[str, PaperRecord | RejectedItem]) -> None:
    oar = record(library, "Needs No Oar")
    assert (oar.identifiers, oar.categories, oar.recorded_on) == ((("arxiv", "1706.03762"),), ("cs.CL",), None)
    preprint = record(library, "Needs an Oar")
    assert (preprint.identifiers, preprint.journal_reference) == ((("arxiv", "1806.00001"),), "")
    assert record(library, "Sunken").identifiers == (("acl", "P18-1001"),)
    assert record(library, "Another under the Same Key").identifiers == (("openreview", "aB-1_c"),)


def test_entry_has_what_the_one_that_it_names_has(library: dict[str, PaperRecord | RejectedItem]) -> None:
    sunken = record(library, "Sunken")
    assert (sunken.journal_reference, sunken.recorded_on) == ("Proceedings of Boats, 2018", date(2018, 7, 1))
    assert [author.name for author in sunken.authors] == ["Dora Dorn"]


def test_what_is_no_entry_is_rejected_and_the_rest_goes_on(library: dict[str, PaperRecord | RejectedItem]) -> None:
    rejected = [item for item in library.values() if isinstance(item, RejectedItem)]
    assert [item.reason for item in rejected] == ["The entry in line 20 is not whole BibTeX.", "It has no title."]
    assert rejected[0].raw.startswith("@misc{broken")
    assert rejected[1].key == "nameless"
    assert len(library) == 8


def test_keys_of_two_libraries_do_not_collide() -> None:
    one, other = (next(read_library(f"@misc{{x2020, title={{{title}}}}}")) for title in ("One", "Other"))
    assert one.key != other.key


def test_file_is_read_and_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "library.bib"
    file.write_bytes("\ufeff@misc{a, title={Étale}}".encode())
    (item,) = BibtexSource.from_options({"file": str(file)}).items()
    assert isinstance(item, PaperRecord)
    assert item.title == "Étale"
    file.write_bytes(b"@misc{a, title={\xc9tale}}")
    with pytest.raises(SourceError, match="not UTF-8"):
        list(BibtexSource(str(file)).items())
    with pytest.raises(SourceError, match="no file"):
        list(BibtexSource(str(tmp_path / "none.bib")).items())


def test_thousands_of_entries_are_read_in_seconds() -> None:
    entries = "\n".join(
        f"@article{{k{number}, title={{Boat {number}}}, author={{Alder, Ada and Birch, Ben}}, year=2020}}"
        for number in range(3_000)
    )
    started = time.monotonic()
    assert len(list(read_library(entries))) == 3_000
    assert time.monotonic() - started < 20
