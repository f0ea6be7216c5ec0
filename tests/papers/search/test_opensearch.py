"""Browsers may search here: the description, and what an address bar is told while somebody types."""

from __future__ import annotations

import time
from typing import Any
from unittest import mock
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.factories import make_paper

pytestmark = pytest.mark.django_db
NAMESPACE = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_a_browser_finds_the_description_and_searches_by_it(client: Client, settings: Any) -> None:
    settings.BROADSHEET_URL, settings.SITE_NAME = "https://papers.example.org", "Letters & Numbers of the Sea"
    paper = make_paper("Lattices in the cold")
    link = '<link rel="search" href="/opensearch.xml" type="application/opensearchdescription+xml"'
    assert link in client.get("/papers/new").content.decode()
    response = client.get("/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.content)
    assert root.findtext(f"{NAMESPACE}ShortName") == "Letters & Number"
    addresses = {url.get("type"): url.get("template", "") for url in root.iter(f"{NAMESPACE}Url")}
    site = "https://papers.example.org"
    assert all(address.startswith(site) for address in addresses.values())
    for kind in ("text/html", "application/atom+xml", "application/x-suggestions+json"):
        address = addresses[kind].removeprefix(site).replace("{searchTerms}", quote("lattices cold"))
        assert paper.title in client.get(address).content.decode().replace("<mark>", "").replace("</mark>", "")


def test_an_address_bar_is_told_queries(client: Client) -> None:
    make_paper("Lattices in the cold", authors=("Lata Mangeshkar",))
    response = client.get("/search/completions?q=lat")
    assert response["Content-Type"] == "application/x-suggestions+json"
    typed, queries = response.json()
    assert typed == "lat"
    assert {'au:"Lata Mangeshkar"', "Lattices in the cold"} <= set(queries)
    for query in queries:
        assert client.get("/search", {"q": query}).status_code == 200
    assert client.get("/search/completions").json() == ["", []]


def test_completions_count_as_searches(client: Client, settings: Any) -> None:
    settings.SEARCHES_PER_MINUTE = 1
    make_paper("Lattices in the cold")
    with mock.patch("papers.views.access.time.time", return_value=time.time()):
        answers = [client.get("/search/completions?q=lattices").json()[1] for _ in range(2)]
    assert [len(answer) > 0 for answer in answers] == [True, False]
