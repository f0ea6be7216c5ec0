"""Search is measured on papers of files, which are gone afterwards."""

from __future__ import annotations

import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from papers.models import Paper, SearchStatistics
from papers.search.index import refresh_statistics
from papers.tasks import refresh_search
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def test_search_is_measured_after_each_size(tmp_path: Path) -> None:
    make_paper("A paper of the portal")
    files = [tmp_path / "first.gz", tmp_path / "second.gz"]
    for part, path in enumerate(files):
        with gzip.open(path, "wt") as lines:
            for number in range(3):
                said = {
                    "title": f"Trees in winter {part}{number}",
                    "abstract": "Bare branches.",
                    "authors": "Ada Byron",
                    "categories": "cs.LG math.CO",
                    "update_date": "2026-01-02",
                }
                lines.write(json.dumps(said) + "\n")
    out = StringIO()
    call_command("bench", "search", "--repetitions", "2", "--corpus", *map(str, files), stdout=out)
    rows = [line.split(" | ")[:2] for line in out.getvalue().splitlines() if line.startswith("| 3 ") or "| 6 " in line]
    assert ["| 3", "three words"] in rows
    assert ["| 6", "full scan, sentence"] in rows
    assert "6 papers, bytes a paper: documents" in out.getvalue()
    assert Paper.objects.get().title == "A paper of the portal"


def test_without_papers_there_is_nothing_to_measure() -> None:
    with pytest.raises(CommandError, match="Bring in some papers first"):
        call_command("bench", "search", stdout=StringIO())


def test_the_job_counts_words_only_when_enough_has_changed() -> None:
    for number in range(20):
        make_paper(f"Trees, part {number}")
    assert refresh_search() == "papers=20"
    make_paper("One more")
    assert refresh_search() == "up to date"
    assert SearchStatistics.objects.get().papers == 20
    out = StringIO()
    call_command("refresh_search", stdout=out)
    assert out.getvalue() == "papers=21\n"
    assert refresh_statistics(timezone.now()) == 21
