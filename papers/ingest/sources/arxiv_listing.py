"""arXiv's listing pages: what was announced in a category, day by day or in a month."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bs4 import BeautifulSoup, Tag

from papers.identifiers import ARXIV, address
from papers.ingest.announced import DayList, Roll, announced_context
from papers.ingest.authors import authors_from_parts, parse_authors
from papers.ingest.http import PoliteSession, TryAgain, http_address
from papers.ingest.records import AuthorRecord, InvalidRecord, PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_access import (
    PAGE_LIMITS,
    element_text,
    polite_session,
    read_html,
    subject_codes,
)
from papers.ingest.sources.arxiv_facts import HOST, TITLE, arxiv_id, withdrawn_at
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.text import tidy_title, unwrap

ENDPOINT = "https://arxiv.org"
_PAGE_SIZE = 500
_MOST_PAGES = 200
_LIST = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]+)?")
_WHICH = re.compile(r"new|recent|pastweek|\d{4}-(?:0[1-9]|1[0-2])")
_DAY = re.compile(r"(\d{1,2} [A-Z][a-z]{2})[a-z]* (\d{4})")
_TOTAL = re.compile(r"Total of (\d+) entries")
_NOTHING = re.compile(r"No updates (?:for this time period|today)", re.IGNORECASE)
_KINDS = (("cross", re.compile(r"cross", re.IGNORECASE)), ("replace", re.compile(r"replace", re.IGNORECASE)))


@dataclass(slots=True)
class Heading:
    """What the headings above an entry say: its day, and whether it is new, a cross-list or a replacement."""

    day: date | None = None
    kind: str = ""

    def read(self, text: str) -> None:
        if match := _DAY.search(text):
            try:
                self.day = datetime.strptime(f"{match[1]} {match[2]}", "%d %b %Y").date()  # noqa: DTZ007 - a bare day
            except ValueError:
                self.day = None
        self.kind = next((kind for kind, pattern in _KINDS if pattern.search(text)), "")


@dataclass(frozen=True, slots=True)
class ArxivListingSource(Source):
    """A paper listed as new under a day was announced on that day; cross-lists and replacements were before."""

    name = "arxiv-listing"
    title = TITLE
    turn = HOST
    description = "arXiv's listing pages: a category's new, recent or a month's papers; abstracts on “new” alone."
    examples = ("cs.LG --which pastweek",)

    listing: str
    which: str = "recent"
    endpoint: str = ENDPOINT
    session: PoliteSession = field(default_factory=PoliteSession, compare=False, repr=False)
    roll: Roll = field(default_factory=Roll, compare=False, repr=False)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("listing", metavar="CODE", help="a category or archive, as cs.LG or math")
        parser.add_argument("--which", default="recent", help="new, recent (when left out), pastweek, or 2026-03")
        parser.add_argument("--endpoint", help=f"address of the pages, {ENDPOINT} when left out")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> ArxivListingSource:
        listing, which = str(options.get("listing") or ""), str(options.get("which") or "recent")
        if not _LIST.fullmatch(listing):
            raise SourceError("Say which category or archive: cs.LG, math.")
        if not _WHICH.fullmatch(which):
            raise SourceError(f"{which!r} is no listing: say new, recent, pastweek, or a month as 2026-03.")
        session = polite_session(options, PAGE_LIMITS)
        return cls(listing, which, http_address(options.get("endpoint") or ENDPOINT), session)

    def arguments(self) -> dict[str, Any]:
        return {"listing": self.listing, "which": self.which, "endpoint": self.endpoint}

    def announced(self) -> list[DayList]:
        return self.roll.taken()

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        """Page by page; an entry that moved on meanwhile comes twice, and the writer sees that it is the same."""
        skip = 0
        for _ in range(_MOST_PAGES):
            params = {"skip": str(skip), "show": str(_PAGE_SIZE)}
            items, total = read_html(
                self.session,
                f"{self.endpoint}/list/{self.listing}/{self.which}",
                # "new" is one page, whatever is asked for.
                None if self.which == "new" else params,
                lambda page, _: read_page(page),
            )
            # Before any of them is written, so that what is never written is missed.
            self.roll.note_items(self.listing, items)
            yield from items
            skip += len(items)
            if not items or self.which == "new" or skip >= total:
                return
        raise SourceError(f"The listing of {self.listing} has no end.")


def read_page(page: BeautifulSoup) -> tuple[list[PaperRecord | RejectedItem], int]:
    """(the entries of one page, how many the whole listing has); TryAgain for a page that is no listing."""
    items: list[PaperRecord | RejectedItem] = []
    heading, term = Heading(), None
    for element in page.find_all(["h3", "dt", "dd"]):
        if element.name == "h3":
            heading.read(element.get_text(" "))
        elif element.name == "dt":
            if term is not None:
                items.append(_without_description(term, heading))
            term = element
        elif term is not None:
            items.append(_read_entry(term, element, heading))
            term = None
    if term is not None:
        items.append(_without_description(term, heading))
    text = page.get_text(" ")
    if not items and not _NOTHING.search(text) and not _TOTAL.search(text):
        raise TryAgain("answered with a page that is no listing")
    total = _TOTAL.search(text)
    return items, int(total[1]) if total else len(items)


def _read_entry(term: Tag, description: Tag, heading: Heading) -> PaperRecord | RejectedItem:
    try:
        return _record(term, description, heading)
    except InvalidRecord as error:
        return RejectedItem(f"{term}\n{description}", str(error), _hint(term), _context(term, heading))


def _without_description(term: Tag, heading: Heading) -> RejectedItem:
    return RejectedItem(str(term), "The entry has no description.", _hint(term), _context(term, heading))


def _context(term: Tag, heading: Heading) -> dict[str, str]:
    return announced_context(heading.day, _kind(term, heading))


def _kind(term: Tag, heading: Heading) -> str:
    """What the entry is beside new, by its heading or its own mark."""
    marks = term.get_text(" ")
    return heading.kind or next((kind for kind, pattern in _KINDS if pattern.search(marks)), "")


def _record(term: Tag, description: Tag, heading: Heading) -> PaperRecord:
    def shown(selector: str) -> str:
        return element_text(description.select_one(selector))

    base, _ = arxiv_id(_hint(term))
    kind = _kind(term, heading)
    comments, abstract = tidy_title(shown(".list-comments")), unwrap(shown("p.mathjax"))
    return PaperRecord(
        # A cross-list or a replacement must not overwrite what was said when the paper was new.
        key=f"{base}@{kind}" if kind else base,
        title=tidy_title(shown(".list-title")),
        identifiers=((ARXIV, base),),
        abstract=abstract,
        authors=_authors(description.select_one(".list-authors")),
        author_note=comments,
        categories=subject_codes(shown(".list-subjects")),
        withdrawn_at=withdrawn_at(comments, abstract, None, heading.day),
        journal_reference=tidy_title(shown(".list-journal-ref")),
        recorded_on=None if kind else heading.day,
        as_of=heading.day,
        address=address(ARXIV, base),
        raw=f"{term}\n{description}",
    )


def _authors(element: Tag | None) -> tuple[AuthorRecord, ...]:
    """The names that are links; where there are none, the text as arXiv's author strings are."""
    if element is None:
        return ()
    if links := element.find_all("a"):
        return tuple(author for link in links for author in authors_from_parts(link.get_text()))
    return parse_authors(element_text(element))


def _hint(term: Tag) -> str:
    """The address of the entry's abstract page."""
    link = term.find("a", href=re.compile(r"/abs/"))
    return str(link.get("href") or "").rpartition("/abs/")[2] if isinstance(link, Tag) else ""
