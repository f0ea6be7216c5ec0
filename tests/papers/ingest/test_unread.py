"""Lines that are known are not read again; the rest is read ahead, and nobody can tell from what is stored."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from papers.ingest import marks
from papers.ingest.ahead import ReadAhead
from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem, UnreadItem
from papers.ingest.runner import Stopped, run_source
from papers.ingest.sources import snapshot
from papers.ingest.sources.snapshot import SnapshotSource
from papers.models import IngestRun, Paper, RejectedRecord, SourceRecord
from tests.factories import NOON


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that were read, in order."""
    lines: list[bytes] = []
    read_line = snapshot.read_line

    def note(line: bytes) -> PaperRecord | RejectedItem:
        lines.append(line)
        return read_line(line)

    monkeypatch.setattr(snapshot, "read_line", note)
    monkeypatch.setattr("papers.ingest.runner.BATCH_SIZE", 2)
    return lines


def line(number: int, title: str = "A Title") -> str:
    return json.dumps({"id": f"2512.{number:05}", "title": title, "update_date": "2025-12-01"})


def ingest(file: Path, *lines: str) -> IngestRun:
    file.write_text("".join(f"{line}\n" for line in lines))
    return run_source(SnapshotSource(str(file)), report=lambda *_: None)


def titles() -> list[str]:
    return list(Paper.objects.order_by("arxiv_id").values_list("title", flat=True))


@pytest.mark.django_db
def test_of_a_known_file_hardly_a_line_is_read_again(tmp_path: Path, read: list[bytes]) -> None:
    lines = [line(number) for number in range(1, 41)]
    ingest(tmp_path / "file", *lines)
    assert len(read) == 40
    read.clear()
    assert ingest(tmp_path / "file", *lines).unchanged == 40
    # Some are read before anybody knows that all of them are known.
    assert len(read) <= 10


@pytest.mark.django_db
def test_a_line_that_changed_among_known_ones_is_read(tmp_path: Path, read: list[bytes]) -> None:
    lines = [line(number) for number in range(1, 41)]
    ingest(tmp_path / "file", *lines)
    run = ingest(tmp_path / "file", *lines[:30], line(31, "Another Title"), *lines[31:])
    assert (run.updated, run.unchanged) == (1, 39)
    assert titles() == ["A Title"] * 30 + ["Another Title"] + ["A Title"] * 9


@pytest.mark.django_db
@pytest.mark.usefixtures("read")
def test_of_two_lines_of_one_paper_the_last_counts_though_it_is_known(tmp_path: Path) -> None:
    for _ in range(2):
        ingest(tmp_path / "file", line(1, "An Early Title"), line(1, "A Late Title"))
        assert titles() == ["A Late Title"]


@pytest.mark.django_db
def test_other_code_reads_all_once_more_and_then_no_more(
    tmp_path: Path, read: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [line(number) for number in range(1, 41)]
    ingest(tmp_path / "file", *lines)
    changed_at = set(SourceRecord.objects.values_list("changed_at", flat=True))
    monkeypatch.setattr(snapshot, "mark_of", lambda raw: marks.mark_of(b"other code" + raw))
    read.clear()
    assert ingest(tmp_path / "file", *lines).unchanged == 40
    assert len(read) == 40
    read.clear()
    assert ingest(tmp_path / "file", *lines).unchanged == 40
    assert len(read) <= 10
    assert set(SourceRecord.objects.values_list("changed_at", flat=True)) == changed_at


@pytest.mark.django_db
@pytest.mark.usefixtures("read")
def test_an_old_line_read_late_does_not_pass_for_the_newer_one(tmp_path: Path) -> None:
    new = line(1, "The New Title").replace("2025-12-01", "2026-01-01")
    ingest(tmp_path / "new", new)
    assert ingest(tmp_path / "old", line(1, "The Old Title")).unchanged == 1
    assert titles() == ["The New Title"]
    # Nor does it become the known one by that, or it would never be read again.
    assert bytes(SourceRecord.objects.get().raw_hash or b"") == marks.mark_of(new.encode() + b"\n")
    assert ingest(tmp_path / "new", new).unchanged == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("read")
def test_a_broken_line_is_read_and_rejected_each_time(tmp_path: Path) -> None:
    for _ in range(2):
        assert ingest(tmp_path / "file", line(1), '{"id": "2512.00001"', line(2)).rejected == 1
    assert RejectedRecord.objects.get().key == "2512.00001"
    assert len(titles()) == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("read")
def test_one_line_that_the_database_refuses_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.ingest.runner.BATCH_SIZE", 9)

    def too_long(raw: bytes) -> PaperRecord | RejectedItem:
        found = real(raw)
        if "00005" in getattr(found, "key", ""):
            wide = (("arxiv", "x" * 60),)  # the column of arXiv ids holds 32
            return PaperRecord(key="wide", title="Wide", identifiers=wide, submitted_at=NOON, raw="as it came")
        return found

    real = snapshot.read_line
    monkeypatch.setattr(snapshot, "read_line", too_long)
    run = ingest(tmp_path / "file", *(line(number) for number in range(1, 10)))
    assert (run.created, run.rejected) == (8, 1)
    assert "refused" in RejectedRecord.objects.get().reason
    assert RejectedRecord.objects.get().raw == "as it came"


@pytest.mark.django_db
@pytest.mark.usefixtures("read")
def test_a_run_that_is_asked_to_stop_finishes_its_batch(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("\n".join(line(number) for number in range(1, 41)))

    def report(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Stopped, match="after 2 items"):
        run_source(SnapshotSource(str(tmp_path / "file")), report=report)
    assert len(titles()) == 2
    assert "reading ahead" not in {thread.name for thread in threading.enumerate()}


def numbers() -> Iterator[UnreadItem]:
    for number in count():
        yield UnreadItem(str(number), b"", b"", lambda raw: RejectedItem("", "No reason."))


def test_reading_ahead_keeps_the_order_and_stops_when_it_is_closed() -> None:
    ahead = ReadAhead(numbers(), 3)
    batches = [[item.key for item in batch] for batch in islice(ahead, 2)]
    ahead.close()
    assert batches == [["0", "1", "2"], ["3", "4", "5"]]
    assert "reading ahead" not in {thread.name for thread in threading.enumerate()}


def test_an_error_of_the_source_comes_after_what_came_before_it() -> None:
    def broken() -> Iterator[UnreadItem]:
        yield from islice(numbers(), 4)
        raise SourceError("The page is missing.")

    ahead = iter(ReadAhead(broken(), 2))
    assert [len(next(ahead)), len(next(ahead))] == [2, 2]
    with pytest.raises(SourceError, match="missing"):
        next(ahead)
