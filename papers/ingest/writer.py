"""The one place where ingested papers are written: identity, merging, and bulk writes, by batch."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import connection, transaction

from papers.ingest import rows
from papers.ingest.composing import Composition, Statement, compose
from papers.ingest.recomposing import statements_of
from papers.ingest.records import PaperRecord, RejectedItem, content_hash
from papers.ingest.shelf import Item, Shelf
from papers.models import IngestRun, Paper, RejectedRecord, SourceRecord
from papers.services.merging import merge_papers

# Any number, the same in every process: one batch is written at a time, so that two runs can't
# both decide that a paper is new.
_WRITER_LOCK = 0x62726F61
# What is kept of a rejected item; longer ones are cut, which their reason then says.
_RAW_LIMIT = 1_000_000


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


@transaction.atomic
def write_batch(source: str, items: Iterable[PaperRecord | RejectedItem], run: IngestRun, now: datetime) -> Counts:
    """Write one batch of a source's items, in its order; items that changed nothing cost no write.

    Of two items with the same key the last counts.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITER_LOCK])
    counts = Counts()
    records: dict[str, PaperRecord] = {}
    rejected: list[RejectedItem] = []
    for item in items:
        if isinstance(item, RejectedItem):
            rejected.append(item)
        else:
            counts.unchanged += item.key in records
            records[item.key] = item
    changed = _changed(source, records.values(), counts)
    conflicts, mergers = _find_papers(changed)
    rejected += [
        RejectedItem(item.record.raw or str(item.facts), reason, item.record.key) for item, reason in conflicts
    ]
    changed = [item for item in changed if item.paper is not None]
    _write(source, changed, now, counts)
    for kept, gone in mergers:
        merge_papers(kept, gone, now.date())
    _reject(source, rejected, run)
    counts.rejected += len(rejected)
    return counts


def _changed(source: str, records: Iterable[PaperRecord], counts: Counts) -> list[Item]:
    records = list(records)
    stored = {
        row.key: row for row in SourceRecord.objects.filter(source=source, key__in=[record.key for record in records])
    }
    changed = []
    for record in records:
        facts = record.facts()
        item = Item(record, facts, content_hash(facts), stored.get(record.key))
        if item.stored and bytes(item.stored.content_hash) == item.hash:
            counts.unchanged += 1
        else:
            changed.append(item)
    return changed


def _find_papers(items: Sequence[Item]) -> tuple[list[tuple[Item, str]], list[tuple[Paper, Paper]]]:
    """Set each item's paper, a known or a new one.

    Return the items whose identifiers contradict, with the reason, and the pairs of papers that an
    item has shown to be one.
    """
    shelf = Shelf(items)
    conflicts: list[tuple[Item, str]] = []
    mergers: list[tuple[Paper, Paper]] = []
    for item in items:
        paper, twin, reason = shelf.find(item)
        if reason:
            conflicts.append((item, reason))
            continue
        item.paper = paper
        shelf.put(item, paper)
        if twin is not None:
            mergers.append((paper, twin))
    return conflicts, mergers


def _write(source: str, items: Sequence[Item], now: datetime, counts: Counts) -> None:
    grouped: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        if item.paper is not None:
            grouped[id(item.paper)].append(item)
    known = [item.paper.pk for item in items if item.paper and item.paper.pk]
    said = statements_of(known)
    new: list[tuple[Paper, Composition]] = []
    old: list[tuple[Paper, Composition]] = []
    for group in grouped.values():
        paper = cast(Paper, group[0].paper)
        statements = said.get(paper.pk, {}) if paper.pk else {}
        for item in group:
            statements[(source, item.record.key)] = Statement(source, item.record.key, item.facts, item.record.as_of)
        composition = compose(statements.values(), now.date())
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
        raw = item.raw.replace("\x00", "\ufffd")
        cut = f" (The item is cut at {_RAW_LIMIT:,} characters.)" if len(raw) > _RAW_LIMIT else ""
        fingerprint = hashlib.sha256(raw.encode(errors="surrogatepass")).digest()
        kept[fingerprint] = RejectedRecord(
            run=run,
            source=source,
            key=item.key[:200],
            raw=raw[:_RAW_LIMIT].encode(errors="replace").decode(),
            fingerprint=fingerprint,
            reason=item.reason + cut,
        )
    RejectedRecord.objects.bulk_create(
        kept.values(),
        update_conflicts=True,
        unique_fields=["source", "fingerprint"],
        update_fields=["run", "reason"],
    )
