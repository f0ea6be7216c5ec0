"""Whether two sources speak of the same work when no identifier says so. Pure.

A title alone never decides. Where both sides name authors, at least half of the shorter list must
stand in the longer one; where one side names none, their number and the abstracts must agree.
What agrees in part, or contradicts itself, is in doubt: staff decide, and nothing is merged.
docs/identity.md has the measurements behind the numbers here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from papers.names import agreement
from papers.titles import title_heads, title_words

# Below this many words a title ("Introduction", "Reply to Smith") needs authors and abstracts to agree.
_WORDS_IN_A_TELLING_TITLE = 4
# Two prints of one abstract share more of their words than this, two abstracts fewer than that.
_SAME_ABSTRACT, _OTHER_ABSTRACT = 0.6, 0.25
# An abstract is rewritten between two prints, yet seldom further than this, where title and authors agree.
_REWRITTEN_ABSTRACT = 0.45
_ALL_OF_AN_ABSTRACT = 0.9
_WORDS_IN_A_TELLING_ABSTRACT = 20
# A preprint is printed within so many years; later only where the same people say the same.
_YEARS, _YEARS_OF_THE_SAME_PEOPLE = 1, 3
# One publication has one of each; a paper's DOIs may be several, of preprint, proceedings and journal, one a publisher.
_ONE_EACH = ("acl", "openreview")


class Verdict(Enum):
    SAME = "same"
    DOUBT = "doubt"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    reason: str = ""  # of a doubt, in a sentence for staff

    @property
    def is_same(self) -> bool:
        return self.verdict is Verdict.SAME

    @property
    def is_doubt(self) -> bool:
        return self.verdict is Verdict.DOUBT


SAME, DIFFERENT = Judgement(Verdict.SAME), Judgement(Verdict.DIFFERENT)


@dataclass(frozen=True, slots=True)
class Work:
    """What identity is judged by."""

    title: str
    title_key: str
    arxiv_id: str | None = None
    authors: Sequence[str] = ()  # names as printed
    author_count: int | None = None
    year: int | None = None
    abstract: str = ""
    names: frozenset[tuple[str, str]] = frozenset()  # identifiers beside the arXiv id


def doubt(reason: str) -> Judgement:
    return Judgement(Verdict.DOUBT, reason)


def judge(one: Work, other: Work) -> Judgement:
    """Judge two works; the order of the two is no matter."""
    if one.title_key != other.title_key:
        return _of_two_titles(one, other)
    people = agreement(one.authors, other.authors) if one.authors and other.authors else None
    if one.arxiv_id and other.arxiv_id:
        if one.arxiv_id == other.arxiv_id:
            return SAME
        if people and people.is_enough and _is_telling(one):
            return doubt("Two arXiv ids with one title and the same authors.")
        return DIFFERENT
    found = _of_named(one, other) if people else _of_nameless(one, other)
    if found.is_same and (contradiction := _contradiction(one, other)):
        return doubt(contradiction)
    return found


def _of_two_titles(one: Work, other: Work) -> Judgement:
    """A subtitle is dropped, or changed with the next version; never surely, for works come in parts."""
    heads, other_heads = set(title_heads(one.title)), set(title_heads(other.title))
    is_begun = one.title_key in other_heads or other.title_key in heads
    if not (is_begun or heads & other_heads) or _years_apart(one, other) > _YEARS_OF_THE_SAME_PEOPLE:
        return DIFFERENT
    if not (one.authors and other.authors and agreement(one.authors, other.authors).is_full):
        return DIFFERENT
    likeness = _abstract_likeness(one, other)
    if likeness is None or likeness < _SAME_ABSTRACT:
        is_bare = is_begun and (likeness is None or likeness >= _OTHER_ABSTRACT)
        return doubt("One title is the beginning of the other, by the same authors.") if is_bare else DIFFERENT
    return doubt("Two titles that begin alike, by the same authors with the same abstract.")


def _of_named(one: Work, other: Work) -> Judgement:
    people = agreement(one.authors, other.authors)
    likeness = _abstract_likeness(one, other)
    if people.is_none:
        is_copied = likeness is not None and likeness >= _ALL_OF_AN_ABSTRACT
        return doubt("The same title and abstract by other authors.") if is_copied else DIFFERENT
    if not _is_telling(one):
        if likeness is None:
            return doubt("A short title by the same authors, and nothing else to go by.")
        if likeness < _OTHER_ABSTRACT:
            return DIFFERENT
        if likeness < _SAME_ABSTRACT:
            return doubt("A short title by the same authors, with another abstract.")
    if not people.is_enough:
        return doubt("The same title by partly other authors.")
    if likeness is not None and likeness < _REWRITTEN_ABSTRACT:
        return doubt("The same title and authors with another abstract.")
    years = _years_apart(one, other)
    if years <= _YEARS:
        return SAME
    if years <= _YEARS_OF_THE_SAME_PEOPLE and people.is_full and (likeness is None or likeness >= _SAME_ABSTRACT):
        return SAME
    return doubt(f"The same title and authors, {years} years apart.")


def _of_nameless(one: Work, other: Work) -> Judgement:
    likeness = _abstract_likeness(one, other)
    if likeness is not None and likeness < _OTHER_ABSTRACT:
        return DIFFERENT
    is_alike = likeness is not None and likeness >= _SAME_ABSTRACT
    years = _years_apart(one, other)
    if one.author_count and other.author_count and one.author_count != other.author_count:
        return doubt("The same title and abstract with another number of authors.") if is_alike else DIFFERENT
    if not _is_telling(one):
        return doubt("A short title and the same abstract, without authors.") if is_alike else DIFFERENT
    if years > _YEARS:
        return doubt(f"The same title and abstract, {years} years apart.") if is_alike else DIFFERENT
    if is_alike:
        return SAME
    if likeness is not None:
        return doubt("The same title with an abstract that is partly another, without authors.")
    if one.author_count and other.author_count and one.year and other.year:
        return SAME
    return doubt("The same title, and nothing else to go by.")


def _contradiction(one: Work, other: Work) -> str:
    """What speaks against a match that all else speaks for: two names of a kind of which a work has one."""
    for scheme in _ONE_EACH:
        mine, theirs = _of_scheme(one, scheme), _of_scheme(other, scheme)
        if mine and theirs and not mine & theirs:
            return f"The same title and authors, published twice: {', '.join(sorted(mine | theirs))}."
    mine, theirs = _of_scheme(one, "doi"), _of_scheme(other, "doi")
    publishers = {_publisher(doi) for doi in mine} & {_publisher(doi) for doi in theirs}
    if publishers and not mine & theirs:
        return f"The same title and authors with two DOIs of one publisher: {', '.join(sorted(mine | theirs))}."
    return ""


def _publisher(doi: str) -> str:
    return doi.partition("/")[0]


def _of_scheme(work: Work, scheme: str) -> set[str]:
    return {value for known, value in work.names if known == scheme}


def _is_telling(work: Work) -> bool:
    return title_words(work.title) >= _WORDS_IN_A_TELLING_TITLE


def _years_apart(one: Work, other: Work) -> int:
    return abs(one.year - other.year) if one.year and other.year else 0


def _abstract_likeness(one: Work, other: Work) -> float | None:
    """Words shared by both of all words in either, 0 to 1; None where one has too few to tell."""
    words, other_words = (set(re.findall(r"\w+", work.abstract.lower())) for work in (one, other))
    if not words or not other_words:
        return None
    likeness = len(words & other_words) / len(words | other_words)
    is_short = min(len(words), len(other_words)) < _WORDS_IN_A_TELLING_ABSTRACT
    return None if is_short and likeness < _SAME_ABSTRACT else likeness
