"""The embedded server, tried for real in homes of its own."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import psycopg
import pytest

from config.postgresql.cluster import shared_buffers_mb, statements_failed
from config.postgresql.errors import explain
from tests.config.conftest import ATTACH, STOP, Start


def attached(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The server's process number and socket folder, once that process uses it."""
    assert process.stdout
    said = process.stdout.readline()
    if not said:
        pytest.fail(process.communicate()[1])
    pid, socket = said.strip().split(" ", 1)
    return int(pid), socket


def leave(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate("\n", timeout=30)
    assert process.returncode == 0, errors


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def connect(socket: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=socket, dbname="broadsheet", user="broadsheet", autocommit=True)


def test_processes_that_race_the_first_start_share_one_server_and_the_last_stops_it(home: Path, start: Start) -> None:
    first, second = start(home, "-c", ATTACH), start(home, "-c", ATTACH)
    pid, socket = attached(first)
    assert attached(second) == (pid, socket)
    with connect(socket) as connection:
        rows = connection.execute("SELECT extname FROM pg_extension").fetchall()
    assert {("vector",), ("pg_stat_statements",)} <= set(rows)
    leave(first)
    assert is_running(pid)
    leave(second)
    assert not is_running(pid)


def test_a_server_in_use_is_not_stopped_by_hand(home: Path, start: Start) -> None:
    user = start(home, "-c", ATTACH)
    pid, _ = attached(user)
    assert start(home, "-c", STOP).communicate()[0] == "False\n"
    assert is_running(pid)
    # A killed user does not keep it.
    user.kill()
    user.wait()
    assert start(home, "-c", STOP).communicate()[0] == "True\n"
    assert not is_running(pid)


def test_a_killed_server_keeps_committed_rows_and_a_stale_process_number_misleads_nobody(
    home: Path, start: Start
) -> None:
    user = start(home, "-c", ATTACH)
    pid, socket = attached(user)
    with connect(socket) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    os.kill(pid, signal.SIGKILL)
    user.kill()
    user.wait()
    pid_file = home / "data-18" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    # The number now belongs to somebody else: this test.
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    again = start(home, "-c", ATTACH)
    new_pid, socket = attached(again)
    assert new_pid not in (pid, os.getpid())
    with connect(socket) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    leave(again)


def test_what_was_searched_for_is_not_in_the_log(home: Path, start: Start) -> None:
    user = start(home, "-c", ATTACH)
    _, socket = attached(user)
    with connect(socket) as connection:
        connection.execute("SET statement_timeout = 10")
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(5), 'lighthouse'")
    leave(user)
    log = (home / "data-18" / "server.log").read_text()
    assert "statement timeout" in log
    assert "lighthouse" not in log


@pytest.mark.parametrize("name", ["x" * 120, "it's, “odd”"])
def test_a_long_or_odd_path_gets_a_short_socket_folder(open_folder: Path, start: Start, name: str) -> None:
    user = start(open_folder / name, "-c", ATTACH)
    _, socket = attached(user)
    assert len(socket) < 60
    assert stat.S_IMODE(Path(socket).stat().st_mode) == 0o700
    with connect(socket) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    leave(user)
    shutil.rmtree(socket)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server is another user's, who may be shut out")
def test_a_home_that_the_servers_user_cannot_enter_keeps_its_data_elsewhere_and_says_so(
    open_folder: Path, start: Start
) -> None:
    open_folder.chmod(0o700)
    home = open_folder / "home"
    user = start(home, "-c", ATTACH)
    pid, _ = attached(user)
    elsewhere = Path((home / "database-folder").read_text().strip())
    try:
        assert (elsewhere / "data-18").exists()
        assert not (home / "data-18").exists()
        again = start(home, "-c", ATTACH)
        assert attached(again)[0] == pid
        leave(again)
        errors = user.communicate("\n")[1]
        assert errors.count(str(elsewhere)) == 1
        assert not is_running(pid)
    finally:
        shutil.rmtree(elsewhere)


def test_a_broken_data_folder_ends_in_one_sentence(home: Path, start: Start) -> None:
    leave(start(home, "-c", ATTACH))
    (home / "data-18" / "PG_VERSION").write_text("17\n")
    begun = time.monotonic()
    errors = start(home, "-c", ATTACH).communicate()[1]
    assert f"PostgreSQL did not start, see {home}/data-18/server.log (" in errors.splitlines()[-1]
    assert time.monotonic() - begun < 5


def test_a_processor_without_avx2_is_pointed_to_database_url() -> None:
    for failure in (
        statements_failed(-signal.SIGILL, "", Path("/data")),
        statements_failed(1, 'ERROR:  could not load library "/x/vector.so"', Path("/data")),
    ):
        assert "AVX2" in str(failure)
        assert "DATABASE_URL" in str(failure)


def test_a_full_disk_is_called_so() -> None:
    output = "initdb: error: could not write to file: No space left on device\ninitdb: removing data"
    assert str(explain(output, "/data", "x")).startswith("The disk that holds /data is full")


@pytest.mark.parametrize(("gigabytes", "megabytes"), [(0.25, 128), (1, 256), (64, 512)])
def test_the_server_keeps_a_share_of_the_machines_memory(
    gigabytes: float, megabytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = SimpleNamespace(total=int(gigabytes * 2**30))
    monkeypatch.setattr("config.postgresql.cluster.psutil.virtual_memory", lambda: machine)
    assert shared_buffers_mb() == megabytes
