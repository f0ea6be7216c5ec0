"""One entry of Hugging Face's daily list, as its API and its pages give it, read into a record.

Shapes differ by year (keys are left out, never null), so every fact is looked for inside `paper`
first and on the entry second. What makes a paper (id, title, abstract, authors, time) must have the
right type, or the entry is rejected; a broken ornament (an address, a count) is dropped alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from papers.identifiers import ARXIV, HF, parse_arxiv_id
from papers.ingest.records import AuthorRecord, InvalidRecord, PaperRecord, RejectedItem
from papers.ingest.text import single_line, tidy_name, tidy_title, unwrap, web_address

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_PICTURE = re.compile(r"\.(?:png|jpe?g|webp|gif)(?:\?|$)", re.IGNORECASE)
_LARGEST_COUNT = 2_147_483_647
_MOST_KEYWORDS = 50


def read_entry(entry: object, day: date | None = None) -> PaperRecord | RejectedItem:
    """Read an entry of the list of that day; without a day, the entry's own listing day is taken."""
    raw = json.dumps(entry, ensure_ascii=False)
    context = {"day": day.isoformat()} if day else {}
    try:
        if not isinstance(entry, dict):
            raise InvalidRecord("It is not a JSON object.")
        return _record(_Entry(entry), day, raw, context)
    except InvalidRecord as error:
        return RejectedItem(raw, str(error), _key_hint(entry), context)


def reread_entries(raw: str, context: dict[str, Any]) -> Iterator[PaperRecord | RejectedItem]:
    """Read a rejected entry again, or all of a rejected file, on the day that it was listed on."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        yield RejectedItem(raw, "It is not an entry by itself: run the source on its file again.", "", context)
        return
    day = date.fromisoformat(context["day"]) if context.get("day") else None
    for entry in found if isinstance(found, list) else [found]:
        yield read_entry(entry, day)


class _Entry:
    """The entry's facts, wherever they lie."""

    def __init__(self, entry: dict[str, Any]) -> None:
        paper = entry.get("paper", entry)
        if not isinstance(paper, dict):
            raise InvalidRecord("Its paper is not a JSON object.")
        self.entry, self.paper = entry, paper

    def get(self, name: str) -> Any:
        found = self.paper.get(name)
        return self.entry.get(name) if found is None else found

    def text(self, name: str) -> str:
        found = self.get(name)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise InvalidRecord(f"Its {name} is not text.")
        return found

    def time(self, name: str) -> datetime | None:
        found = self.text(name)
        return _time(found, name) if found else None

    def count(self, name: str) -> int | None:
        found = self.get(name)
        counts = isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= _LARGEST_COUNT
        return found if counts else None

    def ornament(self, name: str) -> str:
        found = self.get(name)
        return single_line(found) if isinstance(found, str) else ""


def _record(entry: _Entry, day: date | None, raw: str, context: dict[str, Any]) -> PaperRecord:
    paper_id, identifier = _identity(entry.text("id"))
    day = day or _listing_day(entry)
    if day is None:
        raise InvalidRecord("It does not say on which day it was listed.")
    return PaperRecord(
        key=f"{paper_id}@{day.isoformat()}",
        title=tidy_title(entry.text("title")),
        identifiers=(identifier,),
        abstract=unwrap(entry.text("summary")),
        authors=_authors(entry.get("authors")),
        submitted_at=entry.time("publishedAt"),
        withdrawn_at=entry.time("withdrawnAt"),
        listed_on=day,
        as_of=day,
        organisation=_name(entry.get("organization")),
        submitter=_name(entry.get("submittedBy")) or _name(entry.get("submittedOnDailyBy")),
        source_summary=entry.ornament("ai_summary"),
        source_keywords=_keywords(entry.get("ai_keywords")),
        source_score=entry.count("upvotes"),
        source_comment_count=entry.count("numComments"),
        code_url=web_address(entry.get("githubRepo")),
        code_stars=entry.count("githubStars"),
        project_url=web_address(entry.get("projectPage")),
        thumbnail_url=_thumbnail(entry),
        address=f"https://huggingface.co/papers/{paper_id}",
        raw=raw,
        context=context,
    )


def _identity(text: str) -> tuple[str, tuple[str, str]]:
    """(id for keys and addresses, identifier); arXiv ids are had without their version."""
    paper_id = text.strip()
    if not paper_id:
        raise InvalidRecord("It has no id.")
    arxiv = parse_arxiv_id(paper_id)
    if arxiv is not None:
        return arxiv[0], (ARXIV, arxiv[0])
    if not _ID.fullmatch(paper_id):
        raise InvalidRecord("Its id is not one that a paper can have.")
    return paper_id, (HF, paper_id)


def name_of(entry: object) -> tuple[str, str] | None:
    """The identifier of an entry, whatever else is wrong with it; None where it has none."""
    try:
        return _identity(_key_hint(entry))[1]
    except InvalidRecord:
        return None


def _listing_day(entry: _Entry) -> date | None:
    listed = entry.time("submittedOnDailyAt")
    return listed.astimezone(UTC).date() if listed else None


def _time(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidRecord(f"Its {name} is not a time.") from None


def _authors(authors: object) -> tuple[AuthorRecord, ...]:
    """Names in the paper's order. `hidden` ones stay: it hides a profile there, and the paper prints the name."""
    if authors is None:
        return ()
    if not isinstance(authors, list):
        raise InvalidRecord("Its authors are not a list.")
    names = (tidy_name(_author_name(author)) for author in authors)
    return tuple(AuthorRecord(name) for name in names if name.strip(":;,. "))


def _author_name(author: object) -> str:
    name = author.get("name") if isinstance(author, dict) else author
    if not isinstance(name, str):
        raise InvalidRecord("One of its authors has no name.")
    return name


def _name(person: object) -> str:
    """The full name of a user or organisation, else its account's name."""
    if not isinstance(person, dict):
        return ""
    names = (person.get(key) for key in ("fullname", "name", "user"))
    return next((single_line(name)[:300] for name in names if isinstance(name, str) and name.strip()), "")


def _keywords(keywords: object) -> tuple[str, ...]:
    if not isinstance(keywords, list):
        return ()
    words = (single_line(word)[:200] for word in keywords if isinstance(word, str))
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_KEYWORDS]


def _thumbnail(entry: _Entry) -> str:
    """The card's picture; until June 2024 it was called mediaUrl, which could also be a film."""
    media = entry.get("mediaUrl")
    older = web_address(media) if isinstance(media, str) and _PICTURE.search(media) else ""
    return web_address(entry.get("thumbnail")) or older


def _key_hint(entry: object) -> str:
    """Whatever the broken entry calls its id, so that staff can find it."""
    paper = entry.get("paper", entry) if isinstance(entry, dict) else None
    found = paper.get("id") if isinstance(paper, dict) else None
    return found if isinstance(found, str) else ""
