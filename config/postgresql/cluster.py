"""Making the embedded server's data folder, once."""

import os
import shutil
import signal
from pathlib import Path

import psutil

from config.postgresql.account import run_as
from config.postgresql.errors import DatabaseUnavailable, explain
from config.postgresql.folders import Folders, check_programs

SETTINGS = """
# Broadsheet's own settings.
listen_addresses = ''                          # the Unix socket alone
unix_socket_permissions = 0700
shared_preload_libraries = 'pg_stat_statements'
max_connections = 200
jit = off                                      # this build has no compiler
log_checkpoints = off
random_page_cost = 1.1                         # solid-state disks
"""
# Of the machine's memory; what search reads of 150,000 papers is some 400 MB.
_SHARE, _LEAST_MB, _MOST_MB = 4, 128, 512

# In template1, so that test databases have the extensions too: these two need a superuser, and Broadsheet's own role
# is none. The ones that its owner may create (pg_trgm, unaccent, btree_gin) are left to migrations.
STATEMENTS = """\
CREATE ROLE broadsheet LOGIN CREATEDB
CREATE EXTENSION vector
CREATE EXTENSION pg_stat_statements
CREATE DATABASE broadsheet OWNER broadsheet
"""


def create_cluster(folders: Folders, bin_folder: Path) -> None:
    """Make the data folder. It gets its name last, so that it exists only once it is complete."""
    for left_over in folders.root.glob("init.*"):  # of a first start that was killed
        shutil.rmtree(left_over, ignore_errors=True)
    check_programs(folders.account, bin_folder)
    unfinished = folders.root / f"init.{os.getpid()}"
    unfinished.mkdir(mode=0o700)
    try:
        if folders.account:
            os.chown(unfinished, folders.account.uid, folders.account.gid)
        _run_initdb(folders, bin_folder, unfinished)
        with (unfinished / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS + f"shared_buffers = {shared_buffers_mb()}MB\n")
        _run_statements(folders, bin_folder, unfinished)
        unfinished.rename(folders.data)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _run_initdb(folders: Folders, bin_folder: Path, unfinished: Path) -> None:
    command: list[str | Path] = [bin_folder / "initdb", "-D", unfinished]
    command += ["-U", "postgres", "-A", "trust", "-E", "UTF8", "-T", "english"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    # pg_trgm takes its letters from LC_CTYPE, and macOS has no C.UTF-8 of its own.
    for ctype in ("C.UTF-8", "en_US.UTF-8"):
        result = run_as(folders.account, [*command, f"--lc-ctype={ctype}"])
        if result.returncode == 0:
            return
        if "locale" not in result.stderr:
            break
    raise explain(result.stderr, folders.root, f"PostgreSQL could not make its data folder in {folders.root}")


def _run_statements(folders: Folders, bin_folder: Path, unfinished: Path) -> None:
    command: list[str | Path] = [bin_folder / "postgres", "--single"]
    command += ["-D", unfinished, "template1"]
    result = run_as(folders.account, command, input_text=STATEMENTS)
    if result.returncode or "ERROR:" in result.stderr:
        raise statements_failed(result.returncode, result.stderr, folders.root)


def statements_failed(returncode: int, output: str, folder: Path) -> DatabaseUnavailable:
    """Why the first statements failed; on an old processor the vector extension is an illegal instruction."""
    if returncode == -signal.SIGILL or "vector.so" in output or "vector.dylib" in output:
        return DatabaseUnavailable(
            "The embedded PostgreSQL's vector extension does not run on this processor (it needs AVX2): "
            "name a PostgreSQL server with pgvector in DATABASE_URL."
        )
    return explain(output, folder, f"PostgreSQL could not prepare its database in {folder}")


def shared_buffers_mb() -> int:
    """How many megabytes of pages the server keeps; only those that are used take memory."""
    return min(max(psutil.virtual_memory().total // _SHARE // 2**20, _LEAST_MB), _MOST_MB)
