"""Hugging Face's daily lists, over HTTP or from a folder of saved answers."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from papers.ingest.announced import DayList, Roll
from papers.ingest.days import BadDay, month_span, read_day, week_span, weekdays
from papers.ingest.http import PoliteSession, http_address
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.sources.files import find_files, read_bytes
from papers.ingest.sources.hf_entries import name_of, read_entry, reread_entries

ENDPOINT = "https://huggingface.co"
_PAGE_SIZE = 100
_MOST_PAGES = 50
_MOST_DAYS = 366
_DAY_IN_NAME = re.compile(r"\d{4}-\d{2}-\d{2}")
_SUFFIXES = (".json", ".json.gz")


@dataclass(frozen=True, slots=True)
class HuggingFaceSource(Source):
    """The edition is the list's day; a paper listed on two days gives two records."""

    name = "hf"
    title = "Hugging Face"
    description = "Hugging Face's daily lists: a folder of saved answers, or the API by day, week, month or span."
    examples = ("--days 3", "--month 2025-12", "saved/")

    path: str = ""
    first: date | None = None
    last: date | None = None
    endpoint: str = ENDPOINT
    session: PoliteSession = field(default_factory=PoliteSession, compare=False, repr=False)
    roll: Roll = field(default_factory=Roll, compare=False, repr=False)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", help="folder of saved answers, or one file, named by day: DATE.json")
        parser.add_argument("--date", help="one day, as 2025-12-25; with PATH too, where only these days are read")
        parser.add_argument("--week", help="an ISO week, as 2025-W52")
        parser.add_argument("--month", help="a month, as 2025-12")
        parser.add_argument("--days", metavar="N", help="the last N days, today among them: for what runs again")
        parser.add_argument("--from", dest="from", help="first day of a span")
        parser.add_argument("--to", help="last day of a span; today when left out")
        parser.add_argument("--endpoint", help=f"address of the API: else HF_ENDPOINT, else {ENDPOINT}")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> HuggingFaceSource:
        """`contact`, when among the options, goes into the User-Agent."""
        today = datetime.now(UTC).date()
        span = _span(options, today)
        path = str(options.get("path") or "")
        if not path and span is None:
            raise SourceError(
                "Say which days: --date, --week, --month, --days or --from; or name a folder of saved answers."
            )
        return cls(
            path=path,
            first=span[0] if span else None,
            last=span[1] if span else None,
            endpoint=http_address(options.get("endpoint") or options.get("hf_endpoint") or ENDPOINT),
            session=PoliteSession(contact=str(options.get("contact") or "")),
        )

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        return self._saved_items() if self.path else self._fetched_items()

    def announced(self) -> list[DayList]:
        return self.roll.taken()

    @classmethod
    def reread(cls, raw: str, context: dict[str, Any]) -> Iterator[PaperRecord | RejectedItem]:
        yield from reread_entries(raw, context)

    def arguments(self) -> dict[str, Any]:
        span = {"from": self.first.isoformat(), "to": self.last.isoformat()} if self.first and self.last else {}
        return {"path": self.path, **span} if self.path else {"endpoint": self.endpoint, **span}

    def _saved_items(self) -> Iterator[PaperRecord | RejectedItem]:
        files = find_files([self.path], _SUFFIXES)
        for file in files:
            day = _day_of(file) or (self.first if len(files) == 1 and self.first == self.last else None)
            if day is None:
                yield RejectedItem(
                    file.name, "The file's name does not tell its day, as 2025-12-25.json does.", file.name
                )
            elif self._wanted(day):
                yield from _read_file(file, day)

    def _wanted(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def _fetched_items(self) -> Iterator[PaperRecord | RejectedItem]:
        if self.first is None or self.last is None:
            raise SourceError("Say which days to fetch.")
        # One day is asked for as it is; a span goes by weekdays, since weekends have no lists.
        days = [self.first] if self.first == self.last else weekdays(self.first, self.last)
        for day in days:
            for entry in self._fetched_entries(day):
                yield read_entry(entry, day)

    def _fetched_entries(self, day: date) -> Iterator[object]:
        """A day's entries, page by page; what moved to the next page meanwhile is not given twice."""
        seen: set[str] = set()
        for page in range(_MOST_PAGES):
            params = {"date": day.isoformat(), "limit": str(_PAGE_SIZE), "p": str(page)}
            entries, answer = self.session.get_json(f"{self.endpoint}/api/daily_papers", params)
            if not isinstance(entries, list):
                raise SourceError(f"{answer.address} did not answer with a list.")
            self.roll.note(day, "", (name for name in map(name_of, entries) if name))
            for entry in entries:
                mark = json.dumps(_entry_id(entry) or entry, sort_keys=True)
                if mark not in seen:
                    seen.add(mark)
                    yield entry
            if not entries or (len(entries) < _PAGE_SIZE and not answer.next_address):
                return
        raise SourceError(f"{self.endpoint} has no end to its list of {day}.")


def _read_file(file: Path, day: date) -> Iterator[PaperRecord | RejectedItem]:
    """The entries of one saved answer; a file that is no list is one rejected item."""
    try:
        text = read_bytes(file).decode("utf-8-sig")
        entries = json.loads(text)
    except SourceError as error:
        yield RejectedItem(file.name, str(error), key=file.name)
    except UnicodeDecodeError:
        yield RejectedItem(file.name, f"The file {file.name} is not UTF-8 text.", key=file.name)
    except (ValueError, RecursionError) as error:
        yield RejectedItem(text, f"The file {file.name} is not whole JSON: {error}.", key=file.name)
    else:
        if isinstance(entries, list):
            for entry in entries:
                yield read_entry(entry, day)
        else:
            yield RejectedItem(text, f"The file {file.name} is not a list of entries.", key=file.name)


def _span(options: dict[str, Any], today: date) -> tuple[date, date] | None:
    """First and last day that the options name, not after today; None when they name none."""
    given = [name for name in ("date", "week", "month", "days") if options.get(name)]
    spanned = bool(options.get("from") or options.get("to"))
    if len(given) + spanned > 1:
        raise SourceError("Give one of --date, --week, --month, --days and --from with --to, not several.")
    try:
        if options.get("date"):
            day = read_day(options["date"])
            return day, day
        if options.get("week"):
            return _past(*week_span(options["week"]), today)
        if options.get("month"):
            return _past(*month_span(options["month"]), today)
        if options.get("days"):
            return today - timedelta(days=_count_of_days(str(options["days"])) - 1), today
        if not spanned:
            return None
        if not options.get("from"):
            raise SourceError("--to needs --from.")
        first, last = read_day(options["from"]), read_day(options.get("to") or today)
    except BadDay as error:
        raise SourceError(str(error)) from None
    if last < first:
        raise SourceError("The span ends before it begins.")
    return first, last


def _count_of_days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= _MOST_DAYS):
        raise SourceError(f"--days is a number from 1 to {_MOST_DAYS}, not {text!r}.")
    return int(text)


def _past(first: date, last: date, today: date) -> tuple[date, date]:
    if first > today:
        raise SourceError(f"{first} has not come yet.")
    return first, min(last, today)


def _day_of(file: Path) -> date | None:
    match = _DAY_IN_NAME.search(file.name)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def _entry_id(entry: object) -> object:
    paper = entry.get("paper", entry) if isinstance(entry, dict) else None
    return paper.get("id") if isinstance(paper, dict) else None
