"""The writer's bulk statements: how a composed paper becomes rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from django.db.models import Model

from papers.ingest import copying
from papers.ingest.composing import Composition
from papers.models import (
    Author,
    Authorship,
    Classification,
    Edition,
    Identifier,
    Paper,
    PaperVersion,
    SourceRecord,
)
from papers.names import author_slug
from papers.querysets.lookups import IsOneOf
from papers.ranking import hot_rank

Pair = tuple[Paper, Composition]
Build = Callable[[Composition], list[tuple[Any, ...]]]

# All that ingestion may write on a paper that exists; votes, comments, state and picks are not its own.
_WRITTEN = (
    "title",
    "abstract",
    "authors_text",
    "author_count",
    "author_note",
    "journal_reference",
    "report_number",
    "licence",
    "organisation",
    "arxiv_id",
    "submitted_at",
    "updated_at",
    "withdrawn_at",
    "listed_on",
    "dated_on",
    "primary_category_id",
    "hot_rank",
    "source_score",
    "source_comment_count",
    "submitter",
    "source_summary",
    "source_keywords",
    "code_url",
    "code_stars",
    "project_url",
    "thumbnail_url",
    "venue",
    "citation_count",
    "open_access_url",
    "fields_of_study",
)
_written = attrgetter(*_WRITTEN)


class SourceRow(NamedTuple):
    """A row of SourceRecord; `facts` is JSON (papers.ingest.records.json_text)."""

    source: str
    key: str
    paper_id: int
    facts: str
    title_key: str
    content_hash: bytes
    raw_hash: bytes | None
    as_of: date | None
    changed_at: datetime
    first_seen_at: datetime


def insert_papers(pairs: Sequence[Pair], now: datetime) -> None:
    """Insert new papers; their ids are set on the given objects."""
    if not pairs:
        return
    for (paper, composition), pk in zip(pairs, copying.draw_ids(Paper, len(pairs)), strict=True):
        paper.pk, paper.created_at = pk, now
        _apply(paper, composition)
    fields = Paper._meta.concrete_fields
    columns = [field.attname for field in fields if not (field.generated or field.has_db_default())]
    values = attrgetter(*columns)
    # The driver takes long over a list, and most are empty.
    rows = ([value if value != [] else "{}" for value in values(paper)] for paper, _ in pairs)
    copying.insert_new(Paper, columns, rows)
    for paper, _ in pairs:
        paper._state.adding = False


def update_papers(pairs: Sequence[Pair]) -> None:
    """Write the composed columns of papers that changed, and no other column."""
    changed = []
    for paper, composition in pairs:
        before = _written(paper)
        _apply(paper, composition)
        if before != _written(paper):
            changed.append((paper.pk, *_written(paper)))
    copying.update(Paper, ("id",), _WRITTEN, changed)


def _apply(paper: Paper, composition: Composition) -> None:
    for name, value in composition.fields.items():
        setattr(paper, name, value)
    paper.primary_category_id = composition.categories[0] if composition.categories else None
    paper.hot_rank = hot_rank(paper.upvote_count, paper.source_score, paper.listed_on)


def write_related(new: Sequence[Pair], old: Sequence[Pair]) -> None:
    """Bring authorships, classifications, versions, identifiers and editions in line with the compositions."""
    both = [*new, *old]
    authors = _author_ids(author["name"] for _, composition in both for author in composition.authors)

    def authorships(composition: Composition) -> list[tuple[Any, ...]]:
        return [
            (position, authors[author["name"]], author["name"], author["affiliation"])
            for position, author in enumerate(composition.authors, start=1)
        ]

    _replace(Authorship, ("position", "author_id", "name", "affiliation"), new, old, authorships)
    _replace(Classification, ("position", "category_id"), new, old, lambda said: list(enumerate(said.categories)))
    _replace(PaperVersion, _VERSION, new, old, lambda said: [_version(version) for version in said.versions])
    # Identifiers are only ever added. One that another paper holds stays there: a DOI can be printed
    # on two preprints, and both source records still tell it.
    names = [(paper.pk, *name) for paper, composition in both for name in composition.identifiers]
    copying.insert_missing(Identifier, ("paper_id", "scheme", "value"), names)
    days = {composition.fields["listed_on"] for _, composition in both} - {None}
    days -= set(Edition.objects.filter(date__in=days).values_list("date", flat=True))
    copying.insert_missing(Edition, ("date", "note"), [(day, "") for day in sorted(days)])


_VERSION = ("number", "submitted_at", "size_kb", "source_type")
_version = itemgetter(*_VERSION)


def _replace(
    model: type[Model], columns: Sequence[str], new: Sequence[Pair], old: Sequence[Pair], build: Build
) -> None:
    """Insert the rows of new papers; of old ones, replace them where they differ."""
    manager = model._default_manager
    inserted = [(paper.pk, *row) for paper, composition in new for row in build(composition)]
    known: dict[int, list[tuple[Any, ...]]] = {}
    if old:
        rows = manager.filter(paper__in=[paper.pk for paper, _ in old]).values_list("paper_id", *columns)
        for paper_id, *values in rows:
            known.setdefault(paper_id, []).append(tuple(values))
    stale = []
    for paper, composition in old:
        wanted = build(composition)
        if sorted(wanted, key=repr) != sorted(known.get(paper.pk, []), key=repr):
            stale.append(paper.pk)
            inserted += [(paper.pk, *row) for row in wanted]
    if stale:
        manager.filter(paper__in=stale).delete()
    if inserted:
        copying.insert_new(model, ("paper_id", *columns), inserted)


def _author_ids(names: Iterable[str]) -> dict[str, int]:
    """Author ids by name as printed, after adding the authors that were not known."""
    slugs = {name: author_slug(name) for name in dict.fromkeys(names)}
    # An author is named as printed first, however the batches fall.
    by_slug = {slug: name for name, slug in reversed(slugs.items())}
    known = dict(Author.objects.filter(IsOneOf("slug", by_slug)).values_list("slug", "pk"))
    missing = [slug for slug in by_slug if slug not in known]
    if missing:
        known |= zip(missing, copying.draw_ids(Author, len(missing)), strict=True)
        # Somebody may add the same at this moment: then the batch fails, and finds it when it is tried again.
        rows = [(known[slug], slug, by_slug[slug], "") for slug in missing]
        copying.insert_new(Author, ("id", "slug", "name", "orcid"), rows)
    return {name: known[slug] for name, slug in slugs.items()}


def write_source_records(new: Sequence[SourceRow], known: Sequence[SourceRow]) -> None:
    """Keep what was said: first words of an item, and other words of one that is known."""
    if new:
        copying.insert_new(SourceRecord, SourceRow._fields, new)
    # All but the last, when it was first seen.
    copying.update(SourceRecord, SourceRow._fields[:2], SourceRow._fields[2:-1], [row[:-1] for row in known])


def mark_as_read(marks: Iterable[tuple[str, str, bytes | None]]) -> None:
    """Keep what the items looked like that said the same as before: (source, key, mark)."""
    copying.update(SourceRecord, ("source", "key"), ("raw_hash",), [mark for mark in marks if mark[2]])
