"""One work as Crossref tells it, read into a record: the `message` of its REST API's answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from bs4 import BeautifulSoup

from papers.identifiers import DOI, address, parse_doi
from papers.ingest.authors import authors_from_parts
from papers.ingest.records import YEARS, AuthorRecord, InvalidRecord, PaperRecord
from papers.ingest.text import decode_entities, single_line, tidy_name, tidy_title, unwrap, web_address

# Not the source that adds to known papers, whose statements say less (papers.ingest.sources.crossref).
SOURCE = "doi"
# Crossref's words for what is a paper; everything else is called by its own name when it is refused.
PAPERS = frozenset(
    {
        *("journal-article", "proceedings-article", "posted-content", "book-chapter", "book-section", "book-part"),
        *("report", "report-component", "dissertation"),
    }
)
_ENDED = {"retraction", "withdrawal", "removal"}
_ENDED_TITLE = re.compile(r"\s*(?:retracted|withdrawn|removed)(?:\s+(?:article|paper|chapter))?\s*:", re.IGNORECASE)
_MARKUP = re.compile(r"<[A-Za-z/!?][^>]*>")
# In the order of trust: the day of print may be half a year after the paper was there to read.
_DATES = ("published-online", "posted", "published", "issued", "published-print", "created")


def read_work(work: dict[str, Any]) -> PaperRecord:
    """The record of a work; InvalidRecord where its facts can't be a paper's. Its kind is not looked at: `kind_of`."""
    try:
        return _record(work)
    except RecursionError:
        raise InvalidRecord("Its markup is nested too deep to be read.") from None


def _record(work: dict[str, Any]) -> PaperRecord:
    doi = parse_doi(_text(work.get("DOI")))
    if doi is None:
        raise InvalidRecord("It has no DOI.")
    day, is_whole = _day(work)
    indexed = _moment(work.get("indexed"))
    return PaperRecord(
        key=doi[:200],
        title=_title(work),
        identifiers=((DOI, doi),),
        abstract=_abstract(work),
        authors=tuple(_authors(work)),
        submitted_at=_midnight(day) if is_whole and _is_preprint(work) else None,
        withdrawn_at=_withdrawn_at(work, day),
        journal_reference=_reference(work, day),
        licence=_licence(work),
        recorded_on=day,
        as_of=indexed.date() if indexed else None,
        address=address(DOI, doi),
        raw=json.dumps(work, ensure_ascii=False),
    )


def kind_of(work: dict[str, Any]) -> str:
    """What Crossref takes the work for, in its own word: "journal-article"; "" where it does not say."""
    return _text(work.get("type"))


def plain(markup: str) -> str:
    """Text without its elements: HTML's, JATS's, MathML's. Formulas given twice are kept once."""
    if not _MARKUP.search(markup):
        return decode_entities(markup)
    page = _parsed(markup)
    for element in page.find_all(["tex-math", "jats:tex-math", "annotation", "mml:annotation", "script", "style"]):
        element.decompose()
    # Entities come encoded twice from some publishers.
    return decode_entities(page.get_text())


def _parsed(markup: str) -> BeautifulSoup:
    # In an element of ours, or bs4 would warn of text that looks like an address or an XML file.
    return BeautifulSoup(f"<div>{markup}</div>", "html.parser")


def _title(work: dict[str, Any]) -> str:
    title = next((found for text in _texts(work.get("title")) if (found := tidy_title(plain(text)))), "")
    subtitle = next((found for text in _texts(work.get("subtitle")) if (found := tidy_title(plain(text)))), "")
    if title and subtitle and subtitle.casefold() not in title.casefold():
        return f"{title}{' ' if title[-1] in ':?!' else ': '}{subtitle}"
    return title


def _abstract(work: dict[str, Any]) -> str:
    markup = _text(work.get("abstract"))
    page = _parsed(markup)
    heading = page.find(["jats:title", "title"])
    if heading and heading.get_text().strip().rstrip(".:").casefold() in ("abstract", "summary"):
        heading.decompose()
    paragraphs = page.find_all(["jats:p", "p"])
    parts = [plain(str(part)) for part in paragraphs] or [plain(str(page))]
    return unwrap("\n\n".join(single_line(part) for part in parts))


def _authors(work: dict[str, Any]) -> Iterator[AuthorRecord]:
    for person in _objects(work.get("author")):
        places = [tidy_name(plain(_text(place.get("name")))) for place in _objects(person.get("affiliation"))]
        family, given, suffix, group = (
            plain(_text(person.get(name))) for name in ("family", "given", "suffix", "name")
        )
        yield from authors_from_parts(
            family or group, given, suffix, affiliation="; ".join(place for place in places if place)
        )


def _reference(work: dict[str, Any], day: date | None) -> str:
    """`Journal of Boats 7 (2), 1–12 (2025)`, as far as it is told."""
    place = next((found for text in _texts(work.get("container-title")) if (found := tidy_title(plain(text)))), "")
    if not place:
        return ""
    volume, issue = single_line(_text(work.get("volume"))), single_line(_text(work.get("issue")))
    page = single_line(_text(work.get("page")) or _text(work.get("article-number")))
    reference = f"{place} {volume}".rstrip() + (f" ({issue})" if issue else "") + (f", {page}" if page else "")
    return tidy_title(reference + (f" ({day.year})" if day else ""))


def _licence(work: dict[str, Any]) -> str:
    licences = sorted(_objects(work.get("license")), key=lambda row: row.get("content-version") != "vor")
    return next((found for row in licences if (found := web_address(row.get("URL")))), "")


def _is_preprint(work: dict[str, Any]) -> bool:
    return kind_of(work) == "posted-content"


def _withdrawn_at(work: dict[str, Any], day: date | None) -> datetime | None:
    for notice in _objects(work.get("updated-by")):
        if _text(notice.get("type")).casefold() in _ENDED:
            return _moment(notice.get("updated")) or _midnight(day)
    if any(_ENDED_TITLE.match(text) for text in _texts(work.get("title"))):
        return _midnight(day)
    return None


def _midnight(day: date | None) -> datetime:
    found = day or date(1900, 1, 1)
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def _day(work: dict[str, Any]) -> tuple[date | None, bool]:
    """(the first day that is told, whether all of it is): a year alone is its first of January."""
    partial = None
    for name in _DATES:
        value = work.get(name)
        rows = value.get("date-parts") if isinstance(value, dict) else None
        parts = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else []
        if not parts or not all(isinstance(part, int) for part in parts):
            continue
        try:
            day = date(*[*parts, 1, 1][:3])
        except (ValueError, OverflowError):
            continue
        if day.year not in YEARS:
            continue
        if len(parts) >= 3:
            return day, True
        partial = partial or day
    return partial, False


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(value.get("date-time"))) if isinstance(value, dict) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
