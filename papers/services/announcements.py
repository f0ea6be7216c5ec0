"""What sources announced, and what of it is here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Q

from papers.ingest.announced import DayList
from papers.ingest.locking import lock_writer
from papers.models import AnnouncedDay, AnnouncedPaper

_ARRIVED = """
    UPDATE papers_announcedpaper AS announced SET arrived_at = %s
    FROM papers_identifier AS identifier
    WHERE announced.arrived_at IS NULL
      AND identifier.scheme = announced.scheme AND identifier.value = announced.value
    RETURNING announced.on_id
"""


@transaction.atomic
def keep_announced(source: str, lists: Iterable[DayList], now: datetime) -> None:
    """Store what lists named; a list that is read again adds what is new on it, and takes nothing away."""
    lists = list(lists)
    if not lists:
        return
    # An arrival touches the days of every source: two would wait for each other in a circle.
    lock_writer()
    changed: set[int] = set()
    for read in lists:
        day, _ = AnnouncedDay.objects.select_for_update().get_or_create(
            source=source, day=read.day, defaults={"first_read_at": now, "read_at": now}
        )
        if read.listing and read.listing not in day.lists:
            day.lists = sorted([*day.lists, read.listing])
        day.read_at = now
        day.save(update_fields=["lists", "read_at"])
        AnnouncedPaper.objects.bulk_create(
            [AnnouncedPaper(on=day, scheme=scheme, value=value) for scheme, value in read.names], ignore_conflicts=True
        )
        changed.add(day.pk)
    _recount(changed | _arrived(now))


@transaction.atomic
def note_arrivals(now: datetime) -> None:
    """See which of the missing papers have come meanwhile, from whatever source. Safe to repeat."""
    lock_writer()
    if changed := _arrived(now):
        _recount(changed)


def _arrived(now: datetime) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED, [now])
        return {pk for (pk,) in cursor.fetchall()}


def _recount(days: Collection[int]) -> None:
    counts = AnnouncedPaper.objects.filter(on__in=days).values_list("on").order_by("on")
    for pk, announced, here in counts.annotate(all=Count("pk"), here=Count("pk", filter=Q(arrived_at__isnull=False))):
        AnnouncedDay.objects.filter(pk=pk).update(announced=announced, here=here)
