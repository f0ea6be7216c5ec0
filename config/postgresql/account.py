"""The operating system's user that the embedded server runs as: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.postgresql.errors import DatabaseUnavailable


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """The ordinary user that root runs the server as: the one whom the data belongs to. None when we are not root."""
    if os.geteuid():
        return None
    if data.exists() and (owner := data.stat()).st_uid:
        return Account(owner.st_uid, owner.st_gid)
    for name in (os.environ.get("BROADSHEET_OS_USER"), "postgres", "nobody"):
        if name and (account := _named(name)):
            return account
    raise DatabaseUnavailable(
        "PostgreSQL does not run as root: name an ordinary user in BROADSHEET_OS_USER, or run Broadsheet as one."
    )


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


def run_as(
    account: Account | None,
    command: Sequence[str | Path],
    *,
    input_text: str | None = None,
    new_session: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a program as that account, or as ourselves, and return what it printed."""
    # PGPORT and its like would lead astray, and a locale would translate the messages that we read.
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return subprocess.run(  # noqa: S603 - our own commands, no shell
        [str(part) for part in command],
        check=False,
        cwd="/",
        env=environ,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL if input_text is None else None,
        input=input_text,
        capture_output=True,
        start_new_session=new_session,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether the account may enter the folder, asked of the system itself: every folder above has a say, and ACLs."""
    return run_as(account, ["/bin/sh", "-c", 'cd -- "$0"', folder]).returncode == 0
