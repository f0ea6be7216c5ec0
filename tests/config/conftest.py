"""A BROADSHEET_HOME to spoil, and processes that use it: what is tried here happens between processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from config.home import CLONE, broadsheet_home
from config.postgresql.errors import DatabaseUnavailable
from config.postgresql.server import EmbeddedServer

Start = Callable[..., subprocess.Popen[str]]

STOP = """
from config.home import broadsheet_home
from config.postgresql.server import embedded_server
print(embedded_server(broadsheet_home()).stop())
"""

# Attach, say so, and stay until told to go.
ATTACH = """
import sys
from config.home import broadsheet_home
from config.postgresql.server import embedded_server
server = embedded_server(broadsheet_home())
server.attach()
print(server.pid(), server.folders.socket, flush=True)
sys.stdin.readline()
server.leave()
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are for the tester alone, and root's server is another."""
    folder = Path(tempfile.mkdtemp(prefix="broadsheet-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(open_folder: Path) -> Path:
    return open_folder / "home"


@pytest.fixture
def start() -> Iterator[Start]:
    """Start Python with some code, or with arguments, in a home. What it starts is ended after the test."""
    started: list[subprocess.Popen[str]] = []
    homes: set[Path] = set()

    def start_python(home: Path, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environ = {**kept, "BROADSHEET_HOME": str(home), **environ}
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=CLONE,
            env=environ,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        homes.add(home)
        return process

    yield start_python
    for process in started:
        process.kill()
        process.communicate()
    for home in filter(Path.exists, homes):
        # Here and not in one Python more for each test; a home that a test has spoiled has no server.
        with suppress(DatabaseUnavailable):
            EmbeddedServer(broadsheet_home({"BROADSHEET_HOME": str(home)})).stop()
