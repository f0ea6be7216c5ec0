"""A BROADSHEET_HOME to spoil, and processes that use it: what is tried here happens between processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.home import CLONE

Start = Callable[..., subprocess.Popen[str]]

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
STOP = """
from config.home import broadsheet_home
from config.postgresql.server import embedded_server
print(embedded_server(broadsheet_home()).stop())
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
    started: list[tuple[subprocess.Popen[str], dict[str, str]]] = []

    def start_python(home: Path, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        whole = {**kept, "BROADSHEET_HOME": str(home), **environ}
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=CLONE,
            env=whole,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append((process, whole))
        return process

    yield start_python
    for process, _ in started:
        process.kill()
        process.communicate()
    for environ in {tuple(sorted(environ.items())): environ for _, environ in started}.values():
        subprocess.run([sys.executable, "-c", STOP], cwd=CLONE, env=environ, check=False, capture_output=True)
