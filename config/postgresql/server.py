"""
The embedded PostgreSQL server: attached to, started and stopped.

Every process that uses the server holds a shared lock for as long as it lives. Whoever can have that lock for itself
alone is the last one, and stops the server as it leaves; the kernel takes the locks of the killed. A second, exclusive
lock lets one process at a time start or stop.
"""

import errno
import fcntl
import functools
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psutil

from config.home import make_home
from config.postgresql.account import run_as
from config.postgresql.cluster import create_cluster
from config.postgresql.errors import DatabaseUnavailable, explain
from config.postgresql.folders import SOCKET, Folders, choose, locate, make_socket_folder, programs

# Recovery after a crash can take minutes; a server that is still at it is not to be called broken.
START_SECONDS = 300
STOP_SECONDS = 60
# Every request asks for the server; that it still runs is worth asking the system this often.
CHECK_SECONDS = 0.5
# No statement is logged with its error, for its words are what people searched for. Said here and not in the data
# folder's settings, so that it holds for folders made by an earlier version, too.
_ARGUMENTS = ("-c", "log_min_error_statement=panic")


@functools.cache
def embedded_server(home: Path) -> "EmbeddedServer":
    """The one object that this process has for the server of that home."""
    return EmbeddedServer(home)


class EmbeddedServer:
    def __init__(self, home: Path) -> None:
        self.home = home
        self._folders: Folders | None = None
        self._hold: TextIO | None = None
        self._checked_at = 0.0
        self._mutex = threading.Lock()

    @property
    def folders(self) -> Folders:
        """Where data, socket and log are. Only once there is a server: before, DatabaseUnavailable."""
        if self._folders is None:
            self._folders = locate(self.home)
        if self._folders is None:
            raise DatabaseUnavailable(f"There is no database in {self.home} yet: `make run` makes it.")
        return self._folders

    def attach(self) -> None:
        """Use the server until this process ends or leaves, starting it if need be."""
        if self._hold and time.monotonic() - self._checked_at < CHECK_SECONDS:
            return
        with self._mutex, self._plain_errors():
            if self._hold is None:
                make_home(self.home)
                # This waits while the last one to leave is stopping the server.
                self._hold = _locked(self.home / "attached.lock", fcntl.LOCK_SH)
            try:
                self._attach()
                self._checked_at = time.monotonic()
            except BaseException:
                self._release()
                raise

    def leave(self) -> None:
        """Use the server no longer, and stop it unless others do."""
        with self._mutex:
            if self._hold is None:
                return
            try:
                with _locked(self.home / "server.lock", fcntl.LOCK_EX):
                    self._release()
                    self._stop_if_unused()
            except OSError:
                # The home was deleted under us: no lock and no data to look after.
                self._release()

    def stop(self) -> bool:
        """Stop the server by hand. False when others use it."""
        with (
            self._mutex,
            self._plain_errors(),
            _locked(self.home / "server.lock", fcntl.LOCK_EX),
        ):
            self._release()
            return self._stop_if_unused()

    def is_running(self) -> bool:
        """Whether the server takes connections."""
        if self._folders is None and (located := locate(self.home)) is None:
            return False
        self._folders = self._folders or located
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.folders.socket / SOCKET))
                # The eighth line is the state; it says "starting" while a crash is being recovered from.
                state = (self.folders.data / "postmaster.pid").read_text().splitlines()[7].strip()
            except (FileNotFoundError, ConnectionRefusedError, IndexError):
                return False
        return state == "ready"

    def pid(self) -> int | None:
        """The server's process, running, starting or stopping."""
        process = self._process()
        return process.pid if process else None

    def _attach(self) -> None:
        if self.is_running():
            return
        with _locked(self.home / "server.lock", fcntl.LOCK_EX):
            self._folders = locate(self.home) or choose(self.home)
            if self.is_running():
                return
            bin_folder = programs(self._folders)
            if not self._folders.data.exists():
                create_cluster(self._folders, bin_folder)
            self._start(bin_folder)

    def _start(self, bin_folder: Path) -> None:
        make_socket_folder(self.folders)
        for _ in range(10):
            self._drop_stale_locks()
            log_end = self._log_size()
            if self._wait_until_ready(self._spawn(bin_folder)):
                return
            said = self._log_since(log_end)
            # An earlier server, or the last processes of a killed one, may still be on their way out.
            if "lock file" not in said and "shared memory" not in said:
                break
            time.sleep(1)
        raise explain(said, self.folders.root, f"PostgreSQL did not start, see {self.folders.log}")

    def _spawn(self, bin_folder: Path) -> int:
        # The shell leaves at once, so the server is no child of ours that would stay a zombie, and unlike pg_ctl it
        # gets the folders as arguments, whatever letters are in them.
        script = 'log=$1; shift; "$@" >>"$log" 2>&1 </dev/null & echo $!'
        folders = self.folders
        command: list[str | Path] = ["/bin/sh", "-c", script, "sh", folders.log]
        command += [bin_folder / "postgres", "-D", folders.data, "-k", folders.socket, *_ARGUMENTS]
        result = run_as(folders.account, command, new_session=True)
        if not result.stdout.strip().isdigit():
            raise explain(result.stderr, folders.root, f"PostgreSQL could not be started from {bin_folder}")
        return int(result.stdout)

    def _wait_until_ready(self, pid: int) -> bool:
        """False when that process ended, or took too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.is_running():
                return True
            if not _is_alive(pid):
                return False
            time.sleep(0.02)
        return False

    def _stop_if_unused(self) -> bool:
        try:
            with _locked(self.home / "attached.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
                self._stop()
        except BlockingIOError:
            return False
        return True

    def _stop(self) -> None:
        self._folders = locate(self.home)
        if self._folders is None or (process := self._process()) is None:
            return
        # SIGINT is PostgreSQL's "fast" stop: it ends sessions, writes all out, and needs no recovery at the next start.
        process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_alive(process.pid) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _process(self) -> psutil.Process | None:
        """
        The process of postmaster.pid, if it is really this server.

        After a crash the number may belong to a zombie or to some other process; PostgreSQL itself would refuse to
        start, or we would signal a stranger.
        """
        try:
            pid = int((self.folders.data / "postmaster.pid").read_text().split()[0])
            process = psutil.Process(pid)
            is_ours = process.status() != psutil.STATUS_ZOMBIE and str(self.folders.data) in process.cmdline()
        except (FileNotFoundError, IndexError, ValueError, psutil.Error, DatabaseUnavailable):
            return None
        return process if is_ours else None

    def _drop_stale_locks(self) -> None:
        if self._process() is None:
            # PostgreSQL's shared memory still guards against the last processes of a killed server.
            (self.folders.data / "postmaster.pid").unlink(missing_ok=True)
            (self.folders.socket / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _log_size(self) -> int:
        return self.folders.log.stat().st_size if self.folders.log.exists() else 0

    def _log_since(self, size: int) -> str:
        if not self.folders.log.exists():
            return ""
        with self.folders.log.open("rb") as log:
            log.seek(size)
            return log.read().decode(errors="replace")

    def _release(self) -> None:
        # Closed, not unlocked: a process that forked from this one shares the lock, and goes on having it.
        if self._hold:
            self._hold.close()
            self._hold = None

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except PermissionError as error:
            raise DatabaseUnavailable(
                f"{error.filename or self.home} belongs to another user: run Broadsheet as that one, "
                "or set BROADSHEET_HOME to a folder of your own."
            ) from error
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise explain("No space left on device", self.home, "") from error
            raise DatabaseUnavailable(f"The database in {self.home} cannot be used: {error.strerror}.") from error


def _locked(path: Path, kind: int) -> TextIO:
    """The opened lock file, locked until it is closed. Python does not let the server inherit it."""
    file = path.open("a")
    try:
        fcntl.flock(file, kind)
    except BaseException:
        file.close()
        raise
    return file


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
