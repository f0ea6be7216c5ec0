"""Whether two sources speak of the same work when no identifier says so. Pure.

A title alone never decides: authors must overlap where both sides name them, years must agree
within one, and where one side names no authors, their number and the abstracts must agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from papers.names import author_slug

# Below this many words a title ("Introduction", "Reply to Smith") needs authors and abstracts to agree.
_WORDS_IN_A_TELLING_TITLE = 4
# Measured on the copied page against the lists: the same abstract scores above .9, others below .3.
_SAME_ABSTRACT = 0.6


@dataclass(frozen=True, slots=True)
class Work:
    """What identity is judged by. Two works are only compared once their title keys are equal."""

    title_key: str
    arxiv_id: str | None
    authors: Sequence[str]  # names as printed
    author_count: int | None
    year: int | None
    abstract: str


def same_work(one: Work, other: Work) -> bool:
    """Judge two works of the same title key."""
    if one.arxiv_id and other.arxiv_id:
        return one.arxiv_id == other.arxiv_id
    if one.year and other.year and abs(one.year - other.year) > 1:
        return False
    is_telling = len(one.title_key.split()) >= _WORDS_IN_A_TELLING_TITLE
    if one.authors and other.authors:
        alike = is_telling or _likeness(one.abstract, other.abstract) >= _SAME_ABSTRACT
        return alike and _overlap(one.authors, other.authors)
    if one.author_count and other.author_count and one.author_count != other.author_count:
        return False
    if not is_telling:
        return False
    if one.abstract and other.abstract:
        return _likeness(one.abstract, other.abstract) >= _SAME_ABSTRACT
    return bool(one.author_count and other.author_count and one.year and other.year)


def _overlap(ones: Sequence[str], others: Sequence[str]) -> bool:
    """At least half of the shorter list's family names stand in the longer one."""
    families, other_families = {_family(name) for name in ones}, {_family(name) for name in others}
    shared = len(families & other_families)
    return 2 * shared >= min(len(families), len(other_families))


def _family(name: str) -> str:
    return author_slug(name).rsplit("-", 1)[-1]


def _likeness(one: str, other: str) -> float:
    """Words shared by both of all words in either: 0 to 1."""
    words, other_words = set(re.findall(r"\w+", one.lower())), set(re.findall(r"\w+", other.lower()))
    return len(words & other_words) / len(words | other_words) if words | other_words else 0.0
