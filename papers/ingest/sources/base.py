"""The seam between a source and the writer: what every source can do and must say of itself."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from papers.ingest.announced import DayList
from papers.ingest.days import BadDay, read_day
from papers.ingest.errors import OptionError, SourceError
from papers.ingest.records import PaperRecord, RejectedItem, UnreadItem

__all__ = ["Bookmark", "OptionError", "Source", "SourceError", "day_span"]


@dataclass(slots=True)
class Bookmark:
    """The one thing about a source that changes while it is read."""

    position: str = ""


class Source(ABC):
    """Turns a source's answers into records. Fetches and parses, never saves, knows no database.

    Subclasses are frozen in their options at construction; `items` is a stream, in the source's
    order, with flat memory whatever the size of the input.
    """

    name: ClassVar[str]  # as typed after `manage.py ingest`, and kept on every source record
    title: ClassVar[str]  # as readers see it: "Hugging Face"
    description: ClassVar[str]  # one sentence for operators
    examples: ClassVar[tuple[str, ...]] = ()  # what may follow its name there
    # Sources that ask the same service share a turn: only one of them runs at a time.
    turn: ClassVar[str] = ""
    can_resume: ClassVar[bool] = False  # whether `position` and `resumed` mean anything

    @staticmethod
    @abstractmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        """Declare the source's own options."""

    @classmethod
    @abstractmethod
    def from_options(cls, options: dict[str, Any]) -> Source:
        """Build from parsed options; raises SourceError for options that contradict."""

    @abstractmethod
    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        """Yield every item in order; a broken one is yielded as a RejectedItem and the rest goes on."""

    def unread_items(self) -> Iterator[UnreadItem] | None:
        """The same items, each to be read only when it is asked for; None where they can't be parted unread.

        For long files, most of whose items are known: giving them costs little, and reads nothing but the file.
        """
        return None

    @classmethod
    def reread(cls, raw: str, context: dict[str, Any]) -> Iterator[PaperRecord | RejectedItem]:
        """Read a rejected item again, from the item as it came and the context that was kept with it.

        The items that come of it have that raw item and that context again.
        """
        yield RejectedItem(raw, f"{cls.title}’s items can’t be read one by one: run the source again.", "", context)

    def total(self) -> int | None:
        """How many items are expected, for the progress line; None when unknown."""
        return None

    def position(self) -> str:
        """Where a later run may go on once all items given so far are stored; "" when it must begin anew."""
        return ""

    def resumed(self, position: str) -> Source:
        """The source that goes on from where a run with the same arguments ended; its arguments stay the same."""
        return self

    def announced(self) -> list[DayList]:
        """The lists of days that were read since this was asked last, where the source reads any."""
        return []

    def arguments(self) -> dict[str, Any]:
        """The options in plain JSON values, kept on the run."""
        return {}


def day_span(options: dict[str, Any]) -> tuple[date | None, date | None]:
    """The days of --from and --to, None where one is left out; SourceError for what is no span."""
    try:
        first, last = (read_day(options[name]) if options.get(name) else None for name in ("from", "to"))
    except BadDay as error:
        raise SourceError(str(error)) from None
    if last and not first:
        raise SourceError("--to needs --from.")
    if first and last and last < first:
        raise SourceError("The span ends before it begins.")
    return first, last
