"""The one place where ingested papers are written: identity, merging, and bulk writes, by batch."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import DataError, IntegrityError, transaction

from papers.ingest import rows
from papers.ingest.composing import COUNTED, Composition, Statement, compose
from papers.ingest.holding import settle
from papers.ingest.locking import lock_writer
from papers.ingest.recomposing import statements_of
from papers.ingest.records import CUT, RAW_LENGTH, PaperRecord, RejectedItem, content_hash
from papers.ingest.shelf import Item, Refused, Shelf
from papers.models import Holiday, IngestRun, Paper, RejectedRecord, SourceRecord


@dataclass(slots=True)
class Counts:
    """What became of the items of a batch or a run."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def add(self, other: Counts) -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += other.rejected

    @property
    def total(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected

    def __str__(self) -> str:
        return f"created={self.created} updated={self.updated} unchanged={self.unchanged} rejected={self.rejected}"


def write_batch(source: str, items: Iterable[PaperRecord | RejectedItem], run: IngestRun, now: datetime) -> Counts:
    """Write one batch of a source's items, in its order; items that changed nothing cost no write.

    Of two items with the same key the last counts. An item that the database refuses is rejected
    with the database's reason, and the others are written.
    """
    items = list(items)
    try:
        return _write_together(source, items, run, now)
    except (DataError, IntegrityError):
        counts = Counts()
        for item in items:
            counts.add(_write_alone(source, item, run, now))
        return counts


def _write_alone(source: str, item: PaperRecord | RejectedItem, run: IngestRun, now: datetime) -> Counts:
    try:
        return _write_together(source, [item], run, now)
    except (DataError, IntegrityError) as error:
        reason = f"The database refused it: {str(error).splitlines()[0]}"
        return _write_together(source, [RejectedItem(item.raw or item.key, reason, item.key, item.context)], run, now)


@transaction.atomic
def _write_together(source: str, items: Iterable[PaperRecord | RejectedItem], run: IngestRun, now: datetime) -> Counts:
    lock_writer()
    counts = Counts()
    records: dict[str, PaperRecord] = {}
    rejected: list[RejectedItem] = []
    for item in items:
        if isinstance(item, RejectedItem):
            rejected.append(item)
        else:
            counts.unchanged += item.key in records
            records[item.key] = item
    changed, shelf = _place(_changed(source, records.values(), counts), rejected)
    _write(source, changed, now, counts)
    if shelf is not None:
        settle(shelf, source, now)
    _reject(source, rejected, run)
    counts.rejected += len(rejected)
    return counts


def _place(items: Sequence[Item], rejected: list[RejectedItem]) -> tuple[list[Item], Shelf | None]:
    """Set each item's paper; return the items that have one, and the shelf with all else that it found."""
    if not items:
        return [], None
    shelf = Shelf(items)
    placed = []
    for item in items:
        try:
            shelf.place(item)
            placed.append(item)
        except Refused as refusal:
            record = item.record
            rejected.append(RejectedItem(record.raw or str(item.facts), str(refusal), record.key, record.context))
    return placed, shelf


def _changed(source: str, records: Iterable[PaperRecord], counts: Counts) -> list[Item]:
    records = list(records)
    stored = {
        row.key: row for row in SourceRecord.objects.filter(source=source, key__in=[record.key for record in records])
    }
    changed = []
    for record in records:
        known = stored.get(record.key)
        facts = record.facts()
        if known is not None:
            facts = _with_greatest_counts(facts, known.facts)
        item = Item(record, facts, content_hash(facts), known)
        if known is not None and (bytes(known.content_hash) == item.hash or _is_older(record, known)):
            counts.unchanged += 1
        else:
            changed.append(item)
    return changed


def _is_older(record: PaperRecord, known: SourceRecord) -> bool:
    """Whether the source has said something newer of this item already: an old file read late."""
    return record.as_of is not None and known.as_of is not None and record.as_of < known.as_of


def _with_greatest_counts(facts: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Counts only grow, so a lower one is an earlier look at the same thing."""
    greatest = {name: max(facts.get(name, 0), known[name]) for name in COUNTED if isinstance(known.get(name), int)}
    return facts | greatest


def _write(source: str, items: Sequence[Item], now: datetime, counts: Counts) -> None:
    grouped: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        if item.paper is not None:
            grouped[id(item.paper)].append(item)
    known = [item.paper.pk for item in items if item.paper and item.paper.pk]
    said = statements_of(known)
    holidays = Holiday.objects.days() if grouped else frozenset()
    new: list[tuple[Paper, Composition]] = []
    old: list[tuple[Paper, Composition]] = []
    for group in grouped.values():
        paper = cast(Paper, group[0].paper)
        statements = said.get(paper.pk, {}) if paper.pk else {}
        for item in group:
            statements[(source, item.record.key)] = Statement(source, item.record.key, item.facts, item.record.as_of)
        composition = compose(statements.values(), now.date(), holidays)
        if paper.pk:
            old.append((paper, composition))
            counts.updated += len(group)
        else:
            new.append((paper, composition))
            counts.created += 1
            counts.updated += len(group) - 1
    rows.insert_papers(new)
    rows.update_papers(old)
    rows.write_related(new, old)
    rows.write_source_records(
        [
            SourceRecord(
                paper=item.paper,
                source=source,
                key=item.record.key,
                facts=item.facts,
                title_key=item.work.title_key,
                content_hash=item.hash,
                as_of=item.record.as_of,
                first_seen_at=now,
                changed_at=now,
            )
            for item in items
        ]
    )


def _reject(source: str, items: Iterable[RejectedItem], run: IngestRun) -> None:
    """Keep what could not be taken; the same item rejected again only moves to the newest run."""
    kept = {}
    for item in items:
        cut = f" (Only its first {RAW_LENGTH:,} characters are kept.)" if CUT in item.context else ""
        fingerprint = hashlib.sha256(item.raw.encode()).digest()
        kept[fingerprint] = RejectedRecord(
            run=run,
            source=source,
            key=item.key[:200],
            raw=item.raw,
            context=item.context,
            fingerprint=fingerprint,
            reason=item.reason + cut,
        )
    RejectedRecord.objects.bulk_create(
        kept.values(),
        update_conflicts=True,
        unique_fields=["source", "fingerprint"],
        update_fields=["run", "reason", "context"],
    )
