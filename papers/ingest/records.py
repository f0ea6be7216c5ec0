"""What a source hands over: frozen, validated facts about one paper, unsaved and knowing no database."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from itertools import chain
from operator import attrgetter
from typing import Any

# What the columns of the tables hold; a source must not learn of them by a failing batch.
KEY_LENGTH, IDENTIFIER_LENGTH, TITLE_LENGTH, RAW_LENGTH = 200, 300, 5_000, 1_000_000
LARGEST_COUNT, LARGEST_VERSION = 2**31 - 1, 2**15 - 1
YEARS = range(1900, 2101)
CUT = "cut"  # in a rejected item's context: only its beginning was kept
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class InvalidRecord(ValueError):
    """One item of a source can't become a paper; the message says why, in words for staff."""


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """A name as printed, in the paper's own order."""

    name: str
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One numbered revision; `size_kb` and `source_type` only where a source tells them."""

    number: int
    submitted_at: datetime | None = None
    size_kb: int | None = None
    source_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRecord:
    """All that one source said of one paper in one place.

    `key` names the item within its source and stays the same in every later run; a source that
    lists the same paper on several days puts the day into it. Empty strings, empty tuples and None
    mean "this source does not say", never "there is none".

    Raises InvalidRecord when the facts can't be a paper: no title, an identifier without a value.
    """

    key: str
    title: str
    identifiers: tuple[tuple[str, str], ...] = ()  # (scheme, value), see papers.identifiers
    abstract: str = ""
    authors: tuple[AuthorRecord, ...] = ()
    author_count: int | None = None  # where only a number is printed
    author_note: str = ""  # arXiv's "comments" field
    categories: tuple[str, ...] = ()  # codes, the primary first
    submitted_at: datetime | None = None  # version 1, aware
    updated_at: datetime | None = None  # latest version, aware
    withdrawn_at: datetime | None = None
    versions: tuple[VersionRecord, ...] = ()
    journal_reference: str = ""
    report_number: str = ""
    licence: str = ""  # address of the licence
    listed_on: date | None = None  # the day of a curated listing (Hugging Face, a copied page, staff)
    recorded_on: date | None = None  # a bare day of record (the snapshot's update_date)
    as_of: date | None = None  # the day on which the source said this; newer wins within a source
    organisation: str = ""
    submitter: str = ""  # who sent or listed it, as the source names them
    source_summary: str = ""
    source_keywords: tuple[str, ...] = ()
    source_score: int | None = None  # upvotes seen at the source
    source_comment_count: int | None = None
    code_url: str = ""
    code_stars: int | None = None
    project_url: str = ""
    thumbnail_url: str = ""
    venue: str = ""  # the journal's or conference's name
    citation_count: int | None = None
    open_access_url: str = ""  # a PDF that anybody may read
    fields_of_study: tuple[str, ...] = ()
    # The identifier by which the source was asked about a paper that is known, "doi:10.1000/lamp". Such a record adds
    # to that paper alone: it makes none, and its title only tells whether it is the same work.
    asked: str = ""
    address: str = ""  # where a reader sees this item at the source
    raw: str = field(default="", compare=False, repr=False)  # the item as it came, for a rejected record
    # What the source needs beside the raw item to read it again, in plain JSON values.
    context: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise InvalidRecord("It has no title.")
        if len(self.title) > TITLE_LENGTH:
            raise InvalidRecord(f"Its title has {len(self.title):,} characters.")
        if not self.key:
            raise InvalidRecord("It has nothing to be recognised by.")
        if len(self.key) > KEY_LENGTH:
            raise InvalidRecord(f"Its key has {len(self.key):,} characters.")
        for scheme, value in self.identifiers:
            if not scheme or not value:
                raise InvalidRecord(f"It has an empty {scheme or 'unnamed'} identifier.")
            if len(value) > IDENTIFIER_LENGTH:
                raise InvalidRecord(f"Its {scheme} identifier has {len(value):,} characters.")
        self._check_numbers()
        self._check_times()
        if not _is_storable("".join(self._texts())):
            raise InvalidRecord("It holds characters that no text has: NUL, or half of one.")
        if len(self.raw) <= RAW_LENGTH:
            object.__setattr__(self, "raw", storable(self.raw))

    def _texts(self) -> Iterator[str]:
        yield from _TEXTS_OF(self)
        for author in self.authors:
            yield author.name
            yield author.affiliation
        yield from chain(self.categories, self.source_keywords, self.fields_of_study, *self.identifiers)

    def _check_numbers(self) -> None:
        for name in ("author_count", "source_score", "source_comment_count", "code_stars", "citation_count"):
            number = getattr(self, name)
            if number is not None and not 0 <= number <= LARGEST_COUNT:
                raise InvalidRecord(f"Its {name.replace('_', ' ')} is {number}.")
        for version in self.versions:
            if not 1 <= version.number <= LARGEST_VERSION:
                raise InvalidRecord(f"It has a version number {version.number}.")
            if version.size_kb is not None and not 0 <= version.size_kb <= LARGEST_COUNT:
                raise InvalidRecord(f"Its version {version.number} has {version.size_kb} kB.")

    def _check_times(self) -> None:
        days = [self.submitted_at, self.updated_at, self.withdrawn_at, self.listed_on, self.recorded_on, self.as_of]
        days += [version.submitted_at for version in self.versions]
        for day in days:
            if day is not None and day.year not in YEARS:
                raise InvalidRecord(f"It is dated in the year {day.year}.")

    def facts(self) -> dict[str, Any]:
        """The facts as plain JSON values, without the empty ones, the key and the raw item."""
        said = zip(_FACTS, _FACTS_OF(self), _PLAIN, strict=True)
        return {name: plain(value) if plain else value for name, value, plain in said if value not in _UNSAID}


def record_of(key: str, facts: dict[str, Any]) -> PaperRecord:
    """The inverse of `PaperRecord.facts`; the raw item is gone."""
    values = dict(facts)
    values["identifiers"] = tuple((scheme, value) for scheme, value in facts.get("identifiers", ()))
    values["authors"] = tuple(AuthorRecord(**author) for author in facts.get("authors", ()))
    values["versions"] = tuple(
        VersionRecord(**version | {"submitted_at": _moment(version.get("submitted_at"))})
        for version in facts.get("versions", ())
    )
    for name in ("categories", "source_keywords", "fields_of_study"):
        values[name] = tuple(facts.get(name, ()))
    for name in ("submitted_at", "updated_at", "withdrawn_at"):
        values[name] = _moment(facts.get(name))
    for name in ("listed_on", "recorded_on", "as_of"):
        values[name] = date.fromisoformat(facts[name]) if facts.get(name) else None
    return PaperRecord(key=key, **values)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _plain_author(author: AuthorRecord) -> dict[str, str]:
    return {"name": author.name} | ({"affiliation": author.affiliation} if author.affiliation else {})


def _plain_version(version: VersionRecord) -> dict[str, Any]:
    submitted_at = version.submitted_at.isoformat() if version.submitted_at else None
    facts = {
        "number": version.number,
        "submitted_at": submitted_at,
        "size_kb": version.size_kb,
        "source_type": version.source_type,
    }
    return {name: value for name, value in facts.items() if value not in _UNSAID}


_UNSAID = ("", (), None)
_FACTS = tuple(fact.name for fact in fields(PaperRecord) if fact.name not in ("key", "raw", "context"))
_FACTS_OF = attrgetter(*_FACTS)
# How a value of each type is written in plain JSON; None where it is plain already.
_PLAIN_BY_TYPE: dict[str, Callable[[Any], Any] | None] = {
    "str": None,
    "int | None": None,
    "date | None": date.isoformat,
    "datetime | None": datetime.isoformat,
    "tuple[str, ...]": list,
    "tuple[tuple[str, str], ...]": lambda pairs: [list(pair) for pair in pairs],
    "tuple[AuthorRecord, ...]": lambda authors: [_plain_author(author) for author in authors],
    "tuple[VersionRecord, ...]": lambda versions: [_plain_version(version) for version in versions],
}
_PLAIN = tuple(_PLAIN_BY_TYPE[str(fact.type)] for fact in fields(PaperRecord) if fact.name in _FACTS)
_TEXTS_OF = attrgetter(*(fact.name for fact in fields(PaperRecord) if fact.type == "str" and fact.name != "raw"))


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """One item that could not be read: the item as it came, and the reason for staff."""

    raw: str
    reason: str
    key: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.raw) > RAW_LENGTH:
            object.__setattr__(self, "context", self.context | {CUT: True})
        object.__setattr__(self, "raw", storable(self.raw))
        object.__setattr__(self, "key", storable(self.key)[:KEY_LENGTH])


@dataclass(slots=True)
class UnreadItem:
    """An item as it came, not read yet; where its mark is known, what it says is known as well, and nobody reads it.

    `key` is the record's, as far as it can be seen without reading; "" where it can't.
    """

    key: str
    mark: bytes  # papers.ingest.marks
    raw: bytes
    reader: Callable[[bytes], PaperRecord | RejectedItem]
    told: Any = None  # what papers.ingest.novelty made of it, once somebody asked

    def read(self) -> PaperRecord | RejectedItem:
        """What the item says."""
        return self.reader(self.raw)


AnyItem = PaperRecord | RejectedItem | UnreadItem


def storable(raw: str) -> str:
    """Text that PostgreSQL takes: no NULs, no halves of characters, at most RAW_LENGTH characters."""
    raw = raw[:RAW_LENGTH]
    return raw if _is_storable(raw) else _UNSTORABLE.sub("\ufffd", raw)


def _is_storable(text: str) -> bool:
    # Most texts are ASCII, which Python knows of each string without looking.
    return "\0" not in text if text.isascii() else not _UNSTORABLE.search(text)


def json_text(facts: dict[str, Any]) -> str:
    """The one way to write these facts as JSON: equal facts give equal texts."""
    return _encode(facts)


def content_hash(facts: dict[str, Any]) -> bytes:
    """32 bytes that change exactly when the facts do."""
    return hash_of(json_text(facts))


def hash_of(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
