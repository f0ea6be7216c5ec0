"""arXiv's pages for people: abstract pages and listings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_abs import ArxivAbsSource
from papers.ingest.sources.arxiv_listing import ArxivListingSource
from tests.papers.ingest.fixtures import invented
from tests.papers.ingest.patience import PATIENT, Clock, polite
from tests.papers.ingest.server import Request, Server, in_turn, serving
from tests.shared_data import shared

HTML = "text/html; charset=utf-8"


def serve(body: bytes | str, status: int = 200) -> Callable[[Request], None]:
    return lambda request: request.answer(body, status, HTML)


def abstracts(server: Server, *ids: str) -> list[PaperRecord | RejectedItem]:
    chosen = ArxivAbsSource.from_options({"ids": ids, "endpoint": server.address})
    return list(replace(chosen, session=polite(Clock(), PATIENT)).items())


def listed(server: Server, **options: Any) -> list[PaperRecord | RejectedItem]:
    chosen = ArxivListingSource.from_options({"listing": "math.NA", **options, "endpoint": server.address})
    return list(replace(chosen, session=polite(Clock(), PATIENT)).items())


# Abstract pages


def test_every_fact_of_an_abstract_page_is_kept() -> None:
    with serving(serve(invented("arxiv/abs.html"))) as server:
        (record,) = abstracts(server, "https://arxiv.org/abs/2509.00001v1")
    assert [path for path, _ in server.requests] == ["/abs/2509.00001"]
    assert isinstance(record, PaperRecord)
    assert record.key == "2509.00001"
    assert record.title == r"Paper Boats on Schrödinger's Ponds: $\alpha < 1$"
    assert record.abstract == "We fold boats and float them, see this https URL."
    # The page shows two of three.
    assert [author.name for author in record.authors] == ["Ada de Alder", "René Birch Jr.", "BOAT Collaboration"]
    assert record.identifiers == (("arxiv", "2509.00001"), ("doi", "10.1000/boats.1"))
    assert record.categories == ("math.NA", "hep-th")
    assert [(version.number, version.submitted_at, version.size_kb) for version in record.versions] == [
        (1, datetime(2025, 9, 1, 7, 30, 15, tzinfo=UTC), 1398),
        (2, datetime(2025, 9, 20, 8, tzinfo=UTC), 1),
    ]
    assert record.withdrawn_at == record.updated_at == datetime(2025, 9, 20, 8, tzinfo=UTC)
    assert (record.author_note, record.report_number) == ("12 pages", "BOAT-1")
    assert (record.journal_reference, record.submitter) == ("J. Boats 7 (2025) 1", "René Birch")
    assert record.licence == "http://creativecommons.org/licenses/by/4.0/"


def test_page_that_does_not_exist_is_reported_and_the_rest_goes_on() -> None:
    with serving(in_turn(serve("<title>Oops</title>", 404), serve(invented("arxiv/abs.html")))) as server:
        missing, found = abstracts(server, "2509.99999", "2509.00001")
    assert isinstance(missing, RejectedItem)
    assert (missing.key, missing.reason) == ("2509.99999", "arXiv knows no paper 2509.99999.")
    assert isinstance(found, PaperRecord)


def test_other_page_in_its_place_is_asked_for_again() -> None:
    with serving(in_turn(serve("<h1>Are you a robot?</h1>"), serve(invented("arxiv/abs.html")))) as server:
        assert len(abstracts(server, "2509.00001")) == 1
    with (
        serving(serve("<h1>Are you a robot?</h1>")) as server,
        pytest.raises(SourceError, match=r"no abstract page \(4 attempts\)"),
    ):
        abstracts(server, "2509.00001")


@pytest.mark.parametrize("ids", [(), ("boats",)])
def test_what_is_no_id_is_refused(ids: tuple[str, ...]) -> None:
    with pytest.raises(SourceError):
        ArxivAbsSource.from_options({"ids": ids})


def test_page_nested_without_end_is_refused_or_read_but_breaks_nothing() -> None:
    deep = "<meta name='citation_arxiv_id' content='2509.00001'>" + "<div>" * 20_000 + "x"
    with serving(serve(deep)) as server:
        try:
            (item,) = abstracts(server, "2509.00001")
        except SourceError as error:
            item = RejectedItem("", str(error))
    assert isinstance(item, RejectedItem)


def test_real_abstract_page_is_read_whole() -> None:
    with serving(serve(shared("arxiv/html/abs-2106.09608.html").read_bytes())) as server:
        (record,) = abstracts(server, "2106.09608")
    assert isinstance(record, PaperRecord)
    assert record.title == "Learning Knowledge Graph-based World Models of Textual Environments"
    assert [author.name for author in record.authors] == ["Prithviraj Ammanabrolu", "Mark O. Riedl"]
    assert record.abstract.startswith("World models ")
    assert record.categories == ("cs.LG", "cs.AI", "cs.CL")
    assert [version.size_kb for version in record.versions] == [400, 403]
    assert record.licence == "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    assert record.submitted_at == datetime(2021, 6, 17, 15, 45, 54, tzinfo=UTC)


# Listings


def recent(numbers: range, total: int) -> str:
    entries = "".join(
        f"<dt><a name='item{number}'>[{number}]</a> <a href='/abs/2603.{number:05}'>arXiv:2603.{number:05}</a></dt>"
        f"<dd><div class='list-title'>Title: Boat {number}</div></dd>"
        for number in numbers
    )
    return f"<div class='paging'>Total of {total} entries</div><dl><h3>Mon, 2 Mar 2026</h3>{entries}</dl>"


def test_every_fact_of_a_listing_is_kept() -> None:
    with serving(serve(invented("arxiv/new.html"))) as server:
        new, crossed, broken = listed(server, which="new")
    assert [path for path, _ in server.requests] == ["/list/math.NA/new"]
    assert isinstance(new, PaperRecord)
    assert (new.key, new.recorded_on, new.as_of) == ("2603.00001", date(2026, 3, 3), date(2026, 3, 3))
    assert new.title == r"Paper Boats on Schrödinger's Ponds: $\alpha < 1$"
    assert new.abstract == "We fold boats and float them."
    assert [author.name for author in new.authors] == ["Ada Alder", "René Birch Jr."]
    assert new.categories == ("math.NA", "hep-th")
    assert (new.author_note, new.journal_reference) == ("12 pages, see this https URL", "J. Boats 7 (2026) 1")
    assert isinstance(crossed, PaperRecord)
    assert (crossed.key, crossed.recorded_on) == ("2602.00002@cross", None)
    assert [(author.name, author.affiliation) for author in crossed.authors] == [
        ("Cleo Cedar", "Pond Lab"),
        ("Dora Dorn", ""),
    ]
    assert isinstance(broken, RejectedItem)
    assert (broken.key, broken.reason) == ("math/0309136", "It has no title.")


def test_listing_goes_on_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.ingest.sources.arxiv_listing._PAGE_SIZE", 3)
    pages = [recent(range(1, 4), 5), recent(range(4, 6), 5)]
    with serving(in_turn(*map(serve, pages))) as server:
        assert [item.key for item in listed(server)] == [f"2603.{number:05}" for number in range(1, 6)]
    assert [path for path, _ in server.requests] == [
        "/list/math.NA/recent?skip=0&show=3",
        "/list/math.NA/recent?skip=3&show=3",
    ]


@pytest.mark.parametrize("words", ["No updates for this time period.", "No updates today."])
def test_day_without_news_is_empty(words: str) -> None:
    with serving(serve(f"<div id='dlpage'><p>{words}</p></div>")) as server:
        assert listed(server) == []


def test_page_that_is_no_listing_is_asked_for_again() -> None:
    with serving(in_turn(serve("<h1>Busy</h1>"), serve(recent(range(1, 2), 1)))) as server:
        assert len(listed(server)) == 1
    assert len(server.requests) == 2


def test_entry_without_description_is_rejected_alone() -> None:
    page = recent(range(1, 3), 2).replace("<dd><div class='list-title'>Title: Boat 1</div></dd>", "")
    with serving(serve(page)) as server:
        first, second = listed(server)
    assert isinstance(first, RejectedItem)
    assert first.key == "2603.00001"
    assert isinstance(second, PaperRecord)


@pytest.mark.parametrize("options", [{"listing": "../etc"}, {"listing": ""}, {"which": "2026-13"}, {"which": "all"}])
def test_what_is_no_listing_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(SourceError):
        ArxivListingSource.from_options({"listing": "cs.LG", **options})


def test_real_listing_is_read_whole() -> None:
    with serving(serve(shared("arxiv/html/find-results-2017.html").read_bytes())) as server:
        items = listed(server, which="new")
    assert len(items) == 25
    for item in items:
        assert isinstance(item, PaperRecord), item
        assert item.authors
        assert item.categories
        assert not item.title.startswith("Title")
    assert items[0].key == "1708.07991"
