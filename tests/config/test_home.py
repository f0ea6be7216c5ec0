"""Where this copy keeps what it makes: one folder under one name, and not for everybody."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psutil

from config.home import broadsheet_home, make_home
from config.run import _children
from config.supervisor.address import Address
from config.workers import QUICK
from tests.config.conftest import ATTACH, STOP, Start


def test_a_home_behind_a_link_is_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert broadsheet_home({"BROADSHEET_HOME": str(tmp_path / "link")}) == tmp_path.resolve() / "real"
    assert broadsheet_home({"BROADSHEET_HOME": str(tmp_path / "link" / "deeper")}).parent.name == "real"


def test_a_server_started_by_one_name_of_its_home_is_stopped_by_the_other(open_folder: Path, start: Start) -> None:
    (open_folder / "real").mkdir(mode=0o755)
    (open_folder / "link").symlink_to("real")
    process = start(open_folder / "link", "-c", ATTACH)
    assert process.stdout
    said = process.stdout.readline()
    assert said, process.communicate()[1]
    server = psutil.Process(int(said.split()[0]))
    process.kill()
    process.wait()
    output, errors = start(open_folder / "real", "-c", STOP).communicate(timeout=60)
    assert output == "True\n", errors
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE


def test_a_new_home_cannot_be_looked_into(tmp_path: Path) -> None:
    home = tmp_path / "above" / "home"
    make_home(home)
    make_home(home)
    # Root's database server is another user, who must pass through.
    assert stat.S_IMODE(home.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)


def test_the_worker_keeps_no_mail_that_was_sent() -> None:
    worker = next(child for child in _children(Address("127.0.0.1", 8000)) if child.name == QUICK)
    arguments = list(worker.arguments)
    assert arguments[arguments.index("--delete-jobs") + 1] == "successful"
