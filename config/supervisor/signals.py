"""The wish to end: Ctrl-C, SIGTERM, or the terminal closed."""

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

from config.supervisor.errors import StopRequested

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """While it is there, each of these signals raises StopRequested in the main thread, once."""

    def __init__(self) -> None:
        # Python writes each signal's number here, whoever's handler is in place.
        self._came, noted = os.pipe()
        os.set_blocking(self._came, False)
        os.set_blocking(noted, False)
        signal.set_wakeup_fd(noted, warn_on_full_buffer=False)
        for number in NUMBERS:
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.ignore()
        raise StopRequested

    def ignore(self) -> None:
        for number in NUMBERS:
            signal.signal(number, signal.SIG_IGN)

    @contextlib.contextmanager
    def heeded(self) -> Iterator[None]:
        """
        Around code that has handlers of its own, as an ingest does to finish its batch.

        Whether it then ends well or with an error, the portal was asked to stop, and does.
        """
        try:
            yield
        except Exception as error:
            if self._have_come():
                raise StopRequested from error
            raise
        if self._have_come():
            raise StopRequested

    def _have_come(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            return any(number in NUMBERS for number in os.read(self._came, 64))
        return False
