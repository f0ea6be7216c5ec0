"""Ways into a search: from a listing, and back to a saved one."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests.factories import make_paper
from tests.papers.reading import titles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("listing", "search"),
    [
        ("/categories/cs.LG?code=on&sort=top", "category=cs.LG&code=on"),
        ("/authors/ada-byron", "q=au%3A%22Ada+Byron%22"),
        ("/papers/date/2025-12-25?category=cs.LG", "since=2025-12-25&until=2025-12-25&category=cs.LG"),
        ("/papers/week/2025-W52?since=2025-12-25", "since=2025-12-25&until=2025-12-28"),
    ],
)
def test_a_listing_leads_to_a_search_in_its_papers(client: Client, listing: str, search: str) -> None:
    make_paper("Lattices", authors=("Ada Byron",), categories=("cs.LG",), code_url="https://code.example.org/")
    make_paper("Bread", categories=("math.CO",), listed_on=None, dated_on="2019-01-01")
    page = client.get(listing).content.decode()
    link = re.search(r'href="/search\?([^"]+)">Search these</a>', page)
    assert link is not None
    assert unescape(link[1]) == search
    found = client.get(f"/search?{unescape(link[1])}")
    assert [re.sub("</?mark>", "", title) for title in titles(found)] == ["Lattices"]


def test_listings_of_all_papers_and_empty_ones_have_no_such_link(client: Client) -> None:
    assert "Search these" not in client.get("/categories/cs.LG").content.decode()
    make_paper("Lattices")
    assert "Search these" not in client.get("/papers/new").content.decode()


def test_a_saved_search_opens_newest_first_unless_it_has_an_order(reader_client: Client) -> None:
    reader_client.post("/searches/save", {"query": "q=lattices"})
    reader_client.post("/searches/save", {"query": "q=bread&sort=top"})
    page = reader_client.get("/searches").content.decode()
    assert 'href="/search?q=lattices&amp;sort=new"' in page
    assert "sort=top&amp;sort=new" not in page
