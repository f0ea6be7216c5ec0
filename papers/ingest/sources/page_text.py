"""A listing page copied as text: titles, abstracts and footers told apart. Pure.

A page is a header, then papers. A paper is a title, an abstract of one or more paragraphs and,
mostly, a footer ("• 5 authors", "·", "Oct 4, 2023 2": date and number of comments). Papers of
organisations have no footer, so the next title follows their abstract directly.

How a title is told from a paragraph of an abstract: the first paragraph after a footer is the title.
A later one is the next paper's title when it is short, ends no sentence, has two words at least,
does not begin as a list item or in lower case, follows a paragraph that does not announce it with a
colon, and is itself followed by a paragraph that is no title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from papers.ingest.text import clean

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = re.compile(
    rf"(?:\w{{3,9}}, )?{_MONTH} (?P<day>\d{{1,2}})(?:,? (?P<year>(?:19|20)\d\d))?(?:\s+(?P<comments>\d{{1,5}}))?",
    re.IGNORECASE,
)
_AUTHORS = re.compile(r"(?P<count>\d{1,3}(?:,\d{3})+|\d{1,6}) authors?", re.IGNORECASE)
_BULLETS = " \t\xa0·•*-–"
_NUMBER = re.compile(r"\d{1,5}")
_LONGEST_TITLE = 300
_WRAPPED_WIDTH = 200
_LIST_ITEM = re.compile(
    r"(?:[-–*•·]|\(?\d{1,2}[.)]|\(?[a-z]{1,3}\)|\([ivx]+\))\s|Keywords?\b|Key ?words\b", re.IGNORECASE
)
_MATHEMATICS = re.compile(r"\$[^$]*\$|\\\[.*?\\\]|\\\(.*?\\\)")
_CHROME = re.compile(
    r"new|subscribe|get trending papers in your email inbox!?|(?:daily|trending|top) papers?|papers?|hugging face"
    r"|by ?.{1,60} and the research community|models|datasets|spaces|buckets|community|docs|enterprise|pricing"
    r"|log ?in|sign ?up|search|submit|upvote|previous|next|load more|today|yesterday|daily|weekly|monthly"
    r"|company|tos|privacy|about|careers|system theme|website|©.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands below an abstract; `comments` is 0 where a date stands without a number."""

    authors: int | None = None
    month_day: tuple[int, int, int | None] | None = None  # month, day, year
    comments: int | None = None


@dataclass(slots=True)
class Chunk:
    """One paper as the page shows it, or text that is none: then `problem` says why."""

    title: str = ""
    paragraphs: list[str] = field(default_factory=list)
    footer: Footer | None = None
    problem: str = ""

    @property
    def raw(self) -> str:
        return "\n\n".join(part for part in (self.title, *self.paragraphs) if part)


def read_page(text: str) -> tuple[tuple[int, int, int | None] | None, list[Chunk]]:
    """(the page's own date as month, day, year or None; its papers in order)."""
    lines = clean(text).split("\n")
    start, page_date = _header(lines)
    chunks: list[Chunk] = []
    for block_lines, footer in _segments(lines[start:]):
        chunks += _papers(_paragraphs(block_lines), footer)
    return page_date, chunks


def full_date(month_day: tuple[int, int, int | None], captured: date) -> date:
    """A date without a year belongs to the year before the capture's when it would lie after it.

    Raises ValueError for a day that the month does not have.
    """
    month, day, year = month_day
    if year is not None:
        return date(year, month, day)
    try:
        found = date(captured.year, month, day)
    except ValueError:
        return date(captured.year - 1, month, day)
    return found if found <= captured else date(captured.year - 1, month, day)


def _header(lines: list[str]) -> tuple[int, tuple[int, int, int | None] | None]:
    """(number of the first line after the header, the page's date).

    The header ends with the first line that is only a date, if no number of authors and no
    abstract stand before it; else with the last of the leading lines that pages are known to have.
    """
    for number, line in enumerate(lines):
        words = " ".join(line.split())
        if _AUTHORS.fullmatch(words.strip(_BULLETS)) or len(words) > _LONGEST_TITLE:
            break
        match = _DATE.fullmatch(words)
        if match and not match["comments"]:
            return number + 1, _month_day(match)
    number = 0
    while number < len(lines) and (not lines[number].strip() or _CHROME.fullmatch(" ".join(lines[number].split()))):
        number += 1
    return number, None


def _segments(lines: list[str]) -> Iterator[tuple[list[str], Footer | None]]:
    """Lines between two footers, with the footer that ends them."""
    segment: list[str] = []
    number = 0
    while number < len(lines):
        footer, taken = _footer(lines, number)
        if footer is None:
            segment.append(lines[number])
            number += 1
            continue
        yield segment, footer
        segment, number = [], number + taken
    if any(line.strip() for line in segment):
        yield segment, None


def _footer(lines: list[str], start: int) -> tuple[Footer | None, int]:
    """(the footer that begins on this line or None, how many lines it takes)."""
    if not _footer_parts(lines[start]):
        return None, 0
    parts: list[str] = []
    number = start
    while number < len(lines):
        more = _footer_parts(lines[number])
        if more is None or (parts and more and _AUTHORS.fullmatch(more[0])):
            break
        parts += more
        number += 1
        if more and _DATE.fullmatch(more[-1]):
            # The count may have slipped onto a line of its own; after an empty line it is the next paper's votes.
            if number < len(lines) and _NUMBER.fullmatch(lines[number].strip()):
                parts.append(lines[number].strip())
                number += 1
            break
    return _read_footer(parts), number - start


def _footer_parts(line: str) -> list[str] | None:
    """The author and date parts on a line of a footer; [] for a lone bullet or blank, None for other text."""
    parts = [part for part in (" ".join(part.split()).strip(_BULLETS) for part in re.split("[·•]", line)) if part]
    return parts if all(_AUTHORS.fullmatch(part) or _DATE.fullmatch(part) for part in parts) else None


def _read_footer(parts: list[str]) -> Footer:
    authors = month_day = comments = None
    for part in parts:
        if match := _AUTHORS.fullmatch(part):
            authors = int(match["count"].replace(",", ""))
        elif match := _DATE.fullmatch(part):
            month_day, comments = _month_day(match), int(match["comments"] or 0)
        else:
            comments = int(part)
    return Footer(authors, month_day, comments)


def _month_day(match: re.Match[str]) -> tuple[int, int, int | None]:
    month = _MONTHS.index(match["month"].lower()[:3]) + 1
    return month, int(match["day"]), int(match["year"]) if match["year"] else None


def _paragraphs(lines: list[str]) -> list[str]:
    """The paragraphs of a segment: parted by empty lines, or line by line where lines aren't wrapped."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        words = " ".join(line.split())
        if words and not _is_decoration(words):
            blocks[-1].append(words)
        elif blocks[-1] and not words:
            blocks.append([])
    blocks = [block for block in blocks if block]
    paragraphs: list[str] = []
    for number, block in enumerate(blocks):
        is_wrapped = len(block) > 1 and max(map(len, block)) < _WRAPPED_WIDTH
        if is_wrapped and number == 0 and len(blocks) == 1:
            paragraphs += [block[0], " ".join(block[1:])]
        elif is_wrapped:
            paragraphs.append(" ".join(block))
        else:
            paragraphs += block
    return paragraphs


def _is_decoration(words: str) -> bool:
    return bool(_CHROME.fullmatch(words) or _NUMBER.fullmatch(words)) or not words.strip(_BULLETS)


def _papers(paragraphs: list[str], footer: Footer | None) -> list[Chunk]:
    """The papers of a segment; only the last of them has the footer."""
    if not paragraphs:
        return [Chunk(footer=footer, problem="A footer without a paper.")] if footer else []
    starts = [0, *(number for number in range(2, len(paragraphs) - 1) if _begins_paper(paragraphs, number))]
    chunks = [
        Chunk(paragraphs[start], paragraphs[start + 1 : end])
        for start, end in zip(starts, [*starts[1:], len(paragraphs)], strict=True)
    ]
    chunks[-1].footer = footer
    for chunk in chunks:
        chunk.problem = problem_of(chunk)
    return chunks


def _begins_paper(paragraphs: list[str], number: int) -> bool:
    before, this, after = paragraphs[number - 1 : number + 2]
    return _is_title(this) and before[-1] not in ":," and not _is_title(after)


def _is_title(paragraph: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", _MATHEMATICS.sub(" ", paragraph))
    first = re.match(r"[a-z]+(?=[\s,])", paragraph)
    return (
        len(paragraph) <= _LONGEST_TITLE
        and len(words) >= 2
        and not re.search(r"[.;:,]$", paragraph)
        and not first
        and not _LIST_ITEM.match(paragraph)
    )


def problem_of(chunk: Chunk) -> str:
    """Why a chunk is no paper, or "" where it is one."""
    if len(chunk.title) > _LONGEST_TITLE:
        return "It begins with a paragraph too long for a title."
    if not chunk.paragraphs and chunk.footer is None:
        return "A line that is neither a paper nor a part of one."
    return ""
