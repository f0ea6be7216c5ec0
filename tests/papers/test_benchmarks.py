"""The benchmarks measure what they say, and leave the portal as it was."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from papers.benchmarks.invented import write_invented
from papers.models import Paper
from tests.factories import make_paper


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_ingestion_is_measured_beside_the_portal_and_not_in_it(tmp_path: Path) -> None:
    mine = make_paper()
    before = databases()
    write_invented(tmp_path / "invented.jsonl", 40)
    out = StringIO()
    call_command("bench", "ingest", str(tmp_path / "invented.jsonl"), "--limit", "30", stdout=out, stderr=StringIO())
    rates = re.findall(r"^\| (ingest|ingest again, unchanged|plain COPY) \| ", out.getvalue(), re.MULTILINE)
    assert rates == ["ingest", "ingest again, unchanged", *["plain COPY"] * 3]
    assert "30 papers." in out.getvalue()
    assert list(Paper.objects.all()) == [mine]
    assert databases() == before


@pytest.mark.django_db(transaction=True)
def test_a_measurement_that_fails_leaves_no_database_behind() -> None:
    before = databases()
    with pytest.raises(CommandError, match="There is no file"):
        call_command("bench", "ingest", "nowhere.jsonl", stdout=StringIO(), stderr=StringIO())
    assert databases() == before


@pytest.mark.django_db(transaction=True)
def test_readers_are_asked_over_http_idle_and_while_papers_come_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.benchmarks.readers._IDLE_SECONDS", 1)
    monkeypatch.setattr("papers.benchmarks.readers._FEW", 40)
    write_invented(tmp_path / "invented.jsonl", 100)
    before = databases()
    out = StringIO()
    call_command("bench", "ingest", "--readers", str(tmp_path / "invented.jsonl"), stdout=out, stderr=StringIO())
    rows = [row.split(" | ") for row in out.getvalue().splitlines() if re.match(r"\| (front|upvote|with)", row)]
    assert {(row[0].strip("| "), row[1]) for row in rows} >= {
        (reader, meanwhile)
        for reader in ("front page, stranger", "front page, signed in", "upvote", "withdrawing it")
        for meanwhile in ("nothing", "papers come in")
    }
    assert all(int(row[2]) > 0 for row in rows)
    assert databases() == before
