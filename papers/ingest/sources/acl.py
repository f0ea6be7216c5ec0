"""The ACL Anthology: its own XML, and corpora of it as JSON lines."""

from __future__ import annotations

import argparse
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from papers.identifiers import ACL, address
from papers.ingest.authors import authors_from_parts
from papers.ingest.records import InvalidRecord, PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_facts import midnight, published_dois
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.sources.files import find_files, open_bytes, read_bytes
from papers.ingest.sources.snapshot import read_line, read_lines
from papers.ingest.text import single_line, tidy_title, unwrap
from papers.ingest.xml import BadXml, has_lost_letters, parse_xml, source_of, text_of

_XML, _LINES = (".xml", ".xml.gz"), (".jsonl", ".jsonl.gz")
_NEW_STYLE = re.compile(r"\d{4}\.[a-z0-9_]+")
_OWN = "Association for Computational Linguistics"
_LICENCES = {
    True: "http://creativecommons.org/licenses/by/4.0/",
    False: "http://creativecommons.org/licenses/by-nc-sa/3.0/",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Volume:
    """What a volume says of all its papers."""

    collection: str
    number: str
    title: str
    published_on: date | None
    licence: str


@dataclass(frozen=True, slots=True)
class AclSource(Source):
    """A volume's month is a day of record, never a day of submission."""

    name = "acl"
    title = "ACL Anthology"
    description = "The ACL Anthology: its XML files, a folder of them, or JSON lines in the snapshot's shape."
    examples = ("2024.acl.xml",)

    files: tuple[str, ...]

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="2024.acl.xml, corpus.jsonl (.gz too), or a folder"
        )

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> AclSource:
        files = tuple(map(str, options.get("files") or ()))
        if not files:
            raise SourceError("Say which files to read.")
        return cls(files)

    def arguments(self) -> dict[str, Any]:
        return {"files": list(self.files)}

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        """A file that is no collection is one rejected item, and the other files are read."""
        for file in find_files(self.files, _XML + _LINES):
            if file.name.endswith(_LINES):
                yield from _read_lines(file)
                continue
            try:
                collection = parse_xml(read_bytes(file))
            except (BadXml, SourceError) as error:
                reason = str(error) if isinstance(error, SourceError) else f"The file {file.name} is {error}."
                yield RejectedItem(file.name, reason, key=file.name)
                continue
            if collection.tag != "collection":
                yield RejectedItem(file.name, f"The file {file.name} is no collection of the Anthology.", key=file.name)
            yield from read_collection(collection)


def _read_lines(path: Path) -> Iterator[PaperRecord | RejectedItem]:
    with open_bytes(path) as file:
        try:
            yield from map(read_line, read_lines(file))
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"{path} is damaged: {error}.") from None


def read_collection(collection: Element) -> Iterator[PaperRecord | RejectedItem]:
    """The papers of a collection, volume by volume; front matter is none."""
    for element in collection.findall("volume"):
        volume = _read_volume(element, collection.get("id", ""))
        for paper in element.findall("paper"):
            yield _read_paper(paper, volume)


def _read_volume(element: Element, collection: str) -> Volume:
    meta = element.find("meta")
    year, month = text_of(meta, "year").strip(), text_of(meta, "month").strip().lower()[:3]
    published_on = None
    if re.fullmatch(r"(?:19|20)\d{2}", year):
        published_on = date(int(year), _MONTHS.index(month) + 1 if month in _MONTHS else 1, 1)
    is_own = text_of(meta, "publisher").strip() == _OWN and published_on is not None
    return Volume(
        collection=collection,
        number=element.get("id", ""),
        title=tidy_title(_flat(meta.find("booktitle") if meta is not None else None)),
        published_on=published_on,
        # The Anthology says so of its own volumes; of others it knows none.
        licence=_LICENCES[published_on.year >= 2016] if is_own and published_on else "",
    )


def _read_paper(paper: Element, volume: Volume) -> PaperRecord | RejectedItem:
    name = _anthology_id(volume, paper.get("id", ""))
    try:
        if has_lost_letters(paper):
            raise InvalidRecord("It holds bytes that are no characters.")
        retracted = next((child for child in paper if child.tag in ("retracted", "removed")), None)
        return PaperRecord(
            key=name,
            title=tidy_title(_flat(paper.find("title"))),
            identifiers=((ACL, name), *published_dois(text_of(paper, "doi"))),
            abstract=unwrap(_flat(paper.find("abstract"))),
            authors=tuple(
                author
                for element in paper.findall("author")
                for author in authors_from_parts(
                    text_of(element, "last"), text_of(element, "first"), affiliation=text_of(element, "affiliation")
                )
            ),
            author_note=tidy_title(text_of(retracted)) if retracted is not None else "",
            withdrawn_at=midnight(_withdrawn_on(retracted, volume)) if retracted is not None else None,
            journal_reference=_reference(paper, volume),
            licence=volume.licence,
            recorded_on=volume.published_on,
            as_of=volume.published_on,
            address=address(ACL, name),
            raw=source_of(paper),
        )
    except InvalidRecord as error:
        return RejectedItem(source_of(paper), str(error), name)


def _anthology_id(volume: Volume, paper: str) -> str:
    """`2024.sdp-1.3`; before 2020 four digits that volume and paper share: `P18-1001`, `W18-5401`."""
    if _NEW_STYLE.fullmatch(volume.collection) or not (volume.number.isdigit() and paper.isdigit()):
        return f"{volume.collection}-{volume.number}.{paper}"
    # Workshops need two digits for the volume; so did those that came with EMNLP 2019.
    is_workshop = volume.collection[:1] == "W" or (volume.collection == "D19" and int(volume.number) >= 5)
    if is_workshop or volume.collection == "C69":
        return f"{volume.collection}-{int(volume.number):02}{int(paper):02}"
    return f"{volume.collection}-{int(volume.number)}{int(paper):03}"


def _withdrawn_on(retracted: Element, volume: Volume) -> date | None:
    try:
        return date.fromisoformat(retracted.get("date", ""))
    except ValueError:
        return volume.published_on


def _reference(paper: Element, volume: Volume) -> str:
    pages = single_line(text_of(paper, "pages"))
    parts = (
        volume.title,
        f"pages {pages}" if pages else "",
        str(volume.published_on.year) if volume.published_on else "",
    )
    return ", ".join(part for part in parts if part)


def _flat(element: Element | None) -> str:
    """An element's text, its markup flattened and its mathematics between dollars."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "tex-math":
            parts.append(f"${text_of(child).strip()}$")
        else:
            parts.append("\n\n" if child.tag in ("par", "br") else _flat(child))
        parts.append(child.tail or "")
    return "".join(parts)
