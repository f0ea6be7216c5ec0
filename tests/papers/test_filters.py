"""Filters: what each leaves, how it is said, and how one gets out of it again."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from papers.services.votes import cast_upvote
from tests.factories import make_comment, make_paper, make_source_record, make_user
from tests.papers.reading import titles

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def filtered(client: Client, query: str) -> list[str]:
    response = client.get(f"/papers/date/2025-12-25?{query}")
    assert response.status_code == 200, response.content
    return sorted(titles(response))


def test_each_filter_narrows(client: Client) -> None:
    make_paper("Plain")
    make_paper("Learning", categories=("cs.LG",), authors=("Emmy Noether",))
    make_paper("Crossed", categories=("math.AG", "cs.LG"), upvote_count=7)
    make_paper("With code", code_url="https://code.example.org/")
    make_paper("Discussed", comment_count=2)
    make_source_record(make_paper("From a page"), source="page")
    assert filtered(client, "category=cs.LG") == ["Crossed", "Learning"]
    assert filtered(client, "category=cs.LG&primary=on") == ["Learning"]
    assert filtered(client, "author=noETHer") == ["Learning"]
    assert filtered(client, "upvotes=7") == ["Crossed"]
    assert filtered(client, "code=on") == ["With code"]
    assert filtered(client, "comments=on") == ["Discussed"]
    assert filtered(client, "source=page") == ["From a page"]
    assert filtered(client, "category=cs.LG&upvotes=1") == ["Crossed"]


def test_all_services_of_one_source_are_one_choice(client: Client) -> None:
    make_source_record(make_paper("From the file"), source="snapshot")
    make_source_record(make_paper("From the API"), source="arxiv")
    make_source_record(make_paper("From a page"), source="page")
    assert filtered(client, "source=arxiv") == ["From the API", "From the file"]
    page = client.get("/papers/date/2025-12-25").content.decode()
    assert page.count('<option value="arxiv"') == 1
    assert page.count(">arXiv</option>") == 1


def test_an_author_is_found_without_accents_and_in_any_order(client: Client) -> None:
    make_paper("Found", authors=("Petar Veličković", "Łukasz Kaiser"))
    make_paper("Other", authors=("Ada Byron",))
    for words in ("Velickovic", "veličković, petar", "lukasz KAISER", "Łukasz"):
        assert filtered(client, f"author={words}") == ["Found"], words
    assert client.get("/papers/new", {"author": "x" * 101}).status_code == 400


def test_dates_narrow_what_is_not_bound_to_a_day(client: Client) -> None:
    for day in (23, 24, 25):
        make_paper(f"Of the {day}th", listed_on=date(2025, 12, day))
    assert titles(client.get("/papers/new?since=2025-12-24&until=2025-12-24")) == ["Of the 24th"]


def test_not_yet_seen_leaves_out_what_i_opened_or_upvoted(reader_client: Client, reader: Any) -> None:
    make_paper("Unread")
    opened, liked = make_paper("Opened"), make_paper("Liked")
    reader_client.get(opened.get_absolute_url())
    cast_upvote(liked, reader)
    make_comment(make_paper("Seen by another only"), make_user())
    assert filtered(reader_client, "unseen=on") == ["Seen by another only", "Unread"]


def test_not_yet_seen_is_not_offered_to_the_anonymous(client: Client) -> None:
    make_paper("Unread")
    assert 'name="unseen"' not in client.get("/papers/date/2025-12-25").content.decode()


def test_each_filter_is_a_chip_that_leads_to_the_list_without_it(client: Client) -> None:
    make_paper("Found", categories=("cs.LG",), upvote_count=9)
    page = client.get("/papers/date/2025-12-25?category=cs.LG&upvotes=5&sort=new").content.decode()
    assert '<a class="chip" href="/papers/date/2025-12-25?upvotes=5&amp;sort=new">cs.LG' in page
    assert '<a class="chip" href="/papers/date/2025-12-25?category=cs.LG&amp;sort=new">at least 5 upvotes' in page
    assert "1 of 1 papers" in page


def test_an_empty_result_says_which_filter_to_loosen(client: Client) -> None:
    make_paper("With code", code_url="https://code.example.org/")
    make_paper("Without code", upvote_count=7)
    page = client.get("/papers/date/2025-12-25?code=on&upvotes=5").content.decode()
    assert "No paper matches" in page
    assert re.search(r'href="/papers/date/2025-12-25\?code=on">Without “at least 5 upvotes”</a>: 1 paper\b', page)


def test_categories_are_offered_with_their_counts(client: Client) -> None:
    make_paper(categories=("cs.LG", "stat.ML"))
    make_paper(categories=("cs.LG",))
    page = client.get("/papers/date/2025-12-25").content.decode()
    assert "cs.LG Machine Learning (2)" in page
    assert "stat.ML Machine Learning (1)" in page


def test_a_category_without_papers_that_day_is_no_mistake(client: Client) -> None:
    make_paper(categories=("cs.LG",))
    page = client.get("/papers/date/2025-12-25?category=math.AG&code=on")
    assert page.status_code == 200
    assert "No paper matches" in page.text
    assert '<option value="math.AG" selected>math.AG Algebraic Geometry (0)</option>' in page.text
    # Only what is there, and what was chosen, is on offer.
    assert 'value="cs.LG"' in page.text
    assert 'value="math.NT"' not in page.text
    page = client.get("/papers/date/2025-12-25?category=math.AG")
    assert "Without “math.AG”</a>: 1 paper" in page.text


@pytest.mark.parametrize("address", ["/papers/date/2025-12-25", "/papers/new"])
def test_an_alias_narrows_to_its_category(address: str, client: Client) -> None:
    make_paper("Numerical", categories=("math.NA",))
    make_paper("Other", categories=("cs.LG",))
    assert titles(client.get(f"{address}?category=cs.NA")) == ["Numerical"]


@pytest.mark.parametrize("number", ["-3", "-1", "2000000001", "1.5", "9" * 5000])
def test_an_impossible_number_of_upvotes_is_refused_with_a_sentence(number: str, client: Client) -> None:
    make_paper("Still here")
    response = client.get("/papers/new", {"upvotes": number})
    assert response.status_code == 400
    assert "could not be read and are left out. At least this many upvotes: " in response.text
    assert titles(response) == ["Still here"]


def test_a_filter_that_makes_no_sense_leaves_the_others_in_force(client: Client) -> None:
    make_paper("With code", code_url="https://code.example.org/")
    make_paper("Without code")
    response = client.get("/papers/new?code=on&upvotes=many")
    assert response.status_code == 400
    assert titles(response) == ["With code"]


def test_htmx_keeps_the_panels_count_and_way_out_in_step(client: Client) -> None:
    make_paper(categories=("cs.LG",))
    headers = HTMX | {"HX-Target": "results"}
    narrowed = client.get("/papers/date/2025-12-25?category=cs.LG", headers=headers).text
    assert '<span id="filter-count" hx-swap-oob="innerHTML">(1)</span>' in narrowed
    ways = r'<span id="filter-clear" hx-swap-oob="innerHTML">(.*)</span>'
    assert _links(ways, narrowed) == [
        ("/papers/date/2025-12-25", "Clear all"),
        ("/search?since=2025-12-25&amp;until=2025-12-25&amp;category=cs.LG", "Search these"),
    ]
    whole = client.get("/papers/date/2025-12-25", headers=headers).text
    assert '<span id="filter-count" hx-swap-oob="innerHTML"></span>' in whole
    assert _links(ways, whole) == [("/search?since=2025-12-25&amp;until=2025-12-25", "Search these")]


def _links(place: str, html: str) -> list[tuple[str, str]]:
    found = re.search(place, html)
    assert found is not None
    return re.findall(r'<a [^>]*href="([^"]+)">([^<]+)</a>', found[1])


def test_a_form_without_javascript_ends_at_the_short_address(client: Client) -> None:
    make_paper("Found", categories=("cs.LG",))
    response = client.get("/papers/date/2025-12-25?category=cs.LG&author=&upvotes=&source=&sort=top")
    assert response.status_code == 302
    assert response["Location"] == "/papers/date/2025-12-25?category=cs.LG"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/papers/new?since=soon&category=", "“soon” is no day"),
        ("/papers/date/2025-12-25?upvotes=many&author=", "“many” is no whole number"),
        ("/search?since=soon&category=", "“soon” is no day"),
        ("/search?q=lattices&since=soon&category=", "“soon” is no day"),
        (f"/search?q={'a' * 2500}&category=", "these are 2,500 characters"),
        ("/search/map?q=lattices&since=soon&category=", "“soon” is no day"),
    ],
)
def test_what_a_form_without_javascript_sent_and_can_not_be_read_is_told_and_kept(
    address: str, kept: str, client: Client
) -> None:
    make_paper("Lattices")
    response = client.get(address)
    assert response.status_code == 400
    assert kept in response.text
    # A map has no form to keep it in.
    assert "/map" in address or re.search('value="(soon|many|aaaaa+)"', response.text)


def test_htmx_is_told_the_short_address(client: Client) -> None:
    make_paper(categories=("cs.LG",))
    response = client.get(
        "/papers/date/2025-12-25?category=cs.LG&author=&sort=top", headers=HTMX | {"HX-Target": "results"}
    )
    assert response["HX-Push-Url"] == "/papers/date/2025-12-25?category=cs.LG"
    assert 'hx-swap-oob="innerHTML"' in response.content.decode()


@pytest.mark.parametrize(("address", "order"), [("/papers/new", "new"), ("/papers/trending", "trending")])
def test_the_form_shows_the_order_in_force(address: str, order: str, client: Client) -> None:
    make_paper()
    assert f'<option value="{order}" selected>' in client.get(address).content.decode()
    assert '<option value="top" selected>' in client.get(f"{address}?sort=top").content.decode()


@pytest.mark.parametrize("query", ["category=cs.XX", "upvotes=many", "since=yesterday", "source=rumour", "sort=luck"])
def test_a_filter_that_makes_no_sense_is_refused_with_a_sentence(query: str, client: Client) -> None:
    make_paper("Still here")
    response = client.get(f"/papers/new?{query}")
    assert response.status_code == 400
    assert "could not be read" in response.content.decode()
    assert titles(response) == ["Still here"]
