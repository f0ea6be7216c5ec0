"""Asking for what changed, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from papers.ingest import revalidation
from papers.ingest.errors import SourceError
from papers.ingest.http import PoliteSession, TryAgain
from papers.ingest.sources.arxiv_rss import ArxivRssSource
from tests.papers.ingest.fixtures import invented
from tests.papers.ingest.patience import QUICK, Clock
from tests.papers.ingest.server import Request, serving


class Memory(dict[str, Any]):
    """A dictionary in the shape of a cache."""

    def set(self, key: str, value: Any, timeout: int) -> None:
        self[key] = value


def session(memory: Memory) -> PoliteSession:
    """A new one each time, as each run has."""
    clock = Clock()
    return PoliteSession(limits=QUICK, sleep=clock.sleep, clock=clock, jitter=lambda: 0.5, memory=memory)


def read(memory: Memory, address: str, **options: Any) -> bytes:
    return session(memory).read(address, None, lambda answer: answer.body, kept=True, **options)


def unchanged(request: Request) -> None:
    if request.headers["If-None-Match"] == '"7"' or request.headers["If-Modified-Since"]:
        request.answer("", 304)
    else:
        request.answer("the news", ETag='"7"')


def test_answer_that_did_not_change_is_read_from_memory() -> None:
    memory = Memory()
    with serving(unchanged) as server:
        assert [read(memory, server.address) for _ in range(2)] == [b"the news"] * 2
        assert read(memory, f"{server.address}/other") == b"the news"
    assert [headers.get("If-None-Match") for _, headers in server.requests] == [None, '"7"', None]


def test_date_of_the_last_change_serves_as_well() -> None:
    memory, day = Memory(), "Mon, 02 Mar 2026 00:00:00 GMT"

    def respond(request: Request) -> None:
        if request.headers["If-Modified-Since"] == day:
            request.answer("", 304)
        else:
            request.answer("the news", Last_Modified=day)

    with serving(respond) as server:
        assert [read(memory, server.address) for _ in range(2)] == [b"the news"] * 2
    assert len(memory) == 1


def test_answer_that_changed_replaces_the_one_kept() -> None:
    memory, news = Memory(), iter(["one", "two"])
    with serving(lambda request: request.answer(new := next(news), ETag=f'"{new}"')) as server:
        assert [read(memory, server.address) for _ in range(2)] == [b"one", b"two"]
    assert server.requests[1][1]["If-None-Match"] == '"one"'


def test_nothing_is_kept_without_a_validator_nor_a_giant_nor_what_could_not_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory = Memory()
    with serving(lambda request: request.answer("news")) as server:
        read(memory, server.address)
    with serving(lambda request: request.answer("not found", 404, ETag='"7"')) as server:
        read(memory, server.address, also={404})

    def refuse(_: object) -> bytes:
        raise TryAgain("is busy")

    with serving(unchanged) as server, pytest.raises(SourceError):
        session(memory).read(server.address, None, refuse, kept=True)
    monkeypatch.setattr(revalidation, "_LARGEST", 10)
    with serving(unchanged) as server:
        read(memory, server.address)
    assert memory == {}


def test_unasked_not_modified_is_a_failure() -> None:
    with serving(lambda request: request.answer("", 304)) as server, pytest.raises(SourceError, match="answered 304"):
        read(Memory(), server.address)


@pytest.mark.django_db
def test_feed_is_fetched_once_while_it_stays_the_same() -> None:
    def respond(request: Request) -> None:
        if request.headers["If-None-Match"] == '"monday"':
            request.answer("", 304)
        else:
            request.answer(invented("arxiv/feed.rss.xml"), kind="text/xml", ETag='"monday"')

    with serving(respond) as server:
        options = {"specs": ["math.NA"], "endpoint": server.address, "memory": cache}
        first, second = (list(ArxivRssSource.from_options(options).items()) for _ in range(2))
    assert first == second
    assert len(first) == 3
    assert server.requests[1][1]["If-None-Match"] == '"monday"'
