"""Reads of editions: days, of which only those that staff wrote a note for have a row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import QuerySet, TextField, Value

from papers.querysets.papers import PaperQuerySet

if TYPE_CHECKING:
    from papers.models import Edition
else:
    # At run time the model is not there yet: papers.models imports this module.
    Edition = "Edition"


class Surroundings(NamedTuple):
    """What a masthead says beside the span of days that it is of."""

    earlier: date | None  # the last edition before
    later: date | None  # the first one after
    note: str  # staff's, on a single day


class EditionQuerySet(QuerySet["Edition"]):
    def around(self, papers: PaperQuerySet, first: date, last: date) -> Surroundings:
        """The editions of `papers` beside a span of days, and the note on it: three steps in indexes, one query."""
        days = papers.in_an_edition().values_list("dated_on", Value("", TextField()))
        before = days.filter(dated_on__lt=first).order_by("-dated_on")[:1]
        after = days.filter(dated_on__gt=last).order_by("dated_on")[:1]
        within = self.filter(date=first).order_by().values_list("date", "note")
        found = dict(before.union(after, within, all=True))
        return Surroundings(
            earlier=next((day for day in found if day < first), None),
            later=next((day for day in found if day > last), None),
            note=found.get(first, "") if first == last else "",
        )
