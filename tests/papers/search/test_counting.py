"""Many papers are counted about, few exactly."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from papers.models import Paper
from papers.search import counting
from papers.search.counting import Count, count_many
from tests.factories import DAY, make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal so large that a thousand papers are many: two thousand, of which a quarter is looked at."""
    monkeypatch.setattr(counting, "COUNTED_UP_TO", 100)
    monkeypatch.setattr(counting, "_SAMPLED", 500)
    Paper.objects.bulk_create(
        Paper(
            title=f"{title}, part {number}",
            # Long enough for some hundred pages, since pages are what is drawn.
            abstract=" ".join(f"{title}{number}x{place}" for place in range(60)),
            authors_text="Ada Byron",
            dated_on=DAY,
        )
        for title in ("Lattices", "Bread")
        for number in range(1_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE papers_papersearch")


def test_many_are_estimated_from_some_and_told_to_two_digits(many: None) -> None:
    found = count_many(Paper.objects.listed().filter(title__startswith="Lattices"))
    assert not found.is_exact
    # Some two hundred pages, each drawn or not: four times the deviation to either side.
    assert 500 <= found.papers <= 1_500
    assert found.papers % 10 == 0


def test_few_are_counted(many: None) -> None:
    assert count_many(Paper.objects.listed().filter(title__startswith="Lattices, part 99")) == Count(11)


def test_the_page_says_about(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        make_paper(f"Lattices {number}")
    assert re.search(r">12 papers, ", client.get("/search?q=lattices").text)
    monkeypatch.setattr("papers.views.search._COUNTED_BY_FACETS", 5)
    monkeypatch.setattr(counting, "COUNTED_UP_TO", 10)
    assert re.search(r"About \d+ papers, ", client.get("/search?q=lattices").text)


def test_an_estimate_never_says_fewer_than_were_counted(many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_estimated", lambda papers: 3.0)
    assert count_many(Paper.objects.listed()) == Count(100, is_exact=False)
