"""What lies in a JSON answer of unknown shape: found or not, never an error. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from papers.identifiers import DOI, parse_identifier
from papers.ingest.records import LARGEST_COUNT
from papers.ingest.text import plain_markup, single_line, tidy_title

_LONGEST_WORDS = 300
# Where a preprint lies is no venue.
_NO_VENUE = re.compile(r"arxiv\b|corr\b|ssrn\b|research square|preprint", re.IGNORECASE)


def within(entry: object, *path: str | int) -> Any:
    """What lies deep in an answer, or None where it has another shape."""
    for step in path:
        if isinstance(entry, dict) and isinstance(step, str):
            entry = entry.get(step)
        elif isinstance(entry, list) and isinstance(step, int) and step < len(entry):
            entry = entry[step]
        else:
            return None
    return entry


def title_of(found: object) -> str:
    """A title without the markup that these services keep in it."""
    return tidy_title(plain_markup(found)) if isinstance(found, str) else ""


def venue_of(found: object) -> str:
    name = single_line(plain_markup(found))[:_LONGEST_WORDS] if isinstance(found, str) else ""
    return "" if _NO_VENUE.match(name) else name


def count_of(found: object) -> int | None:
    is_count = isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= LARGEST_COUNT
    return found if is_count else None  # type: ignore[return-value]


def words_of(found: Iterable[object]) -> tuple[str, ...]:
    """Names of fields, each once."""
    words = (single_line(word)[:_LONGEST_WORDS] for word in found if isinstance(word, str))
    return tuple(dict.fromkeys(word for word in words if word))


def doi_of(found: object) -> tuple[tuple[str, str], ...]:
    """A DOI or its address as a name, unless it is arXiv's own, which says nothing that the arXiv id doesn't."""
    name = parse_identifier(found) if isinstance(found, str) else None
    return (name,) if name and name[0] == DOI else ()
