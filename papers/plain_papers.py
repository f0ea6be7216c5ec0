"""A paper as Markdown, for readers that want text alone. Pure; TeX stays as it came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from papers.identifiers import pdf_address

if TYPE_CHECKING:
    from papers.models import Paper


def markdown_of(paper: Paper, address: str) -> str:
    """Title, authors, facts with links, abstract; `address` is the paper's page.

    Needs the paper's authorships, identifiers and classifications prefetched to cost no query.
    """
    parts = [f"# {_line(paper.title)}"]
    if authors := ", ".join(_line(authorship.name) for authorship in paper.authorships.all()):
        parts.append(authors)
    parts.append("\n".join(f"- {name}: {value}" for name, value in _facts(paper, address)))
    if paper.abstract:
        parts.append(f"## Abstract\n\n{paper.abstract.strip()}")
    if paper.source_summary:
        parts.append(f"## Summary by a source\n\n{paper.source_summary.strip()}")
    return "\n\n".join(parts) + "\n"


def _facts(paper: Paper, address: str) -> Iterator[tuple[str, str]]:
    yield "Page", _link(address)
    for identifier in paper.identifiers.all():
        yield identifier.get_scheme_display(), _link(identifier.address) or identifier.value
    if paper.arxiv_id:
        yield "PDF", _link(pdf_address(paper.arxiv_id))
    elif paper.open_access_url:
        yield "PDF", _link(paper.open_access_url)
    if paper.code_url:
        yield "Code", _link(paper.code_url)
    if paper.project_url:
        yield "Project", _link(paper.project_url)
    if categories := ", ".join(placed.category_id for placed in paper.classifications.all()):
        yield "Categories", categories
    yield ("Submitted" if paper.submitted_at else "Dated"), paper.printed_date.strftime("%Y-%m-%d")
    if paper.withdrawn_at:
        yield "Withdrawn", paper.withdrawn_at.strftime("%Y-%m-%d")
    if published := paper.journal_reference or paper.venue:
        yield "Published in", _line(published)
    if paper.author_note:
        yield "Authors’ note", _line(paper.author_note)


def _line(text: str) -> str:
    return " ".join(text.split())


def _link(address: str) -> str:
    return f"<{address}>" if address else ""
