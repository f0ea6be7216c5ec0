"""The one place where ingested papers are written: identity, merging, and bulk writes, by batch."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import DataError, IntegrityError, OperationalError, transaction
from psycopg.errors import ProgramLimitExceeded

from papers.ingest import rows
from papers.ingest.composing import Composition, Statement, compose
from papers.ingest.holding import settle
from papers.ingest.locking import lock_writer
from papers.ingest.novelty import items_with_news
from papers.ingest.recomposing import statements_of
from papers.ingest.records import CUT, RAW_LENGTH, AnyItem, RejectedItem, UnreadItem
from papers.ingest.shelf import Item, Refused, Shelf
from papers.models import Holiday, IngestRun, Paper, RejectedRecord
from papers.services.embeddings import request_embeddings


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


def write_batch(source: str, items: Iterable[AnyItem], run: IngestRun, now: datetime) -> Counts:
    """Write one batch of a source's items, in its order; items that changed nothing cost no write.

    Of two items with the same key the last counts. An item that the database refuses is rejected
    with the database's reason, and the others are written.
    """
    items = list(items)
    try:
        return _write_together(source, items, run, now)
    except (DataError, IntegrityError, OperationalError) as error:
        # Too much for an index is the item's fault; a lost connection is nobody's.
        if isinstance(error, OperationalError) and not isinstance(error.__cause__, ProgramLimitExceeded):
            raise
        if len(items) > 1:
            # Halves of halves, so that one item costs the others little.
            middle = len(items) // 2
            counts = write_batch(source, items[:middle], run, now)
            counts.add(write_batch(source, items[middle:], run, now))
            return counts
        return _write_together(source, [_refused(items[0], error)], run, now)


def _refused(item: AnyItem, error: Exception) -> RejectedItem:
    found = item.read() if isinstance(item, UnreadItem) else item
    reason = f"The database refused it: {str(error).splitlines()[0]}"
    return RejectedItem(found.raw or found.key, reason, found.key, found.context)


@transaction.atomic
def _write_together(source: str, items: Sequence[AnyItem], run: IngestRun, now: datetime) -> Counts:
    lock_writer()
    counts = Counts()
    rejected: list[RejectedItem] = []
    changed = items_with_news(source, items, rejected)
    counts.unchanged = len(items) - len(changed) - len(rejected)
    placed, shelf = _place(changed, rejected)
    _write(source, placed, now, counts)
    if shelf is not None:
        settle(shelf, source, now)
    _reject(source, rejected, run)
    counts.rejected += len(rejected)
    if changed:
        request_embeddings()
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
    rows.insert_papers(new, now)
    rows.update_papers(old)
    rows.write_related(new, old)
    said_now = [(item, _source_row(source, item, now)) for item in items]
    rows.write_source_records(
        [row for item, row in said_now if item.stored is None], [row for item, row in said_now if item.stored]
    )


def _source_row(source: str, item: Item, now: datetime) -> rows.SourceRow:
    return rows.SourceRow(
        source=source,
        key=item.record.key,
        paper_id=cast(Paper, item.paper).pk,
        facts=item.text,
        title_key=item.work.title_key,
        content_hash=item.hash,
        raw_hash=item.mark,
        as_of=item.record.as_of,
        changed_at=now,
        first_seen_at=now,
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
