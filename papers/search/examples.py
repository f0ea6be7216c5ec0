"""What to show before anything is typed: examples that find something here, and what is much written about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from papers.models import Paper

# So many papers, those that came last, are looked at, whatever the portal holds.
_LATELY = 300
_CATEGORIES = 10
_PLAIN = re.compile(r"[A-Za-z]{4,20}")


@dataclass(frozen=True, slots=True)
class Examples:
    """Queries, each of which finds the paper that they were made of, if there is one."""

    is_alive: bool  # whether they find anything
    words: str = "graph neural networks"
    phrase: str = '"attention is all you need"'
    minus: str = "transformers -vision"
    either: str = "alignment OR safety"
    fields: Sequence[str] = ("ti:survey", "au:noether", "abs:lattice")
    facts: Sequence[str] = ("cat:cs.LG", "year:2020..2023")
    identifiers: Sequence[str] = ("1706.03762",)
    # Those that perhaps find nothing here.
    others: Sequence[str] = ("votes:>10", "has:code", "org:cern")


@dataclass(frozen=True, slots=True)
class Start:
    examples: Examples
    # (code, papers) of the categories of the papers that came last.
    categories: Sequence[tuple[str, int]]


def start() -> Start:
    """Three queries, of the papers that came last."""
    columns = ("title", "authors_text", "arxiv_id", "dated_on", "upvote_count", "code_url", "primary_category")
    latest = list(Paper.objects.listed().newest_first().only(*columns)[:_LATELY])
    counts = Paper.objects.filter(pk__in=[paper.pk for paper in latest]).category_counts()
    # The most read of those that have all that the examples are made of.
    fit = [paper for paper in latest if _is_fit(paper)]
    best = max(fit, key=lambda paper: paper.upvote_count, default=None)
    return Start(_examples(best, latest) if best else Examples(is_alive=False), counts[:_CATEGORIES])


def _examples(paper: Paper, latest: Sequence[Paper]) -> Examples:
    one, two = _side_by_side(paper.title) or ("", "")
    # Of these columns the abstract alone is read now, of one paper.
    word = max(_PLAIN.findall(paper.abstract[:300]), key=len, default="").lower()
    absent = "review" if "survey" in f"{paper.title} {paper.abstract}".lower() else "survey"
    words = " ".join(_PLAIN.findall(paper.title)[:3]).lower()
    name = paper.authors_text.split(",")[0].strip()
    year = paper.dated_on.year
    found = []
    if any(other.upvote_count > 10 for other in latest):
        found.append("votes:>10")
    if any(other.code_url for other in latest):
        found.append("has:code")
    return Examples(
        is_alive=True,
        words=words,
        phrase=f'"{one} {two}"'.lower(),
        minus=f"{one} -{absent}".lower(),
        either=f"{one.lower()} OR {two.lower()}",
        fields=(f"ti:{two}".lower(), f'au:"{name}"', *([f"abs:{word}"] if word else [])),
        facts=(f"cat:{paper.primary_category_id}", f"year:{year - 1}..{year}", *found),
        identifiers=(paper.arxiv_id or "",),
        others=(*(fact for fact in ("votes:>10", "has:code") if fact not in found), "org:cern"),
    )


def _is_fit(paper: Paper) -> bool:
    named = paper.arxiv_id and paper.primary_category_id and paper.authors_text.split(",")[0].strip()
    return bool(named and _side_by_side(paper.title))


def _side_by_side(title: str) -> tuple[str, str] | None:
    """Two words of a title that say something and stand side by side."""
    found = re.search(r"\b([A-Za-z]{5,20}) ([A-Za-z]{5,20})\b", title)
    return (found[1], found[2]) if found else None
