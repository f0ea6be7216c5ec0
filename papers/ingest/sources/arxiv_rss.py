"""arXiv's RSS feeds: what was announced last, by category or archive."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element

from papers.identifiers import ARXIV, address
from papers.ingest.announced import DayList, Roll, announced_context
from papers.ingest.authors import parse_authors
from papers.ingest.http import PoliteSession, http_address
from papers.ingest.records import InvalidRecord, PaperRecord, RejectedItem, VersionRecord
from papers.ingest.sources.arxiv_access import polite_session, read_xml
from papers.ingest.sources.arxiv_facts import HOST, TITLE, arxiv_id, known_categories, published_dois, withdrawn_at
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.text import single_line, tidy_title, unwrap, web_address
from papers.ingest.xml import has_lost_letters, source_of, text_of, texts_of

ENDPOINT = "https://rss.arxiv.org"
NEW = "new"
_SPEC = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]+)?")
_PREFIX = re.compile(r"\s*arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<type>[a-z-]+)\s+Abstract:\s*", re.IGNORECASE)
_ERROR = "Feed error"


@dataclass(frozen=True, slots=True)
class ArxivRssSource(Source):
    """An item of the type "new" tells the day on which its paper was announced; the other types don't."""

    name = "arxiv-rss"
    title = TITLE
    turn = HOST
    description = "arXiv's RSS feeds: what was announced last, at most 2,000 papers; nothing at weekends."
    examples = ("cs stat.ML",)

    specs: tuple[str, ...]
    endpoint: str = ENDPOINT
    session: PoliteSession = field(default_factory=PoliteSession, compare=False, repr=False)
    roll: Roll = field(default_factory=Roll, compare=False, repr=False)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("specs", nargs="+", metavar="CODE", help="categories or archives: cs.LG math")
        parser.add_argument("--endpoint", help=f"address of the feeds, {ENDPOINT} when left out")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> ArxivRssSource:
        specs = tuple(spec for text in options.get("specs") or () for spec in str(text).split("+") if spec)
        if not specs or not all(map(_SPEC.fullmatch, specs)):
            raise SourceError("Say which categories or archives: cs.LG, math.")
        return cls(specs, http_address(options.get("endpoint") or ENDPOINT), polite_session(options))

    def arguments(self) -> dict[str, Any]:
        return {"specs": list(self.specs), "endpoint": self.endpoint}

    def announced(self) -> list[DayList]:
        return self.roll.taken()

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        # The feed of several categories names a paper once, where one feed each would name it in each.
        address = f"{self.endpoint}/rss/{'+'.join(self.specs)}"
        elements = read_xml(self.session, address, None, _items, also={400}, kept=True)
        items = [read_item(element) for element in elements]
        # Before any of them is written, so that what is never written is missed.
        self.roll.note_items("+".join(self.specs), items)
        yield from items


def _items(root: Element) -> list[Element]:
    channel = root.find("channel")
    title = single_line(text_of(channel, "title"))
    if channel is None or title.startswith(_ERROR):
        raise SourceError(f"arXiv has no such feed: {title or root.tag}.")
    return channel.findall("item")


def read_item(item: Element) -> PaperRecord | RejectedItem:
    """One item of a feed."""
    try:
        if has_lost_letters(item):
            raise InvalidRecord("It holds bytes that are no characters.")
        return _record(item)
    except InvalidRecord as error:
        return RejectedItem(source_of(item), str(error), text_of(item, "guid").rpartition(":")[2], _context(item))


def _context(item: Element) -> dict[str, str]:
    try:
        kind = text_of(item, "announce_type").strip()
        return announced_context(_day(text_of(item, "pubDate")), "" if kind == NEW else kind or "unknown")
    except InvalidRecord:
        return {}


def _record(item: Element) -> PaperRecord:
    description = text_of(item, "description")
    prefix = _PREFIX.match(description)
    base, number = arxiv_id(text_of(item, "guid") or (prefix["id"] if prefix else "") or text_of(item, "link"))
    kind = text_of(item, "announce_type").strip() or (prefix["type"].lower() if prefix else "")
    day = _day(text_of(item, "pubDate"))
    abstract = unwrap(description[prefix.end() :] if prefix else description)
    return PaperRecord(
        # A replacement must not overwrite what was said when the paper was new.
        key=base if kind == NEW else f"{base}@{kind or 'unknown'}",
        title=tidy_title(text_of(item, "title")),
        identifiers=((ARXIV, base), *published_dois(text_of(item, "DOI"))),
        abstract=abstract,
        authors=parse_authors(", ".join(texts_of(item, "creator"))),
        categories=known_categories(single_line(code) for code in texts_of(item, "category")),
        withdrawn_at=withdrawn_at("", abstract, None, day),
        versions=(VersionRecord(number),) if number else (),
        journal_reference=tidy_title(text_of(item, "journal_reference")),
        licence=web_address(text_of(item, "rights")),
        recorded_on=day if kind == NEW else None,
        as_of=day,
        address=address(ARXIV, base),
        raw=source_of(item),
    )


def _day(text: str) -> date | None:
    """The day in New York, as the feed says it; not that of UTC."""
    try:
        return parsedate_to_datetime(text.strip()).date() if text.strip() else None
    except (TypeError, ValueError):
        raise InvalidRecord(f"Its date {text.strip()[:50]!r} is none.") from None
