"""What a source's list says that a day brought, whether it can be read or not. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from papers.identifiers import ARXIV, parse_arxiv_id
from papers.ingest.records import PaperRecord, RejectedItem

ANNOUNCED_ON = "announced_on"  # in a rejected item's context: the day of the list on which it stood as new

Name = tuple[str, str]  # an identifier: scheme, value


@dataclass(frozen=True, slots=True)
class DayList:
    """One list of one day: which (a category, or "" for the only one), and the papers that it names."""

    day: date
    listing: str
    names: tuple[Name, ...]


@dataclass(slots=True)
class Roll:
    """The lists that a source has read and nobody has kept yet."""

    lists: list[DayList] = field(default_factory=list)

    def note(self, day: date, listing: str, names: Iterable[Name]) -> None:
        self.lists.append(DayList(day, listing, tuple(dict.fromkeys(names))))

    def note_items(self, listing: str, items: Iterable[PaperRecord | RejectedItem]) -> None:
        """Note arXiv's new papers and cross-lists by day; a replacement announces nothing."""
        days: dict[date, list[Name]] = defaultdict(list)
        for item in items:
            if isinstance(item, PaperRecord):
                kind = item.key.partition("@")[2]
                if item.as_of and kind in ("", "cross"):
                    days[item.as_of].append(item.identifiers[0])
            elif ANNOUNCED_ON in item.context and (known := parse_arxiv_id(item.key)):
                days[date.fromisoformat(item.context[ANNOUNCED_ON])].append((ARXIV, known[0]))
        for day, names in days.items():
            self.note(day, listing, names)

    def taken(self) -> list[DayList]:
        """What was noted since this was asked last."""
        lists, self.lists = self.lists, []
        return lists


def announced_context(day: date | None, kind: str) -> dict[str, str]:
    """The context of a rejected item that stood on a list of that day as new or as a cross-list."""
    return {ANNOUNCED_ON: day.isoformat()} if day and kind in ("", "cross") else {}
