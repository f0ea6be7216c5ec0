"""The writer's bulk statements: how a composed paper becomes rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db.models import Model

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
from papers.ranking import hot_rank

Pair = tuple[Paper, Composition]
Row = TypeVar("Row", bound=Model)

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


def insert_papers(pairs: Sequence[Pair]) -> None:
    """Insert new papers; their ids are set on the given objects."""
    for paper, composition in pairs:
        _apply(paper, composition)
    Paper.objects.bulk_create([paper for paper, _ in pairs])


def update_papers(pairs: Sequence[Pair]) -> None:
    """Write the composed columns of papers that changed, and no other column."""
    changed = []
    for paper, composition in pairs:
        before = [getattr(paper, name) for name in _WRITTEN]
        _apply(paper, composition)
        if before != [getattr(paper, name) for name in _WRITTEN]:
            changed.append(paper)
    columns = [name.removesuffix("_id") if name == "primary_category_id" else name for name in _WRITTEN]
    Paper.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=columns)


def _apply(paper: Paper, composition: Composition) -> None:
    for name, value in composition.fields.items():
        setattr(paper, name, value)
    paper.primary_category_id = composition.categories[0] if composition.categories else None
    paper.hot_rank = hot_rank(paper.upvote_count, paper.source_score, paper.listed_on)


def write_related(new: Sequence[Pair], old: Sequence[Pair]) -> None:
    """Bring authorships, classifications, versions, identifiers and editions in line with the compositions."""
    authors = _author_ids(name["name"] for _, composition in [*new, *old] for name in composition.authors)

    def authorships(paper: Paper, composition: Composition) -> list[Authorship]:
        return [
            Authorship(paper=paper, author_id=authors[author_slug(author["name"])], position=position, **author)
            for position, author in enumerate(composition.authors, start=1)
        ]

    _replace(Authorship, new, old, authorships, ("position", "author_id", "name", "affiliation"))
    _replace(Classification, new, old, _classifications, ("position", "category_id"))
    _replace(PaperVersion, new, old, _versions, ("number", "submitted_at", "size_kb", "source_type"))
    # Identifiers are only ever added. One that another paper holds stays there: a DOI can be printed
    # on two preprints, and both source records still tell it.
    Identifier.objects.bulk_create(
        [
            Identifier(paper=paper, scheme=scheme, value=value)
            for paper, composition in [*new, *old]
            for scheme, value in composition.identifiers
        ],
        ignore_conflicts=True,
    )
    days = {composition.fields["listed_on"] for _, composition in [*new, *old]} - {None}
    Edition.objects.bulk_create([Edition(date=day) for day in sorted(days)], ignore_conflicts=True)


def _classifications(paper: Paper, composition: Composition) -> list[Classification]:
    return [
        Classification(paper=paper, category_id=code, position=position)
        for position, code in enumerate(composition.categories)
    ]


def _versions(paper: Paper, composition: Composition) -> list[PaperVersion]:
    return [PaperVersion(paper=paper, **version) for version in composition.versions]


def _replace(
    model: type[Row],
    new: Sequence[Pair],
    old: Sequence[Pair],
    build: Callable[[Paper, Composition], list[Row]],
    compared: tuple[str, ...],
) -> None:
    """Insert the rows of new papers; of old ones, replace them where they differ."""
    manager = model._default_manager
    inserted = [row for paper, composition in new for row in build(paper, composition)]
    known: dict[int, list[tuple[object, ...]]] = {}
    if old:
        for paper_id, *values in manager.filter(paper__in=[paper.pk for paper, _ in old]).values_list(
            "paper_id", *compared
        ):
            known.setdefault(paper_id, []).append(tuple(values))
    stale = []
    for paper, composition in old:
        wanted = build(paper, composition)
        values = [tuple(getattr(row, name) for name in compared) for row in wanted]
        if sorted(values, key=repr) != sorted(known.get(paper.pk, []), key=repr):
            stale.append(paper.pk)
            inserted += wanted
    if stale:
        manager.filter(paper__in=stale).delete()
    manager.bulk_create(inserted, batch_size=5_000)


def _author_ids(names: Iterable[str]) -> dict[str, int]:
    """Author ids by slug, after adding the authors that were not known."""
    by_slug = {author_slug(name): name for name in names}
    known = dict(Author.objects.filter(slug__in=by_slug).values_list("slug", "pk"))
    missing = [Author(slug=slug, name=name) for slug, name in by_slug.items() if slug not in known]
    if missing:
        Author.objects.bulk_create(missing, ignore_conflicts=True, batch_size=5_000)
        known |= dict(Author.objects.filter(slug__in=[author.slug for author in missing]).values_list("slug", "pk"))
    return known


def write_source_records(records: Sequence[SourceRecord]) -> None:
    SourceRecord.objects.bulk_create(
        records,
        update_conflicts=True,
        unique_fields=["source", "key"],
        update_fields=["paper", "facts", "title_key", "content_hash", "as_of", "changed_at"],
    )
