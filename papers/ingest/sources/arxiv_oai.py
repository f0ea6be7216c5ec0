"""arXiv's OAI-PMH service: everything that changed since a day, to fill a portal and to keep it complete."""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

from papers.ingest.http import PoliteSession, http_address
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_access import polite_session, read_xml
from papers.ingest.sources.arxiv_facts import HOST, TITLE, read_ids
from papers.ingest.sources.arxiv_metadata import read_record
from papers.ingest.sources.base import Bookmark, Source, SourceError, day_span
from papers.ingest.text import single_line
from papers.ingest.xml import text_of

ENDPOINT = "https://oaipmh.arxiv.org/oai"
FORMATS = ("arXivRaw", "arXiv", "oai_dc")
EARLIEST = date(2005, 9, 16)  # an earlier `from` is refused
# A list is asked for in weeks: a resumption token lives until midnight UTC at most, and records come in no order of
# days, so what an expired token loses is the week in hand and no more.
_WINDOW_DAYS = 7
_MOST_RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the protocol."""

    error: str  # its code, or ""
    reason: str
    token: str
    responded_on: date | None
    records: list[Element]


@dataclass(frozen=True, slots=True)
class ArxivOaiSource(Source):
    """A record's day is that of its last change, so a harvest that goes on from day to day misses nothing."""

    name = "arxiv-oai"
    title = TITLE
    turn = HOST
    can_resume = True
    description = "arXiv's OAI-PMH service: all that changed since a day, with every version and licence."
    examples = ("--from 2025-12-01", "--set cs --from 2025-12-01 --to 2025-12-07")

    first: date = EARLIEST
    last: date | None = None
    set_spec: str = ""
    form: str = FORMATS[0]
    ids: tuple[str, ...] = ()
    today: date = EARLIEST
    endpoint: str = ENDPOINT
    session: PoliteSession = field(default_factory=PoliteSession, compare=False, repr=False)
    bookmark: Bookmark = field(default_factory=Bookmark, compare=False, repr=False)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="from", help=f"first day of change; {EARLIEST}, where arXiv begins, at first"
        )
        parser.add_argument(
            "--to",
            "--until",
            dest="to",
            help="last day of change; left out: until now, and the next run goes on from there",
        )
        parser.add_argument("--set", help="a set: cs, math, physics:hep-th, or cs:cs:LG in the new form")
        parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="arXivRaw tells most")
        parser.add_argument("--id", nargs="+", metavar="ID", help="single records by arXiv id; without the days")
        parser.add_argument("--endpoint", help=f"address of the service, {ENDPOINT} when left out")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> ArxivOaiSource:
        first, last = day_span(options)
        if first and first < EARLIEST:
            raise SourceError(f"arXiv's records begin on {EARLIEST}.")
        form = options.get("format") or FORMATS[0]
        if form not in FORMATS:
            raise SourceError(f"{form!r} is not one of {', '.join(FORMATS)}.")
        source = cls(
            first=first or EARLIEST,
            last=last,
            set_spec=str(options.get("set") or "").strip(),
            form=form,
            ids=read_ids(options.get("id") or ()),
            today=datetime.now(UTC).date(),
            endpoint=http_address(options.get("endpoint") or ENDPOINT),
            session=polite_session(options),
        )
        if source.ids and (first or source.set_spec):
            raise SourceError("--id names the records already: leave out the days and the set.")
        return source

    def arguments(self) -> dict[str, Any]:
        told = {
            "id": list(self.ids),
            "from": self.first.isoformat() if not self.ids else "",
            "to": self.last.isoformat() if self.last else "",
            "set": self.set_spec,
        }
        return {name: value for name, value in told.items() if value} | {"format": self.form, "endpoint": self.endpoint}

    def position(self) -> str:
        return self.bookmark.position

    def resumed(self, position: str) -> ArxivOaiSource:
        return replace(self, bookmark=Bookmark(position)) if not self.ids else self

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        return self._named_items() if self.ids else self._harvested_items()

    def _named_items(self) -> Iterator[PaperRecord | RejectedItem]:
        for name in self.ids:
            asked = {"verb": "GetRecord", "identifier": f"oai:arXiv.org:{name}", "metadataPrefix": self.form}
            answer = self._ask(asked)
            if answer.error == "idDoesNotExist":
                yield RejectedItem(name, f"arXiv knows no paper {name}.", key=name)
                continue
            _complain(answer)
            yield from map(read_record, answer.records)

    def _harvested_items(self) -> Iterator[PaperRecord | RejectedItem]:
        """Week by week. The last has no end, so that what changes while we read belongs to it."""
        day = date.fromisoformat(self.bookmark.position) if self.bookmark.position else self.first
        while True:
            self.bookmark.position = day.isoformat()
            last = day + timedelta(days=_WINDOW_DAYS - 1)
            ends = last >= (self.last or self.today)
            responded_on = yield from self._window(day, self.last if ends else last)
            if ends:
                # The service's own day counts, not our clock's; that day is read again by the next run.
                self.bookmark.position = (self.last or max(day, responded_on or day)).isoformat()
                return
            day = last + timedelta(days=1)

    def _window(self, first: date, last: date | None) -> Generator[PaperRecord | RejectedItem, None, date | None]:
        """All records of some days; returns the day of the first answer. An expired token begins the days anew."""
        asked = {"verb": "ListRecords", "metadataPrefix": self.form, "from": first.isoformat()}
        asked |= {"until": last.isoformat()} if last else {}
        asked |= {"set": self.set_spec} if self.set_spec else {}
        for _ in range(_MOST_RESTARTS + 1):
            answer = self._ask(asked)
            responded_on = answer.responded_on
            while True:
                if answer.error == "noRecordsMatch":
                    return responded_on
                if answer.error == "badResumptionToken":
                    break
                _complain(answer)
                for record in answer.records:
                    yield read_record(record)
                    record.clear()  # of a large answer only what is to come stays in memory
                if not answer.token:
                    return responded_on
                token, answer = answer.token, self._ask({"verb": "ListRecords", "resumptionToken": answer.token})
                if answer.token == token:
                    raise SourceError(f"{self.endpoint} hands out the same page without end.")
        raise SourceError(f"{self.endpoint} forgets its resumption tokens before a list from {first} is read.")

    def _ask(self, params: dict[str, str]) -> Answer:
        return read_xml(self.session, self.endpoint, params, _read_answer)


def _read_answer(root: Element) -> Answer:
    if root.tag != "OAI-PMH":
        raise SourceError(f"The answer is no OAI-PMH, but begins with {root.tag!r}.")
    error = root.find("error")
    token = root.find("./*/resumptionToken")
    return Answer(
        error=error.get("code", "unnamed") if error is not None else "",
        reason=single_line(text_of(error)),
        token=text_of(token).strip(),
        responded_on=_day(text_of(root, "responseDate").strip()[:10]),
        records=root.findall("./*/record"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _complain(answer: Answer) -> None:
    if answer.error:
        raise SourceError(f"arXiv refused the request: {answer.reason or 'no reason given'} ({answer.error}).")
