"""arXiv's query API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources import arxiv
from papers.ingest.sources.arxiv import ArxivSource
from papers.ingest.sources.arxiv_atom import read_entry, read_page
from papers.ingest.sources.base import Bookmark
from papers.ingest.xml import parse_xml
from tests.papers.ingest.fixtures import invented
from tests.papers.ingest.patience import PATIENT, Clock, polite
from tests.papers.ingest.server import Request, Server, in_turn, serving
from tests.shared_data import shared

ATOM = "application/atom+xml; charset=UTF-8"


def source(server: Server, clock: Clock | None = None, **options: Any) -> ArxivSource:
    chosen = ArxivSource.from_options({**options, "endpoint": server.address})
    return replace(chosen, session=polite(clock or Clock(), PATIENT))


def serve(body: bytes, status: int = 200) -> Callable[[Request], None]:
    return lambda request: request.answer(body, status, ATOM)


def feed(entries: str = "", total: int = 0) -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        f"<o:totalResults>{total}</o:totalResults>{entries}</feed>"
    ).encode()


def entry(name: str, submitted_at: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)) -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{name}v1</id><title>Boat {name}</title>"
        f"<published>{submitted_at:%Y-%m-%dT%H:%M:%SZ}</published><updated>{submitted_at:%Y-%m-%dT%H:%M:%SZ}</updated>"
        "<author><name>Ada Alder</name></author><category term='cs.LG'/></entry>"
    )


class Archive:
    """Answers queries from a list of papers as arXiv does: windows, order, offsets, counts."""

    def __init__(self, papers: list[tuple[str, datetime]]) -> None:
        self.papers = papers

    def __call__(self, request: Request) -> None:
        query = request.query
        found = sorted(self.papers, key=lambda paper: paper[1], reverse=query["sortOrder"] == "descending")
        if "submittedDate:[" in query["search_query"]:
            first, last = query["search_query"].partition("submittedDate:[")[2].partition("]")[0].split(" TO ")
            found = [paper for paper in found if first <= f"{paper[1]:%Y%m%d%H%M}" <= last]
        start, size = int(query["start"]), int(query["max_results"])
        assert start + size <= 30_000
        page = found[start : start + size]
        request.answer(feed("".join(entry(*paper) for paper in page), len(found)), kind=ATOM)


def names(items: Any) -> list[str]:
    return [item.key for item in items]


def test_both_serialisations_give_the_same_records() -> None:
    before, since = (
        [read_entry(found) for found in read_page(parse_xml(invented(f"arxiv/{name}.atom.xml"))).entries]
        for name in ("before-2026", "since-2026")
    )
    assert before[:2] == since[:2]
    boats, zero, nameless = since
    assert isinstance(boats, PaperRecord)
    assert boats.key == "2509.00001"
    assert boats.title == r"Paper Boats on Schrödinger's Ponds: $\alpha < 1$ and Beyond"
    assert boats.abstract == (
        "We fold boats of paper, as our parents did, and float them on the ponds of the park until they sink or sail."
        "\n\nThey sink for $\\alpha > 1$."
    )
    assert [(author.name, author.affiliation) for author in boats.authors] == [
        ("Ada Alder", "Pond Lab; Lake Lab"),
        ("René Birch Jr", ""),
        ("BOAT Collaboration", ""),
    ]
    assert boats.identifiers == (("arxiv", "2509.00001"), ("doi", "10.1000/boats.1"))
    assert boats.categories == ("math.NA", "cs.NA")
    assert (boats.author_note, boats.journal_reference) == ("12 pages, 3 boats", "J. Boats 7 (2025) 1")
    assert [(version.number, version.submitted_at) for version in boats.versions] == [
        (1, datetime(2025, 9, 1, 7, 30, 15, tzinfo=UTC)),
        (2, datetime(2025, 9, 20, 8, tzinfo=UTC)),
    ]
    assert isinstance(zero, PaperRecord)
    assert (zero.key, zero.title, zero.withdrawn_at) == ("math/0309136", "0", zero.updated_at)
    assert isinstance(nameless, RejectedItem)
    assert (nameless.key, nameless.reason) == ("2509.00003", "It has no title.")
    assert "without a name" in nameless.raw


def test_search_asks_for_category_and_alias_query_and_days() -> None:
    with serving(serve(feed())) as server:
        options: dict[str, Any] = {
            "category": ["cs.NA"],
            "query": " ti:boat ",
            "from": "2026-03-01",
            "to": "2026-03-02",
        }
        assert list(source(server, **options).items()) == []
    path, headers = server.requests[0]
    assert headers["User-Agent"].endswith("(+ops@portal.example)")
    assert path.startswith("/api/query?search_query=%28cat%3Amath.NA+OR+cat%3Acs.NA%29+AND+%28ti%3Aboat%29+AND+")
    assert "submittedDate%3A%5B202603010000+TO+202603022359%5D" in path
    assert path.endswith("sortBy=submittedDate&sortOrder=descending")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"category": ["cs.XX"]},
        {"id": ["abc"]},
        {"id": ["2603.00001"], "category": ["cs.LG"]},
        {"category": ["cs.LG"], "to": "2026-03-01"},
        {"category": ["cs.LG"], "from": "2026-03-02", "to": "2026-03-01"},
        {"category": ["cs.LG"], "from": "yesterday"},
        {"category": ["cs.LG"], "endpoint": "arxiv"},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(SourceError):
        ArxivSource.from_options(options)


def test_ids_that_the_reply_leaves_out_are_reported() -> None:
    reply = feed(entry("2603.00001") + entry("math/0309136"), 2)
    with serving(serve(reply)) as server:
        wanted = ["https://arxiv.org/abs/2603.00001v3", "math.GT/0309136,2603.99999"]
        items = list(source(server, id=wanted).items())
    assert "id_list=2603.00001%2Cmath%2F0309136%2C2603.99999&max_results=3" in server.requests[0][0]
    assert names(items) == ["2603.00001", "math/0309136", "2603.99999"]
    assert isinstance(items[2], RejectedItem)
    assert items[2].reason == "arXiv knows no paper 2603.99999."


def test_many_ids_are_asked_for_by_the_hundred() -> None:
    with serving(lambda request: request.answer(feed(), kind=ATOM)) as server:
        items = list(source(server, id=[f"2603.{number:05}" for number in range(250)]).items())
    assert [request[0].rpartition("=")[2] for request in server.requests] == ["100", "100", "50"]
    assert len(items) == 250


@pytest.mark.parametrize("status", [200, 400])
def test_error_entry_is_the_services_refusal_and_no_paper(status: int) -> None:
    reply = feed(
        "<entry><id>https://arxiv.org/api/errors#start</id><title>Error</title>"
        "<summary>start must be >= 0</summary></entry>",
        1,
    )
    with (
        serving(serve(reply, status)) as server,
        pytest.raises(SourceError, match="refused the query: start must be >= 0"),
    ):
        list(source(server, query="boat").items())
    assert len(server.requests) == 1


def test_refusal_that_is_no_feed_is_final() -> None:
    with serving(serve(b"Bad request", 400)) as server, pytest.raises(SourceError, match="answered 400"):
        list(source(server, query="boat").items())
    assert len(server.requests) == 1


def test_empty_page_where_more_is_due_is_asked_for_again() -> None:
    clock = Clock()
    full = feed(entry("2603.00001"), 1)
    with serving(in_turn(serve(feed(total=1)), serve(b""), serve(full))) as server:
        assert names(source(server, clock, query="boat").items()) == ["2603.00001"]
    assert clock.sleeps == [3, 6]


def test_page_that_stays_empty_ends_the_run_and_is_not_taken_for_the_end() -> None:
    with (
        serving(serve(feed(total=7))) as server,
        pytest.raises(SourceError, match=r"empty page where more was due \(4 attempts\)"),
    ):
        list(source(server, query="boat").items())


def test_total_that_changes_while_paging_neither_loses_nor_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv, "_PAGE_SIZE", 2)
    pages = [
        feed(entry("2603.00005") + entry("2603.00004"), 4),
        # One was announced meanwhile: all move on by one.
        feed(entry("2603.00004") + entry("2603.00003"), 5),
        # A page counts too few, and is empty: not the end.
        feed(total=2),
        feed(entry("2603.00002"), 5),
    ]
    with serving(in_turn(*map(serve, pages))) as server:
        found = names(source(server, query="boat").items())
    assert found == ["2603.00005", "2603.00004", "2603.00003", "2603.00002"]
    assert [request[0].partition("start=")[2][0] for request in server.requests] == ["0", "2", "4", "4"]


def test_list_that_lost_its_last_page_ends_after_patience() -> None:
    with serving(in_turn(serve(feed(entry("2603.00001"), 2)), serve(feed(total=1)))) as server:
        assert names(source(server, query="boat").items()) == ["2603.00001"]
    assert len(server.requests) == 4


@pytest.mark.parametrize("backfill", [False, True])
def test_long_list_is_cut_into_windows(monkeypatch: pytest.MonkeyPatch, backfill: bool) -> None:
    monkeypatch.setattr(arxiv, "_PAGE_SIZE", 10)
    monkeypatch.setattr(arxiv, "_DEEPEST", 40)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    # Seven a minute, so that windows are cut within a minute.
    papers = [(f"2601.{number:05}", start + timedelta(seconds=number * 8)) for number in range(155)]
    with serving(Archive(papers)) as server:
        found = names(source(server, query="boat", backfill=backfill).items())
    expected = [name for name, _ in papers]
    assert found == (expected if backfill else expected[::-1])
    assert all(int(request[0].partition("start=")[2].partition("&")[0]) < 40 for request in server.requests)


def test_list_that_cannot_be_cut_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv, "_PAGE_SIZE", 10)
    monkeypatch.setattr(arxiv, "_DEEPEST", 20)
    papers = [(f"2601.{number:05}", datetime(2026, 1, 1, tzinfo=UTC)) for number in range(60)]
    with serving(Archive(papers)) as server, pytest.raises(SourceError, match="within one minute"):
        list(source(server, query="boat").items())


def test_backfill_goes_on_from_the_day_that_it_reached() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    papers = [(f"2601.{number:05}", start + timedelta(days=number)) for number in range(5)]
    with serving(Archive(papers)) as server:
        first = source(server, query="boat", backfill=True)
        items = first.items()
        assert names([next(items) for _ in range(3)]) == ["2601.00000", "2601.00001", "2601.00002"]
        assert first.position() == "2026-01-03"
        later = source(server, query="boat", backfill=True).resumed(first.position())
        assert names(later.items()) == ["2601.00002", "2601.00003", "2601.00004"]
        assert later.arguments() == first.arguments()
    newest_first = ArxivSource(query="boat", first=date(2026, 1, 1), bookmark=Bookmark("2026-01-02"))
    assert newest_first.position() == ""
    assert newest_first.resumed("2026-01-02") is newest_first


def test_requests_are_three_seconds_apart() -> None:
    assert ArxivSource.from_options({"query": "boat"}).session._limits.interval == 3
    clock = Clock()
    with serving(lambda request: request.answer(feed(), kind=ATOM)) as server:
        list(source(server, clock, id=[f"2603.{number:05}" for number in range(201)]).items())
    assert clock.sleeps == [3, 3]


# The real captures


@pytest.mark.parametrize(
    ("name", "count", "total"),
    [
        ("2017-multi-category-10", 10, 46_083),
        ("2025-10-csro-2", 2, 5_619),
        ("2026-q_testing_s0_m100", 100, 214_881),
        ("2026-id_2104.12255v1", 1, 1),
    ],
)
def test_real_replies_are_read_whole(name: str, count: int, total: int) -> None:
    capture = shared(f"arxiv/atom/{name}.atom.xml").read_bytes()
    page = read_page(parse_xml(capture))
    with serving(serve(capture)) as server:
        items = list(islice(source(server, query="testing").items(), len(page.entries)))
    assert page.total == total
    assert len(items) == count
    for item in items:
        assert isinstance(item, PaperRecord)
        assert item.title
        assert "\n" not in item.title
        assert item.authors
        assert item.categories
        assert item.submitted_at is not None
        assert item.abstract == item.abstract.strip()


def test_real_pages_that_overlap_agree_on_every_paper() -> None:
    def records(name: str) -> dict[str, Any]:
        feed = parse_xml(shared(f"arxiv/atom/2026-q_testing_{name}.atom.xml").read_bytes())
        return {item.key: item for item in map(read_entry, read_page(feed).entries)}

    whole = records("s0_m100")
    for name in ("s0_m10", "s5_m10", "s10_m10", "s20_m10"):
        part = records(name)
        assert len(part) == 10
        assert part.items() <= whole.items()


def test_paper_whose_title_is_0_is_kept() -> None:
    feed = parse_xml(shared("arxiv/atom/2026-id_2104.12255v1.atom.xml").read_bytes())
    (item,) = map(read_entry, read_page(feed).entries)
    assert isinstance(item, PaperRecord)
    assert item.title == "0"


def test_real_refusal_and_real_nothing_are_told_apart() -> None:
    refusal, nothing = (shared(f"arxiv/atom/2026-id_{name}.atom.xml").read_bytes() for name in ("abc", "0000.0000"))
    with serving(serve(refusal, 400)) as server, pytest.raises(SourceError, match="incorrect id format for abc"):
        list(source(server, query="abc").items())
    with serving(serve(nothing)) as server:
        (missing,) = source(server, id=["2603.00001"]).items()
    assert isinstance(missing, RejectedItem)
