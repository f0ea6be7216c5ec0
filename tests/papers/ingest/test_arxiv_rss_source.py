"""arXiv's RSS feeds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from xml.sax.saxutils import escape

import pytest

from papers.ingest.composing import Statement, compose
from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_rss import ArxivRssSource
from tests.papers.ingest.fixtures import invented
from tests.papers.ingest.patience import PATIENT, Clock, polite
from tests.papers.ingest.server import Request, Server, serving
from tests.shared_data import shared


def source(server: Server, *specs: str) -> ArxivRssSource:
    chosen = ArxivRssSource.from_options({"specs": specs or ("math.NA",), "endpoint": server.address})
    return replace(chosen, session=polite(Clock(), PATIENT))


def items_of(body: bytes, status: int = 200) -> list[PaperRecord | RejectedItem]:
    def respond(request: Request) -> None:
        request.answer(body, status, "application/rss+xml")

    with serving(respond) as server:
        return list(source(server).items())


def test_every_fact_of_an_item_is_kept() -> None:
    new, replaced, broken = items_of(invented("arxiv/feed.rss.xml"))
    assert isinstance(new, PaperRecord)
    assert new.key == "2603.00001"
    assert new.title == r"Paper Boats on Schrödinger's Ponds: $\alpha < 1$"
    assert new.abstract == "We fold boats and float them."
    assert [author.name for author in new.authors] == ["Ada Alder", "René Birch Jr.", "BOAT Collaboration"]
    assert new.identifiers == (("arxiv", "2603.00001"), ("doi", "10.1000/boats.1"))
    assert new.categories == ("math.NA", "cs.NA")
    assert (new.journal_reference, new.licence) == ("J. Bôts 7 (2026) 1", "http://creativecommons.org/licenses/by/4.0/")
    assert [version.number for version in new.versions] == [1]
    # Midnight in New York, which is the third there and later that day in UTC.
    assert (new.recorded_on, new.as_of) == (date(2026, 3, 3), date(2026, 3, 3))
    assert isinstance(replaced, PaperRecord)
    assert (replaced.key, replaced.recorded_on, replaced.as_of) == (
        "2509.00001@replace-cross",
        None,
        date(2026, 3, 3),
    )
    assert isinstance(broken, RejectedItem)
    assert broken.reason == "It has no id."


def test_replacement_does_not_move_a_paper() -> None:
    feed = invented("arxiv/feed.rss.xml")
    later = feed.replace(b"03 Mar", b"20 Mar").replace(b">new<", b">replace<").replace(b"v1", b"v2")
    statements = [
        Statement("arxiv-rss", item.key, item.facts(), item.as_of)
        for item in (items_of(feed)[0], items_of(later)[0])
        if isinstance(item, PaperRecord)
    ]
    paper = compose(statements, date(2026, 4, 1))
    assert paper.fields["listed_on"] == date(2026, 3, 3)
    assert [version["number"] for version in paper.versions] == [1, 2]


def test_several_categories_are_one_request() -> None:
    with serving(lambda request: request.answer(invented("arxiv/feed.rss.xml"), kind="text/xml")) as server:
        assert len(list(source(server, "math.NA", "cs+hep-th").items())) == 3
    assert [path for path, _ in server.requests] == ["/rss/math.NA+cs+hep-th"]


def test_feed_of_a_weekend_is_empty() -> None:
    assert items_of(b"<rss><channel><title>cs.LG updates on arXiv.org</title></channel></rss>") == []


def test_unknown_feed_is_named() -> None:
    body = b"<rss><channel><title>Feed error for query: cs.XX</title></channel></rss>"
    with pytest.raises(SourceError, match=r"no such feed: Feed error for query: cs\.XX"):
        items_of(body, 400)


@pytest.mark.parametrize("specs", [(), ("../x",), ("cs.LG?x",)])
def test_what_is_no_category_is_refused(specs: tuple[str, ...]) -> None:
    with pytest.raises(SourceError):
        ArxivRssSource.from_options({"specs": specs})


def test_real_items_are_read_whole() -> None:
    """The texts are real, the feed around them is ours: no whole feed was kept."""
    told = [json.loads(line) for line in shared("arxiv/rss/item-descriptions.jsonl").read_text().splitlines()]
    parts = "".join(
        f"<item><title>{escape(item['title'])}</title><link>{item['link']}</link>"
        f"<description>{escape(item['description'])}</description></item>"
        for item in told
    )
    items = items_of(f"<rss><channel>{parts}</channel></rss>".encode())
    assert len(items) == 120
    kinds: Counter[str] = Counter()
    for item, given in zip(items, told, strict=True):
        assert isinstance(item, PaperRecord), item
        assert item.identifiers[0] == ("arxiv", given["link"].rpartition("/")[2])
        assert item.versions
        assert "Announce Type" not in item.abstract
        assert given["description"].rstrip().endswith(item.abstract.rpartition(" ")[2])
        kinds[item.key.partition("@")[2]] += 1
    assert kinds == {"": 29, "cross": 30, "replace": 31, "replace-cross": 30}
