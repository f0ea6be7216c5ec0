"""What every shape of arXiv's metadata has in common: categories, DOIs, dates, and how a withdrawal is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

from papers.identifiers import DOI, parse_arxiv_id, parse_doi
from papers.ingest.errors import SourceError
from papers.ingest.records import IDENTIFIER_LENGTH, InvalidRecord, VersionRecord
from papers.taxonomy import CATEGORIES, canonical_code

HOST = "arxiv.org"  # all its services share one turn: a request every three seconds
TITLE = "arXiv"  # as readers see it, whichever of arXiv's services said so

_PAPER = r"(?:paper|article|manuscript|submission|preprint|work|note|letter)"
_WITHDRAWN_FIRST = re.compile(
    rf"\W*(?:(?:this|the)\s+)?(?:{_PAPER}\s+)?(?:(?:has|have)\s+been\s+|is\s+(?:now\s+|being\s+)?|was\s+)?withdrawn\b(?!\s+from\b)",
    re.IGNORECASE,
)
_WITHDRAWN_BY = re.compile(
    rf"\b{_PAPER}\s+(?:(?:has|have)\s+been\s+|is\s+(?:now\s+|being\s+)?|was\s+)?withdrawn\s+(?:by|due|because)\b"
    r"|\bwithdrawn\s+by\s+(?:the\s+)?(?:(?:sole|first|corresponding)\s+)?(?:authors?\b|arXiv\b)",
    re.IGNORECASE,
)


def arxiv_id(text: str) -> tuple[str, int | None]:
    """(id without version, version or None); InvalidRecord when it is none."""
    found = parse_arxiv_id(text)
    if found is None:
        raise InvalidRecord(f"Its id {text.strip()[:100]!r} is not arXiv's." if text.strip() else "It has no id.")
    return found


def read_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """The ids that an operator typed, without version: asked for so, arXiv tells the newest. Raises SourceError."""
    words = [word for text in texts for word in text.replace(",", " ").split()]
    if bad := next((word for word in words if parse_arxiv_id(word) is None), None):
        raise SourceError(f"{bad!r} is not an arXiv id.")
    return tuple(dict.fromkeys(parsed[0] for word in words if (parsed := parse_arxiv_id(word))))


def known_categories(codes: Iterable[str]) -> tuple[str, ...]:
    """Codes in the source's order, the primary first; what arXiv's taxonomy does not know is dropped.

    MSC and ACM classes stand among them in several shapes. Aliases are kept as they were said and
    shown under their canonical code (`papers.taxonomy`).
    """
    return tuple(dict.fromkeys(code for code in codes if code in CATEGORIES))


def category_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes that an operator typed, each with its other name, since papers may bear either; SourceError."""
    found: list[str] = []
    for code in codes:
        if code not in CATEGORIES:
            raise SourceError(f"arXiv has no category {code!r}.")
        same = canonical_code(code)
        aliases = [fact.code for fact in CATEGORIES.values() if fact.status == "alias" and fact.canonical == same]
        found += [same, *aliases]
    return tuple(dict.fromkeys(found))


def published_dois(text: str) -> Iterator[tuple[str, str]]:
    """The published work's DOIs; several may stand in one field, and arXiv's own names the preprint."""
    for doi in dict.fromkeys(map(parse_doi, re.split(r"[\s,;]+", text.strip()))):
        if doi and len(doi) <= IDENTIFIER_LENGTH and not doi.startswith("10.48550/arxiv."):
            yield DOI, doi


def rfc822_moment(text: str) -> datetime:
    """`Mon, 2 Apr 2007 19:18:42 GMT`; raises TypeError or ValueError."""
    moment = parsedate_to_datetime(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def midnight(day: date | None) -> datetime | None:
    """A bare day as a time, where the source tells no better."""
    return datetime.combine(day, time(), UTC) if day else None


def withdrawn_at(
    comments: str,
    abstract: str,
    updated_at: datetime | None,
    recorded_on: date | None,
    versions: Sequence[VersionRecord] = (),
) -> datetime | None:
    """The last change of a paper that was withdrawn; arXiv has no mark for it.

    Told by a last of several versions of 0 kB (a paper of the 1990s may have a first one so, which arXiv never
    stored), or by the remark: strictly, it or the abstract begins so, or the remark says who did it or
    why. Withdrawn "from" a conference is not withdrawn.
    """
    emptied = len(versions) > 1 and versions[-1].size_kb == 0 and "I" in (versions[-1].source_type or "I")
    told = _WITHDRAWN_FIRST.match(comments) or _WITHDRAWN_BY.search(comments) or _WITHDRAWN_FIRST.match(abstract)
    return (updated_at or midnight(recorded_on)) if emptied or told else None
