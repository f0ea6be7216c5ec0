"""Where each fact of a paper came from, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from papers.ingest.composing import STAFF, SUBMISSION, Statement, compose
from papers.ingest.sources import SOURCES

if TYPE_CHECKING:
    from papers.models import Paper

_WORDS = {
    "title": "title",
    "authors": "authors",
    "author_count": "number of authors",
    "abstract": "abstract",
    "categories": "categories",
    "submitted_at": "submission date",
    "updated_at": "date of the latest version",
    "withdrawn_at": "withdrawal",
    "listed_on": "edition",
    "doi": "DOI",
    "author_note": "authors’ note",
    "journal_reference": "journal reference",
    "report_number": "report number",
    "licence": "licence",
    "organisation": "organisation",
    "submitter": "submitter",
    "source_summary": "summary",
    "source_keywords": "keywords",
    "source_score": "upvotes there",
    "source_comment_count": "comments there",
    "code_url": "code",
    "code_stars": "stars",
    "project_url": "project page",
    "venue": "venue",
    "citation_count": "citations",
    "open_access_url": "open-access PDF",
    "fields_of_study": "fields",
}
# Who else says something of papers: no source that can be run.
_BESIDE_SOURCES = {STAFF: "Staff", SUBMISSION: "A reader’s submission", "doi": "Crossref"}


@dataclass(frozen=True, slots=True)
class Origin:
    """One source's part in a paper."""

    source: str
    url: str  # the item at the source, or ""
    as_of: date | None
    facts: str  # "title, authors and abstract": what the page shows from it; "" when others know better


@dataclass(frozen=True, slots=True)
class Provenance:
    """All origins of a paper, one a source in the order in which they came, and by field."""

    sources: list[Origin]
    of: dict[str, str]  # field -> the title of the source that gave it
    on: dict[str, date]  # field -> the day on which it did, where that is known
    named: dict[tuple[str, str], tuple[str, date | None]]  # identifier -> likewise, both

    @property
    def digest_source(self) -> str:
        """Who gave the summary, or the keywords where there is no summary."""
        return self.of.get("source_summary") or self.of.get("source_keywords", "")


def provenance(paper: Paper) -> Provenance:
    """Who said what; needs the paper's source records prefetched."""
    records = list(paper.source_records.all())
    statements = [Statement(row.source, row.key, row.facts, row.as_of) for row in records]
    composition = compose(statements, paper.dated_on)
    origins = composition.origins
    told: dict[str, list[str]] = {}
    for name, source in origins.items():
        if name in _WORDS:
            told.setdefault(source_title(source), []).append(_WORDS[name])
    # By title: all of arXiv's services are arXiv to a reader.
    newest = {source_title(row.source): row for row in sorted(records, key=lambda row: row.as_of or date.min)}
    sources = [
        Origin(title, row.facts.get("address", ""), row.as_of, _listed(told.get(title, [])))
        for title, row in newest.items()
    ]
    days = {name: day for name, day in composition.days.items() if day}
    named = {name: (source_title(told.source), told.as_of) for name, told in composition.identifiers.items()}
    return Provenance(sources, {name: source_title(source) for name, source in origins.items()}, days, named)


def words_for(name: str) -> str:
    """A fact's name for people: "date of the latest version"."""
    return _WORDS.get(name) or name.removesuffix("_url").replace("_", " ")


def source_title(source: str) -> str:
    if source in _BESIDE_SOURCES:
        return _BESIDE_SOURCES[source]
    return SOURCES[source].title if source in SOURCES else source


def _listed(words: list[str]) -> str:
    order = list(_WORDS.values())
    words = sorted(words, key=order.index)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
