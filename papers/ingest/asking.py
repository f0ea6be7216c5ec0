"""One paper asked for by its name: arXiv for an arXiv id, Crossref for a DOI, and nobody else.

The hosts are the two endpoints of the settings; the name is quoted in the address, and no redirect leads elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from papers.identifiers import ARXIV, DOI
from papers.ingest import crossref
from papers.ingest.http import Answer, Limits, PoliteSession, TryAgain, http_address
from papers.ingest.records import InvalidRecord, PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_access import read_xml
from papers.ingest.sources.arxiv_atom import AtomPage, entry_id, read_entry, read_page
from papers.ingest.sources.arxiv_facts import HOST

# Somebody waits for the page: with two seconds for the turn this stays below five. A job has more time. Both ask once,
# since the job comes again.
FOR_A_PAGE = Limits(interval=0, connect=1.5, read=2.5, answer=0.5, answer_bytes=5_000_000, attempts=1)
FOR_A_JOB = Limits(interval=0, connect=10, read=30, answer=60, answer_bytes=5_000_000, attempts=1)

# Crossref's kinds that are no papers, as a sentence goes on from "This DOI is ".
_KINDS = {
    "book": "a book’s",
    "monograph": "a book’s",
    "edited-book": "a book’s",
    "reference-book": "a book’s",
    "dataset": "a data set’s",
    "database": "a data base’s",
    "journal": "a journal’s",
    "journal-issue": "a journal issue’s",
    "journal-volume": "a journal volume’s",
    "proceedings": "a volume of proceedings’",
    "component": "a figure’s or table’s",
    "peer-review": "a review’s",
    "grant": "a grant’s",
    "standard": "a standard’s",
}


class NoSuchPaper(Exception):
    """The source knows none of this name, or what it knows is no paper; the message is a sentence for readers."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the two are asked, and whom they may write to; from the settings alone."""

    arxiv: str
    crossref: str
    contact: str = ""


def turn_of(scheme: str) -> str:
    """Which service is asked, by the name of its turn (papers.ingest.turns)."""
    return HOST if scheme == ARXIV else "crossref.org"


def source_of_scheme(scheme: str) -> str:
    """The source whose word it is: an ordinary run of it would say the same of the same paper."""
    return "arxiv" if scheme == ARXIV else crossref.SOURCE


def ask_for(scheme: str, value: str, endpoints: Endpoints, limits: Limits) -> PaperRecord:
    """The record of one paper. Raise NoSuchPaper where there is none, SourceError where the source can't say now."""
    # No `home`: redirects stay on the very host.
    session = PoliteSession(contact=endpoints.contact, limits=limits)
    if scheme == ARXIV:
        return _ask_arxiv(value, http_address(endpoints.arxiv), session)
    return _ask_crossref(value, http_address(endpoints.crossref), session, endpoints.contact)


def _ask_arxiv(arxiv_id: str, endpoint: str, session: PoliteSession) -> PaperRecord:
    def check(page: AtomPage) -> AtomPage:
        if page.total > len(page.entries) or any(entry_id(entry) not in ("", arxiv_id) for entry in page.entries):
            raise TryAgain("answered about something else")
        return page

    params = {"id_list": arxiv_id, "max_results": "1"}
    page = read_xml(session, f"{endpoint}/api/query", params, lambda feed: check(read_page(feed)), also={400})
    if page.error or not page.entries:
        raise NoSuchPaper(f"arXiv knows no paper {arxiv_id}. Look at the id again; a very new one may need some hours.")
    return _readable(read_entry(page.entries[0]), "arXiv")


def _ask_crossref(doi: str, endpoint: str, session: PoliteSession, contact: str) -> PaperRecord:
    # Crossref's wish: who asks may be written to.
    params = {"mailto": contact} if "@" in contact else None
    work = session.read(
        f"{endpoint}/works/{quote(doi, safe='')}", params, _read_work, accept="application/json", also={404}
    )
    if work is None:
        raise NoSuchPaper(
            f"Crossref knows no DOI {doi}. Look at it again; DOIs of data sets and software are registered elsewhere."
        )
    kind = crossref.kind_of(work)
    if kind not in crossref.PAPERS:
        raise NoSuchPaper(f"This DOI is {_KINDS.get(kind, 'not a paper’s')}, and only papers are taken here.")
    try:
        record = crossref.read_work(work)
    except InvalidRecord as error:
        return _readable(RejectedItem(doi, str(error)), "Crossref")
    # A DOI may be another name of a work whose own is told; both lead there.
    return (
        record if (DOI, doi) in record.identifiers else replace(record, identifiers=(*record.identifiers, (DOI, doi)))
    )


def _read_work(answer: Answer) -> dict[str, Any] | None:
    if answer.status == 404:
        return None
    try:
        work = json.loads(answer.body).get("message")
    except (ValueError, RecursionError, AttributeError):
        work = None
    if not isinstance(work, dict):
        raise TryAgain("answered with what is no work")
    return work


def _readable(item: PaperRecord | RejectedItem, source: str) -> PaperRecord:
    if isinstance(item, RejectedItem):
        raise NoSuchPaper(f"What {source} says of it can’t be read: {item.reason}")
    return item
