"""Many papers are counted about, few exactly."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from papers.models import Paper
from papers.search import counting
from papers.search.counting import Count, count_many
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal so large that sixty papers are many: some 120, of which half are looked at."""
    monkeypatch.setattr(counting, "COUNTED_UP_TO", 20)
    monkeypatch.setattr(counting, "_SAMPLED", 60)
    for number in range(60):
        make_paper(f"Lattices, part {number}", abstract=" ".join(f"word{number}x{place}" for place in range(200)))
    for number in range(60):
        make_paper(f"Bread, part {number}", abstract=" ".join(f"crumb{number}x{place}" for place in range(200)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE papers_papersearch")


def test_many_are_estimated_from_some_and_told_to_two_digits(few: None) -> None:
    found = count_many(Paper.objects.listed().filter(title__startswith="Lattices"))
    assert not found.is_exact
    assert 25 <= found.papers <= 120


def test_few_are_counted(few: None) -> None:
    assert count_many(Paper.objects.listed().filter(title__startswith="Lattices, part 1")) == Count(11)


def test_the_page_says_about(few: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.search(r">60 papers, ", client.get("/search?q=lattices").text)
    monkeypatch.setattr("papers.views.search._COUNTED_BY_FACETS", 5)
    assert re.search(r"About \d+ papers, ", client.get("/search?q=lattices").text)


def test_an_estimate_never_says_fewer_than_were_counted(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_estimated", lambda papers: 3.0)
    assert count_many(Paper.objects.listed()) == Count(20, is_exact=False)
