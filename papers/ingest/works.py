"""Works to be judged: of a record on its way, of what a source said before, and of a paper as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from papers.identifiers import ARXIV, DOI, arxiv_month, parse_arxiv_id, parse_doi
from papers.ingest.composing import ASKED
from papers.ingest.identity import Work
from papers.ingest.records import PaperRecord
from papers.models import Paper
from papers.titles import title_key

Name = tuple[str, str]  # an identifier: scheme, value


def bare_names(identifiers: Iterable[Iterable[str]]) -> list[Name]:
    """Identifiers as the database has them: DOIs without case."""
    return [(scheme, (parse_doi(value) or value.lower()) if scheme == DOI else value) for scheme, value in identifiers]


def work_of_record(record: PaperRecord) -> Work:
    # Whose title it is, is not sure where a source was asked by an identifier: by that no paper is found.
    title = "" if record.asked else record.title
    work = Work(
        title=title,
        title_key=title_key(title),
        authors=[author.name for author in record.authors],
        author_count=record.author_count or len(record.authors) or None,
        abstract=record.abstract,
    )
    return _named(work, bare_names(record.identifiers), record.submitted_at or record.recorded_on)


def work_of_facts(facts: dict[str, Any]) -> Work:
    """What a stored source record says; see PaperRecord.facts."""
    told = facts.get("submitted_at") or facts.get("recorded_on")
    authors = [author["name"] for author in facts.get("authors", [])]
    title = "" if ASKED in facts else facts.get("title", "")
    work = Work(
        title=title,
        title_key=title_key(title),
        authors=authors,
        author_count=facts.get("author_count") or len(authors) or None,
        abstract=facts.get("abstract", ""),
    )
    return _named(work, bare_names(facts.get("identifiers", [])), date.fromisoformat(told[:10]) if told else None)


def work_of_paper(paper: Paper, title: str, names: Iterable[Name], recorded_on: date | None) -> Work:
    """A paper under one of the titles that sources gave it; `recorded_on` is asked where no submission is known."""
    work = Work(
        title=title,
        title_key=title_key(title),
        authors=[name for name in paper.authors_text.split(", ") if name],
        author_count=paper.author_count,
        abstract=paper.abstract,
    )
    own = [(ARXIV, paper.arxiv_id)] if paper.arxiv_id else []
    return _named(work, [*names, *own], paper.submitted_at or recorded_on)


def _named(work: Work, names: Iterable[Name], told: date | None) -> Work:
    names = list(names)
    arxiv_id = next((value for scheme, value in names if scheme == ARXIV), None)
    # A preprint's month stands in its id; its day of record may be that of a late version.
    month = arxiv_month(arxiv_id) if arxiv_id and parse_arxiv_id(arxiv_id) else None
    years = [day.year for day in (told, month) if day]
    others = frozenset(name for name in names if name[0] != ARXIV)
    return replace(work, arxiv_id=arxiv_id, year=min(years, default=None), names=others)
