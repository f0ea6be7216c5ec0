"""Search is measured on papers of files, which are gone afterwards."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from papers.models import Paper, SearchStatistics
from papers.search.index import refresh_statistics
from papers.services.embeddings import embed_papers
from papers.tasks import refresh_search
from tests.factories import make_paper
from tests.papers.search.fixtures import WordEmbedder

pytestmark = pytest.mark.django_db


def test_search_is_measured_at_each_size(word_embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.search.meaning.embedder_for", lambda setting: word_embedder)
    for number in range(6):
        make_paper(f"Trees in winter {number}", abstract="Bare branches.", categories=("cs.LG",))
    embed_papers(limit=5)
    out = StringIO()
    call_command("bench", "search", "--repetitions", "2", "--papers", "3", stdout=out)
    found = {tuple(line.strip("| ").split(" | ")[:3]) for line in out.getvalue().splitlines()}
    for size in ("3", "6"):
        assert (size, "three words", "2") in found
        assert (size, "three words, by meaning too, in cs.LG", "2") in found
        assert (size, "similar papers", "2") in found
        assert (size, "full scan, sentence", "2") in found
        assert f"{size} papers, bytes a paper: documents" in out.getvalue()
    assert "6 papers" in out.getvalue()
    assert "5 embedded: vectors" in out.getvalue()
    assert Paper.objects.count() == 6


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
