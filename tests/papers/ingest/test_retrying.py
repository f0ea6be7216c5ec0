"""Rejected items tried again while a run writes."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from papers.ingest.locking import lock_writer
from papers.ingest.records import RejectedItem
from papers.ingest.retrying import retry_records
from papers.models import RejectedRecord
from tests.papers.ingest.test_writer import write


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_who_tries_again_and_a_run_never_wait_for_each_other() -> None:
    broken = RejectedItem("{broken", "It is broken.", "k")
    write("snapshot", broken)
    row = RejectedRecord.objects.get()
    found: list[Any] = []

    def retry() -> None:
        try:
            found.append(retry_records([row.pk], timezone.now()))
        finally:
            connection.close()

    other = threading.Thread(target=retry)
    with transaction.atomic():
        lock_writer()
        other.start()
        while other.is_alive() and not somebody_waits():
            other.join(timeout=0.02)
        # A run that has the lock rejects the same item again: its row must be free.
        assert RejectedRecord.objects.select_for_update(nowait=True).get() == row
        write("snapshot", broken)
    other.join()
    assert [retried.still for retried in found] == [[row]]
