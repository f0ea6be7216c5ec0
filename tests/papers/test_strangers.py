"""What strangers are shown from memory: the page as it is now, a form of their own, and nobody else's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from papers.benchmarks.pages import measure_pages
from papers.models import Edition, Paper
from papers.services.comments import post_comment
from papers.services.votes import cast_upvote
from papers.views.strangers import forget_pages
from tests.factories import DAY, NOON, make_paper, make_user
from tests.papers.reading import titles

# Outside of a transaction, as requests are.
pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true", "HX-Target": "results"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')
ONE_QUERY = 1  # which snapshot the database is at


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget_pages()


@pytest.fixture
def fewest_queries(client: Client, count_queries: Callable[..., int]) -> Callable[[str], int]:
    """What an address costs at best, asked thrice: the server's own housekeeping may fall between two requests."""
    return lambda address: min(count_queries(client.get, address) for _ in range(3))


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper("On computable numbers", categories=("cs.LG",), authors=("Ada Byron",))


ADDRESSES = [
    "/",
    "/papers/date/2025-12-25",
    "/papers/week/2025-W52",
    "/papers/month/2025-12",
    "/papers/trending",
    "/papers/new",
    "/papers/new?category=cs.LG",
    "/categories/cs.LG",
    "/authors/ada-byron",
]


def without_tokens(response: Any) -> str:
    return TOKEN.sub("", response.text)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_rendered_once_and_sent_again(
    address: str, paper: Paper, client: Client, fewest_queries: Callable[[str], int]
) -> None:
    first = client.get(address)
    second = client.get(address)
    assert titles(first) == ["On computable numbers"]
    assert without_tokens(second) == without_tokens(first)
    assert dict(second.items()) == dict(first.items())
    assert fewest_queries(address) == ONE_QUERY


def test_a_papers_page_too(paper: Paper, client: Client, fewest_queries: Callable[[str], int]) -> None:
    assert "On computable numbers" in client.get(paper.get_absolute_url()).text
    assert fewest_queries(paper.get_absolute_url()) == ONE_QUERY


@pytest.mark.parametrize("address", ["/", "/papers/trending", "paper"])
def test_whatever_changes_is_seen_at_once(address: str, paper: Paper, client: Client) -> None:
    address = paper.get_absolute_url() if address == "paper" else address
    assert 'aria-label="Upvote On computable numbers: 0"' in client.get(address).text
    cast_upvote(paper, make_user())
    assert 'aria-label="Upvote On computable numbers: 1"' in client.get(address).text
    post_comment(paper, make_user(), "Well put.", now=NOON)
    assert "1 comment" in client.get(address).text
    Paper.objects.update(state="hidden")
    assert "On computable numbers" not in client.get(address).text


def test_a_search_makes_no_page_an_old_one(paper: Paper, client: Client, count_queries: Callable[..., int]) -> None:
    client.get("/")

    def asked_after_a_search() -> int:
        assert "On <mark>computable</mark> numbers" in client.get("/search?q=computable").text
        client.get("/search/suggestions?q=comp", headers=HTMX)
        return count_queries(client.get, "/")

    assert min(asked_after_a_search() for _ in range(3)) == ONE_QUERY


def test_a_note_of_staff_is_seen_at_once(paper: Paper, client: Client) -> None:
    client.get("/")
    Edition.objects.create(date=DAY, note="A quiet day before the year’s end.")
    assert "A quiet day before the year’s end." in client.get("/").text


def test_each_stranger_has_a_form_that_works(paper: Paper) -> None:
    tokens = set()
    for _ in range(3):
        client = Client(enforce_csrf_checks=True)
        page = client.get("/").text
        token = TOKEN.search(page)
        assert token
        assert len(TOKEN.findall(page)) == 1
        tokens.add(token[1])
        answer = client.post(f"{paper.get_absolute_url()}/upvote", {"csrfmiddlewaretoken": token[1], "next": "/"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    assert len(tokens) == 3


def test_another_strangers_token_opens_nothing(paper: Paper) -> None:
    Client().get("/")
    mine, theirs = Client(enforce_csrf_checks=True), Client()
    mine.get("/")
    token = TOKEN.search(theirs.get("/").text)
    assert token
    answer = mine.post(f"{paper.get_absolute_url()}/upvote", {"csrfmiddlewaretoken": token[1]})
    assert answer.status_code == 403


def test_a_reader_is_shown_their_own_page(paper: Paper, client: Client, reader: User) -> None:
    client.get("/")
    readers = Client()
    readers.force_login(reader)
    assert "rosalind" in readers.get("/").text
    assert "rosalind" not in client.get("/").text


def test_what_a_reader_was_shown_is_shown_to_no_stranger(paper: Paper, client: Client, reader_client: Client) -> None:
    assert "Sign out" in reader_client.get("/").text
    assert "Sign out" not in client.get("/").text


def test_who_has_been_told_something_is_told_it_once(paper: Paper, client: Client) -> None:
    client.get("/")
    client.post(f"{paper.get_absolute_url()}/upvote", {"next": "/"})
    assert "and your upvote for" in client.get("/").text
    assert "and your upvote for" not in Client().get("/").text


def test_a_part_is_not_sent_for_a_page_nor_a_page_for_a_part(paper: Paper, client: Client) -> None:
    for _ in range(2):
        assert "<html" in client.get("/").text
        assert "<html" not in client.get("/", headers=HTMX).text
        assert "<html" in client.get("/", headers=HTMX | {"HX-Boosted": "true"}).text
        assert 'id="results"' not in client.get("/", headers=HTMX | {"HX-Target": "rows"}).text


def test_a_page_has_the_theme_that_its_reader_chose(paper: Paper, client: Client) -> None:
    other = Client()
    other.cookies["theme"] = "dark"
    for _ in range(2):
        assert "data-theme" not in client.get("/").text
        assert 'data-theme="dark"' in other.get("/").text


def test_a_refusal_is_not_remembered(paper: Paper, client: Client, fewest_queries: Callable[[str], int]) -> None:
    for _ in range(2):
        assert client.get("/papers/new?after=nonsense").status_code == 400
        assert client.get("/papers/new?since=nonsense").status_code == 400
    assert fewest_queries("/papers/new?since=nonsense") > ONE_QUERY


def test_memory_does_not_grow_without_end(
    paper: Paper, client: Client, count_queries: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.views.strangers._KEPT", 2)
    for address in ("/", "/papers/new", "/papers/trending"):
        client.get(address)
    assert count_queries(client.get, "/") > ONE_QUERY


def test_a_page_that_is_too_large_is_not_kept(
    paper: Paper, fewest_queries: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.views.strangers._LARGEST", 1_000)
    assert fewest_queries("/papers/new") > ONE_QUERY


def test_the_benchmark_leaves_everything_as_it_was() -> None:
    for number in range(101):
        make_paper(f"Paper {number}", categories=("cs.LG",))
    measured = {(found.page, found.reader, found.caches): found for found in measure_pages(1)}
    assert len(measured) == 4 * 7 + 2
    assert measured["front page", "anonymous", "warm"].queries == ONE_QUERY
    # The bounds that the front page is kept to.
    assert measured["front page", "anonymous", "cold"].queries <= 8
    assert measured["front page", "signed in", "cold"].queries <= 8
    assert not User.objects.filter(username="bench-reader").exists()
    assert not Paper.objects.exclude(upvote_count=0).exists()
