"""An act that has to wait for the writer's turn, and what it may not hold meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

from django.db import connections, transaction

from papers.ingest.locking import lock_writer


@contextmanager
def waiting_for_the_writer(act: Callable[[], object]) -> Iterator[None]:
    """In the block we are the writer and the act waits; it is done when the block has ended."""

    def go() -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_writer()
            other = pool.submit(go)
            # Long enough to come to where it waits.
            assert not wait([other], timeout=0.3).done
            yield
        other.result(timeout=20)
