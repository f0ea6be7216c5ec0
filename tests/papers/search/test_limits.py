"""A search has a second a statement and two in all, and what is merely welcome loses itself alone."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from papers.filters import SearchFilter
from papers.models import Paper
from papers.search.index import refresh_statistics
from papers.search.parser import parse_query
from papers.search.query import search
from papers.search.timeout import SearchTooSlow, if_time, time_limit
from papers.views import search as page
from tests.factories import NOON, make_paper
from tests.papers.reading import titles

pytestmark = pytest.mark.django_db


def sleep(seconds: float) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])
    return "slept"


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def slow(part: str) -> Any:
    """Let a part of the search take the database as long as it lets it."""
    return mock.patch(part, side_effect=lambda *args, **kwargs: sleep(10))


def shown(response: Any) -> list[str]:
    return [re.sub("</?mark>", "", title) for title in titles(response)]


def sleep_often() -> None:
    with time_limit(1_000, whole=50):
        for _ in range(1_000):
            sleep(0.01)


def test_many_short_statements_are_one_long_search() -> None:
    with pytest.raises(SearchTooSlow, match=r"took too long"):
        sleep_often()
    assert setting() == "0"


def test_a_block_within_another_is_held_to_the_stricter_limit() -> None:
    with time_limit(200):
        with time_limit(1_000):
            assert setting() == "200ms"
        with time_limit(100):
            assert setting() == "100ms"
        assert setting() == "200ms"
    assert setting() == "0"


def test_what_is_merely_welcome_ends_alone() -> None:
    with time_limit():
        assert if_time(lambda: sleep(10), "nothing", 20) == "nothing"
        assert setting() == "1s"
        assert if_time(lambda: "something", "nothing") == "something"


def test_nothing_welcome_begins_once_the_time_is_over() -> None:
    with time_limit(1_000, whole=10):
        sleep(0.02)
        assert if_time(lambda: "something", "nothing") == "nothing"


def test_a_search_whose_spelling_takes_too_long_finds_what_it_finds(client: Client) -> None:
    make_paper("Lattices in the cold")
    with slow("papers.search.query.respelled"):
        results = search(parse_query("lattices"), Paper.objects.listed())
    assert (len(results.hits), results.did_you_mean) == (1, "")


@pytest.mark.parametrize(
    ("part", "address"),
    [
        ("better_spelling", "/search?q=lattices"),
        ("count_facets", "/search?q=lattices"),
        ("looser_queries", "/search?q=lattices+votes:>9&code=on"),
        ("without_conditions", "/search?q=lattices+votes:>9&code=on"),
    ],
)
def test_a_page_is_shown_without_what_takes_too_long(client: Client, part: str, address: str) -> None:
    make_paper("Lattices in the cold")
    with slow(f"papers.views.search.{part}") as asked:
        response = client.get(address)
    assert (response.status_code, asked.called) == (200, True)
    if "votes" in address:
        assert "No paper matches" in response.text
    else:
        assert shown(response) == ["Lattices in the cold"]


def test_what_was_offered_before_the_time_was_over_is_offered(client: Client) -> None:
    make_paper("Lattices in the cold")
    with slow("papers.views.search.looser_queries"):
        html = client.get("/search?q=lattices&code=on&upvotes=0").text
    assert "Without “has code”" in html


def test_while_a_word_is_typed_what_it_becomes_may_take_too_long(client: Client) -> None:
    make_paper("Lattices in the cold")
    make_paper("Lattices in the winter")
    refresh_statistics(NOON)
    typing = {"HX-Request": "true", "HX-Current-URL": "http://testserver/search?q=latt"}
    find, asked = page._find, []

    def find_slowly(request: HttpRequest, filters: SearchFilter) -> Any:
        asked.append(filters.text)
        return find(request, filters) if filters.text == "lattices wint" else sleep(10)

    with mock.patch("papers.views.search._find", find_slowly):
        response = client.get("/search?q=lattices+wint", headers=typing)
    assert asked == ["lattices wint", "lattices winter"]
    assert (response.status_code, "These are found by" in response.text) == (200, False)
    assert "Did you mean" in response.text
