"""Rejected items read again by their source, as it is now, and written where they can be."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from papers.ingest.locking import lock_writer
from papers.ingest.records import (
    CUT,
    RAW_LENGTH,
    InvalidRecord,
    PaperRecord,
    RejectedItem,
    json_text,
    record_of,
)
from papers.ingest.sources import SOURCES
from papers.ingest.writer import Counts, write_batch
from papers.models import IngestRun, RejectedRecord

# So many hold the writer's lock together; a run that waits for it does not wait long.
_TOGETHER = 50
# In a rejected item's context: it was kept as the facts that we had read, since no source can read it again.
_AS_FACTS = {"kept as": "facts"}


@dataclass(slots=True)
class Retried:
    """What became of rejected records: the rows as they were, those that went in and those that did not."""

    taken: list[RejectedRecord] = field(default_factory=list)
    still: list[RejectedRecord] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    first_reason: str = ""  # why the first of `still` was refused again


def retry_records(ids: Collection[int], now: datetime) -> Retried:
    """Try rejected records again, a run a source and batch; those that are papers now are no longer kept as rejected.

    Those that are still refused keep their place, with the new reason. Safe to repeat.
    """
    retried = Retried()
    by_source: dict[str, list[int]] = defaultdict(list)
    for pk, source in RejectedRecord.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "source"):
        by_source[source].append(pk)
    for source, found in by_source.items():
        for start in range(0, len(found), _TOGETHER):
            _retry_together(source, found[start : start + _TOGETHER], now, retried)
    return retried


@transaction.atomic
def _retry_together(source: str, ids: list[int], now: datetime, retried: Retried) -> None:
    # Before the rows, as a run that rejects the same again does: else each could wait for the other.
    lock_writer()
    rows = list(RejectedRecord.objects.select_for_update(of=["self"]).filter(pk__in=ids).order_by("pk"))
    run = IngestRun.objects.create(
        source=source, arguments={"retried": len(rows)}, state=IngestRun.State.DONE, started_at=now, heartbeat_at=now
    )
    counts = Counts()
    for row in rows:
        items = _read(row)
        written = write_batch(source, items, run, now)
        counts.add(written)
        # A file that was rejected whole may have come apart into items, each with a row of its own where it failed.
        if not any(isinstance(item, RejectedItem) and item.raw == row.raw for item in items) and not (
            written.rejected and any(item.raw == row.raw for item in items)
        ):
            RejectedRecord.objects.filter(pk=row.pk).delete()
        (retried.still if written.rejected else retried.taken).append(row)
        if written.rejected and not retried.first_reason:
            retried.first_reason = run.rejected_records.values_list("reason", flat=True).first() or ""
    run.created, run.updated, run.unchanged = counts.created, counts.updated, counts.unchanged
    run.rejected, run.cursor, run.finished_at = counts.rejected, counts.total, now
    run.save()
    retried.counts.add(counts)


def _read(row: RejectedRecord) -> list[PaperRecord | RejectedItem]:
    if row.context == _AS_FACTS:
        return [_from_facts(row)]
    if row.source not in SOURCES:
        return [RejectedItem(row.raw, f"There is no source {row.source} any more.", row.key, row.context)]
    if CUT in row.context:
        reason = f"Only its first {RAW_LENGTH:,} characters were kept: run the source again."
        return [RejectedItem(row.raw, reason, row.key, row.context)]
    return list(SOURCES[row.source].reread(row.raw, row.context))


def kept_as_facts(record: PaperRecord) -> PaperRecord:
    """The record, which can be tried again from its facts alone should it be rejected."""
    return replace(record, raw=json_text(record.facts()), context=_AS_FACTS)


def _from_facts(row: RejectedRecord) -> PaperRecord | RejectedItem:
    try:
        record = record_of(row.key, json.loads(row.raw))
    except InvalidRecord as error:
        return RejectedItem(row.raw, str(error), row.key, row.context)
    return replace(record, raw=row.raw, context=row.context)
