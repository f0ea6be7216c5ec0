"""Listing pages as people save them: the text copied from the screen, or the page's HTML."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from papers.ingest.days import BadDay, read_day
from papers.ingest.records import InvalidRecord, PaperRecord, RejectedItem
from papers.ingest.sources.base import OptionError, Source, SourceError
from papers.ingest.sources.files import find_files, read_bytes
from papers.ingest.sources.hf_entries import read_entry, reread_entries
from papers.ingest.sources.page_text import Chunk, Footer, full_date, problem_of, read_page
from papers.ingest.text import tidy_title

_SUFFIXES = (".txt", ".html", ".htm", ".txt.gz", ".html.gz", ".htm.gz")
_HTML = re.compile(r"\s*<(?:!doctype|html|head|body|!--|\?xml|div|main)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageSource(Source):
    """Copied text needs the day of the capture, since its dates carry no year; HTML says its day."""

    name = "page"
    title = "Copied page"
    description = "Listing pages copied as text or saved as HTML: files or folders, with --captured for text."
    examples = ("copied.txt --captured 2025-12-25",)

    files: tuple[str, ...]
    captured: date | None = None

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a page's text or HTML (.gz too), or a folder")
        parser.add_argument("--captured", metavar="DATE", help="day on which text was copied, as 2025-12-25")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> PageSource:
        files = options.get("files") or ()
        files = (files,) if isinstance(files, str | Path) else files
        if not files:
            raise SourceError("Say which file to read.")
        try:
            captured = read_day(options["captured"]) if options.get("captured") else None
        except BadDay as error:
            raise SourceError(str(error)) from None
        return cls(tuple(map(str, files)), captured)

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        """A file that is no page at all is one rejected item, and the other files are read."""
        for file in find_files(self.files, _SUFFIXES):
            try:
                text = _decode(read_bytes(file))
            except (InvalidRecord, SourceError) as error:
                yield RejectedItem(file.name, str(error), key=file.name)
                continue
            if not text.strip():
                yield RejectedItem(file.name, f"The file {file.name} is blank.", key=file.name)
            elif _HTML.match(text):
                yield from _html_items(file, text, self.captured)
            else:
                yield from self._text_items(file, text)

    @classmethod
    def reread(cls, raw: str, context: dict[str, Any]) -> Iterator[PaperRecord | RejectedItem]:
        """Copied text is told from an entry of a saved page by the day of its capture."""
        if "captured" not in context:
            yield from reread_entries(raw, context)
            return
        title, *paragraphs = raw.split("\n\n")
        footer = _footer(context["footer"]) if context.get("footer") else None
        chunk = Chunk(title, paragraphs, footer)
        chunk.problem = problem_of(chunk)
        yield _text_item(chunk, date.fromisoformat(context["day"]), date.fromisoformat(context["captured"]))

    def arguments(self) -> dict[str, Any]:
        captured = {"captured": self.captured.isoformat()} if self.captured else {}
        return {"files": list(self.files), **captured}

    def _text_items(self, file: Path, text: str) -> Iterator[PaperRecord | RejectedItem]:
        if self.captured is None:
            raise OptionError(f"{file.name} is copied text: say with --captured on which day it was copied.")
        page_date, chunks = read_page(text)
        day = full_date(page_date, self.captured) if page_date else self.captured
        if not any(not chunk.problem for chunk in chunks):
            yield RejectedItem(text, f"There is no paper in {file.name}.", key=file.name)
            return
        for chunk in chunks:
            yield _text_item(chunk, day, self.captured)


def _decode(data: bytes) -> str:
    """UTF-8, or UTF-16 where the byte order mark says so; InvalidRecord for anything else."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise InvalidRecord("The file is not UTF-8 text.") from None


def _text_item(chunk: Chunk, day: date, captured: date) -> PaperRecord | RejectedItem:
    footer = chunk.footer
    context: dict[str, Any] = {"day": day.isoformat(), "captured": captured.isoformat()}
    if footer:
        context["footer"] = asdict(footer)
    if chunk.problem:
        return RejectedItem(chunk.raw, chunk.problem, context=context)
    try:
        published = full_date(footer.month_day, captured) if footer and footer.month_day else None
        return PaperRecord(
            key=_text_key(chunk.title, day),
            title=tidy_title(chunk.title),
            abstract="\n\n".join(chunk.paragraphs),
            author_count=footer.authors if footer else None,
            submitted_at=datetime.combine(published, time(), UTC) if published else None,
            listed_on=day,
            as_of=captured,
            source_comment_count=footer.comments if footer else None,
            raw=chunk.raw,
            context=context,
        )
    except InvalidRecord as error:
        return RejectedItem(chunk.raw, str(error), context=context)
    except ValueError:
        return RejectedItem(chunk.raw, "Its date is not one that the calendar has.", context=context)


def _footer(told: dict[str, Any]) -> Footer:
    month_day = told.get("month_day")
    return Footer(told.get("authors"), tuple(month_day) if month_day else None, told.get("comments"))


def _text_key(title: str, day: date) -> str:
    """The same for the same title on the same day, however it is spaced, cased or pointed."""
    letters = "".join(letter for letter in title.casefold() if letter.isalnum()) or title
    return f"{hashlib.sha256(letters.encode()).hexdigest()[:24]}@{day.isoformat()}"


def _html_items(file: Path, text: str, captured: date | None) -> Iterator[PaperRecord | RejectedItem]:
    try:
        props = _page_props(text)
    except InvalidRecord as error:
        yield RejectedItem(text, f"{file.name}: {error}", key=file.name)
        return
    day = _page_day(props) or (captured if props.get("periodType", "day") == "day" else None)
    for entry in props["dailyPapers"]:
        yield read_entry(entry, day)


def _page_props(text: str) -> dict[str, Any]:
    element = BeautifulSoup(text, "html.parser").select_one('[data-target="DailyPapers"]')
    if element is None:
        raise InvalidRecord("There is no list of papers in this page.")
    try:
        props = json.loads(str(element.get("data-props") or ""))
    except (ValueError, RecursionError):
        raise InvalidRecord("The page's data is not whole.") from None
    if not isinstance(props, dict) or not isinstance(props.get("dailyPapers"), list):
        raise InvalidRecord("The page's data holds no list of papers.")
    return props


def _page_day(props: dict[str, Any]) -> date | None:
    """The day of a day's page; None for weeks and months, whose entries say their own."""
    if props.get("periodType", "day") != "day":
        return None
    try:
        return read_day(props["dateString"])
    except (BadDay, KeyError, AttributeError):
        return None
