"""The search page: what it finds, how it says so, how it is narrowed, paged and kept."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.models import User
from papers.marking import best_passage, mark_words
from papers.models import Paper, SavedSearch
from papers.search.index import refresh_statistics
from papers.search.timeout import SearchTooSlow
from papers.search.words import read_words
from papers.services import searches
from tests.factories import NOON, make_paper, make_source_record
from tests.papers.reading import titles

pytestmark = pytest.mark.django_db

CountQueries = Callable[..., int]
HTMX = {"HX-Request": "true", "HX-Target": "results"}


def shown(response: Any) -> list[str]:
    """The titles of the rows, without what marks the words in them."""
    return [re.sub(r"</?mark>", "", title) for title in titles(response)]


def status(response: Any) -> str:
    found = re.search(r'id="listing-status"[^>]*>(.*?)</p>', response.content.decode(), re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def test_a_search_shows_its_papers_marks_the_words_and_says_how_many(client: Client) -> None:
    make_paper("Lattices in the cold", abstract="First a remark. Then cold lattices are weighed.")
    make_paper("Warm bread")
    response = client.get("/search?q=cold+lattice")
    assert shown(response) == ["Lattices in the cold"]
    assert "<mark>Lattices</mark>" in titles(response)[0]
    assert '<p class="passage">… Then <mark>cold</mark> <mark>lattices</mark>' in response.content.decode()
    assert status(response) == "1 paper with all of these words, the best match first"


def test_papers_without_all_the_words_are_shown_and_said_to_be_nearest(client: Client) -> None:
    make_paper("Lattices in the cold")
    response = client.get("/search?q=lattice+elephants")
    assert shown(response) == ["Lattices in the cold"]
    assert status(response).startswith("No paper holds all of these words")


def test_an_identifier_leads_to_the_paper_and_is_shown_to_who_types_it(client: Client) -> None:
    paper = make_paper("The one", arxiv_id="2512.01234")
    response = client.get("/search?q=arXiv:2512.01234v2")
    assert (response.status_code, response["Location"]) == (302, paper.get_absolute_url())
    typed = client.get("/search?q=2512.01234", headers=HTMX)
    assert shown(typed) == ["The one"]


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_what_is_not_listed_is_found_by_nothing(client: Client, state: str) -> None:
    make_paper("Secret lattices", arxiv_id="2512.01234", state=state)
    for text in ("secret lattices", "2512.01234", "votes:>=0", "year:2025"):
        response = client.get("/search", {"q": text})
        assert (response.status_code, shown(response)) == (200, [])
    assert b"Secret" not in client.get("/search/suggestions?q=secr", headers=HTMX).content
    assert b"Secret" not in client.get("/feeds/search?q=secret").content


def test_filters_narrow_a_search_and_their_chips_keep_the_words(client: Client) -> None:
    make_paper("Lattices one", categories=("cs.LG",))
    make_paper("Lattices two", categories=("math.CO",), listed_on=None, dated_on="2019-03-01")
    response = client.get("/search?q=lattices&category=cs.LG")
    assert shown(response) == ["Lattices one"]
    assert 'href="/search?q=lattices">cs.LG' in response.content.decode()
    assert shown(client.get("/search?q=lattices&year=2019")) == ["Lattices two"]


def test_facets_count_what_was_found(client: Client) -> None:
    for year in (2019, 2019, 2021):
        paper = make_paper("Lattices", categories=("cs.LG",), listed_on=None, dated_on=f"{year}-01-01")
        make_source_record(paper, "arxiv")
        make_source_record(paper, "arxiv-oai")
    make_source_record(
        make_paper("More lattices", categories=("math.CO",), code_url="https://code.example.org/"), "acl"
    )
    html = re.sub(r"\s+", " ", client.get("/search?q=lattices").content.decode())
    assert '<a href="/search?q=lattices&amp;year=2019">2019</a> <span>2</span>' in html
    assert re.search(r'category=cs\.LG"[^>]*>cs\.LG</a> <span>3</span>', html)
    # Two of arXiv's services are one source.
    assert re.search(r'source=arxiv[^"]*">arXiv</a> <span>3</span>', html)
    assert re.search(r'code=on">Has code</a> <span>1</span>', html)


def test_another_order_sorts_what_holds_all_the_words(client: Client) -> None:
    make_paper("Lattices and more lattices", listed_on=None, dated_on="2019-01-01")
    make_paper("Something on lattices", upvote_count=3)
    assert shown(client.get("/search?q=lattices&sort=new"))[0] == "Something on lattices"
    assert shown(client.get("/search?q=lattices"))[0] == "Lattices and more lattices"


@pytest.mark.parametrize("order", ["", "&sort=new", "&sort=top"])
def test_all_that_was_found_is_paged_once(client: Client, order: str) -> None:
    for number in range(70):
        make_paper(f"Lattices {number}", abstract="lattice " * (number % 7), upvote_count=number % 5)
    seen: list[str] = []
    address = f"/search?q=lattices{order}"
    while address:
        response = client.get(address)
        seen += shown(response)
        more = re.search(r'<a class="button is-quiet" href="([^"]+)" rel="next"', response.content.decode())
        address = more[1].replace("&amp;", "&") if more else ""
    assert sorted(seen) == sorted(f"Lattices {number}" for number in range(70))


def test_a_page_costs_no_more_for_more_papers(client: Client, count_queries: CountQueries) -> None:
    def more(count: int) -> int:
        for _ in range(count):
            make_source_record(make_paper("Lattices", authors=("Ada Byron",), categories=("cs.LG", "math.CO")))
        client.get("/search?q=lattices")
        return count_queries(client.get, "/search?q=lattices")

    few = more(2)
    assert more(25) <= few


def test_a_query_is_read_once(client: Client) -> None:
    make_paper("Lattices")
    with mock.patch("papers.search.query.read_words", wraps=read_words) as reads:
        assert shown(client.get("/search?q=lattices&sort=new")) == ["Lattices"]
        assert status(client.get("/search?q=lattices&upvotes=9")) == "No paper matches"
    # And once more for what comes near without the filter.
    assert reads.call_count == 3


def test_results_come_as_they_are_typed_and_the_address_is_kept(client: Client) -> None:
    make_paper("Lattices")
    typed = client.get("/search?q=lattic", headers=HTMX | {"HX-Current-URL": "http://testserver/search?q=lat"})
    assert typed["HX-Replace-Url"] == "/search?q=lattic"
    narrowed = client.get(
        "/search?q=lattic&year=2025", headers=HTMX | {"HX-Current-URL": "http://testserver/search?q=lattic"}
    )
    assert narrowed["HX-Push-Url"] == "/search?q=lattic&year=2025"
    assert "<html" not in typed.content.decode()


def test_a_plain_form_is_sent_on_to_the_address_without_its_empty_fields(client: Client) -> None:
    response = client.get("/search?q=lattices&category=&year=&sort=relevance")
    assert (response.status_code, response["Location"]) == (302, "/search?q=lattices")


def test_a_search_that_finds_nothing_offers_what_to_loosen_and_another_spelling(client: Client) -> None:
    for _ in range(3):
        make_paper("Lattices", categories=("cs.LG",))
    nothing = client.get("/search?q=lattices&upvotes=99").content.decode()
    assert 'href="/search?q=lattices">Without “at least 99 upvotes”' in nothing
    assert "Did you mean" not in nothing


def test_a_slow_search_is_said_to_be_slow(client: Client) -> None:
    with mock.patch("papers.views.finding.search", side_effect=SearchTooSlow("It took too long.")):
        response = client.get("/search?q=lattices")
        typed = client.get("/search?q=lattices", headers=HTMX)
    assert (response.status_code, status(response)) == (503, "It took too long.")
    # What htmx puts into the page.
    assert typed.status_code == 422


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000, '"', "OR", "- -", "\0", "a:b:c", "(((", "%", "'; DROP TABLE papers_paper; --", "אבג", "🙂", "*"],
)
def test_whatever_is_typed_is_answered(client: Client, text: str) -> None:
    make_paper("Lattices")
    assert client.get("/search", {"q": text}).status_code in (200, 400)
    assert client.get("/feeds/search", {"q": text}).status_code in (200, 400)
    assert client.get("/search/suggestions", {"q": text}, headers=HTMX).status_code in (200, 400)


def test_a_broken_cursor_is_a_clear_400(client: Client) -> None:
    make_paper("Lattices")
    assert client.get("/search?q=lattices&after=nonsense").status_code == 400


def test_while_a_word_is_typed_what_it_becomes_is_shown(client: Client) -> None:
    make_paper("Lattices in the winter")
    refresh_statistics(NOON)
    typing = HTMX | {"HX-Current-URL": "http://testserver/search?q=latt"}
    answer = client.get("/search?q=lattices+wint", headers=typing)
    assert "<mark>Lattices</mark> in the <mark>winter</mark>" in answer.text
    assert 'These are found by <a href="/search?q=lattices+winter">lattices winter</a>.' in answer.text
    assert answer["HX-Replace-Url"] == "/search?q=lattices+wint"
    # Who has typed it asks for that word, and is asked back.
    asked = client.get("/search?q=lattices+wint").text
    assert "These are found by" not in asked
    assert "Did you mean" in asked


def test_filters_alone_that_find_nothing_are_asked_for_once(client: Client, count_queries: Callable[..., int]) -> None:
    make_paper("Lattices")
    address = "/search?category=cs.LG"
    same = HTMX | {"HX-Current-URL": "http://testserver/search?category=cs.LG"}
    cleared = HTMX | {"HX-Current-URL": "http://testserver/search?q=lattices&category=cs.LG"}
    assert count_queries(client.get, address, headers=cleared) == count_queries(client.get, address, headers=same)


def test_more_of_the_hits_cost_no_count(client: Client, count_queries: Callable[..., int]) -> None:
    for number in range(35):
        make_paper(f"Lattices {number}")
    first = client.get("/search?q=lattices").text
    more = re.search(r'href="(/search\?q=lattices&amp;after=[^"]+)"', first)
    assert more
    with CaptureQueriesContext(connection) as captured:
        assert len(titles(client.get(unescape(more[1])))) == 5
    # What counts and the facets ask for: the numbers of all that hold the words.
    assert not [query for query in captured if "LIMIT 2001" in query["sql"]]


def test_a_slip_is_not_mended_while_it_is_typed(client: Client) -> None:
    make_paper("Lattices in the cold")
    refresh_statistics(NOON)
    typing = HTMX | {"HX-Current-URL": "http://testserver/search?q=latt"}
    assert "These are found by" not in client.get("/search?q=latices", headers=typing).text


def test_many_searches_at_once_are_told_to_wait(client: Client, settings: Any) -> None:
    settings.SEARCHES_PER_MINUTE = 2
    with mock.patch("papers.views.access.time.time", return_value=time.time()):
        answers = [client.get("/search?q=lattices") for _ in range(3)]
        other = client.get("/search?q=lattices", REMOTE_ADDR="192.0.2.7").status_code
    assert ([answer.status_code for answer in answers], other) == ([200, 200, 429], 200)
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


@pytest.mark.parametrize("address", ["/search?category=cs.LG", "/search/map?category=cs.LG"])
def test_filters_alone_count_as_a_search(client: Client, settings: Any, address: str) -> None:
    settings.SEARCHES_PER_MINUTE = 1
    with mock.patch("papers.views.access.time.time", return_value=time.time()):
        assert [client.get(address).status_code for _ in range(2)] == [200, 429]
        assert client.get("/search").status_code == 200


def test_a_broken_address_of_the_page_that_asks_does_no_harm(client: Client) -> None:
    make_paper("Lattices")
    response = client.get("/search?q=lattices", headers=HTMX | {"HX-Current-URL": "http://["})
    assert (response.status_code, shown(response)) == (200, ["Lattices"])


def test_staff_see_what_a_score_is_made_of_and_that_meaning_had_no_part(client: Client, staff: User) -> None:
    make_paper("Lattices")
    assert b"Score" not in client.get("/search?q=lattices&explain").content
    client.force_login(staff)
    html = client.get("/search?q=lattices&explain").content.decode()
    assert re.search(r"Score 3\.000: words \d+\.\d\d, meaning \w+.*, its title", html)
    assert "By words alone." in html


def test_suggestions_go_on_from_what_is_typed(client: Client) -> None:
    make_paper("Lattices in the cold", authors=("Lata Mangeshkar",))
    html = client.get("/search/suggestions?q=lat", headers=HTMX).content.decode()
    assert "Lattices in the cold" in html
    assert "Lata Mangeshkar <span>1 paper</span>" in html
    assert client.get("/search/suggestions?q=lat").status_code == 302


def test_the_feed_of_a_search_has_its_papers_the_newest_first(client: Client) -> None:
    make_paper("Older lattices", listed_on=None, dated_on="2019-01-01", authors=("Ada Byron",))
    make_paper("Newer lattices")
    make_paper("Bread")
    response = client.get("/feeds/search?q=lattices&sort=top")
    xml = response.content.decode()
    assert response["Content-Type"].startswith("application/atom+xml")
    assert re.findall(r"<entry><title>(.*?)</title>", xml) == ["Newer lattices", "Older lattices"]
    assert "<name>Ada Byron</name>" in xml


def test_a_feed_prints_nothing_that_xml_can_not_hold(client: Client) -> None:
    make_paper("Cold\x01 lattices", abstract="\x0b", authors=("Ada\x02 Byron",))
    response = client.get("/feeds/search?q=lattices+%01")
    assert response.status_code == 200
    ElementTree.fromstring(response.content)


def test_feeds_count_as_searches(client: Client, settings: Any) -> None:
    settings.SEARCHES_PER_MINUTE = 1
    with mock.patch("papers.views.access.time.time", return_value=time.time()):
        answers = [client.get("/feeds/search?q=lattices") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


def test_stop_words_alone_find_nothing_in_any_order(client: Client) -> None:
    make_paper("The lattices")
    for address in ("/search?q=the", "/search?q=the&sort=new", "/feeds/search?q=the"):
        assert b"lattices" not in client.get(address).content


def test_no_word_of_a_hidden_paper_is_suggested(client: Client) -> None:
    for number in range(30):
        make_paper(f"Bread {number}")
    hidden = make_paper("Zirconium lattices")
    refresh_statistics(NOON)
    assert b"Did you mean" in client.get("/search?q=zirconum").content
    Paper.objects.filter(pk=hidden.pk).update(state="hidden")
    assert b"irconium" not in client.get("/search?q=zirconum").content


class TestSavedSearches:
    def test_a_search_is_kept_once_as_its_page_writes_it_and_let_go(self, reader_client: Client, reader: User) -> None:
        for _ in range(2):
            response = reader_client.post("/searches/save", {"query": "year=2024&q=lattices&junk=1&sort=relevance"})
            assert response["Location"] == "/search?q=lattices&year=2024"
        kept = SavedSearch.objects.get(user=reader)
        assert (kept.name, kept.query) == ("lattices, 2024", "q=lattices&year=2024")
        page = reader_client.get("/searches").content.decode()
        assert 'href="/search?q=lattices&amp;year=2024">lattices, 2024</a>' in page
        reader_client.post(f"/searches/{kept.pk}/forget")
        assert not SavedSearch.objects.exists()

    def test_a_strangers_wish_leads_to_the_sign_in_page_and_back(self, client: Client) -> None:
        response = client.post("/searches/save", {"query": "q=lattices"})
        assert response["Location"].startswith(reverse("account_login"))
        assert "next=%2Fsearch%3Fq%3Dlattices" in response["Location"]

    def test_nobody_lets_go_of_anothers_search(self, reader_client: Client, staff: User) -> None:
        kept = searches.save_search(staff, "q=lattices", "lattices")
        reader_client.post(f"/searches/{kept.pk}/forget")
        assert SavedSearch.objects.filter(pk=kept.pk).exists()
        assert b"lattices" not in reader_client.get("/searches").content

    def test_nothing_at_all_is_not_kept(self, reader_client: Client) -> None:
        reader_client.post("/searches/save", {"query": "sort=new"})
        assert not SavedSearch.objects.exists()

    def test_there_is_an_end_to_it(self, reader_client: Client, reader: User) -> None:
        with mock.patch("papers.services.searches.MOST", 1):
            for number in range(3):
                reader_client.post("/searches/save", {"query": f"q=lattices{number}"})
        assert SavedSearch.objects.filter(user=reader).count() == 1


def test_words_are_marked_in_text_and_nowhere_else() -> None:
    html = mark_safe('<p title="cold">Cold Café &amp; <math alttext="cold > 1"><mi>cold</mi></math> colder</p>')
    assert mark_words(html, {"cold", "cafe"}) == (
        '<p title="cold"><mark>Cold</mark> <mark>Café</mark> &amp; '
        '<math alttext="cold > 1"><mi>cold</mi></math> colder</p>'
    )


def test_a_word_in_quotation_marks_is_marked_without_them() -> None:
    html = mark_safe("<p>&quot;Cold&#x27;s&quot; AT&amp;T quot</p>")
    assert mark_words(html, {"cold", "t", "quot"}) == (
        "<p>&quot;<mark>Cold</mark>&#x27;s&quot; AT&amp;<mark>T</mark> <mark>quot</mark></p>"
    )


def test_a_passage_begins_with_a_whole_sentence_and_never_within_a_formula() -> None:
    assert best_passage("We begin. Cold is $a. B$ and lattices are cold.", {"cold", "lattices"}) == (
        "Cold is $a. B$ and lattices are cold."
    )
    assert best_passage("Cold lattices. Something else.", {"cold"}) == ""


@pytest.mark.parametrize("query", ["lattices OR bread", "lattices OR zzzz OR bread", 'au:"Ada Byron" OR bread'])
def test_one_alternative_is_enough_in_every_order_and_in_the_count(query: str, client: Client) -> None:
    make_paper("Lattices", authors=("Ada Byron",))
    make_paper("Bread")
    make_paper("Stones")
    for sort in ("relevance", "new"):
        response = client.get("/search", {"q": query, "sort": sort})
        found = [re.sub("<[^>]+>", "", title) for title in titles(response)]
        assert sorted(found) == ["Bread", "Lattices"]
        assert ">2 papers, " in response.text
