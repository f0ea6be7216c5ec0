"""Reading ahead: the next items are read while the database is busy with the last ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from queue import Empty, Queue
from threading import Event, Thread

from papers.ingest.novelty import told_by
from papers.ingest.records import UnreadItem

_WAITING = 2  # batches, so that memory stays flat

Batch = list[UnreadItem]


class ReadAhead:
    """Batches of `size` items, in order, gathered by a thread of its own; an error of the source comes in its place.

    The thread also reads the items, unless `reads` is cleared, as whoever takes the batches does while all that comes
    is known: what is known need not be read. Close it when it is not iterated to its end.
    """

    def __init__(self, items: Iterator[UnreadItem], size: int) -> None:
        self.reads = True
        self._items = items
        self._size = size
        self._queue: Queue[Batch | BaseException] = Queue(_WAITING)
        self._closed = Event()
        self._thread = Thread(target=self._gather, name="reading ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Batch]:
        while found := self._queue.get():
            if isinstance(found, BaseException):
                raise found
            yield found

    def close(self) -> None:
        self._closed.set()
        # The thread may be waiting for a place in the queue; once it has one it sees that it is closed.
        with suppress(Empty):
            while True:
                self._queue.get_nowait()
        self._thread.join()

    def _gather(self) -> None:
        try:
            while not self._closed.is_set():
                batch = list(islice(self._items, self._size))
                if self.reads:
                    for item in batch:
                        told_by(item)
                self._queue.put(batch)
                if not batch:
                    return
        except BaseException as error:  # raised again where the batches are taken
            self._queue.put(error)
