"""`make run`, from its first word to its last."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.config.conftest import Start

pytestmark = pytest.mark.enable_socket

READY_SECONDS = 60


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def refusal(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in output + errors
    return output + errors


def wait_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            return "".join(said)
    pytest.fail("".join(said) + process.communicate()[1])


def processes_of(home: Path) -> list[psutil.Process]:
    """What still runs for that home, the database server included."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("BROADSHEET_HOME") == str(home) or str(home) in process.cmdline()
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize("value", ["80x", "0", "65536", "-1", "٣"])
def test_a_bad_port_is_refused(home: Path, start: Start, value: str) -> None:
    assert refusal(start(home, "-m", "config.run", PORT=value)) == (
        f"PORT must be a number from 1 to 65535, not “{value}”.\n"
    )


def test_a_taken_port_names_another_one(home: Path, start: Start, taken_port: int) -> None:
    said = refusal(start(home, "-m", "config.run", PORT=str(taken_port)))
    assert said.startswith(f"Port {taken_port} is taken by another program")
    assert "make run PORT=" in said
    assert not (home / "data-18").exists()


def test_a_host_of_another_machine_is_refused(home: Path, start: Start, port: int) -> None:
    said = refusal(start(home, "-m", "config.run", PORT=str(port), HOST="192.0.2.1"))
    assert said.startswith("HOST=192.0.2.1 is not an address of this machine")


def test_an_unreachable_database_is_one_sentence(home: Path, start: Start, port: int) -> None:
    url = "postgresql://127.0.0.1:9/paper"
    assert refusal(start(home, "-m", "config.run", PORT=str(port), DATABASE_URL=url)) == (
        "Cannot connect to the database 'paper' that DATABASE_URL names, on 127.0.0.1, port 9 (Connection refused).\n"
    )


def test_the_portal_starts_runs_once_survives_a_kill_and_stops_with_all_that_it_started(
    home: Path, start: Start, port: int
) -> None:
    first = start(home, "-m", "config.run", PORT=str(port))
    said = wait_until_ready(first)
    assert f"http://127.0.0.1:{port}/" in said
    assert "createsuperuser" in said
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
        assert answer.status == 200

    assert first.poll() is None, first.communicate()
    second = start(home, "-m", "config.run", PORT=str(port))
    assert refusal(second) == f"Broadsheet is already running here: http://127.0.0.1:{port}\n"

    first.kill()
    first.wait()
    third = start(home, "-m", "config.run", PORT=str(port))
    begun = time.monotonic()
    wait_until_ready(third)
    assert time.monotonic() - begun < 15

    os.kill(third.pid, signal.SIGINT)
    _, errors = third.communicate(timeout=20)
    assert third.returncode == 0
    assert "Traceback" not in errors
    assert processes_of(home) == []
