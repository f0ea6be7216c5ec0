"""What staff decide about items that could not be taken in: put aside, or taken up again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from papers.models import RejectedRecord


@transaction.atomic
def dismiss_records(ids: Collection[int], now: datetime) -> list[RejectedRecord]:
    """Put records aside; they stay aside when their source sends them again. Return those that were not so."""
    rows = list(RejectedRecord.objects.waiting().select_for_update(of=["self"]).filter(pk__in=ids).order_by("pk"))
    RejectedRecord.objects.filter(pk__in=[row.pk for row in rows]).update(dismissed_at=now)
    return rows


@transaction.atomic
def take_up_records(ids: Collection[int]) -> list[RejectedRecord]:
    """Take records up again that were put aside."""
    rows = list(RejectedRecord.objects.dismissed().select_for_update(of=["self"]).filter(pk__in=ids).order_by("pk"))
    RejectedRecord.objects.filter(pk__in=[row.pk for row in rows]).update(dismissed_at=None)
    return rows
