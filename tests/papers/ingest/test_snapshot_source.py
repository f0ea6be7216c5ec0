"""arXiv's bulk snapshot."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.snapshot import SnapshotSource, read_line
from tests.shared_data import shared

FACTS: dict[str, Any] = {
    "id": "0704.0001",
    "submitter": "Ad\\'e Alder",
    "authors": "Ad\\'e Alder (Lab X), B.B.Birch",
    "title": "Boats on\n  Schr\\\"odinger's ponds",
    "comments": "12 pages,\n  3 boats",
    "journal-ref": "J. Boats 7\n  (2008) 1",
    "doi": "10.1000/Boat.1 10.1000/boat.2, 10.1000/boat.1",
    "report-no": "BOAT-1",
    "categories": "math.NT cs.XX stat.TH math.NT",
    "license": "http://creativecommons.org/licenses/by/4.0/",
    "abstract": "  We float\nboats.\n",
    "versions": [
        {"version": "v2", "created": "Tue, 3 Apr 2007 10:00:00 GMT"},
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
    ],
    "update_date": "2008-11-26",
}


def line(**changes: Any) -> bytes:
    facts = {**FACTS, **{name.replace("_", "-"): value for name, value in changes.items() if name != "authors_parsed"}}
    if "update_date" in changes:
        facts["update_date"] = changes["update_date"]
        facts.pop("update-date")
    if "authors_parsed" in changes:
        facts["authors_parsed"] = changes["authors_parsed"]
    return json.dumps(facts).encode()


def read(**changes: Any) -> PaperRecord:
    item = read_line(line(**changes))
    assert isinstance(item, PaperRecord), item
    return item


def test_every_fact_of_a_line_is_kept() -> None:
    record = read()
    assert record.key == "0704.0001"
    assert record.title == "Boats on Schrödinger's ponds"
    assert record.abstract == "We float boats."
    assert record.identifiers == (("arxiv", "0704.0001"), ("doi", "10.1000/boat.1"), ("doi", "10.1000/boat.2"))
    assert [(author.name, author.affiliation) for author in record.authors] == [
        ("Adé Alder", "Lab X"),
        ("B. B. Birch", ""),
    ]
    assert record.categories == ("math.NT", "stat.TH")
    assert [version.number for version in record.versions] == [1, 2]
    assert record.submitted_at == datetime(2007, 4, 2, 19, 18, 42, tzinfo=UTC)
    assert record.updated_at == datetime(2007, 4, 3, 10, tzinfo=UTC)
    assert (record.recorded_on, record.as_of) == (date(2008, 11, 26), date(2008, 11, 26))
    assert (record.author_note, record.journal_reference) == ("12 pages, 3 boats", "J. Boats 7 (2008) 1")
    assert (record.report_number, record.submitter) == ("BOAT-1", "Adé Alder")
    assert record.licence == "http://creativecommons.org/licenses/by/4.0/"
    assert record.address == "https://arxiv.org/abs/0704.0001"
    assert (record.listed_on, record.withdrawn_at, record.source_score) == (None, None, None)


def test_line_without_versions_has_no_day_of_submission() -> None:
    record = read(versions=None)
    assert (record.submitted_at, record.updated_at, record.versions) == (None, None, ())
    assert record.recorded_on == date(2008, 11, 26)


def test_history_that_lacks_version_1_has_no_day_of_submission() -> None:
    record = read(versions=[{"version": "v3", "created": "Tue, 3 Apr 2007 10:00:00 GMT"}])
    assert (record.submitted_at, record.updated_at) == (None, datetime(2007, 4, 3, 10, tzinfo=UTC))


def test_arxivs_own_split_is_preferred_to_ours() -> None:
    parsed = [["Alder", "Ad\u00e9", "Jr.", "Lab X,\n  Town"], ["The Boat Collaboration", "", ""], ["al.", "et", ""]]
    assert [(author.name, author.affiliation) for author in read(authors_parsed=parsed).authors] == [
        ("Adé Alder Jr.", "Lab X, Town"),
        ("The Boat Collaboration", ""),
    ]


def test_old_ids_and_the_acl_anthologys_are_known() -> None:
    assert read(id="math.GT/0309136").key == "math/0309136"
    for acl in ("2024.acl-long.1", "P18-1001", "2020.findings-emnlp.385"):
        record = read(id=acl, categories=None)
        assert record.identifiers[0] == ("acl", acl)
        assert record.address == f"https://aclanthology.org/{acl}/"
    assert isinstance(read_line(line(id="2024.acl-long.1")), RejectedItem)


def test_arxivs_own_doi_is_no_other_identifier() -> None:
    assert read(doi="10.48550/arXiv.0704.0001").identifiers == (("arxiv", "0704.0001"),)
    assert read(doi="to appear").identifiers == (("arxiv", "0704.0001"),)


@pytest.mark.parametrize(
    "comments",
    [
        "This paper has been withdrawn by the authors due to an error",
        "This paper has been withdrawn",
        "paper withdrawn by author",
        "Withdrawn.",
        "withdrawn by arXiv administrators",
        "12 pages. This submission is now withdrawn because of an error",
        "5 pages, withdrawn by the corresponding author",
    ],
)
def test_withdrawn_paper_is_told_by_its_remark(comments: str) -> None:
    assert read(comments=comments).withdrawn_at == datetime(2007, 4, 3, 10, tzinfo=UTC)
    assert read(comments=comments, versions=None).withdrawn_at == datetime(2008, 11, 26, tzinfo=UTC)


def test_withdrawn_paper_is_told_by_its_abstract() -> None:
    assert read(abstract="  This paper has been withdrawn by the author since Lemma 2 fails.\n").withdrawn_at


@pytest.mark.parametrize(
    ("comments", "abstract"),
    [
        ("Withdrawn from a conference in 2007", "We float boats."),
        ("Version 2 restores a claim withdrawn in version 1", "We float boats."),
        ("12 pages", "Water is withdrawn from the pond. We report nine withdrawn claims."),
        ("12 pages", "Boats are withdrawn by the author of this study."),
    ],
)
def test_other_withdrawals_are_none(comments: str, abstract: str) -> None:
    assert read(comments=comments, abstract=abstract).withdrawn_at is None


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b'{"id": "0704.0001", "title": "Bo', "not whole JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"[" * 100_000, "not whole JSON"),
        (line(id=None), "no id"),
        (line(id=704.0001), "id is not text"),
        (line(id="0704.00001"), "neither arXiv's nor"),
        (line(title=None), "no title"),
        (line(title=7), "title is not text"),
        (line(categories=["math.NT"]), "categories is not text"),
        (line(update_date="November"), "not a day"),
        (line(versions="v1"), "not a list"),
        (line(versions=[{"version": "v1"}]), "no number or no date"),
        (line(versions=[{"version": "one", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}]), "no number or no date"),
        (line(versions=[{"version": "v1", "created": "then"}]), "no number or no date"),
        (line(authors_parsed="Alder"), "not a list of names"),
        (line(authors_parsed=[["Alder", None, ""]]), "not text"),
    ],
)
def test_broken_line_is_rejected_with_its_reason(broken: bytes, reason: str) -> None:
    item = read_line(broken)
    assert isinstance(item, RejectedItem)
    assert reason in item.reason
    assert len(item.raw) <= 100_000


def test_broken_line_is_found_by_its_id() -> None:
    item = read_line(b'{"id": "0704.0001", "title": "Bo')
    assert isinstance(item, RejectedItem)
    assert item.key == "0704.0001"


def source(file: Path) -> SnapshotSource:
    return SnapshotSource.from_options({"file": str(file)})


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_file_is_read_on_past_broken_lines_whatever_its_name(tmp_path: Path, pack: Any) -> None:
    file = tmp_path / "snapshot"
    file.write_bytes(pack(b"\xef\xbb\xbf" + line() + b"\r\n\n{broken\n" + line(id="0704.0002")))
    assert [type(item) for item in source(file).items()] == [PaperRecord, RejectedItem, PaperRecord]


def test_endless_line_is_rejected_and_the_next_is_read(tmp_path: Path) -> None:
    file = tmp_path / "snapshot"
    file.write_bytes(line(abstract="x" * 25_000_000) + b"\n" + line())
    rejected, record = source(file).items()
    assert isinstance(rejected, RejectedItem)
    assert "10,000,000 bytes" in rejected.reason
    assert isinstance(record, PaperRecord)


def test_truncated_gzip_gives_what_came_and_stops_the_run(tmp_path: Path) -> None:
    file = tmp_path / "snapshot.gz"
    lines = b"\n".join(line(id=f"0704.{number:04}", report_no=str(hash(str(number)))) for number in range(1, 2000))
    file.write_bytes(gzip.compress(lines)[:-2000])
    items = source(file).items()
    assert isinstance(next(items), PaperRecord)
    with pytest.raises(SourceError, match="is damaged"):
        list(items)


def test_missing_file_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file"):
        list(source(tmp_path / "nothing.gz").items())
    with pytest.raises(SourceError, match="no file"):
        list(source(tmp_path).items())


def test_real_corpus_gives_every_paper_quickly() -> None:
    # Of this process, whatever else the machine does meanwhile.
    started = time.process_time()
    kept = submitted = withdrawn = 0
    for item in source(shared("corpus/arxiv.jsonl.gz")).items():
        assert isinstance(item, PaperRecord), item
        assert item.authors
        kept += 1
        submitted += item.submitted_at is not None
        withdrawn += item.withdrawn_at is not None
    assert (kept, submitted, withdrawn) == (16_000, 1_661, 12)
    assert time.process_time() - started < 10


def test_memory_does_not_grow_with_the_file() -> None:
    tracemalloc.start()
    try:
        for number, _ in enumerate(source(shared("corpus/arxiv.jsonl.gz")).items()):
            if number == 200:
                tracemalloc.reset_peak()
                before = tracemalloc.get_traced_memory()[0]
            if number == 2_000:
                break
        assert tracemalloc.get_traced_memory()[1] - before < 2_000_000
    finally:
        tracemalloc.stop()


def test_real_lines_of_the_anthology_and_of_kaggle_are_read() -> None:
    for path, count in (("corpus/acl.jsonl.gz", 4_000), ("arxiv/snapshot/kaggle-first-100.jsonl", 100)):
        found = list(source(shared(path)).items())
        assert len(found) == count
        assert {type(item) for item in found} == {PaperRecord}
