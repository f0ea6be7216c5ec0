"""Whoever types a whole title gets its paper first, whatever signs it is made of."""

from __future__ import annotations

import pytest
from django.test import Client

from papers.models import Paper
from papers.search.parser import parse_query
from papers.search.query import search
from tests.factories import make_paper, make_source_record
from tests.papers.reading import titles

pytestmark = pytest.mark.django_db

TITLES = [
    "“Why should I trust you?” Explaining the predictions of any classifier",
    '"Why should I trust you?" Explaining the predictions of any classifier',
    "To be OR not to be: lattices OR crystals",
    "To be OR not to be",
    "Title: a study of lattices",
    "Lattices: year:2020 in review",
    "Vision -free learning of lattices",
    'Lattices -"in the cold"',
    "Lattices NOT crystals",
    "votes:5 has:code",
]


def make_titled(title: str) -> Paper:
    paper = make_paper(title)
    make_source_record(paper)
    return paper


def found(text: str) -> list[str]:
    results = search(parse_query(text), Paper.objects.listed())
    return [paper.title for paper in results.page(Paper.objects.listed())]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_finds_its_paper_first(client: Client, title: str) -> None:
    make_titled(title)
    plain = " ".join(word for word in title.split() if word.isalpha())
    for _ in range(3):
        make_titled(f"Of {plain} and {plain}, with more words")
    assert found(title)[0] == title
    if " OR " not in title:
        assert found(title.lower())[0] == title
    page = client.get("/search", {"q": title})
    assert "was left out" not in page.text
    assert "write a minus" not in page.text
    assert "searched as words" not in page.text


def test_the_papers_of_a_title_are_those_with_all_its_words_in_any_order(client: Client) -> None:
    make_titled("Vision -free learning")
    for sort in ("relevance", "new"):
        page = client.get("/search", {"q": "vision -free learning", "sort": sort})
        assert titles(page) == ["<mark>Vision</mark> -<mark>free</mark> <mark>learning</mark>"]
        assert "1 paper with all of these words" in page.text
    assert "<entry><title>Vision -free learning" in client.get("/feeds/search", {"q": "vision -free learning"}).text


def test_a_title_without_the_signs_that_were_typed_is_first_among_what_they_let_through() -> None:
    make_titled("Deep learning: a survey")
    make_titled("Survey of deep learning, a survey")
    make_titled("A survey of learning: deep")
    make_titled("Year 2025 survey")
    make_titled("A survey of surveys")
    assert found('"deep learning" a survey') == ["Deep learning: a survey", "Survey of deep learning, a survey"]
    assert found("year:2025 survey")[0] == "Year 2025 survey"
    assert found("survey OR learning -deep") == ["A survey of surveys", "Year 2025 survey"]


def test_signs_mean_what_they_say_where_no_title_has_them() -> None:
    make_titled("Trees: summer")
    make_titled("Trees and birds")
    make_titled("Birds or trees")
    make_titled("Birds in summer")
    make_titled("Year 2019 trees")
    assert "Trees: summer" not in found("trees -summer")
    # Alternatives, not all of their words.
    results = search(parse_query("birds OR trees"), Paper.objects.listed())
    assert len(results.query.required) == 1
    assert found("year:2019 trees") == []


def test_filters_hold_for_a_title_too(client: Client) -> None:
    make_titled("Vision -free learning")
    assert client.get("/api/papers/search", {"q": "Vision -free learning", "code": "on"}).json() == []


def test_a_hidden_title_changes_nothing() -> None:
    paper = make_titled("Vision -free learning")
    Paper.objects.filter(pk=paper.pk).update(state="hidden")
    assert search(parse_query("Vision -free learning"), Paper.objects.listed()).query.excluded
