"""
Run a module as a child of the supervisor: `python -m config.supervisor.child FD MODULE ARGUMENTS…`.

FD is the reading end of a pipe whose other end only the supervisor holds. When the supervisor is killed the pipe ends,
on every system alike, and the child then stops too instead of staying behind with the port.
"""

import os
import runpy
import signal
import sys
import threading
import time

from config.home import broadsheet_home
from config.postgresql.server import embedded_server

STOP_SECONDS = 5


def main() -> None:
    pipe, module = int(sys.argv[1]), sys.argv[2]
    orphaned = threading.Event()
    threading.Thread(target=_watch_supervisor, args=(pipe, orphaned), daemon=True).start()
    sys.argv = sys.argv[2:]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        if orphaned.is_set() and not os.environ.get("DATABASE_URL"):
            # Nobody else is left to do it.
            embedded_server(broadsheet_home()).stop()


def _watch_supervisor(pipe: int, orphaned: threading.Event) -> None:
    os.read(pipe, 1)
    orphaned.set()
    # The group is this child and what it started.
    os.killpg(0, signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
