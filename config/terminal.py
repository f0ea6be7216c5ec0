"""What the front door prints: a line for each step that takes a while, moving where the terminal allows."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator

# A step that is quicker than this says nothing, so that an ordinary start stays quiet.
QUIET_SECONDS = 0.7
# Without a terminal nothing moves; a long step then says at times how far it is.
PLAIN_SECONDS = 10.0


def say(text: str = "") -> None:
    """Print a line; a terminal that is gone is no reason to fail."""
    with contextlib.suppress(OSError, ValueError):
        _write(f"{text}\n")


@contextlib.contextmanager
def step(title: str) -> Iterator[Callable[[str], None]]:
    """Show that something is going on. The function it gives takes news of how far it is."""
    line = _StepLine(title)
    ticker = threading.Thread(target=line.run, daemon=True)
    ticker.start()
    try:
        yield line.tell
    finally:
        line.finished.set()
        ticker.join()


class _StepLine:
    def __init__(self, title: str) -> None:
        self.title = title
        self.news = ""
        self.finished = threading.Event()
        self.started = time.monotonic()

    def tell(self, news: str) -> None:
        self.news = news

    def run(self) -> None:
        if self.finished.wait(QUIET_SECONDS):
            return
        with contextlib.suppress(OSError, ValueError):
            self._move() if sys.stdout.isatty() else self._plain()

    def _move(self) -> None:
        while not self.finished.wait(0.12):
            seconds = int(time.monotonic() - self.started)
            # Cut, since a line that wraps could not be overwritten; the rest of an older, longer line is erased.
            _write(f"\r{f'{self.title} … {seconds} s  {self.news}'[:78]}\033[K")
        _write(f"\r{self.title}: {time.monotonic() - self.started:.1f} s\033[K\n")

    def _plain(self) -> None:
        _write(f"{self.title} …\n")
        while not self.finished.wait(PLAIN_SECONDS):
            seconds = int(time.monotonic() - self.started)
            _write(f"  {seconds} s  {self.news}".rstrip() + "\n")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
