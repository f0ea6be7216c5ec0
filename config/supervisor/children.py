"""The processes of the portal: started, watched, restarted, stopped."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from config.home import CLONE
from config.supervisor.errors import CannotRun
from config.terminal import say

# Whoever ends sooner than this after a start did not work at all.
STEADY_SECONDS = 10
MAX_PAUSE_SECONDS = 30
MAX_QUICK_ENDS = 5
# One that never stayed up may have met a moment's trouble; thrice is no accident.
MAX_FIRST_ENDS = 3
STOP_SECONDS = 6


@dataclass
class Child:
    """`name` is how messages call it; `module` is run with the arguments as `python -m` would.

    One that nobody waits for may begin `later`, in seconds, and leave the processor to those that they do.
    """

    name: str
    module: str
    arguments: Sequence[str]
    environ: dict[str, str]
    later: float = 0

    def __post_init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.was_steady = False
        self.quick_ends = 0

    def start(self, pipe: int) -> None:
        command = [sys.executable, "-m", "config.supervisor.child", str(pipe), self.module]
        # A session of its own: Ctrl-C then reaches the supervisor alone, which stops all in good order.
        self.process = subprocess.Popen(  # noqa: S603 - our own modules
            [*command, *self.arguments],
            cwd=CLONE,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            pass_fds=[pipe],
            start_new_session=True,
        )
        self.started_at = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_group(self, number: int) -> None:
        # What the child itself started may outlive it, and is in its group.
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Children:
    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        # Nothing is ever written: the children notice when the writing end is gone (see child.py).
        self._pipe, self._held_end = os.pipe()

    def start(self) -> None:
        for child in self.children:
            if child.later:
                child.start_again_at = time.monotonic() + child.later
            else:
                child.start(self._pipe)

    def watch(self) -> None:
        """Start again what ended. CannotRun when it makes no sense to."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.start_again_at:
                    child.start(self._pipe)
            elif child.process.poll() is not None:
                self._ended(child, child.process.returncode, now)
            elif now - child.started_at > STEADY_SECONDS:
                child.was_steady, child.quick_ends = True, 0

    def renew(self, name: str) -> None:
        """
        Start that child afresh.

        The worker does not notice that its listening connection was lost, and from then on finds jobs late.
        """
        for child in self.children:
            if child.name == name and child.process:
                child.signal_group(signal.SIGKILL)
                child.process.wait()
                child.start(self._pipe)

    def _ended(self, child: Child, status: int, now: float) -> None:
        child.signal_group(signal.SIGKILL)
        if now - child.started_at < STEADY_SECONDS:
            child.quick_ends += 1
        if child.quick_ends >= (MAX_QUICK_ENDS if child.was_steady else MAX_FIRST_ENDS):
            raise CannotRun(f"The {child.name} does not stay up ({_how(status)}): see what it printed above.")
        pause = min(2**child.quick_ends, MAX_PAUSE_SECONDS)
        say(f"The {child.name} ended ({_how(status)}); it is started again in {pause} s.")
        child.process, child.start_again_at = None, now + pause

    def stop(self) -> None:
        """Ask all to end, and insist after a few seconds."""
        for child in self.children:
            child.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.is_running() for child in self.children) and time.monotonic() < deadline:
            time.sleep(0.02)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process:
                child.process.wait()


def _how(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
