"""Nobody who submits waits without end for those who write papers, nor in a circle with those who leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.ingest.locking import lock_writer
from papers.models import Submission
from papers.services import submission_decisions
from papers.services.submissions import submit_paper
from tests.papers.submissions.sources import BOATS, TITLE, Sources

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def somebody_writes() -> Iterator[None]:
    """Another connection holds the writer's lock, as a run does that is only tried out."""
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            lock_writer()
            begun.set()
            done.wait(30)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(10)
        yield
    finally:
        done.set()
        writer.join()


def test_a_reader_who_confirms_during_a_long_run_is_asked_to_try_again(
    reader_client: Client, reader: User, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission_decisions, "_PATIENCE", 1)
    own = submit_paper(reader, "arxiv", BOATS, timezone.now())
    address = f"{own.get_absolute_url()}/confirm"
    with somebody_writes():
        began = time.monotonic()
        answer = reader_client.post(address)
        assert time.monotonic() - began < 10
    assert answer.status_code == 503
    assert "Papers are being taken in at this moment. Nothing was sent; try again soon." in answer.text
    assert TITLE in answer.text
    assert f'action="{address}"' in answer.text
    assert Submission.objects.get().state == "found"
    assert reader_client.post(address).status_code == 302
    assert Submission.objects.get().state == "pending"
