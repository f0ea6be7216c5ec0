"""arXiv's abstract pages, one paper each: for what the services don't tell, or when they are down."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bs4 import BeautifulSoup

from papers.identifiers import ARXIV, address
from papers.ingest.authors import author_from_inverted
from papers.ingest.http import PoliteSession, TryAgain, http_address
from papers.ingest.records import InvalidRecord, PaperRecord, RejectedItem, VersionRecord
from papers.ingest.sources.arxiv_access import (
    PAGE_LIMITS,
    element_text,
    polite_session,
    read_html,
    subject_codes,
)
from papers.ingest.sources.arxiv_facts import HOST, TITLE, arxiv_id, published_dois, read_ids, withdrawn_at
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.text import single_line, tidy_name, tidy_title, unwrap, web_address

ENDPOINT = "https://arxiv.org"
_VERSION = re.compile(
    r"\[v(?P<number>\d{1,4})\]\s*\w{3}, (?P<moment>\d{1,2} \w{3} \d{4} [\d:]{8}) UTC\s*"
    r"\((?P<size>[\d,]+) KB\)\s*(?P<withdrawn>\(withdrawn\))?"
)
_SUBMITTER = re.compile(r"From:\s*(.+?)\s*\[")


@dataclass(frozen=True, slots=True)
class ArxivAbsSource(Source):
    """One request a paper, so for few papers; the query API gives many at once."""

    name = "arxiv-abs"
    title = TITLE
    turn = HOST
    description = "arXiv's abstract pages by id: one request each, with every version, licence and submitter."
    examples = ("1706.03762",)

    ids: tuple[str, ...]
    endpoint: str = ENDPOINT
    session: PoliteSession = field(default_factory=PoliteSession, compare=False, repr=False)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("ids", nargs="+", metavar="ID", help="arXiv ids or addresses")
        parser.add_argument("--endpoint", help=f"address of the pages, {ENDPOINT} when left out")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> ArxivAbsSource:
        ids = read_ids(options.get("ids") or ())
        if not ids:
            raise SourceError("Say which papers, by their arXiv ids.")
        session = polite_session(options, PAGE_LIMITS)
        return cls(ids, http_address(options.get("endpoint") or ENDPOINT), session)

    def arguments(self) -> dict[str, Any]:
        return {"ids": list(self.ids), "endpoint": self.endpoint}

    def total(self) -> int:
        return len(self.ids)

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        for name in self.ids:
            yield read_html(
                self.session,
                f"{self.endpoint}/abs/{name}",
                None,
                partial(_read, name),
                also={404},
            )


def _read(name: str, page: BeautifulSoup, status: int) -> PaperRecord | RejectedItem:
    if status == 404:
        return RejectedItem(name, f"arXiv knows no paper {name}.", key=name)
    if _meta(page, "citation_arxiv_id"):
        return read_page(page)
    raise TryAgain("answered with a page that is no abstract page")


def read_page(page: BeautifulSoup) -> PaperRecord | RejectedItem:
    """A page's facts: from its meta elements where they are whole, else from what it shows."""
    text = str(page.select_one("#abs") or page)
    try:
        return _record(page, text)
    except InvalidRecord as error:
        return RejectedItem(text, str(error), "".join(_meta(page, "citation_arxiv_id")[:1]))


def _record(page: BeautifulSoup, raw: str) -> PaperRecord:
    def shown(selector: str) -> str:
        return element_text(page.select_one(selector))

    base, _ = arxiv_id(_meta(page, "citation_arxiv_id")[0])
    history = single_line(shown("div.submission-history"))
    versions, was_withdrawn = _versions(history)
    updated_at = versions[-1].submitted_at if versions else None
    comments, abstract = tidy_title(shown("td.comments")), unwrap(shown("blockquote.abstract"))
    submitter = _SUBMITTER.search(history)
    licence = page.select_one("div.abs-license a")
    return PaperRecord(
        key=base,
        title=tidy_title(shown("h1.title") or "".join(_meta(page, "citation_title")[:1])),
        identifiers=((ARXIV, base), *published_dois(shown("td.doi") or " ".join(_meta(page, "citation_doi")))),
        abstract=abstract or unwrap("".join(_meta(page, "citation_abstract")[:1])),
        # All of them, where the page itself shows the first hundred.
        authors=tuple(author for name in _meta(page, "citation_author") for author in author_from_inverted(name)),
        author_note=comments,
        categories=subject_codes(shown("td.subjects")),
        submitted_at=next((version.submitted_at for version in versions if version.number == 1), None),
        updated_at=updated_at,
        withdrawn_at=updated_at if was_withdrawn else withdrawn_at(comments, abstract, updated_at, None, versions),
        versions=versions,
        journal_reference=tidy_title(shown("td.jref")),
        report_number=single_line(shown("td.report-number")),
        licence=web_address(str(licence.get("href") or "")) if licence else "",
        submitter=tidy_name(submitter[1]) if submitter else "",
        as_of=updated_at.date() if updated_at else None,
        address=address(ARXIV, base),
        raw=raw,
    )


def _versions(history: str) -> tuple[tuple[VersionRecord, ...], bool]:
    """(the versions in order, whether the last one is a withdrawal)."""
    found: dict[int, VersionRecord] = {}
    is_withdrawn = False
    for match in _VERSION.finditer(history):
        try:
            moment = datetime.strptime(match["moment"], "%d %b %Y %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            raise InvalidRecord(f"Its version {match['number']} has no date.") from None
        number, is_withdrawn = int(match["number"]), bool(match["withdrawn"])
        found[number] = VersionRecord(number, moment, int(match["size"].replace(",", "")))
    return tuple(found[number] for number in sorted(found)), is_withdrawn


def _meta(page: BeautifulSoup, name: str) -> list[str]:
    return [str(element.get("content") or "") for element in page.find_all("meta", attrs={"name": name})]
