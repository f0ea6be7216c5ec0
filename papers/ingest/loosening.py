"""Records that joined a preprint by title alone, taken out again when another preprint of that title appears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from papers.identifiers import ARXIV
from papers.ingest.composing import ASKED, STAFF
from papers.ingest.identity import Work, judge
from papers.ingest.works import Name, bare_names, work_of_facts
from papers.models import Merge, Paper, SourceRecord

if TYPE_CHECKING:
    from papers.ingest.shelf import Item


@dataclass(slots=True)
class Loose:
    """What leaves `origin` for `paper`, which is new."""

    paper: Paper
    origin: Paper
    records: list[int] = field(default_factory=list)  # source records that are stored already
    items: list[Item] = field(default_factory=list)  # those of the batch
    works: list[Work] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)


@dataclass(slots=True)
class _Said:
    work: Work
    names: frozenset[Name]
    record: int | None = None
    item: Item | None = None
    asked: Name | None = None  # the identifier by which a source was asked


def loose_records(origin: Paper, merged: Iterable[Paper], items: Sequence[Item], rival: Work) -> Loose | None:
    """What was said of `origin` that no chain of identifiers ties to its arXiv id, and that may be the rival's as well.

    `merged` are papers that become part of it in this batch. Staff's word stays, and so does what staff merged. What
    a source was asked by an identifier goes with it.
    """
    said = _all_said([origin, *merged], items)
    tied = {name for one in said for name in one.names if name[0] == ARXIV}
    before = -1
    while len(tied) != before:
        before = len(tied)
        for one in said:
            if tied & one.names:
                tied |= one.names
    nameless = replace(rival, arxiv_id=None)
    loose = [one for one in said if not tied & one.names and judge(one.work, nameless).is_same]
    if not tied or not loose:
        return None
    found = Loose(Paper(title=loose[0].work.title), origin)
    found.works = [one.work for one in loose]
    going = {name for one in loose for name in one.names}
    for one in [*loose, *(one for one in said if one.asked in going)]:
        found.names += one.names
        if one.item is not None:
            found.items.append(one.item)
        if one.record is not None:
            found.records.append(one.record)
    return found


def _all_said(papers: Sequence[Paper], items: Sequence[Item]) -> list[_Said]:
    said = [_Said(i.work, frozenset(i.names), i.stored.pk if i.stored else None, i) for i in items]
    known = [paper.pk for paper in papers if paper.pk]
    if not known:
        return said
    anew = {one.record for one in said}
    records = SourceRecord.objects.filter(paper__in=known).exclude(source=STAFF)
    joined = _joined_by_staff(known)
    for record in records:
        if record.pk not in anew and record.pk not in joined:
            names = frozenset(bare_names(record.facts.get("identifiers", [])))
            asked = tuple(record.facts[ASKED].split(":", 1)) if ASKED in record.facts else None
            said.append(_Said(work_of_facts(record.facts), names, record.pk, asked=asked))
    return said


def _joined_by_staff(paper_ids: Sequence[int]) -> set[int]:
    merges = Merge.objects.standing().filter(kept_number__in=paper_ids, found_by=STAFF)
    return {pk for moved in merges.values_list("moved__sourcerecord__moved", flat=True) for pk in moved or ()}
