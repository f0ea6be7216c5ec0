"""A query that names one paper, or says nothing, stands for one paper or none, whatever its order and whoever asks."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from papers.models import Paper
from papers.search.parser import parse_query
from papers.search.query import holding_all
from tests.factories import make_paper
from tests.papers.reading import titles

pytestmark = pytest.mark.django_db


def fed(client: Client, text: str, **filters: str) -> list[str]:
    xml = client.get("/feeds/search", {"q": text, **filters}).text
    return re.findall(r"<entry><title>(.*?)</title>", xml)


@pytest.fixture(autouse=True)
def named() -> Paper:
    make_paper("Another", categories=("cs.LG",))
    return make_paper("The one", arxiv_id="2512.01234", categories=("math.CO",))


@pytest.mark.parametrize("text", ["2401.99999", "doi:10.1000/182", "bs-99999999", "OR", "- -", "…"])
@pytest.mark.parametrize("sort", ["relevance", "new", "top", "discussed"])
def test_what_names_no_paper_finds_none_in_any_order(client: Client, text: str, sort: str) -> None:
    page = client.get("/search", {"q": text, "sort": sort})
    assert (page.status_code, titles(page)) == (200, [])
    assert "No paper here has this identifier." in page.text or "Nothing to look for" in page.text
    assert "2 papers" not in page.text
    assert client.get("/api/papers/search", {"q": text, "sort": sort}).json() == []
    answer = client.get("/search/map", {"q": text, "sort": sort})
    assert "The one" not in answer.text
    assert fed(client, text) == []


@pytest.mark.parametrize("text", ["2512.01234", "2512.01234v2", "arXiv:2512.01234", "id:2512.01234", "bs-{pk}"])
def test_a_name_stands_for_its_paper_alone(client: Client, named: Paper, text: str) -> None:
    text = text.format(pk=named.pk)
    assert fed(client, text) == ["The one"]
    for sort in ("relevance", "new"):
        assert client.get("/search", {"q": text, "sort": sort})["Location"] == named.get_absolute_url()
        assert [entry["title"] for entry in client.get("/api/papers/search", {"q": text, "sort": sort}).json()] == [
            "The one"
        ]
    assert [paper.title for paper in holding_all(parse_query(text), Paper.objects.listed())] == ["The one"]


def test_a_text_that_says_nothing_leaves_what_filters_leave(client: Client) -> None:
    for sort in ("relevance", "new"):
        assert titles(client.get("/search", {"q": "OR", "category": "cs.LG", "sort": sort})) == ["Another"]
    assert fed(client, "OR", category="cs.LG") == ["Another"]


def test_the_feed_of_no_search_has_all_papers(client: Client) -> None:
    assert sorted(fed(client, "")) == ["Another", "The one"]
