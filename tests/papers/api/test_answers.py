"""What holds for every call: who may read, what is refused and how, and the description of it all."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from papers.filters import SearchFilter
from papers.models import Paper
from tests.factories import make_paper
from tests.papers.api.test_search import error

pytestmark = pytest.mark.django_db

CALLS = ["/api/papers/search?q=lattices", "/api/daily_papers", "/api/papers/2512.01234", "/api/openapi.json"]


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper("Lattices", arxiv_id="2512.01234", authors=("Ada Byron",), categories=("cs.LG",))


@pytest.mark.parametrize("call", CALLS)
def test_any_site_may_read_and_the_portals_own_headers_hold(client: Client, paper: Paper, call: str) -> None:
    response = client.get(call, headers={"Origin": "https://elsewhere.example.org"})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Credentials" not in response
    assert "Link" in response["Access-Control-Expose-Headers"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


@pytest.mark.parametrize("call", CALLS)
def test_head_is_answered_as_get_without_a_body(client: Client, paper: Paper, call: str) -> None:
    head, get = client.head(call), client.get(call)
    assert (head.status_code, head["Content-Type"], head.content) == (200, get["Content-Type"], b"")


@pytest.mark.parametrize("call", CALLS)
def test_a_browser_that_asks_first_is_let_in(client: Client, call: str) -> None:
    response = client.options(call, headers={"Access-Control-Request-Method": "GET"})
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_written_and_the_refusal_is_json(call: str, method: str) -> None:
    response: Any = Client(enforce_csrf_checks=True).generic(method, call, b"{}", content_type="application/json")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert error(response)


@pytest.mark.parametrize("address", ["/api/nothing", "/api/papers", "/api/", "/api/papers/2512.01234/comment"])
def test_what_is_not_there_is_said_in_json(client: Client, address: str) -> None:
    response = client.get(address, follow=True)
    assert response.status_code == 404
    if response.request["PATH_INFO"] != "/api":
        assert error(response)
        assert response["Access-Control-Allow-Origin"] == "*"


def test_what_breaks_here_is_said_in_json() -> None:
    client = Client(raise_request_exception=False)
    with mock.patch("papers.api.papers.find_paper", side_effect=RuntimeError("secret")):
        response = client.get("/api/papers/2512.01234")
    assert response.status_code == 500
    assert "secret" not in error(response)


def test_the_other_form_of_an_address_leads_to_it(client: Client, paper: Paper) -> None:
    response = client.get("/api/daily_papers/?date=2025-12-25")
    assert (response.status_code, response["Location"]) == (301, "/api/daily_papers?date=2025-12-25")
    # A browser asks of a script's every step whether it may be taken.
    assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get(response["Location"]).status_code == 200


def test_the_description_names_every_call_parameter_and_field(client: Client, paper: Paper) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.")
    paths = {path: list(operations) for path, operations in described["paths"].items()}
    assert paths == {path: ["get"] for path in ("/api/papers/search", "/api/daily_papers", "/api/papers/{public_id}")}
    search = described["paths"]["/api/papers/search"]["get"]
    named = [parameter["name"] for parameter in search["parameters"]]
    assert len(named) == len(set(named))
    assert set(named) == {"limit", "after", *SearchFilter.base_filters} - {"unseen"}
    assert {"200", "400", "429", "503"} <= search["responses"].keys()
    # What is sent has no field that is not described.
    schemas = described["components"]["schemas"]
    [entry] = client.get("/api/papers/search?q=lattices").json()
    assert entry.keys() <= schemas["Entry"]["properties"].keys()
    assert entry["paper"].keys() <= schemas["PaperFacts"]["properties"].keys()
    assert entry["paper"]["authors"][0].keys() <= schemas["AuthorName"]["properties"].keys()
    references = set(re.findall(r'"#/components/schemas/(\w+)"', client.get("/api/openapi.json").content.decode()))
    assert references <= schemas.keys()


def test_the_page_about_it_leads_to_addresses_that_work(client: Client, paper: Paper) -> None:
    page = client.get("/about/api").content.decode()
    addresses = re.findall(r'href="(/(?:api|papers)/[^"]*)"><code>', page)
    assert len(addresses) == 4
    for address in addresses:
        assert client.get(address.replace("&amp;", "&")).status_code == 200
    assert 'href="/about/api"' in client.get("/").content.decode()


def test_the_page_about_it_needs_no_paper(client: Client) -> None:
    page = client.get("/about/api")
    assert page.status_code == 200
    assert 'href="/papers/bs' not in page.content.decode()


def test_robots_are_asked_to_leave_it(client: Client) -> None:
    assert "Disallow: /api/\n" in client.get("/robots.txt").content.decode()
