"""Anyone's own library: a BibTeX file."""

from __future__ import annotations

import argparse
import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import Block, DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

from papers.identifiers import ACL, ARXIV, OPENREVIEW, address, parse_arxiv_id
from papers.ingest.authors import authors_from_parts
from papers.ingest.records import AuthorRecord, InvalidRecord, PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_facts import known_categories, published_dois
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.sources.files import read_bytes
from papers.ingest.text import plain_title, single_line, unwrap, web_address

# The parser reports what it can't read; we report it as rejected items, and once is enough.
logging.getLogger("bibtexparser").setLevel(logging.ERROR)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_MONTH = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*|\b(1[0-2]|0?[1-9])\b", re.IGNORECASE)
_PREPRINT = re.compile(r"\barxiv\b", re.IGNORECASE)
_ARXIV_ID = re.compile(r"arxiv:\s*([a-z.-]+/\d{7}|\d{4}\.\d{4,5})", re.IGNORECASE)
_ACL_ADDRESS = re.compile(r"aclanthology\.org/(\d{4}\.[a-z0-9_]+-[a-z0-9]+\.\d+|[A-Z]\d{2}-\d{4})\b")
_OPENREVIEW_ADDRESS = re.compile(r"openreview\.net/(?:forum|pdf)\?id=([\w-]+)")
# Where a reader finds an arXiv id or an address, in the order in which it is believed.
_SPEAKING = ("eprint", "url", "journal", "howpublished", "note")


@dataclass(frozen=True, slots=True)
class BibtexSource(Source):
    """Its year and month are a day of record; notes and keywords are the library owner's and stay there."""

    name = "bibtex"
    title = "BibTeX"
    description = "A BibTeX file: a library of one's own, as reference managers write it."
    examples = ("library.bib",)

    file: str

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="library.bib, as UTF-8, .gz too")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> BibtexSource:
        if not options.get("file"):
            raise SourceError("Say which file to read.")
        return cls(str(options["file"]))

    def arguments(self) -> dict[str, Any]:
        return {"file": self.file}

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        path = Path(self.file)
        if not path.is_file():
            raise SourceError(f"There is no file {path}.")
        try:
            text = read_bytes(path).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise SourceError(f"{path} is not UTF-8 text.") from None
        yield from read_library(text)


def read_library(text: str) -> Iterator[PaperRecord | RejectedItem]:
    """The entries of a library in order; what the parser can't read is rejected with its raw text."""
    library = parse_string(text)
    entries = {entry.key.casefold(): _fields(entry) for entry in library.entries}
    for block in library.blocks:
        entry = _entry_of(block)
        if entry is not None:
            yield _read_entry(entry, entries)
        elif isinstance(block, ParsingFailedBlock):
            yield RejectedItem(block.raw or "", f"The entry in line {(block.start_line or 0) + 1} is not whole BibTeX.")


def _entry_of(block: Block) -> Entry | None:
    """The entry of a block; a second one under the same key, or with a field twice, is one too."""
    if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
        inner = block.ignore_error_block
        return inner if isinstance(inner, Entry) else None
    return block if isinstance(block, Entry) else None


def _fields(entry: Entry) -> dict[str, str]:
    return {field.key.lower(): str(field.value) for field in reversed(entry.fields)}


def _read_entry(entry: Entry, entries: Mapping[str, dict[str, str]]) -> PaperRecord | RejectedItem:
    fields = _fields(entry)
    # BibTeX's own inheritance: what an entry lacks, the one that it names has.
    if parent := entries.get(fields.get("crossref", "").strip().casefold()):
        inherited = {name: value for name, value in parent.items() if name not in ("title", "author", "doi", "url")}
        fields = inherited | {"booktitle": parent.get("booktitle") or parent.get("title", "")} | fields
    raw = entry.raw or str(fields)
    try:
        return _record(entry.key, fields, raw)
    except InvalidRecord as error:
        return RejectedItem(raw, str(error), entry.key)


def _record(key: str, fields: dict[str, str], raw: str) -> PaperRecord:
    title = plain_title(fields.get("title", ""))
    identifiers = tuple(dict.fromkeys(_identifiers(fields)))
    return PaperRecord(
        # Two libraries may use one key for two papers.
        key=":".join(identifiers[0])
        if identifiers
        else f"{key[:150]}@{hashlib.sha256(title.encode()).hexdigest()[:12]}",
        title=title,
        identifiers=identifiers,
        abstract=unwrap(fields.get("abstract", "")),
        authors=tuple(_authors(fields.get("author", ""))),
        categories=known_categories(fields.get("primaryclass", "").split()),
        journal_reference=_reference(fields),
        # An arXiv id tells its month itself, and a library's month is no day on which arXiv listed it.
        recorded_on=_day(fields) if not any(scheme == ARXIV for scheme, _ in identifiers) else None,
        address=web_address(fields.get("url", "")) or (address(*identifiers[0]) if identifiers else ""),
        raw=raw,
    )


def _identifiers(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    texts = [single_line(fields.get(name, "")).strip("{}") for name in ("doi", *_SPEAKING)]
    for text in texts:
        named = _ARXIV_ID.search(text)
        if found := parse_arxiv_id(named[1] if named else text):
            yield ARXIV, found[0]
            break
    yield from published_dois(texts[0])
    url = fields.get("url", "")
    if "doi.org/" in url:
        yield from published_dois(url.strip())
    if match := _ACL_ADDRESS.search(url):
        yield ACL, match[1]
    if match := _OPENREVIEW_ADDRESS.search(url):
        yield OPENREVIEW, match[1]


def _authors(text: str) -> Iterator[AuthorRecord]:
    """`Family, Given and Given Family and {A Group} and others`, by BibTeX's own rules for names."""
    for name in split_multiple_persons_names(" ".join(text.split())):
        if name.strip("{} ").lower() == "others":
            continue
        try:
            parts = parse_single_name_into_parts(name)
        except InvalidNameError:
            yield from authors_from_parts(name)
            continue
        family = " ".join([*parts.von, *parts.last])
        yield from authors_from_parts(family, " ".join(parts.first), " ".join(parts.jr))


def _reference(fields: dict[str, str]) -> str:
    venue = plain_title(fields.get("journal") or fields.get("booktitle") or "")
    if not venue or _PREPRINT.search(venue):
        return ""
    volume, number, pages, year = (single_line(fields.get(name, "")) for name in ("volume", "number", "pages", "year"))
    volume = f"{volume} ({number})" if volume and number else volume
    parts = (f"{venue} {volume}".strip(), f"pages {pages.replace('--', '-')}" if pages else "", year)
    return ", ".join(part for part in parts if part)


def _day(fields: dict[str, str]) -> date | None:
    """The first of the month of publication, of January where none is told."""
    year = _YEAR.search(fields.get("year") or fields.get("date") or "")
    if year is None:
        return None
    told = fields.get("month") or (fields.get("date") or "")[5:7]
    match = _MONTH.search(told)
    if match is None:
        return date(int(year[0]), 1, 1)
    return date(int(year[0]), _MONTHS.index(match[1].lower()) + 1 if match[1] else int(match[2]), 1)
