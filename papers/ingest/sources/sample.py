"""The catalogue that Broadsheet brings along: landmark papers, so that a first start has something to read."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from papers.identifiers import ARXIV, DOI, address, parse_arxiv_id, parse_doi
from papers.ingest.days import BadDay, read_day, weekdays_until
from papers.ingest.records import AuthorRecord, InvalidRecord, PaperRecord, RejectedItem, VersionRecord
from papers.ingest.sources.base import Source, SourceError
from papers.ingest.text import single_line, tidy_name, tidy_title, unwrap, web_address
from papers.taxonomy import CATEGORIES

CATALOGUE = Path(__file__).resolve().parents[2] / "sample" / "catalogue.json"
_DAYS = 10
_ON_THE_NEWEST_DAY = 32


@dataclass(frozen=True, slots=True)
class SampleSource(Source):
    """Deals the catalogue over the last ten weekdays, so that the front page is alive on any day."""

    name = "sample"
    title = "Sample catalogue"
    description = "The bundled catalogue of landmark papers, listed on the last ten weekdays."
    examples = ("",)

    until: date
    catalogue: Path = CATALOGUE

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--until", metavar="DATE", help="newest day to fill; the last weekday before today if left out"
        )

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> SampleSource:
        try:
            until = read_day(options["until"]) if options.get("until") else _yesterday()
        except BadDay as error:
            raise SourceError(str(error)) from None
        return cls(weekdays_until(until, 1)[0])

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        entries = self._entries()
        for entry, day in deal(entries, weekdays_until(self.until, _DAYS)):
            yield _item(entry, day, self.until)

    @classmethod
    def reread(cls, raw: str, context: dict[str, Any]) -> Iterator[PaperRecord | RejectedItem]:
        try:
            entry, day, until = json.loads(raw), context["day"], context["until"]
        except (ValueError, KeyError):
            yield RejectedItem(raw, "It is no entry of a catalogue: load the sample again.", "", context)
            return
        yield _item(entry, date.fromisoformat(day), date.fromisoformat(until))

    def total(self) -> int:
        return len(self._entries())

    def arguments(self) -> dict[str, Any]:
        return {"until": self.until.isoformat()}

    def _entries(self) -> list[Any]:
        try:
            entries = json.loads(self.catalogue.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SourceError(f"The sample catalogue {self.catalogue.name} can't be read: {error}.") from None
        if not isinstance(entries, list):
            raise SourceError(f"The sample catalogue {self.catalogue.name} is not a list.")
        return entries


def deal(entries: list[Any], days: list[date]) -> list[tuple[Any, date]]:
    """Each entry with its day, the newest day first and in no order of field or score within a day.

    The newest day gets 32 papers (of a small catalogue a quarter), the others equal shares. Papers
    are dealt from the highest score down, each to the day that lacks most of its field and most
    altogether, so that every day has its share of the best and of every field.
    """
    quotas = _quotas(len(entries), days)
    dealt: Counter[date] = Counter()
    dealt_of_field: Counter[tuple[str, date]] = Counter()
    seen_of_field: Counter[str] = Counter()
    result = []
    for number, entry in enumerate(sorted(entries, key=lambda entry: (-_score(entry), _mark(entry))), start=1):
        field = _field(entry)
        seen_of_field[field] += 1
        shares = {day: quotas[day] / max(1, len(entries)) for day in days}
        lacks = {
            day: (number * shares[day] - dealt[day]) + (seen_of_field[field] * shares[day] - dealt_of_field[field, day])
            for day in days
            if dealt[day] < quotas[day]
        }
        day = max(lacks, key=lambda day: (lacks[day], day))
        dealt[day] += 1
        dealt_of_field[field, day] += 1
        result.append((entry, day))
    return sorted(result, key=lambda pair: (-pair[1].toordinal(), _mark(pair[0])))


def _quotas(count: int, days: list[date]) -> dict[date, int]:
    newest = min(_ON_THE_NEWEST_DAY, -(-count // 4)) if len(days) > 1 else count
    each, left = divmod(count - newest, max(1, len(days) - 1))
    others = {day: each + (number < left) for number, day in enumerate(days[:-1])}
    return {**others, days[-1]: newest}


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def _score(entry: Any) -> int:
    score = entry.get("score") if isinstance(entry, dict) else None
    return score if isinstance(score, int) else 0


def _field(entry: Any) -> str:
    """The taxonomy's group of the entry's first category."""
    categories = entry.get("categories") if isinstance(entry, dict) else None
    fact = CATEGORIES.get(str(categories[0])) if isinstance(categories, list) and categories else None
    return fact.group if fact else ""


def _mark(entry: Any) -> str:
    """A fixed but senseless order."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _item(entry: Any, day: date, until: date) -> PaperRecord | RejectedItem:
    raw = json.dumps(entry, ensure_ascii=False)
    context = {"day": day.isoformat(), "until": until.isoformat()}
    try:
        return replace(_record(entry, day, until), raw=raw, context=context)
    except InvalidRecord as error:
        return RejectedItem(raw, str(error), context=context)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return RejectedItem(raw, f"It is not as a catalogue's entry must be: {error!r}.", context=context)


def _record(entry: dict[str, Any], day: date, until: date) -> PaperRecord:
    arxiv = parse_arxiv_id(entry["arxiv_id"])
    if arxiv is None:
        raise InvalidRecord("Its arxiv_id is not one.")
    unknown = [code for code in entry["categories"] if code not in CATEGORIES]
    if unknown or not entry["categories"]:
        raise InvalidRecord(f"It has categories that do not exist: {', '.join(unknown) or 'none at all'}.")
    submitted_at = _midnight(entry["submitted"])
    updated_at = _midnight(entry["updated"]) if entry.get("updated") else None
    return PaperRecord(
        key=arxiv[0],
        title=tidy_title(entry["title"]),
        identifiers=((ARXIV, arxiv[0]), *_dois(entry.get("doi"))),
        abstract=unwrap(entry["summary"]),
        authors=tuple(AuthorRecord(tidy_name(name)) for name in entry["authors"]),
        author_note=single_line(entry.get("comments") or ""),
        categories=tuple(dict.fromkeys(entry["categories"])),
        submitted_at=submitted_at,
        updated_at=updated_at or submitted_at,
        versions=_versions(entry.get("versions") or 1, submitted_at, updated_at),
        journal_reference=single_line(entry.get("journal_ref") or ""),
        listed_on=day,
        as_of=until,
        organisation=single_line(entry.get("organization") or ""),
        code_url=web_address(entry.get("code")),
        project_url=web_address(entry.get("project")),
        address=address(ARXIV, arxiv[0]),
    )


def _dois(doi: str | None) -> Iterator[tuple[str, str]]:
    found = parse_doi(doi) if doi else None
    if found:
        yield DOI, found


def _versions(count: int, submitted_at: datetime, updated_at: datetime | None) -> tuple[VersionRecord, ...]:
    """Version 1 and the last have their day; of those between only the number is known."""
    days = {1: submitted_at, count: (updated_at or submitted_at) if count > 1 else submitted_at}
    return tuple(VersionRecord(number, days.get(number)) for number in range(1, count + 1))


def _midnight(day: str) -> datetime:
    return datetime.combine(read_day(day), time(), UTC)
