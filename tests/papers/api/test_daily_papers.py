"""The API of editions: a day, a week, a month, all of them, in pages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from papers.search.timeout import SearchTooSlow
from tests.factories import make_paper
from tests.papers.api.test_search import error, found

pytestmark = pytest.mark.django_db

DAILY = "/api/daily_papers"


def test_a_day_comes_with_the_most_upvoted_first_whatever_sort_says(client: Client) -> None:
    make_paper("Nine", upvote_count=9, listed_on=date(2025, 12, 25))
    # Later, and ahead of it where it counts what readers elsewhere thought.
    make_paper("Two", upvote_count=2, source_score=10_000, listed_on=date(2025, 12, 25))
    make_paper("Another day’s", listed_on=date(2025, 12, 24))
    for query in ("", "&sort=publishedAt", "&sort=trending", "&limit=2"):
        assert found(client.get(f"{DAILY}?date=2025-12-25{query}")) == ["Nine", "Two"]


def test_a_whole_timestamp_is_the_day_that_it_has_in_utc(client: Client) -> None:
    make_paper("A paper", listed_on=date(2025, 12, 25))
    for text in ("2025-12-25T00:00:00.000Z", "2025-12-24T23:30:00-05:00", "2025-12-25T12:00:00"):
        assert found(client.get(DAILY, {"date": text})) == ["A paper"]


def test_weeks_and_months_and_all_come_newest_first_or_trending(client: Client) -> None:
    make_paper("Monday", listed_on=date(2025, 12, 22), upvote_count=500)
    make_paper("Sunday", listed_on=date(2025, 12, 28))
    make_paper("Next Monday", listed_on=date(2025, 12, 29))
    make_paper("November", listed_on=date(2025, 11, 30))
    make_paper("In no edition", listed_on=None)
    assert found(client.get(f"{DAILY}?week=2025-W52")) == ["Sunday", "Monday"]
    assert found(client.get(f"{DAILY}?week=2025-W52&sort=trending")) == ["Monday", "Sunday"]
    assert found(client.get(f"{DAILY}?month=2025-12")) == ["Next Monday", "Sunday", "Monday"]
    assert found(client.get(DAILY)) == ["Next Monday", "Sunday", "Monday", "November"]


def test_a_day_without_papers_and_tomorrow_are_empty_lists(client: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for day in ("2025-12-25", tomorrow.isoformat(), "9999-12-31", "0001-01-01"):
        assert found(client.get(f"{DAILY}?date={day}")) == []


def test_what_is_prepared_for_a_day_to_come_is_not_among_the_newest(client: Client) -> None:
    make_paper("Prepared", listed_on=timezone.localdate() + timedelta(days=1))
    make_paper("Printed", listed_on=timezone.localdate())
    assert found(client.get(DAILY)) == ["Printed"]


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_what_is_not_listed_is_in_no_list(client: Client, state: str) -> None:
    make_paper("Secret", state=state)
    for query in ("", "?date=2025-12-25", "?week=2025-W52", "?sort=trending"):
        assert found(client.get(f"{DAILY}{query}")) == []


def test_a_submitter_leaves_what_they_sent_in(client: Client) -> None:
    make_paper("Mary’s", submitter="Mary Somerville")
    make_paper("Ada’s", submitter="Ada Byron")
    assert found(client.get(DAILY, {"submitter": "mary somerville"})) == ["Mary’s"]
    assert found(client.get(DAILY, {"submitter": "%"})) == []


def test_pages_are_counted_from_0_and_one_past_the_end_is_empty(client: Client) -> None:
    for number in range(5):
        make_paper(f"Paper {number}", upvote_count=number)
    address = f"{DAILY}?date=2025-12-25&limit=2"
    first, second, third = (client.get(f"{address}&p={page}") for page in range(3))
    assert [found(page) for page in (first, second, third)] == [
        ["Paper 4", "Paper 3"],
        ["Paper 2", "Paper 1"],
        ["Paper 0"],
    ]
    assert found(client.get(address)) == found(first)
    # Under the portal's own name, whatever the request was sent to.
    assert re.fullmatch(r'<http://127.0.0.1:8000/api/daily_papers\?[^>]*\bp=1\b[^>]*>; rel="next"', first["Link"])
    assert "date=2025-12-25" in second["Link"]
    assert "p=2" in second["Link"]
    assert "Link" not in third
    for page in (3, 10**6, 10**18, 10**40):
        assert found(client.get(f"{address}&p={page}")) == []


def test_fifty_are_given_unless_told_and_a_hundred_at_most(client: Client) -> None:
    for _ in range(51):
        make_paper()
    assert len(found(client.get(DAILY))) == 50
    assert len(found(client.get(f"{DAILY}?limit=100"))) == 51


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("date=2025-13-40", "“date” can’t be read"),
        ("date=today", "“date” can’t be read"),
        ("date=2025-12-25Tnoon", "“date” can’t be read"),
        ("date=" + "9" * 10_000, "“date” can’t be read"),
        ("date=٢٠٢٥-١٢-٢٥", "“date” can’t be read"),
        ("date=0001-01-01T00:00:00%2B14:00", "“date” can’t be read"),
        ("week=2025-W54", "“week” can’t be read"),
        ("week=2025-09", "“week” can’t be read"),
        ("month=2025-13", "“month” can’t be read"),
        ("month=2025", "“month” can’t be read"),
        ("date=2025-12-25&week=2025-W52", "Ask for a date, a week or a month"),
        ("sort=upvotes", "“sort” can’t be read"),
        ("p=-1", "“p” can’t be read"),
        ("p=one", "“p” can’t be read"),
        ("limit=0", "“limit” can’t be read"),
        ("limit=101", "“limit” can’t be read"),
        ("limit=abc", "“limit” can’t be read"),
        ("submitter=%00", "The address "),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(client: Client, query: str, sentence: str) -> None:
    response = client.get(f"{DAILY}?{query}")
    assert response.status_code == 400
    assert error(response).startswith(sentence)


@pytest.mark.parametrize("text", ["a" * 5_000, "💡", "'; DROP TABLE papers_paper; --", "%s {0} \\"])
def test_any_submitter_gets_a_list(client: Client, text: str) -> None:
    make_paper("A paper")
    assert found(client.get(DAILY, {"submitter": text})) == []


def test_more_papers_cost_no_more_queries(client: Client, count_queries: Callable[..., int]) -> None:
    def cost() -> int:
        return count_queries(client.get, f"{DAILY}?date=2025-12-25&limit=100")

    make_paper(authors=("Ada Byron",), categories=("cs.LG",))
    few = cost()
    for _ in range(12):
        make_paper(authors=("Ada Byron", "Mary Somerville"), categories=("cs.LG", "stat.ML"))
    assert cost() == few


def test_an_entry_is_the_same_as_that_of_a_search(client: Client) -> None:
    make_paper("Lattices", authors=("Ada Byron",), categories=("cs.LG",), abstract="Cold.", submitter="Mary")
    listed: Any = client.get(f"{DAILY}?date=2025-12-25").json()
    assert listed == client.get("/api/papers/search?q=lattices").json()


def test_whoever_asks_for_many_submitters_is_told_when_to_go_on(client: Client, settings: Any) -> None:
    settings.SEARCHES_PER_MINUTE = 1
    with mock.patch("time.time", return_value=time.time() // 60 * 60 + 10):
        assert client.get(f"{DAILY}?submitter=ada").status_code == 200
        response = client.get(f"{DAILY}?submitter=bea")
        # Editions are pages, not searches.
        assert client.get(DAILY).status_code == 200
    assert response.status_code == 429
    assert response["Retry-After"] == "50"


def test_a_list_that_takes_too_long_says_nothing_of_words(client: Client) -> None:
    with mock.patch("papers.api.daily._page", side_effect=SearchTooSlow("Fewer words are quicker.")):
        response = client.get(DAILY)
    assert response.status_code == 503
    assert error(response).startswith("This list took too long")
