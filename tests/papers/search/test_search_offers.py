"""The search page where little, nothing or nonsense was asked for: what it offers instead."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.http import urlencode

from papers.search.conditions import loosened, understood
from papers.search.index import refresh_statistics
from papers.search.parser import MOST_CHARACTERS, parse_query
from tests.factories import NOON, make_paper, make_user
from tests.papers.search.test_search_page import HTMX, shown, status

pytestmark = pytest.mark.django_db


def ask(client: Client, text: str, **filters: str) -> Any:
    return client.get(f"/search?{urlencode({'q': text} | filters)}")


def offers(response: Any) -> list[tuple[str, str, str]]:
    """(words, query string, papers) of each way to loosen a search."""
    found = re.findall(r'<li><a href="/search\?([^"]*)">([^<]*)</a>: ([\w ,]+)</li>', response.content.decode())
    return [(unescape(words), unescape(query), count) for query, words, count in found]


# Another spelling


def test_another_spelling_is_offered_if_it_finds_more_and_keeps_the_filters(client: Client) -> None:
    for number in range(30):
        make_paper(f"Bread {number}", categories=("cs.LG",))
    make_paper("Zirconium lattices", categories=("math.CO",))
    refresh_statistics(NOON)
    assert (
        'href="/search?q=zirconium&amp;category=math.CO">zirconium'
        in ask(client, "zirconum", category="math.CO").content.decode()
    )
    assert b"Did you mean" not in ask(client, "zirconum", category="cs.LG").content
    assert b"Did you mean" not in ask(client, "zirconum year:1999").content


def test_a_word_spelled_right_is_offered_though_no_paper_holds_all_of_them(client: Client) -> None:
    for number in range(30):
        make_paper(f"Bread {number}")
    make_paper("Zirconium lattices")
    refresh_statistics(NOON)
    assert ">zirconium bread</a>?" in ask(client, "zirconum bread").content.decode()


def test_two_letters_that_changed_places_are_seen(client: Client) -> None:
    for number in range(30):
        make_paper(f"Bread {number}")
    make_paper("Graph lattices")
    refresh_statistics(NOON)
    assert ">graph</a>?" in ask(client, "grpah").content.decode()


def test_a_word_that_was_begun_goes_on_as_the_most_frequent_does(client: Client) -> None:
    for number in range(30):
        make_paper(f"Bread {number}")
    for title in ("Graph superconductivity", "Graph superconductors", "Superconductors"):
        make_paper(title)
    refresh_statistics(NOON)
    assert ">graph superconductors</a>?" in ask(client, "graph superc").content.decode()


# Fewer conditions


def test_each_condition_that_was_typed_may_be_dropped(client: Client) -> None:
    for number in range(3):
        make_paper(f"Lattices in winter {number}", categories=("cs.LG",), listed_on=None, dated_on="2021-01-01")
    response = ask(client, "lattices year:2019 cat:cs.LG")
    assert "Looked for: “lattices”; of 2019; in cs.LG." in response.content.decode()
    assert ("Of any year", "q=lattices+cat:cs.LG".replace(":", "%3A"), "3 papers") in offers(response)
    assert not any("category" in words for words, _, _ in offers(response))
    assert offers(ask(client, "lattices votes:>9"))[0] == (
        "With any number of upvotes instead of at least 10",
        "q=lattices",
        "3 papers",
    )
    assert offers(ask(client, "lattices has:code"))[0] == ("With or without code", "q=lattices", "3 papers")
    assert offers(ask(client, "lattices -winter"))[0] == ("Even with “winter”", "q=lattices", "3 papers")
    assert offers(ask(client, 'lattices "in summer"'))[0] == (
        "Even without “in summer” side by side",
        "q=lattices",
        "3 papers",
    )
    assert offers(ask(client, '"winter lattices"'))[0] == (
        "“winter lattices” as words apart",
        "q=winter+lattices",
        "3 papers",
    )
    assert offers(ask(client, "abs:winter"))[0] == ("“winter” anywhere", "q=winter", "3 papers")


def test_filters_stay_in_force_while_a_condition_is_dropped(client: Client) -> None:
    make_paper("Lattices", categories=("cs.LG",))
    make_paper("Lattices", categories=("math.CO",))
    assert offers(ask(client, "lattices votes:>9", category="cs.LG"))[0][1:] == (
        "q=lattices&category=cs.LG",
        "1 paper",
    )


def test_where_no_single_one_is_to_blame_the_words_alone_are_offered(client: Client) -> None:
    make_paper("Lattices")
    assert offers(ask(client, "lattices votes:>9 has:code")) == [
        ("The words alone, without any condition", "q=lattices", "1 paper")
    ]
    assert offers(ask(client, "lattices votes:>9", code="on")) == [
        ("The words alone, without filters and conditions", "q=lattices", "1 paper")
    ]


def test_what_comes_near_is_shown_without_conditions_and_never_what_was_left_out(client: Client) -> None:
    make_paper("Lattices in the cold")
    make_paper("Lattices in summer")
    html = ask(client, "lattices year:1950 -summer")
    assert "Near it, filters and conditions aside" in html.content.decode()
    assert shown(html) == ["Lattices in the cold"]
    assert "Near it" not in ask(client, "elephants").content.decode()


def test_a_hundred_conditions_are_answered_with_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    make_paper("Lattices")
    text = "lattices " + " ".join(f"-year:{year}" for year in range(1950, 2050)) + " votes:>9"
    with django_assert_max_num_queries(60):
        assert ask(client, text).status_code == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cat:cs", "in any of cs"),
        ("-cat:cs.LG", "not in cs.LG"),
        ("year:2019..2021", "of 2019 to 2021"),
        ("year:..2021", "until 2021"),
        ("-year:>2020", "not since 2021"),
        ("votes:=4", "exactly 4 upvotes"),
        ("votes:20..5", "5 to 20 upvotes"),
        ("votes:<5", "at most 4 upvotes"),
        ("-has:project", "without a project page"),
        ("id:bs-4 cats", "known as bs-4"),
        ("org:cern", "of “cern”"),
        ('au:"Ada Byron"', "“Ada Byron” among the authors"),
        ("one OR ti:two", "“one” or “two” in the title"),
        ("-ti:two", "without “two” in the title"),
    ],
)
def test_conditions_are_said_in_words_and_their_places_are_known(text: str, said: str) -> None:
    query = parse_query(f"cold {text} lattices")
    assert said in understood(query)
    (choices,) = [choices for choices in loosened(query) if choices[-1].text.replace(" cats", "") == "cold lattices"]
    assert choices[-1].words


# What can't be read


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=nonsense", "From: “nonsense” is no day. Write it like 2025-12-25."),
        ("year=99999", "Year: “99999” is no year from 1900 to 2999."),
        ("upvotes=-3", "At least this many upvotes: “-3” is no whole number from 0 to 2,000,000,000."),
        ("category=cs.XX", "Category: there is no “cs.XX”."),
        ("source=rumour", "Source: there is no “rumour”."),
        (f"author={'a' * 101}", "Author’s name: these are 101 characters, and 100 at most are read."),
    ],
)
def test_a_filter_that_can_not_be_read_is_named_with_the_reason(client: Client, query: str, sentence: str) -> None:
    make_paper("Lattices")
    response = client.get(f"/search?q=lattices&{query}")
    assert response.status_code == 400
    assert sentence in unescape(status(response))
    assert shown(response) == ["Lattices"]


def test_days_the_wrong_way_round_are_turned_round(client: Client) -> None:
    make_paper("Lattices", listed_on=None, dated_on="2020-06-01")
    assert shown(client.get("/search?q=lattices&since=2021-01-01&until=2019-01-01")) == ["Lattices"]
    assert status(client.get("/search?q=lattices&since=2021-01-01&until=2022-01-01")) == "No paper matches"


@pytest.mark.parametrize(
    "text", ["bs-{pk}", "BS-{pk}", "id:bs-{pk}", "https://papers.example.org/papers/bs-{pk}?x=1#y"]
)
def test_our_own_number_leads_to_its_paper(client: Client, text: str) -> None:
    paper = make_paper("The one", arxiv_id=None)
    assert ask(client, text.format(pk=paper.pk))["Location"] == paper.get_absolute_url()
    unknown = ask(client, text.format(pk=paper.pk + 1))
    assert "No paper here has this identifier." in unknown.content.decode()
    assert "submit it" not in unknown.content.decode()


def test_an_address_of_a_papers_page_leads_to_it_whatever_the_host(client: Client) -> None:
    paper = make_paper(arxiv_id="2512.01234")
    assert ask(client, "http://localhost:8000/papers/2512.01234")["Location"] == paper.get_absolute_url()


ODD = {
    "votes without a number": ("votes:>", "“votes:” was left out, since nothing follows it; write votes:>10"),
    "a year that is none": ("lattices year:abcd", "“year:abcd” was searched as words; write year:2024"),
    "nothing but signs": ("🙂 … ()", "Nothing to look for"),
    "stop words alone": ("the of", "Words as common as these are not looked for"),
    "OR without sides": ("OR OR OR", "Nothing to look for"),
    "deep OR": ("lattices" + " OR OR cold" * 40, "Lattices"),
    "an open quotation mark": ('lattices "in the', "Lattices"),
    "right to left": ("شبكات שבכות", "No paper"),
    "500 terms": (" ".join(f"w{number}" for number in range(350)), "No paper"),
}


@pytest.mark.parametrize(("text", "said"), ODD.values(), ids=ODD.keys())
def test_odd_queries_are_answered_in_words(client: Client, text: str, said: str) -> None:
    make_paper("Lattices in the cold")
    response = ask(client, text)
    assert response.status_code == 200
    assert said in re.sub("</?mark>", "", unescape(response.content.decode()))
    assert client.get("/search", {"q": text}, headers=HTMX).status_code == 200


def test_a_text_that_is_too_long_is_refused_in_words_kept_in_the_field_and_not_repeated(client: Client) -> None:
    make_paper("Lattices")
    text = "lattices " * 3_000
    response = client.get("/search", {"q": text, "category": "cs.LG"})
    assert response.status_code == 400
    assert status(response) == f"Search: these are {len(text):,} characters, and {MOST_CHARACTERS:,} at most are read."
    assert len(response.content) < 60_000
    assert 'value="lattices lattices' in response.content.decode()
    assert client.get("/search", {"q": text}, headers=HTMX).status_code == 422
    assert client.get("/feeds/search", {"q": text}).status_code == 400


def test_a_long_query_is_repeated_little(client: Client) -> None:
    for year in range(2000, 2010):
        make_paper("Lattices", categories=("cs.LG", "math.CO"), listed_on=None, dated_on=f"{year}-01-01")
    response = ask(client, "格" * 1_990 + " lattices")
    assert response.status_code == 200
    # Nine times as long in an address.
    assert len(response.content) < 250_000


# Before anything is typed


def test_the_empty_page_has_examples_that_find_something(client: Client) -> None:
    make_paper(
        "Frozen lattices of water",
        abstract="Weighed when frozen.",
        arxiv_id="2512.01234",
        authors=("Ada Byron",),
        categories=("cs.LG",),
        upvote_count=11,
    )
    html = client.get("/search").content.decode()
    start = html[html.index('id="search-start"') :]
    addresses = [unescape(address) for address in re.findall(r'<a href="(/search\?q=[^"]+)"><code>', start)]
    assert len(addresses) == 11
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 302 or shown(response) == ["Frozen lattices of water"], address
    assert 'href="/search?category=cs.LG&amp;sort=new"' in start


def test_an_example_names_somebody(client: Client) -> None:
    make_paper("Frozen lattices of water", authors=("Ada Byron",), categories=("cs.LG",))
    make_paper("Melting glaciers of Greenland", categories=("cs.LG",), upvote_count=11)
    html = unescape(client.get("/search").content.decode())
    assert 'au:"Ada Byron"' in html
    assert 'au:""' not in html


def test_an_empty_portal_shows_examples_that_lead_nowhere_as_words(client: Client) -> None:
    html = client.get("/search").content.decode()
    assert "<code>graph neural networks</code>" in html
    assert "/search?q=" not in html


def test_the_empty_page_has_the_readers_latest_searches(reader_client: Client) -> None:
    make_user(username="mary").saved_searches.create(name="Hers", query="q=hers")
    for number in range(7):
        reader_client.post("/searches/save", {"query": f"q=lattices{number}"})
    html = reader_client.get("/search").content.decode()
    assert re.findall(r'class="chip" href="/search\?q=(\w+)"', html) == [f"lattices{n}" for n in (6, 5, 4, 3, 2)]


def test_orders_are_links_that_keep_the_search(client: Client) -> None:
    make_paper("Lattices", categories=("cs.LG",))
    html = client.get("/search?q=lattices&category=cs.LG&sort=new").content.decode()
    orders = html[html.index('class="orders"') :].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"( aria-current="true")?', orders.replace("&amp;", "&")) == [
        ("/search?q=lattices&category=cs.LG", ""),
        ("/search?q=lattices&category=cs.LG&sort=top", ""),
        ("/search?q=lattices&category=cs.LG&sort=new", ' aria-current="true"'),
        ("/search?q=lattices&category=cs.LG&sort=discussed", ""),
    ]


def test_without_words_there_is_no_best_match(client: Client) -> None:
    make_paper("Lattices", categories=("cs.LG",))
    html = client.get("/search?category=cs.LG").content.decode()
    assert '&amp;sort=new" aria-current="true">Newest' in html
    assert ">Best match</a>" not in html
