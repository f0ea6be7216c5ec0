"""
One `make run` in a home at a time, and what an earlier one left behind.

A lock says that somebody runs; the kernel takes it from the killed. The record beside it says where, and names the run.
Every process of a run carries that name in its environment, so an orphan is told from a stranger with the same number.
"""

import contextlib
import fcntl
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any, TextIO

import psutil

from config.home import make_home
from config.supervisor.errors import CannotRun
from config.terminal import step

RUN_VARIABLE = "BROADSHEET_RUN"
# A supervisor that was just told to stop is waited for this long before it is said to run.
STOPPING_SECONDS = 12
RUNNING_SECONDS = 1
ORPHAN_SECONDS = 6


class Record:
    def __init__(self, home: Path) -> None:
        self._path = home / "running.json"
        self._lock_path = home / "running.lock"
        self._lock: TextIO | None = None
        self.run = secrets.token_hex(16)

    def claim(self, address: str) -> None:
        """Become the one who runs here, and end what a killed one left. CannotRun when somebody runs already."""
        self._take_lock()
        if left_over := self._read().get("run"):
            _stop_orphans(left_over)
        self._write(address, is_stopping=False)

    def note_stopping(self) -> None:
        self._write(self._read().get("address", ""), is_stopping=True)

    def release(self) -> None:
        if self._lock:
            self._path.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        make_home(self._lock_path.parent)
        lock = self._lock_path.open("a")
        begun = time.monotonic()
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._lock = lock
                return
            record = self._read()
            patience = STOPPING_SECONDS if record.get("is_stopping") else RUNNING_SECONDS
            if time.monotonic() - begun > patience:
                lock.close()
                raise CannotRun(f"Broadsheet is already running here: {record.get('address', 'it is starting')}")
            time.sleep(0.05)

    def _read(self) -> dict[str, Any]:
        try:
            record = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def _write(self, address: str, *, is_stopping: bool) -> None:
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps({"run": self.run, "address": address, "is_stopping": is_stopping}))
        draft.replace(self._path)


def _stop_orphans(run: str) -> None:
    orphans = [process for process in psutil.process_iter() if _belongs(process, run)]
    if not orphans:
        return
    with step("Ending what an earlier, killed start left running"):
        for process in orphans:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        _, stubborn = psutil.wait_procs(orphans, timeout=ORPHAN_SECONDS)
        for process in stubborn:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(stubborn, timeout=2)


def _belongs(process: psutil.Process, run: str) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(RUN_VARIABLE) == run
    except (psutil.Error, OSError):
        return False
