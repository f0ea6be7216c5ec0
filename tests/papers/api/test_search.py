"""The API of a search: what its page finds, in the contract's shape, and a sentence for whatever else is sent."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import User
from papers.models import Identifier
from papers.search.timeout import SearchTooSlow
from papers.services.votes import cast_upvote
from tests.factories import NOON, make_comment, make_paper
from tests.papers.search.test_bad_queries import BAD
from tests.papers.search.test_search_page import shown

pytestmark = pytest.mark.django_db

CountQueries = Callable[..., int]
SEARCH = "/api/papers/search"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def found(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [entry["title"] for entry in response.json()]


def error(response: Any) -> str:
    told = response.json()
    assert list(told) == ["error"]
    assert isinstance(told["error"], str)
    assert not [name for name in response.headers if name.lower() == "x-error-code"]
    return str(told["error"])


def test_an_entry_has_the_contracts_names_in_both_places_and_our_own_beside_them(client: Client, reader: User) -> None:
    paper = make_paper(
        "Lattices in the cold",
        authors=("Ada Byron", "Émilie du Châtelet"),
        categories=("cs.LG", "stat.ML"),
        abstract="Cold lattices are weighed.",
        submitted_at=datetime(2025, 12, 23, 17, 59, 58, 250_000, UTC),
        source_score=7,
        source_summary="They weigh little.",
        source_keywords=["cold"],
        code_url="https://code.example.org/cold",
        code_stars=0,
        project_url="https://cold.example.org",
        organisation="An institute",
        submitter="Mary",
        arxiv_id="2512.01234",
    )
    Identifier.objects.create(paper=paper, scheme="doi", value="10.1000/cold")
    cast_upvote(paper, reader)
    [entry] = client.get(f"{SEARCH}?q=cold+lattices").json()
    told = entry.pop("paper")
    both = {
        "id": "2512.01234",
        "title": "Lattices in the cold",
        "summary": "Cold lattices are weighed.",
        "url": "http://127.0.0.1:8000/papers/2512.01234",
        "arxivId": "2512.01234",
        "doi": "10.1000/cold",
        "categories": ["cs.LG", "stat.ML"],
        "upvotes": 1,
        "sourceUpvotes": 7,
        "numComments": 0,
        "organization": {"name": "An institute", "fullname": "An institute"},
        "projectPage": "https://cold.example.org",
        "githubRepo": "https://code.example.org/cold",
        "githubStars": 0,
        "ai_summary": "They weigh little.",
        "ai_keywords": ["cold"],
        "submittedOnDailyAt": "2025-12-25T00:00:00Z",
    }
    submitter = {"user": "Mary", "name": "Mary", "fullname": "Mary"}
    assert entry == {**both, "publishedAt": "2025-12-25T00:00:00Z", "submittedBy": submitter}
    assert told == {
        **both,
        "authors": [
            {"name": "Ada Byron", "url": "http://127.0.0.1:8000/authors/ada-byron"},
            {"name": "Émilie du Châtelet", "url": "http://127.0.0.1:8000/authors/emilie-du-chatelet"},
        ],
        "authorCount": 2,
        "publishedAt": "2025-12-23T17:59:58.250000Z",
        "submittedOnDailyBy": submitter,
    }


def test_what_is_not_known_is_left_out_and_counts_of_nothing_are_not(client: Client) -> None:
    paper = make_paper("Lattices", listed_on=None, arxiv_id=None)
    [entry] = client.get(f"{SEARCH}?q=lattices").json()
    assert None not in [*entry.values(), *entry["paper"].values()]
    assert (entry["upvotes"], entry["paper"]["upvotes"], entry["numComments"]) == (0, 0, 0)
    assert entry["id"] == f"bs-{paper.pk}"
    # It was on no list, so nobody put it there at any time.
    assert not {"publishedAt", "submittedOnDailyAt", "submittedBy"} & entry.keys()
    assert entry["paper"]["publishedAt"] == "2025-12-25T00:00:00Z"


def test_every_time_is_written_as_clients_read_it(client: Client) -> None:
    make_paper("Lattices", submitted_at=NOON, updated_at=NOON, withdrawn_at=NOON.replace(microsecond=1))
    [entry] = client.get(f"{SEARCH}?q=lattices").json()
    times = [value for facts in (entry, entry["paper"]) for name, value in facts.items() if name.endswith("At")]
    assert len(times) == 6
    assert [text for text in times if not MOMENT.fullmatch(text)] == []


@pytest.mark.parametrize(
    "query",
    [
        "q=lattice",
        "q=lattice&sort=new",
        "q=lattice&sort=top",
        "q=lattice&category=cs.LG",
        "q=lattice&upvotes=2",
        "q=lattice+elephants&sort=top",
        'q="cold+lattice"',
        "q=lattice+-cold",
        "q=ti:lattice+year:2025",
        "q=&category=cs.LG&sort=new",
        "q=lattice&code=on",
        "q=lattice&since=2025-12-25&until=2025-12-25",
        "q=lattice&year=2025",
        "q=lattice&author=byron",
        "q=lattice&comments=on",
        "category=cs.LG",
        "q=",
        "",
        "q=nothing",
    ],
)
def test_it_finds_what_the_page_finds_in_the_same_order(client: Client, query: str) -> None:
    make_paper("A cold lattice", upvote_count=1, categories=("cs.LG",), authors=("Ada Byron",))
    make_paper("Lattice", upvote_count=3, code_url="https://code.example.org")
    make_paper("Many a lattice", upvote_count=2, categories=("stat.ML", "cs.LG"), listed_on=NOON.date().replace(day=24))
    make_comment(make_paper("The lattice, discussed", comment_count=1))
    page = client.get(f"/search?{query}", follow=True)
    assert page.status_code == 200
    assert found(client.get(f"{SEARCH}?{query}")) == shown(page)


@pytest.mark.parametrize(
    "text", ["2512.01234", "arXiv:2512.01234v2", "10.1000/cold", "https://arxiv.org/abs/2512.01234"]
)
def test_an_identifier_finds_that_one_paper(client: Client, text: str) -> None:
    paper = make_paper("The one", arxiv_id="2512.01234")
    Identifier.objects.create(paper=paper, scheme="doi", value="10.1000/cold")
    make_paper("Another, of 2512.01234")
    assert found(client.get(SEARCH, {"q": text})) == ["The one"]
    assert found(client.get(SEARCH, {"q": f"bs-{paper.pk}"})) == ["The one"]


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_what_is_not_listed_is_found_by_nothing(client: Client, state: str) -> None:
    paper = make_paper("Secret lattices", arxiv_id="2512.01234", state=state)
    for query in ({"q": "secret lattices"}, {"q": "2512.01234"}, {"q": f"bs-{paper.pk}"}, {"upvotes": "0"}):
        assert found(client.get(SEARCH, query)) == []


@pytest.mark.parametrize("sort", ["relevance", "new", "top"])
def test_links_lead_through_all_that_is_found_without_repeating_any(client: Client, sort: str) -> None:
    titles = [make_paper(f"Lattice {number}", upvote_count=number % 3).title for number in range(7)]
    address, seen = f"{SEARCH}?q=lattice&limit=3&sort={sort}&since=2025-01-01", []
    for _ in range(3):
        response = client.get(address)
        seen.append(found(response))
        match = re.fullmatch(r'<(http://127\.0\.0\.1:8000/[^>]+)>; rel="next"', response.headers.get("Link", ""))
        if match is None:
            break
        parts = urlsplit(match[1])
        address = f"{parts.path}?{parts.query}"
        assert "since=2025-01-01" in address
    assert [len(page) for page in seen] == [3, 3, 1]
    assert sorted(title for page in seen for title in page) == sorted(titles)
    assert "Link" not in response


def test_without_a_limit_120_papers_are_given_and_more_are_refused(client: Client) -> None:
    for number in range(121):
        make_paper(f"Lattice {number}")
    response = client.get(f"{SEARCH}?q=lattice")
    assert len(found(response)) == 120
    assert "limit" not in response["Link"]
    assert len(found(client.get(f"{SEARCH}?q=lattice&limit=1"))) == 1


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=121", "limit"),
        ("limit=abc", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=" + "9" * 6_000, "limit"),
        ("since=tomorrow", "since"),
        ("until=2025-13-40", "until"),
        ("category=cs.NOPE", "category"),
        ("category=" + "x" * 10_000, "category"),
        ("upvotes=-1", "upvotes"),
        ("upvotes=many", "upvotes"),
        ("source=nobody", "source"),
        ("year=12", "year"),
        ("sort=random", "sort"),
        ("author=" + "a" * 200, "author"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named_in_a_sentence(client: Client, query: str, name: str) -> None:
    make_paper("Lattice")
    response = client.get(f"{SEARCH}?q=lattice&{query}")
    assert response.status_code == 400
    assert error(response).startswith(f"“{name}” can’t be read: ")
    assert len(error(response)) <= 300


@pytest.mark.parametrize("cursor", ["nonsense", "~", "1~x", "nan~1", "inf~1", "1e999~1", "1~" + "9" * 5_000, "'"])
@pytest.mark.parametrize("sort", ["relevance", "new"])
def test_a_cursor_that_was_never_given_out_is_refused(client: Client, cursor: str, sort: str) -> None:
    make_paper("Lattice")
    response = client.get(SEARCH, {"q": "lattice", "sort": sort, "after": cursor})
    assert (response.status_code, error(response)[:17]) == (400, "This page address")


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_whatever_is_searched_gets_json(client: Client, text: str) -> None:
    make_paper("Trees in winter", authors=("Ada Byron",))
    response = client.get(SEARCH, {"q": text.encode("utf-8", "replace").decode()})
    assert response.status_code in (200, 400)
    assert isinstance(response.json(), list) if response.status_code == 200 else error(response)


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "q=%ed%a0%80", "%00=a", "&".join(f"a{n}=1" for n in range(300))])
def test_what_no_program_should_send_is_refused_in_json_too(client: Client, query: str) -> None:
    response = client.get(f"{SEARCH}?{query}")
    assert response.status_code == 400
    assert error(response).startswith("The address ")


def test_many_searches_at_once_are_told_when_to_go_on(client: Client, settings: Any) -> None:
    settings.SEARCHES_PER_MINUTE = 1
    make_paper("Lattice")
    # Ten seconds into a minute.
    with mock.patch("time.time", return_value=time.time() // 60 * 60 + 10):
        # The page's searches count too.
        client.get("/search?q=lattice")
        response = client.get(f"{SEARCH}?q=lattice")
    assert response.status_code == 429
    assert error(response) == "Those were many searches at once. Go on in 50 seconds."
    assert response["Retry-After"] == "50"
    assert response["RateLimit"] == '"search";r=0;t=50'
    assert response["RateLimit-Policy"] == '"fixed window";"search";q=1;w=60'


def test_a_search_that_takes_too_long_says_so(client: Client) -> None:
    with mock.patch("papers.views.finding.search", side_effect=SearchTooSlow("This search took too long.")):
        response = client.get(f"{SEARCH}?q=the")
    assert (response.status_code, error(response)) == (503, "This search took too long.")


@pytest.mark.parametrize("query", ["q=lattice", "q=lattice&sort=top&category=cs.LG", "category=cs.LG&sort=new"])
def test_more_papers_cost_no_more_queries(client: Client, count_queries: CountQueries, query: str) -> None:
    def grow(number: int) -> None:
        authors = tuple(f"Ada Byron {position}" for position in range(number))
        make_paper(f"Lattice {number}", authors=authors, categories=("cs.LG", "stat.ML"))

    for number in range(6):
        grow(number)
    # The count of this minute's searches begins with a row of its own.
    client.get(SEARCH)
    few = count_queries(client.get, f"{SEARCH}?{query}")
    for number in range(6, 30):
        grow(number)
    assert count_queries(client.get, f"{SEARCH}?{query}") <= few


def test_a_list_names_the_first_hundred_authors_and_says_how_many_there_are(client: Client) -> None:
    make_paper("Lattice", authors=tuple(f"Ada Byron {number}" for number in range(130)))
    [entry] = client.get(f"{SEARCH}?q=lattice").json()
    assert [author["name"] for author in entry["paper"]["authors"]] == [f"Ada Byron {number}" for number in range(100)]
    assert entry["paper"]["authorCount"] == 130


def test_who_asks_makes_no_difference(client: Client, reader_client: Client, count_queries: CountQueries) -> None:
    make_paper("Lattice")
    strangers, readers = client.get(f"{SEARCH}?q=lattice"), reader_client.get(f"{SEARCH}?q=lattice")
    assert strangers.content == readers.content
    for response in (strangers, readers):
        assert not response.cookies
        assert "cookie" not in response.headers.get("Vary", "").lower()
    assert count_queries(reader_client.get, f"{SEARCH}?q=lattice") == count_queries(client.get, f"{SEARCH}?q=lattice")


def test_the_pages_link_carries_its_query(client: Client) -> None:
    make_paper("Lattice", categories=("cs.LG",))
    page = client.get("/search?q=lattice&category=cs.LG").content.decode()
    assert re.search(r'href="(/api/papers/search\?[^"]+)"', page)
    address = re.findall(r'href="(/api/papers/search\?[^"]+)"', page)[0].replace("&amp;", "&")
    assert found(client.get(address)) == ["Lattice"]


def test_text_is_sent_as_it_is(client: Client) -> None:
    make_paper("Lattice </script> “α” 神经网络 $a_b$")
    response = client.get(f"{SEARCH}?q=lattice")
    assert response["Content-Type"] == "application/json"
    assert found(response) == ["Lattice </script> “α” 神经网络 $a_b$"]
    assert json.loads(response.content.decode("utf-8"))
