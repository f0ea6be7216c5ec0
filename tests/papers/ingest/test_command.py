"""manage.py ingest, end to end: what it says, how it exits, what it leaves in the database."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from papers.ingest.runner import AlreadyRunning, run_source
from papers.ingest.sources.snapshot import SnapshotSource
from papers.models import Authorship, IngestRun, Paper, RejectedRecord, SourceRecord
from tests.shared_data import shared

pytestmark = pytest.mark.django_db


def line(number: int, **fields: Any) -> str:
    record = {
        "id": f"2512.{number:05}",
        "title": f"Boat {number}",
        "authors": "Ada Byron, Mary Somerville",
        "abstract": "  It floats.\n",
        "categories": "cs.LG stat.ML",
        "update_date": "2025-12-28",
    }
    return json.dumps(record | fields)


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    file = tmp_path / "boats.jsonl"
    file.write_text("\n".join(line(number) for number in range(1, 6)) + "\n")
    return file


def ingest(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command("ingest", *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def last_line(output: str) -> str:
    return output.strip().splitlines()[-1]


def counts_in(output: str) -> dict[str, int]:
    return {name: int(count) for name, count in (part.split("=") for part in last_line(output).split())}


def test_the_second_run_changes_nothing_and_says_so(snapshot: Path) -> None:
    assert last_line(ingest("snapshot", snapshot)) == "created=5 updated=0 unchanged=0 rejected=0"
    again = ingest("snapshot", snapshot)
    assert "Nothing new" in again
    assert last_line(again) == "created=0 updated=0 unchanged=5 rejected=0"
    runs = IngestRun.objects.order_by("pk").values_list("state", "cursor", "created", "unchanged")
    assert list(runs) == [("done", 5, 5, 0), ("done", 5, 0, 5)]


def test_a_dry_run_tells_the_truth_and_keeps_nothing(snapshot: Path) -> None:
    output = ingest("snapshot", "--dry-run", snapshot)
    assert "dry run" in output
    assert last_line(output) == "created=5 updated=0 unchanged=0 rejected=0"
    assert not Paper.objects.exists()
    assert not IngestRun.objects.exists()


def test_a_limit_takes_the_first_items(snapshot: Path) -> None:
    assert last_line(ingest("snapshot", "--limit", "2", snapshot)).startswith("created=2 ")


def test_a_broken_line_is_kept_and_the_run_exits_with_3(snapshot: Path) -> None:
    snapshot.write_text(line(1) + "\n{broken\n" + line(2, title=" ") + "\n" + line(3) + "\n")
    with pytest.raises(CommandError, match="2 items were rejected") as refused:
        ingest("snapshot", snapshot)
    assert refused.value.returncode == 3
    assert Paper.objects.count() == 2
    assert sorted(RejectedRecord.objects.values_list("raw", flat=True))[1].startswith("{broken")
    assert all(RejectedRecord.objects.values_list("reason", flat=True))
    with pytest.raises(CommandError):
        ingest("snapshot", snapshot)
    assert RejectedRecord.objects.count() == 2


def test_a_missing_file_fails_with_1_and_leaves_no_run_open() -> None:
    with pytest.raises(CommandError) as refused:
        ingest("snapshot", "/no/such/file")
    assert refused.value.returncode == 1
    assert set(IngestRun.objects.values_list("state", flat=True)) <= {"failed"}


@pytest.mark.parametrize("options", [("hf",), ("hf", "--date", "never"), ("page", "x.txt", "--captured", "2025-02-30")])
def test_options_that_make_no_sense_exit_with_2(options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        ingest(*options)
    assert refused.value.returncode == 2


def test_a_file_that_breaks_off_keeps_what_came_before_and_says_where(tmp_path: Path) -> None:
    import gzip

    whole = gzip.compress("\n".join(line(number) for number in range(1, 900)).encode())
    file = tmp_path / "cut.jsonl.gz"
    file.write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(CommandError):
        ingest("snapshot", file)
    run = IngestRun.objects.get()
    assert run.state == "failed"
    assert run.error
    assert Paper.objects.count() == run.cursor == 500  # whole batches, committed as they came


@pytest.mark.django_db(transaction=True)
def test_a_second_run_of_one_source_is_refused(snapshot: Path) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            from papers.ingest.runner import lock_key

            cursor.execute("SELECT pg_advisory_lock(%s)", [lock_key("snapshot")])
        with pytest.raises(AlreadyRunning, match="under way"):
            run_source(SnapshotSource.from_options({"file": str(snapshot)}), report=lambda *_: None)
    finally:
        other.close()
    assert not Paper.objects.exists()


# The real captures


def test_the_copied_page_is_the_edition_of_christmas_2025() -> None:
    page = shared("seed/daily-papers-page.txt")
    assert last_line(ingest("page", page, "--captured", "2025-12-25")) == "created=45 updated=0 unchanged=0 rejected=0"
    papers = Paper.objects.in_editions(date(2025, 12, 25), date(2025, 12, 25))
    expected = [row.split("\t") for row in shared("seed/expected.tsv").read_text().splitlines()[1:]]
    known = {
        paper.title: (
            str(len(paper.abstract)),
            str(paper.author_count or ""),
            paper.submitted_at.date().isoformat() if paper.submitted_at else "",
        )
        for paper in papers
    }
    assert known == {row[0]: (row[1], row[2], row[3]) for row in expected}
    comments = {paper.title: paper.source_comment_count for paper in papers}
    assert comments == {row[0]: int(row[4] or 0) for row in expected}
    assert last_line(ingest("page", page, "--captured", "2025-12-25")).startswith("created=0 updated=0 unchanged=45")


def test_all_saved_days_of_hugging_face_come_in_and_join_the_saved_pages() -> None:
    days = shared("hf/daily_api")
    first = counts_in(ingest("hf", days))
    assert first["created"] + first["updated"] == 3173
    assert first["rejected"] == 0
    assert SourceRecord.objects.filter(source="hf").count() == 3173
    assert SourceRecord.objects.values("facts__listed_on").distinct().count() == 174
    assert not Paper.objects.filter(title__contains="\n").exists()
    assert last_line(ingest("hf", days)) == "created=0 updated=0 unchanged=3173 rejected=0"

    second = counts_in(ingest("page", shared("hf/daily_html")))
    assert second["created"] + second["updated"] == 139
    # The lists and pages of SOURCE.md hold 3,218 different papers between them.
    assert Paper.objects.count() == 3218
    # No upvote seen at a source is counted as one cast here.
    assert not Paper.objects.exclude(upvote_count=0).exists()


def test_authors_keep_their_order_and_every_fact_its_source() -> None:
    ingest("hf", shared("hf/daily_api/2025-03-17.json"))
    told = json.loads(shared("hf/daily_api/2025-03-17.json").read_text())
    for entry in told:
        names = [author["name"] for author in entry["paper"]["authors"]]
        paper = Paper.objects.get(arxiv_id=entry["paper"]["id"])
        printed = Authorship.objects.filter(paper=paper).values_list("name", flat=True)
        assert [name.split() for name in printed] == [name.split() for name in names]
        assert paper.source_score == entry["paper"]["upvotes"]
        assert paper.listed_on == date(2025, 3, 17)


def test_a_part_of_the_real_snapshot_comes_in_whole_and_twice() -> None:
    corpus = shared("corpus/arxiv.jsonl.gz")
    assert last_line(ingest("snapshot", "--limit", "1500", corpus)) == "created=1500 updated=0 unchanged=0 rejected=0"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM papers_paper WHERE listed_on IS NULL")
        unlisted = cursor.fetchone()[0]
    assert 0 < unlisted < 150
    assert last_line(ingest("snapshot", "--limit", "1500", corpus)).startswith("created=0 updated=0 unchanged=1500")
