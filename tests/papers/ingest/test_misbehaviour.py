"""Every source that asks a service, against a service that misbehaves: each failure has a stated outcome.

The outcomes are those of docs/sources.md: try again with back-off, reject the record and go on, or stop
with one sentence so that the same command goes on later.
"""

from __future__ import annotations

import gzip
import socket
import struct
import time
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.records import RAW_LENGTH, PaperRecord, RejectedItem
from papers.ingest.runner import run_source
from papers.ingest.sources import SOURCES
from papers.ingest.sources.arxiv import ArxivSource
from papers.ingest.sources.base import Source
from papers.models import IngestRun, Paper
from tests.papers.ingest.fixtures import invented
from tests.papers.ingest.patience import PATIENT, Clock, polite
from tests.papers.ingest.server import Request, Respond, in_turn, serving

LIMITS = replace(PATIENT, read=0.5, answer_bytes=2_000_000)


@dataclass(frozen=True)
class Service:
    """A source, the options with which it asks once, a good answer, and the text in it that may be spoilt."""

    options: dict[str, Any]
    fixture: str
    kind: str
    spoil: bytes = b"Paper Boats"


SERVICES = {
    "arxiv": Service({"query": "boats"}, "arxiv/since-2026.atom.xml", "application/atom+xml"),
    "arxiv-oai": Service({"from": "2999-01-01"}, "arxiv/oai-arXivRaw.xml", "text/xml"),
    "arxiv-rss": Service({"specs": ["math.NA"]}, "arxiv/feed.rss.xml", "application/rss+xml"),
    "arxiv-listing": Service({"listing": "math.NA", "which": "new"}, "arxiv/new.html", "text/html"),
    "arxiv-abs": Service({"ids": ["2509.00001"]}, "arxiv/abs.html", "text/html"),
}
XML = [name for name, service in SERVICES.items() if service.kind != "text/html"]


def source(name: str, address: str, clock: Clock) -> Source:
    built = SOURCES[name].from_options({**SERVICES[name].options, "endpoint": address})
    return replace(cast(ArxivSource, built), session=polite(clock, LIMITS))


def read(name: str, respond: Respond, clock: Clock | None = None) -> list[PaperRecord | RejectedItem]:
    with serving(respond) as server:
        return list(source(name, server.address, clock or Clock()).items())


def good(name: str, body: bytes | None = None) -> Respond:
    service = SERVICES[name]
    return lambda request: request.answer(body or invented(service.fixture), kind=service.kind)


def reset(request: Request) -> None:
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()


def silent(request: Request) -> None:
    time.sleep(0.8)


def said(status: int, **headers: str) -> Respond:
    return lambda request: request.answer("Rate exceeded.", status, "text/plain", **headers)


def cut_short(request: Request) -> None:
    request.answer(b"<a>", kind="text/xml", Content_Length="4000")


def badly_packed(request: Request) -> None:
    request.answer(b"this is no gzip", Content_Encoding="gzip")


def busy(request: Request) -> None:
    request.answer("<!DOCTYPE html><html><title>Busy</title>Come back later.</html>", kind="text/html")


def empty(request: Request) -> None:
    request.answer(b"", kind="text/xml")


HEALING: dict[str, tuple[Respond, float, str]] = {
    # what happens, the pause before it is tried again, what is said when it does not end
    "reset": (reset, 3, "could not be reached, or cut the answer short"),
    "silent": (silent, 3, "did not answer in time"),
    "cut short": (cut_short, 3, "could not be reached, or cut the answer short"),
    "badly packed": (badly_packed, 3, "could not be reached, or cut the answer short"),
    "429": (said(429), 3, "answered 429"),
    "429 with seconds": (said(429, Retry_After="7"), 7.5, "answered 429"),
    "503": (said(503), 3, "answered 503"),
    "503 with a date": (said(503, Retry_After="Mon, 02 Mar 2026 12:00:20 GMT"), 20.5, "answered 503"),
    "500": (said(500), 3, "answered 500"),
    "page of HTML": (busy, 3, "answered with"),
    "nothing at all": (empty, 3, "answered with"),
}


@pytest.mark.parametrize("failure", HEALING)
@pytest.mark.parametrize("name", SERVICES)
def test_what_time_may_heal_is_tried_again_and_then_complete(name: str, failure: str) -> None:
    bad, pause, _ = HEALING[failure]
    clock = Clock()
    items = read(name, in_turn(bad, good(name)), clock)
    assert items == read(name, good(name))
    assert any(isinstance(item, PaperRecord) for item in items)
    assert clock.sleeps[0] == pause


@pytest.mark.parametrize("failure", HEALING)
def test_what_does_not_heal_ends_with_one_sentence_after_growing_pauses(failure: str) -> None:
    bad, pause, sentence = HEALING[failure]
    clock = Clock()
    with pytest.raises(SourceError, match=rf"{sentence}.* \(4 attempts\)\.$"):
        read("arxiv-oai", bad, clock)
    growing = [pause] * 3 if pause != 3 else [3, 6, 12]
    assert clock.sleeps == growing


def test_service_that_is_not_there_is_named() -> None:
    with serving(good("arxiv")) as server:
        address = server.address
    with pytest.raises(SourceError, match=r"could not be reached.*\(4 attempts\)"):
        list(source("arxiv", address, Clock()).items())


@pytest.mark.parametrize("name", XML)
def test_xml_that_breaks_off_is_asked_for_again(name: str) -> None:
    whole = invented(SERVICES[name].fixture)
    items = read(name, in_turn(good(name, whole[: len(whole) // 2]), good(name)))
    assert items == read(name, good(name))


@pytest.mark.parametrize("name", XML)
def test_entities_are_never_expanded(name: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with pytest.raises(SourceError, match="document type"):
        read(name, good(name, bomb))


BOMB = gzip.compress(b" " * 30_000_000)


def bombs(request: Request) -> None:
    request.answer(BOMB, kind="text/xml", Content_Encoding="gzip")


FINAL: dict[str, tuple[Respond, str]] = {
    "a wish to wait an hour": (said(429, Retry_After="3600"), "asks to come back in 3,600 seconds"),
    "a bomb of gzip": (bombs, "more than 2,000,000 bytes"),
    "a redirect elsewhere": (lambda request: request.answer("", 302, Location="http://evil.example/"), "another place"),
    "a redirect in circles": (lambda request: request.answer("", 302, Location="/again"), "in circles"),
    "403": (said(403), "answered 403"),
}


@pytest.mark.parametrize("failure", FINAL)
@pytest.mark.parametrize("name", SERVICES)
def test_what_asking_again_would_make_worse_ends_the_run_at_once(name: str, failure: str) -> None:
    bad, sentence = FINAL[failure]
    clock = Clock()
    with pytest.raises(SourceError, match=sentence):
        read(name, bad, clock)
    # Between the hops of one redirected request there is no pause; otherwise nothing was asked twice.
    assert clock.sleeps == []


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize(
    ("title", "reason"),
    [(b"Pap\xe9r B\x0bats", "bytes that are no characters"), (b"Boat " * 2_000_000, "Its title has")],
)
def test_record_that_is_spoilt_is_rejected_alone(
    monkeypatch: pytest.MonkeyPatch, name: str, title: bytes, reason: str
) -> None:
    monkeypatch.setattr(
        "tests.papers.ingest.test_misbehaviour.LIMITS", replace(LIMITS, answer_bytes=50_000_000, read=5)
    )
    body = invented(SERVICES[name].fixture)
    whole = read(name, good(name))
    first, *rest = read(name, good(name, body.replace(SERVICES[name].spoil, title, 1)))
    assert isinstance(first, RejectedItem)
    assert reason in first.reason
    assert len(first.raw) <= RAW_LENGTH
    assert rest == whole[1:]


def other_encoding(body: bytes) -> bytes:
    return body.replace(b"UTF-8", b"iso-8859-1", 1).replace(b"Paper Boats", b"P\xe9per Boats", 1)


@pytest.mark.parametrize("name", XML)
def test_encoding_that_the_document_declares_is_honoured(name: str) -> None:
    first = read(name, good(name, other_encoding(invented(SERVICES[name].fixture))))[0]
    assert isinstance(first, PaperRecord)
    assert first.title.startswith("Péper Boats")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["arxiv", "arxiv-oai", "arxiv-rss"])
def test_run_that_failed_is_kept_as_failed_and_the_next_one_completes_it(name: str) -> None:
    with serving(said(503)) as server:
        with pytest.raises(SourceError):
            run_source(source(name, server.address, Clock()), report=lambda *_: None)
        failed = IngestRun.objects.get()
        assert (failed.state, failed.cursor) == ("failed", 0)
        assert "answered 503 (4 attempts)" in failed.error
        server.respond = good(name)
        run = run_source(source(name, server.address, Clock()), report=lambda *_: None)
    assert (run.state, run.created) == ("done", Paper.objects.count())
    assert run.created >= 2
