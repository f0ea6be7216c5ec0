"""The smallest valid rows, told apart by sequences rather than chance."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from accounts.models import User
from papers.models import Author, Authorship, Classification, Comment, Identifier, Paper, SourceRecord
from papers.names import author_slug
from papers.ranking import hot_rank
from papers.titles import title_key

_numbers = count(1)
DAY = date(2025, 12, 25)
NOON = datetime(2025, 12, 25, 12, tzinfo=UTC)


def make_paper(
    title: str = "", *, authors: tuple[str, ...] = (), categories: tuple[str, ...] = (), **fields: Any
) -> Paper:
    """A listed paper in the edition of 25 December 2025 unless told otherwise."""
    number = next(_numbers)
    title = title or f"Paper number {number}"
    listed_on = fields.setdefault("listed_on", DAY)
    fields.setdefault("dated_on", listed_on or DAY)
    fields.setdefault("arxiv_id", f"2512.{number:05}")
    fields.setdefault("author_count", len(authors) or None)
    fields.setdefault("primary_category_id", categories[0] if categories else None)
    rank = hot_rank(fields.get("upvote_count", 0), fields.get("source_score", 0), listed_on)
    paper = Paper.objects.create(title=title, authors_text=", ".join(authors), hot_rank=rank, **fields)
    if paper.arxiv_id:
        Identifier.objects.create(paper=paper, scheme="arxiv", value=paper.arxiv_id)
    for position, name in enumerate(authors, start=1):
        author, _ = Author.objects.get_or_create(slug=author_slug(name), defaults={"name": name})
        Authorship.objects.create(paper=paper, author=author, position=position, name=name)
    for position, code in enumerate(categories):
        Classification.objects.create(paper=paper, category_id=code, position=position)
    return paper


def make_user(**fields: Any) -> User:
    fields.setdefault("username", f"reader{next(_numbers)}")
    return User.objects.create_user(**fields)


def make_comment(paper: Paper, user: User | None = None, source: str = "Well put.", **fields: Any) -> Comment:
    fields.setdefault("created_at", NOON)
    fields.setdefault("html", f"<p>{source}</p>")
    return Comment.objects.create(paper=paper, user=user or make_user(), source=source, **fields)


def make_source_record(paper: Paper, source: str = "hf", **facts: Any) -> SourceRecord:
    number = next(_numbers)
    facts.setdefault("title", paper.title)
    return SourceRecord.objects.create(
        paper=paper,
        source=source,
        key=f"{source}-{number}",
        facts=facts,
        title_key=title_key(facts["title"]),
        content_hash=number.to_bytes(32, "big"),
        first_seen_at=NOON,
        changed_at=NOON,
    )
