"""arXiv's holidays, and the papers that they move to another edition."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from papers.ingest.announcements import announced_on
from papers.ingest.locking import lock_writer
from papers.ingest.recomposing import recompose
from papers.models import Holiday, Paper

# A submission waits over a weekend, and over a few holidays in a row at most.
_LONGEST_WAIT = timedelta(days=10)


@transaction.atomic
def save_holiday(holiday: Holiday, now: datetime) -> int:
    """Store a new or changed holiday; return how many papers it moved."""
    lock_writer()
    before = Holiday.objects.days()
    holiday.save()
    return _move_papers(before, Holiday.objects.days(), now)


@transaction.atomic
def remove_holidays(pks: Collection[int], now: datetime) -> int:
    """Take holidays back; return how many papers moved."""
    lock_writer()
    before = Holiday.objects.days()
    Holiday.objects.filter(pk__in=pks).delete()
    return _move_papers(before, Holiday.objects.days(), now)


def _move_papers(before: frozenset[date], after: frozenset[date], now: datetime) -> int:
    """Compose anew the papers whose announcement day the change moves; those with a curated day stay there."""
    moved: list[int] = []
    for day in before ^ after:
        end = datetime.combine(day, time(), UTC) + timedelta(days=2)
        waiting = Paper.objects.filter(submitted_at__range=(end - _LONGEST_WAIT, end)).values_list("pk", "submitted_at")
        moved += [
            pk for pk, moment in waiting if moment and announced_on(moment, before) != announced_on(moment, after)
        ]
    if moved:
        recompose(moved, now.date())
    return len(set(moved))
