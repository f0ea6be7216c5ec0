"""Keyset pages: the next page begins after the last row's own values, so no row is counted or skipped.

An OFFSET would read all earlier rows again and, as votes move papers, repeat some and lose others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest
from django.db.models import DateField, F, FloatField
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

if TYPE_CHECKING:
    from papers.models import Paper
    from papers.querysets.papers import PaperQuerySet

PAGE_SIZE = 30
_SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of papers, and the cursor of the next one ("" at the end)."""

    papers: list[Paper]
    next: str

    def __iter__(self) -> Iterator[Paper]:
        return iter(self.papers)

    def __len__(self) -> int:
        return len(self.papers)


def keyset_page(papers: PaperQuerySet, cursor: str = "", size: int = PAGE_SIZE) -> Page:
    """Read the page after a cursor; the queryset's order must be descending in every part and end with the id.

    Raises BadRequest for a cursor that this order never gave out.
    """
    names = _names(papers)
    if cursor:
        papers = papers.filter(TupleLessThan(_columns(names), tuple(_parse(papers, names, cursor))))
    rows = list(papers[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    last = [getattr(rows[-1], name) for name in names] if more else []
    return Page(rows, _SEPARATOR.join(_printed(value) for value in last))


def after(papers: PaperQuerySet, paper: Paper) -> PaperQuerySet:
    """The papers that follow one in a descending order."""
    names = _names(papers)
    return papers.filter(TupleLessThan(_columns(names), _of(names, paper)))


def before(papers: PaperQuerySet, paper: Paper) -> PaperQuerySet:
    """The papers that precede one in a descending order."""
    names = _names(papers)
    return papers.filter(TupleGreaterThan(_columns(names), _of(names, paper)))


def _names(papers: PaperQuerySet) -> list[str]:
    order = [str(name) for name in papers.query.order_by]
    if not order or order[-1] != "-id" or any(not name.startswith("-") for name in order):
        raise ValueError(f"a keyset needs a descending order that ends with the id, not {order}")
    return [name[1:] for name in order]


def _columns(names: list[str]) -> Tuple:
    return Tuple(*(F(name) for name in names))


def _of(names: list[str], paper: Paper) -> tuple[Any, ...]:
    return tuple(getattr(paper, name) for name in names)


def _parse(papers: PaperQuerySet, names: list[str], cursor: str) -> list[Any]:
    parts = cursor.split(_SEPARATOR)
    if len(parts) != len(names):
        raise BadRequest("This page address belongs to another order. Begin again at the first page.")
    try:
        return [_read(papers, name, part) for name, part in zip(names, parts, strict=True)]
    except ValueError:
        raise BadRequest("This page address is broken. Begin again at the first page.") from None


def _read(papers: PaperQuerySet, name: str, part: str) -> Any:
    field = papers.model._meta.get_field(name)
    if isinstance(field, DateField):
        return date.fromisoformat(part)
    if isinstance(field, FloatField):
        number = float(part)
        if not math.isfinite(number):
            raise ValueError(part)
        return number
    whole = int(part)
    if not -(2**31) <= whole < 2**63 or (name != "id" and whole >= 2**31):
        raise ValueError(part)
    return whole


def _printed(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)
