"""The records of arXiv's OAI-PMH service, in its three formats: arXivRaw, arXiv and oai_dc."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from papers.identifiers import ARXIV, address
from papers.ingest.authors import author_from_inverted, authors_from_parts, parse_authors
from papers.ingest.records import AuthorRecord, InvalidRecord, PaperRecord, RejectedItem, VersionRecord
from papers.ingest.sources.arxiv_facts import (
    arxiv_id,
    known_categories,
    midnight,
    published_dois,
    rfc822_moment,
    withdrawn_at,
)
from papers.ingest.text import single_line, tidy_name, tidy_title, unwrap, web_address
from papers.ingest.xml import has_lost_letters, source_of, text_of, texts_of
from papers.taxonomy import CATEGORIES

_ARCHIVES = {
    "astro-ph": "Astrophysics",
    "cond-mat": "Condensed Matter",
    "cs": "Computer Science",
    "econ": "Economics",
    "eess": "Electrical Engineering and Systems Science",
    "math": "Mathematics",
    "nlin": "Nonlinear Sciences",
    "physics": "Physics",
    "q-bio": "Quantitative Biology",
    "q-fin": "Quantitative Finance",
    "stat": "Statistics",
}
_FORMER_NAMES = {"Condensed Matter - Mesoscopic Systems and Quantum Hall Effect": "cond-mat.mes-hall"}
_SIZE = re.compile(r"(\d+)\s*k?b", re.IGNORECASE)


def read_record(record: Element) -> PaperRecord | RejectedItem:
    """One `record` element; what arXiv has deleted is kept for staff to decide about."""
    header = record.find("header")
    name = text_of(header, "identifier").strip()
    try:
        if header is not None and header.get("status") == "deleted":
            raise InvalidRecord("arXiv marks it as deleted.")
        if has_lost_letters(record):
            raise InvalidRecord("It holds bytes that are no characters.")
        metadata = record.find("metadata")
        if metadata is None or not len(metadata):
            raise InvalidRecord("It has no metadata.")
        said = metadata[0]
        if said.tag not in _FORMATS:
            raise InvalidRecord(f"Its format is {said.tag!r}, which is not one that we read.")
        return PaperRecord(
            **_FORMATS[said.tag](said),
            as_of=_day(text_of(header, "datestamp")[:10]),
            raw=source_of(record),
        )
    except InvalidRecord as error:
        return RejectedItem(source_of(record), str(error), name.rpartition("oai:arXiv.org:")[2])


def _raw(said: Element) -> dict[str, Any]:
    """arXivRaw: the richest, with submitter, licence and every version."""
    versions = _versions(said)
    updated_at = versions[-1].submitted_at if versions else None
    facts = _common(said)
    withdrawn = withdrawn_at(facts["author_note"], facts["abstract"], updated_at, None, versions)
    return facts | {
        "authors": parse_authors(text_of(said, "authors")),
        "submitter": tidy_name(text_of(said, "submitter")),
        "versions": versions,
        "submitted_at": next((version.submitted_at for version in versions if version.number == 1), None),
        "updated_at": updated_at,
        "withdrawn_at": withdrawn,
    }


def _arxiv(said: Element) -> dict[str, Any]:
    """arXiv: names in parts, days without times, and no versions but the first."""
    facts = _common(said)
    created, updated = _day(text_of(said, "created")), _day(text_of(said, "updated"))
    return facts | {
        "key": f"{facts['key']}@arXiv",
        "authors": _authors(said),
        "versions": (VersionRecord(1, midnight(created)),) if created else (),
        "submitted_at": midnight(created),
        "updated_at": midnight(updated or created),
        "withdrawn_at": withdrawn_at(facts["author_note"], facts["abstract"], midnight(updated or created), None),
    }


def _dublin_core(said: Element) -> dict[str, Any]:
    """oai_dc: what is left of a record in fields that every library knows."""
    names = list(texts_of(said, "identifier"))
    base = next((name for name in names if "arxiv.org/abs/" in name), "")
    descriptions = list(texts_of(said, "description"))
    comments = next((text for text in descriptions if text.strip().startswith("Comment:")), "")
    abstract = unwrap(next((text for text in descriptions if text is not comments), ""))
    note = tidy_title(comments.strip().removeprefix("Comment:"))
    days = sorted(day for day in map(_day, texts_of(said, "date")) if day)
    dois = " ".join(name for name in names if name.strip().lower().startswith("doi:"))
    journals = [name for name in names if name != base and not name.strip().lower().startswith("doi:")]
    key, _ = arxiv_id(base)
    return {
        "key": f"{key}@oai_dc",
        "title": tidy_title(text_of(said, "title")),
        "identifiers": ((ARXIV, key), *published_dois(dois)),
        "abstract": abstract,
        "authors": tuple(author for name in texts_of(said, "creator") for author in author_from_inverted(name)),
        "author_note": note,
        "categories": known_categories(
            _codes_by_name().get(single_line(name), "") for name in texts_of(said, "subject")
        ),
        "versions": (VersionRecord(1, midnight(days[0])),) if days else (),
        "submitted_at": midnight(days[0]) if days else None,
        "updated_at": midnight(days[-1]) if days else None,
        "withdrawn_at": withdrawn_at(note, abstract, midnight(days[-1]) if days else None, None),
        "journal_reference": tidy_title(journals[0]) if journals else "",
        "licence": web_address(text_of(said, "rights")),
        "address": address(ARXIV, key),
    }


_FORMATS: dict[str, Callable[[Element], dict[str, Any]]] = {"arXivRaw": _raw, "arXiv": _arxiv, "dc": _dublin_core}


def _common(said: Element) -> dict[str, Any]:
    base, _ = arxiv_id(text_of(said, "id"))
    return {
        "key": base,
        "title": tidy_title(text_of(said, "title")),
        "identifiers": ((ARXIV, base), *published_dois(" ".join(texts_of(said, "doi")))),
        "abstract": unwrap(text_of(said, "abstract")),
        "author_note": tidy_title(text_of(said, "comments")),
        "categories": known_categories(text_of(said, "categories").split()),
        "journal_reference": tidy_title(text_of(said, "journal-ref")),
        "report_number": single_line(text_of(said, "report-no")),
        "licence": web_address(text_of(said, "license")),
        "address": address(ARXIV, base),
    }


def _versions(said: Element) -> tuple[VersionRecord, ...]:
    found: dict[int, VersionRecord] = {}
    for version in said.findall("version"):
        try:
            number = int(version.get("version", "").removeprefix("v"))
            moment = rfc822_moment(text_of(version, "date").strip())
        except (TypeError, ValueError, OverflowError):
            raise InvalidRecord("One of its versions has no number or no date.") from None
        size = _SIZE.fullmatch(text_of(version, "size").strip())
        letters = single_line(text_of(version, "source_type"))[:8]
        found[number] = VersionRecord(number, moment, int(size[1]) if size else None, letters)
    return tuple(found[number] for number in sorted(found))


def _authors(said: Element) -> tuple[AuthorRecord, ...]:
    return tuple(
        author
        for element in said.iterfind("authors/author")
        for author in authors_from_parts(
            text_of(element, "keyname"),
            text_of(element, "forenames"),
            text_of(element, "suffix"),
            "; ".join(texts_of(element, "affiliation")),
        )
    )


@cache
def _codes_by_name() -> dict[str, str]:
    """Categories by the names that oai_dc gives them: "Mathematics - Logic", "High Energy Physics - Theory"."""
    names = dict(_FORMER_NAMES)
    for fact in CATEGORIES.values():
        archive = _ARCHIVES.get(fact.code.partition(".")[0], "") if "." in fact.code else ""
        name = f"{archive} - {fact.name}" if archive else fact.name
        # Of an alias and its canonical code, which share a name, either will do.
        names.setdefault(name, fact.code)
    return names


def _day(text: str) -> date | None:
    text = text.strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidRecord(f"Its date {text[:50]!r} is none.") from None
