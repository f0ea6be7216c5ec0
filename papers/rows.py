"""A listing's rows as HTML, remembered by what they say.

Thirty rows are most of a listing's work, and readers are shown the same ones. A row's facts are the key it is
remembered by, so that no change of a paper can leave an old row behind, and no two processes can disagree.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from papers.models import Paper

# About 6 KB each.
_REMEMBERED = 2_000


class RowFacts(NamedTuple):
    """All that `papers/_row.html` prints; it knows nothing of the request."""

    pk: int
    upvoted: bool  # by the reader
    upvote_count: int
    back: str  # where the row stands, when that is not the page's own address
    address: str
    arxiv_id: str | None
    title: str
    abstract: str
    authors: tuple[tuple[str, str], ...]  # (name as printed, the author's slug) of the first few
    unnamed_author_count: int
    organisation: str
    categories: tuple[str, ...]  # codes, the primary one first
    printed_date: date | datetime
    is_picked: bool
    is_withdrawn: bool
    comment_count: int
    source_score: int
    code_url: str
    code_stars: int | None
    project_url: str
    # Of a search: the words to mark, and the passage that holds them, where that is not how the abstract begins.
    marked: tuple[str, ...]
    passage: str


def row(paper: Paper, back: str = "") -> SafeString:
    """The vote button and what is said of the paper; needs `PaperQuerySet.for_listing`."""
    authors = tuple((author["name"], author["slug"]) for author in paper.row_authors)
    return _render(
        RowFacts(
            pk=paper.pk,
            upvoted=paper.viewer_upvoted,
            upvote_count=paper.upvote_count,
            back=back,
            address=paper.get_absolute_url(),
            arxiv_id=paper.arxiv_id,
            title=paper.title,
            abstract=paper.abstract,
            authors=authors,
            unnamed_author_count=max((paper.author_count or 0) - len(authors), 0),
            organisation=paper.organisation,
            categories=tuple(paper.row_categories),
            printed_date=paper.printed_date,
            is_picked=paper.picked_at is not None,
            is_withdrawn=paper.withdrawn_at is not None,
            comment_count=paper.comment_count,
            source_score=paper.source_score,
            code_url=paper.code_url,
            code_stars=paper.code_stars,
            project_url=paper.project_url,
            marked=getattr(paper, "row_marked", ()),
            passage=getattr(paper, "row_passage", ""),
        )
    )


def forget_rows() -> None:
    """For measuring what a row costs the first time."""
    _render.cache_clear()


@lru_cache(maxsize=_REMEMBERED)
def _render(facts: RowFacts) -> SafeString:
    return render_to_string("papers/_row.html", {"row": facts})
