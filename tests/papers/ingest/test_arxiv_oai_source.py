"""Harvesting arXiv's OAI-PMH service: windows, tokens, refusals, going on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.runner import resumed, run_source
from papers.ingest.sources.arxiv_oai import ArxivOaiSource
from papers.models import IngestRun, Paper, PaperVersion
from tests.papers.ingest.fixtures import invented
from tests.papers.ingest.patience import PATIENT, Clock, polite
from tests.papers.ingest.server import Request, Server, in_turn, serving
from tests.shared_data import shared

TODAY = date(2026, 3, 2)
XML = "text/xml; charset=UTF-8"


def source(server: Server, clock: Clock | None = None, since: str = "", **options: Any) -> ArxivOaiSource:
    chosen = ArxivOaiSource.from_options({**options, "from": since, "endpoint": f"{server.address}/oai"})
    return replace(chosen, today=TODAY, session=polite(clock or Clock(), PATIENT))


def document(inside: str) -> bytes:
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-03-02T22:40:00Z</responseDate>'
        f"{inside}</OAI-PMH>"
    ).encode()


def error(code: str, reason: str = "") -> bytes:
    return document(f'<error code="{code}">{reason}</error>')


def record(name: str, day: str) -> str:
    return (
        f"<record><header><identifier>oai:arXiv.org:{name}</identifier><datestamp>{day}</datestamp></header>"
        f"<metadata><arXivRaw><id>{name}</id><submitter>Ada Alder</submitter><version version='v1'>"
        "<date>Fri, 27 Feb 2026 09:30:00 GMT</date><size>12kb</size></version>"
        f"<title>Boat {name}</title><authors>Ada Alder</authors><categories>cs.LG</categories>"
        "<abstract>It floats.</abstract></arXivRaw></metadata></record>"
    )


def serve(body: bytes, status: int = 200, **headers: str) -> Callable[[Request], None]:
    return lambda request: request.answer(body, status, XML, **headers)


@dataclass
class Repository:
    """Answers as the service does: days from and until, pages of two, tokens that hold a query string.

    `expired` counts down the tokens that it has forgotten.
    """

    records: dict[str, str] = field(default_factory=dict)  # id -> day
    expired: int = 0

    def __call__(self, request: Request) -> None:
        query = request.query
        if "resumptionToken" in query:
            assert query.keys() == {"verb", "resumptionToken"}
            if self.expired:
                self.expired -= 1
                request.answer(error("badResumptionToken", "It has expired."), kind=XML)
                return
            query = dict(parse_qsl(query["resumptionToken"]))
        elif date.fromisoformat(query.get("until", "2026-03-02")) > date(2026, 3, 3):
            request.answer(error("badArgument", "until date too late"), kind=XML)
            return
        found = [
            record(name, day)
            for name, day in self.records.items()
            if query["from"] <= day <= query.get("until", "2999-12-31")
        ]
        skip = int(query.get("skip", 0))
        page = found[skip : skip + 2]
        if not page:
            request.answer(error("noRecordsMatch"), kind=XML)
            return
        more = {name: query[name] for name in ("from", "until") if name in query} | {"skip": str(skip + 2)}
        token = urlencode(more).replace("&", "&amp;") if len(found) > skip + 2 else ""
        end = (
            f'<resumptionToken expirationDate="2026-03-03T00:00:00Z">{token}</resumptionToken>' if skip or token else ""
        )
        request.answer(document(f"<ListRecords>{''.join(page)}{end}</ListRecords>"), kind=XML)


def asked(server: Server) -> list[dict[str, str]]:
    return [dict(parse_qsl(urlsplit(path).query)) for path, _ in server.requests]


def keys(items: Any) -> list[str]:
    return [item.key for item in items]


def test_harvest_goes_week_by_week_and_ends_without_an_end() -> None:
    days = {
        "2602.00001": "2026-02-14",
        "2602.00002": "2026-02-20",
        "2602.00003": "2026-02-21",
        "2602.00004": "2026-03-02",
    }
    with serving(Repository(days)) as server:
        chosen = source(server, since="2026-02-14", set="cs")
        assert keys(chosen.items()) == list(days)
    assert [(query.get("from"), query.get("until")) for query in asked(server)] == [
        ("2026-02-14", "2026-02-20"),
        ("2026-02-21", "2026-02-27"),
        ("2026-02-28", None),
    ]
    assert {query["set"] for query in asked(server)} == {"cs"}
    assert asked(server)[0]["metadataPrefix"] == "arXivRaw"
    # The day of the service's answer, on which the next run begins.
    assert chosen.position() == "2026-03-02"


def test_token_is_sent_alone_and_encoded_anew() -> None:
    days = {f"2602.{number:05}": "2026-02-28" for number in range(5)}
    with serving(Repository(days)) as server:
        assert keys(source(server, since="2026-02-28").items()) == list(days)
    assert asked(server)[1:] == [
        {"verb": "ListRecords", "resumptionToken": f"from=2026-02-28&skip={skip}"} for skip in (2, 4)
    ]
    assert "%26skip%3D2" in server.requests[1][0]


def test_old_token_of_the_real_page_is_followed() -> None:
    page = shared("arxiv/oai/listrecords-arXivRaw-1000-token.xml").read_bytes()
    last = document(f"<ListRecords>{record('0801.9999', '2014-01-16')}<resumptionToken/></ListRecords>")
    with serving(in_turn(serve(page), serve(last))) as server:
        items = list(source(server, since="2026-02-28").items())
    assert len(items) == 1001
    assert asked(server)[1] == {"verb": "ListRecords", "resumptionToken": "496549|47001"}


def test_expired_token_begins_the_week_anew_and_not_the_harvest() -> None:
    days = {f"2602.{number:05}": f"2026-02-{20 + number}" for number in range(8)}
    with serving(Repository(days)) as server:
        server.respond.expired = 0  # type: ignore[attr-defined]
        items = source(server, since="2026-02-14", to="2026-02-28").items()
        given = keys([next(items) for _ in range(3)])
        server.respond.expired = 1  # type: ignore[attr-defined]
        given += keys(items)
    assert list(dict.fromkeys(given)) == list(days)
    assert [query["from"] for query in asked(server) if "from" in query] == [
        "2026-02-14",
        "2026-02-21",
        "2026-02-21",
        "2026-02-28",
    ]


def test_tokens_that_never_live_end_the_run() -> None:
    days = {f"2602.{number:05}": "2026-02-28" for number in range(5)}
    with serving(Repository(days, expired=99)) as server, pytest.raises(SourceError, match="forgets its resumption"):
        list(source(server, since="2026-02-28").items())
    assert len(server.requests) == 8


def test_page_without_end_is_noticed() -> None:
    same = document(
        f"<ListRecords>{record('2602.00001', '2026-02-28')}<resumptionToken>x</resumptionToken></ListRecords>"
    )
    with serving(serve(same)) as server, pytest.raises(SourceError, match="same page without end"):
        list(source(server, since="2026-02-28").items())
    assert len(server.requests) == 2


def test_day_without_news_is_no_failure() -> None:
    with serving(serve(error("noRecordsMatch"))) as server:
        chosen = source(server, since="2026-03-01")
        assert list(chosen.items()) == []
    assert chosen.position() == "2026-03-02"


@pytest.mark.parametrize("told", ["2014-01-16T10:33:29Z", "soon", ""])
def test_service_whose_clock_is_wrong_does_not_send_the_next_run_back(told: str) -> None:
    answer = error("noRecordsMatch").replace(b"2026-03-02T22:40:00Z", told.encode())
    with serving(serve(answer)) as server:
        chosen = source(server, since="2026-03-01")
        assert list(chosen.items()) == []
    assert chosen.position() == "2026-03-01"


@pytest.mark.parametrize("code", ["badArgument", "badVerb", "cannotDisseminateFormat", "noSetHierarchy"])
def test_other_refusals_end_the_run_with_the_services_words(code: str) -> None:
    with (
        serving(serve(error(code, "No such\n set."))) as server,
        pytest.raises(SourceError, match=rf"No such set\. \({code}\)"),
    ):
        list(source(server).items())
    assert len(server.requests) == 1


def test_flow_control_is_honoured() -> None:
    clock = Clock()
    busy = serve(b"Retry after 10 seconds", 503, Retry_After="10")
    page = document(f"<ListRecords>{record('2602.00001', '2026-03-01')}</ListRecords>")
    with serving(in_turn(busy, busy, serve(page))) as server:
        assert keys(source(server, clock, since="2026-03-01").items()) == ["2602.00001"]
    assert clock.sleeps == [10.5, 10.5]


def test_page_that_breaks_off_is_asked_for_again_as_a_whole() -> None:
    page = document(
        f"<ListRecords>{record('2602.00001', '2026-03-01')}{record('2602.00002', '2026-03-01')}</ListRecords>"
    )
    with serving(in_turn(serve(page[:-90]), serve(page))) as server:
        assert keys(source(server, since="2026-03-01").items()) == ["2602.00001", "2602.00002"]
    assert len(server.requests) == 2


def test_record_with_broken_bytes_is_rejected_and_the_page_goes_on() -> None:
    broken = record("2602.00001", "2026-03-01").replace("It floats.", "@@")
    page = document(f"<ListRecords>{broken}{record('2602.00002', '2026-03-01')}</ListRecords>").replace(
        b"@@", b"R\xe9n\x01"
    )
    with serving(serve(page)) as server:
        first, second = source(server, since="2026-03-01").items()
    assert isinstance(first, RejectedItem)
    assert (first.key, first.reason) == ("2602.00001", "It holds bytes that are no characters.")
    assert isinstance(second, PaperRecord)


def test_other_xml_is_named() -> None:
    with serving(serve(b"<rss/>")) as server, pytest.raises(SourceError, match="no OAI-PMH, but begins with 'rss'"):
        list(source(server).items())


def test_single_records_are_asked_for_by_id() -> None:
    answers = in_turn(serve(invented("arxiv/oai-arXiv.xml")), serve(error("idDoesNotExist")))
    with serving(answers) as server:
        found, missing = source(server, id=["2509.00001v2", "2509.99999"], format="arXiv").items()
    assert asked(server)[0] == {
        "verb": "GetRecord",
        "identifier": "oai:arXiv.org:2509.00001",
        "metadataPrefix": "arXiv",
    }
    assert found.key == "2509.00001@arXiv"
    assert isinstance(missing, RejectedItem)
    assert missing.reason == "arXiv knows no paper 2509.99999."


@pytest.mark.parametrize(
    "options",
    [
        {"from": "2005-09-15"},
        {"from": "soon"},
        {"to": "2026-03-01"},
        {"format": "marc"},
        {"id": ["x"]},
        {"id": ["2509.00001"], "set": "cs"},
        {"endpoint": "oai"},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(SourceError):
        ArxivOaiSource.from_options(options)


def test_harvest_begins_where_arxivs_records_begin() -> None:
    assert ArxivOaiSource.from_options({}).first == date(2005, 9, 16)


@pytest.mark.django_db
def test_run_that_was_stopped_goes_on_in_the_week_that_it_had_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.ingest.runner.BATCH_SIZE", 2)
    days = {f"2602.{number:05}": f"2026-02-{14 + number}" for number in range(12)}
    repository = Repository(days)

    def fail_in_the_second_week(request: Request) -> None:
        if "skip" in request.query.get("resumptionToken", "") and "2026-02-21" in request.path:
            request.answer("", 404)
        else:
            repository(request)

    with serving(fail_in_the_second_week) as server:
        with pytest.raises(SourceError, match="404"):
            run_source(source(server, since="2026-02-14"), report=lambda *_: None)
        # Of the second week's first page one record was in a batch already.
        assert (Paper.objects.count(), IngestRun.objects.get().position) == (8, "2026-02-21")
        server.respond = repository
        del server.requests[:]
        going_on = resumed(source(server, since="2026-02-14"))
        run = run_source(going_on, report=lambda *_: None)
        assert asked(server)[0]["from"] == "2026-02-21"
    assert Paper.objects.count() == 12
    assert (run.state, run.position) == ("done", "2026-03-02")


@pytest.mark.django_db
def test_real_page_comes_in_with_versions_licences_and_withdrawals() -> None:
    page = shared("arxiv/oai/listrecords-arXivRaw-1000-token.xml").read_bytes()
    with serving(in_turn(serve(page), serve(error("noRecordsMatch")))) as server:
        run = run_source(source(server, since="2026-02-28"), report=lambda *_: None)
        assert (run.created, run.rejected) == (1000, 0)
        del server.requests[:]
        server.respond = in_turn(serve(page), serve(error("noRecordsMatch")))
        again = run_source(source(server, since="2026-02-28"), report=lambda *_: None)
    assert (again.created, again.unchanged) == (0, 1000)
    assert Paper.objects.exclude(withdrawn_at=None).count() == 5
    assert Paper.objects.exclude(licence="").exists()
    assert set(PaperVersion.objects.filter(paper__arxiv_id="0801.3674").values_list("number", "size_kb")) == {
        (1, 33),
        (2, 33),
        (3, 34),
        (4, 31),
    }
    assert not Paper.objects.filter(listed_on=None).exists()
