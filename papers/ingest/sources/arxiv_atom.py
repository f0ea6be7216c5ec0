"""The Atom feeds of arXiv's query API, in the serialisation of 2026 and the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from papers.identifiers import ARXIV, address
from papers.ingest.authors import authors_from_parts
from papers.ingest.records import AuthorRecord, InvalidRecord, PaperRecord, RejectedItem, VersionRecord
from papers.ingest.sources.arxiv_facts import arxiv_id, known_categories, published_dois, withdrawn_at
from papers.ingest.text import tidy_title, unwrap
from papers.ingest.xml import has_lost_letters, source_of, text_of, texts_of

_ERRORS = "/api/errors"


@dataclass(frozen=True, slots=True)
class AtomPage:
    """One reply: how many results the query has in all, and the entries of this page."""

    total: int
    entries: list[Element]
    error: str = ""  # why the service refused, in its own words


def read_page(feed: Element) -> AtomPage:
    """A parsed reply; an error comes as a feed with one entry and must not be taken for a paper."""
    entries = feed.findall("entry")
    for entry in entries:
        if _ERRORS in text_of(entry, "id"):
            return AtomPage(0, [], " ".join(text_of(entry, "summary").split()) or "it gave no reason")
    total = text_of(feed, "totalResults").strip()
    return AtomPage(int(total) if total.isascii() and total.isdigit() else len(entries), entries)


def entry_id(entry: Element) -> str:
    """The id without version, or an empty string: how an entry is known again on the next page."""
    try:
        return arxiv_id(text_of(entry, "id"))[0]
    except InvalidRecord:
        return ""


def entry_submitted_at(entry: Element) -> datetime | None:
    try:
        return _moment(entry, "published")
    except InvalidRecord:
        return None


def read_entry(entry: Element) -> PaperRecord | RejectedItem:
    """One entry of a feed."""
    try:
        if has_lost_letters(entry):
            raise InvalidRecord("It holds bytes that are no characters.")
        return _record(entry)
    except InvalidRecord as error:
        return RejectedItem(source_of(entry), str(error), entry_id(entry))


def _record(entry: Element) -> PaperRecord:
    base, number = arxiv_id(text_of(entry, "id"))
    submitted_at, updated_at = _moment(entry, "published"), _moment(entry, "updated")
    comments, abstract = tidy_title(text_of(entry, "comment")), unwrap(text_of(entry, "summary"))
    primary = entry.find("primary_category")
    codes = [element.get("term", "") for element in (primary, *entry.findall("category")) if element is not None]
    return PaperRecord(
        key=base,
        title=tidy_title(text_of(entry, "title")),
        identifiers=((ARXIV, base), *published_dois(" ".join(texts_of(entry, "doi")))),
        abstract=abstract,
        authors=_authors(entry),
        author_note=comments,
        categories=known_categories(codes),
        submitted_at=submitted_at,
        updated_at=updated_at,
        withdrawn_at=withdrawn_at(comments, abstract, updated_at, None),
        versions=_versions(number, submitted_at, updated_at),
        journal_reference=tidy_title(text_of(entry, "journal_ref")),
        as_of=updated_at.date() if updated_at else None,
        address=address(ARXIV, base),
        raw=source_of(entry),
    )


def _authors(entry: Element) -> tuple[AuthorRecord, ...]:
    return tuple(
        author
        for element in entry.findall("author")
        for author in authors_from_parts(
            text_of(element, "name"), affiliation="; ".join(texts_of(element, "affiliation"))
        )
    )


def _versions(number: int | None, first: datetime | None, latest: datetime | None) -> tuple[VersionRecord, ...]:
    """The first version, and the one that was returned; those between are not told."""
    versions = [VersionRecord(1, first)]
    if number is not None and number > 1:
        versions.append(VersionRecord(number, latest))
    return tuple(versions)


def _moment(entry: Element, name: str) -> datetime | None:
    text = text_of(entry, name).strip()
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidRecord(f"Its date {text[:50]!r} is none.") from None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
