"""What the API tells of a paper: Hugging Face's names and shapes first, our own fields beside them.

What is not known is left out. Where its client looks for a fact in one place and others in another, the fact stands in
both: docs/api.md says which.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from papers.addresses import address_of

if TYPE_CHECKING:
    from papers.models import Paper

# Of each paper in a list; a collaboration has thousands, and a list may hold 120 papers.
NAMES_IN_A_LIST = 100


def _alias(name: str) -> str:
    # Two names are spelled unlike all others.
    return name if name.startswith("ai_") else to_camel(name)


class Shape(BaseModel):
    model_config = ConfigDict(alias_generator=_alias, populate_by_name=True)


class AuthorName(Shape):
    name: str = Field(description="As printed on the paper.")
    affiliation: str | None = None
    url: str = Field(description="The author’s page here.")


class Submitter(Shape):
    """Who sent the paper in, as its source names them; thrice the same, since clients read one or another."""

    user: str
    name: str
    fullname: str


class Organisation(Shape):
    name: str
    fullname: str


class Facts(Shape):
    """What an entry of a list repeats of its paper."""

    id: str = Field(description="The arXiv id, else bs-<number>.")
    title: str
    summary: str = Field(description="The abstract.")
    url: str = Field(description="The paper’s page here.")
    arxiv_id: str | None = None
    doi: str | None = None
    categories: list[str] = Field(description="Codes such as cs.LG, the primary one first.")
    upvotes: int = Field(description="By readers of this portal.")
    source_upvotes: int = Field(description="Seen at the source that has most of them.")
    num_comments: int = Field(description="By readers of this portal.")
    organization: Organisation | None = None
    project_page: str | None = None
    github_repo: str | None = Field(None, description="Where the code is, at GitHub or elsewhere.")
    github_stars: int | None = None
    ai_summary: str | None = Field(None, description="A summary that a source gives.")
    ai_keywords: list[str] | None = None
    submitted_on_daily_at: datetime | None = Field(None, description="The day of the edition that it is in.")


class PaperFacts(Facts):
    """A paper."""

    authors: list[AuthorName] = Field(description=f"In a list of papers, the first {NAMES_IN_A_LIST}.")
    author_count: int | None = None
    published_at: datetime = Field(description="Of version 1, else the best day known.")
    updated_at: datetime | None = Field(None, description="Of the latest version.")
    withdrawn_at: datetime | None = None
    submitted_on_daily_by: Submitter | None = None
    venue: str | None = None
    citation_count: int | None = None
    open_access_url: str | None = Field(None, description="A PDF that anybody may read.")


class Entry(Facts):
    """A paper in a list."""

    paper: PaperFacts
    published_at: datetime | None = Field(None, description="When it came into its edition; of the paper see `paper`.")
    submitted_by: Submitter | None = None
    thumbnail: str | None = None


class Trouble(Shape):
    error: str = Field(description="What is wrong, in a sentence.")


def entry_of(paper: Paper) -> Entry:
    """Needs `PaperQuerySet.for_api`, as does the next."""
    return Entry(
        paper=paper_of(paper),
        # The client takes this for the time at which the paper was put on the list.
        published_at=_moment(paper.listed_on),
        submitted_by=_submitter(paper),
        thumbnail=paper.thumbnail_url or None,
        **_facts(paper),
    )


def paper_of(paper: Paper) -> PaperFacts:
    return PaperFacts(
        authors=[
            AuthorName(
                name=author["name"],
                affiliation=author["affiliation"] or None,
                url=_absolute(address_of("author", author["slug"])),
            )
            for author in paper.row_authors
        ],
        author_count=paper.author_count,
        published_at=paper.submitted_at or _at_midnight(paper.dated_on),
        updated_at=paper.updated_at,
        withdrawn_at=paper.withdrawn_at,
        submitted_on_daily_by=_submitter(paper) if paper.listed_on else None,
        venue=paper.venue or None,
        citation_count=paper.citation_count,
        open_access_url=paper.open_access_url or None,
        **_facts(paper),
    )


def _facts(paper: Paper) -> dict[str, Any]:
    organisation = paper.organisation
    return {
        "id": paper.public_id,
        "title": paper.title,
        "summary": paper.abstract,
        "url": _absolute(paper.get_absolute_url()),
        "arxiv_id": paper.arxiv_id,
        "doi": paper.row_doi,
        "categories": paper.row_categories,
        "upvotes": paper.upvote_count,
        "source_upvotes": paper.source_score,
        "num_comments": paper.comment_count,
        "organization": Organisation(name=organisation, fullname=organisation) if organisation else None,
        "project_page": paper.project_url or None,
        "github_repo": paper.code_url or None,
        "github_stars": paper.code_stars,
        "ai_summary": paper.source_summary or None,
        "ai_keywords": paper.source_keywords or None,
        "submitted_on_daily_at": _moment(paper.listed_on),
    }


def _submitter(paper: Paper) -> Submitter | None:
    name = paper.submitter
    return Submitter(user=name, name=name, fullname=name) if name else None


def _moment(day: date | None) -> datetime | None:
    return None if day is None else _at_midnight(day)


def _at_midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _absolute(address: str) -> str:
    return f"{settings.BROADSHEET_URL}{address}"
