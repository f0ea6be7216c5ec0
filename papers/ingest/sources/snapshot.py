"""The bulk snapshot of arXiv (Kaggle's shape): one JSON object a line, plain or gzip'd."""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from papers.identifiers import ACL, ARXIV, address, parse_arxiv_id
from papers.ingest.authors import authors_from_parts, parse_authors
from papers.ingest.marks import mark_of
from papers.ingest.records import AuthorRecord, InvalidRecord, PaperRecord, RejectedItem, UnreadItem, VersionRecord
from papers.ingest.sources.arxiv_facts import known_categories, published_dois, rfc822_moment, withdrawn_at
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.sources.files import open_bytes
from papers.ingest.text import single_line, tidy_name, tidy_title, unwrap, web_address

_LONGEST_LINE = 10_000_000  # bytes; a real one of 3,300 authors has 200,000
_ACL_ID = re.compile(r"\d{4}\.[a-z0-9_]{1,40}-[a-z0-9]{1,20}\.\d{1,5}|[A-Z]\d{2}-\d{4,5}")


@dataclass(frozen=True, slots=True)
class SnapshotSource(Source):
    """A bare `update_date` is a day of record, never the day of submission."""

    name = "snapshot"
    title = "arXiv"
    description = "arXiv's bulk snapshot: a file of JSON lines as Kaggle has it, plain or gzip'd."
    examples = ("arxiv-metadata.jsonl.gz",)

    file: str

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="JSON lines, plain or gzip'd")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> SnapshotSource:
        if not options.get("file"):
            raise SourceError("Say which file to read.")
        return cls(str(options["file"]))

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        for item in self.unread_items():
            yield item.read()

    def unread_items(self) -> Iterator[UnreadItem]:
        path = Path(self.file)
        if not path.is_file():
            raise SourceError(f"There is no file {path}.")
        with open_bytes(path) as file:
            try:
                for line in read_lines(file):
                    yield UnreadItem(_key_hint(line[:2_000].decode(errors="replace")), mark_of(line), line, read_line)
            except (OSError, EOFError, zlib.error) as error:
                raise SourceError(f"{path} is damaged: {error}.") from None

    @classmethod
    def reread(cls, raw: str, context: dict[str, Any]) -> Iterator[PaperRecord | RejectedItem]:
        yield read_line(raw.encode())

    def arguments(self) -> dict[str, Any]:
        return {"file": self.file}


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines that say something; one longer than the limit comes as its beginning, and is rejected."""
    while line := file.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
        if line.strip():
            yield line


def read_line(line: bytes) -> PaperRecord | RejectedItem:
    """One line of the snapshot."""
    try:
        if len(line) > _LONGEST_LINE:
            raise InvalidRecord(f"The line has more than {_LONGEST_LINE:,} bytes.")
        return _record(_parse(line), line.decode().strip())
    except InvalidRecord as error:
        raw = line[:400_000].decode(errors="replace").strip()
        return RejectedItem(raw, str(error), key=_key_hint(raw))


def _parse(line: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidRecord("The line is not UTF-8 text.") from None
    except (ValueError, RecursionError):
        raise InvalidRecord("The line is not whole JSON.") from None
    if not isinstance(facts, dict):
        raise InvalidRecord("The line is not a JSON object.")
    return facts


def _record(facts: dict[str, Any], raw: str) -> PaperRecord:
    categories = _categories(facts)
    scheme, key = _identity(_text(facts, "id"), has_categories=bool(categories))
    versions = _versions(facts.get("versions"))
    updated_at = versions[-1].submitted_at if versions else None
    recorded_on = _day(_text(facts, "update_date"))
    comments, abstract = tidy_title(_text(facts, "comments")), unwrap(_text(facts, "abstract"))
    return PaperRecord(
        key=key,
        title=tidy_title(_text(facts, "title")),
        identifiers=((scheme, key), *published_dois(_text(facts, "doi"))),
        abstract=abstract,
        authors=_authors(facts),
        author_note=comments,
        categories=categories,
        submitted_at=next((version.submitted_at for version in versions if version.number == 1), None),
        updated_at=updated_at,
        withdrawn_at=withdrawn_at(comments, abstract, updated_at, recorded_on),
        versions=versions,
        journal_reference=tidy_title(_text(facts, "journal-ref")),
        report_number=single_line(_text(facts, "report-no")),
        licence=web_address(facts.get("license")),
        recorded_on=recorded_on,
        as_of=recorded_on,
        submitter=tidy_name(_text(facts, "submitter")),
        address=address(scheme, key),
        raw=raw,
    )


def _text(facts: dict[str, Any], name: str) -> str:
    found = facts.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise InvalidRecord(f"Its {name} is not text.")
    return found


def _identity(text: str, *, has_categories: bool) -> tuple[str, str]:
    """(scheme, value); the ACL Anthology's papers come in the same shape, without categories."""
    arxiv = parse_arxiv_id(text)
    if arxiv is not None:
        return ARXIV, arxiv[0]
    if not has_categories and _ACL_ID.fullmatch(text.strip()):
        return ACL, text.strip()
    raise InvalidRecord("Its id is neither arXiv's nor the ACL Anthology's." if text else "It has no id.")


def _categories(facts: dict[str, Any]) -> tuple[str, ...]:
    """Codes in the source's order, the primary first; what arXiv's taxonomy does not know is dropped."""
    return known_categories(_text(facts, "categories").split())


def _authors(facts: dict[str, Any]) -> tuple[AuthorRecord, ...]:
    """arXiv's own split where the line has it, else ours of the raw string."""
    parsed = facts.get("authors_parsed")
    if not parsed:
        return parse_authors(_text(facts, "authors"))
    if not isinstance(parsed, list) or not all(isinstance(parts, list) for parts in parsed):
        raise InvalidRecord("Its authors are not a list of names.")
    if not all(isinstance(part, str) for parts in parsed for part in parts):
        raise InvalidRecord("One of its authors has a name that is not text.")
    return tuple(author for parts in parsed if parts for author in authors_from_parts(*parts[:4]))


def _versions(versions: object) -> tuple[VersionRecord, ...]:
    if not versions:
        return ()
    if not isinstance(versions, list):
        raise InvalidRecord("Its versions are not a list.")
    found: dict[int, VersionRecord] = {}
    for version in versions:
        try:
            number = int(version["version"].removeprefix("v"))
            found[number] = VersionRecord(number, rfc822_moment(version["created"]))
        except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
            raise InvalidRecord("One of its versions has no number or no date.") from None
    return tuple(found[number] for number in sorted(found))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise InvalidRecord("Its update_date is not a day.") from None


def _key_hint(raw: str) -> str:
    """The id of a line, as far as it can be seen without reading it; of a broken one, so that staff can find it."""
    match = _KEY.search(raw[:2_000])
    return match[1] if match else ""


_KEY = re.compile(r'"id"\s*:\s*"([^"\\]{1,100})"')
