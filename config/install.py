"""
Make .venv and install what the lock says, then, for `run`, become the portal: `python -m config.install run|dev`.

Only the standard library is there yet. A stamp in .venv remembers the lock that was installed, so a later start does
nothing here; a mark that an installation is under way makes the next start repair one that was cut short.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from config.home import CLONE
from config.terminal import say, step

VENV = CLONE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "broadsheet-installed.json"
UNFINISHED = VENV / "broadsheet-installing"
FULL_DISK_BYTES = 30_000_000
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
# Installed beside either, as it is written: without what its packages ask for.
EMBEDDER = "requirements-embedder.txt"


class CannotInstall(Exception):
    """The message is one sentence for the person at the terminal."""


def main() -> int:
    purpose = sys.argv[1] if len(sys.argv) > 1 else ""
    if purpose not in LOCKS:
        say(f"Say what for: python3 -m config.bootstrap {'|'.join(LOCKS)}")
        return 2
    parent = os.getppid()
    try:
        install(LOCKS[purpose])
    except CannotInstall as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"The installation into {VENV} failed: {error.strerror}.")
        return 1
    except KeyboardInterrupt:
        say("Stopped; the next start goes on with the installation.")
        return 1
    if purpose == "run":
        os.execv(PYTHON, [str(PYTHON), "-m", "config.run", "--parent", str(parent)])  # noqa: S606
    return 0


def install(lock_name: str) -> None:
    lock = CLONE / lock_name
    if is_installed(lock):
        return
    with lock.open() as turn:
        # Two commands at once, say `make run` and `make test`, install one after the other.
        fcntl.flock(turn, fcntl.LOCK_EX)
        if is_installed(lock):
            return
        if UNFINISHED.exists():
            say("The last installation was cut short: it is made anew.")
        if UNFINISHED.exists() or not is_usable():
            make_venv()
        UNFINISHED.touch()
        STAMP.unlink(missing_ok=True)
        install_packages(lock)
        install_embedder()
        write_stamp(lock)
        UNFINISHED.unlink()


def is_installed(lock: Path) -> bool:
    """Whether this very lock was installed, for the Python that .venv still has."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return PYTHON.exists() and stamp.get(lock.name) == fingerprint(lock) and not UNFINISHED.exists()


def fingerprint(lock: Path) -> str:
    # The interpreter counts too: a new python3 under the same link does not find the old one's packages.
    locks = lock.read_bytes() + (CLONE / EMBEDDER).read_bytes()
    return hashlib.sha256(locks + os.fsencode(os.path.realpath(PYTHON))).hexdigest()


def write_stamp(lock: Path) -> None:
    # The lock for development holds all of the other one.
    names = LOCKS.values() if lock.name == LOCKS["dev"] else [lock.name]
    draft = STAMP.with_suffix(".draft")
    draft.write_text(json.dumps({name: fingerprint(CLONE / name) for name in names}))
    draft.replace(STAMP)


def is_usable() -> bool:
    """Whether .venv has a Python that is new enough, and pip."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return _run([str(PYTHON), "-c", check]).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    with step("Making .venv"):
        command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
        result = _run(command)
    if result.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotInstall(why(result.stdout + result.stderr))


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands


def install_packages(lock: Path) -> None:
    output, status = install_lock(lock, "Installing {} packages into .venv")
    if status:
        if not touched(output):
            UNFINISHED.unlink(missing_ok=True)
        raise CannotInstall(why(output))


def install_embedder() -> None:
    """What search by meaning needs; where a system has no wheel of it, the portal does without."""
    lock = CLONE / EMBEDDER
    output, status = install_lock(
        lock, "Installing {} packages for search by meaning", "--no-deps", "--only-binary", ":all:"
    )
    if not status:
        return
    if "No matching distribution" not in output or is_unreachable(output):
        raise CannotInstall(why(output))
    say("This system lacks packages for search by meaning: search goes by words.")


def install_lock(lock: Path, what: str, *options: str) -> tuple[str, int]:
    """Run pip over a lock; return all that it printed and its exit status."""
    count = len(re.findall(r"^[a-z0-9][^ ]*==", lock.read_text(), re.MULTILINE))
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "-r", str(lock), *options]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    with step(what.format(count)) as tell:
        return run_telling(command, tell, count)


def touched(output: str) -> bool:
    """Whether pip had begun to change .venv: it fetches everything first."""
    return "Installing collected packages" in output


def run_telling(command: list[str], tell: Callable[[str], None], count: int) -> tuple[str, int]:
    """Run pip, pass on which package it is at, and return all that it printed and its exit status."""
    lines: list[str] = []
    seen = 0
    with subprocess.Popen(  # noqa: S603 - pip
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            if match := re.match(r"(Collecting|Requirement already satisfied:) ([\w.-]+)", line):
                seen += 1
                tell(f"{min(seen, count)} of {count}: {match[2]}")
            elif line.startswith("Installing collected"):
                tell("unpacking")
    return "".join(lines), process.returncode


def is_unreachable(output: str) -> bool:
    return re.search(r"Retrying|Connection|resolution|timed out|ProxyError", output) is not None


def why(output: str) -> str:
    """One sentence on why venv or pip failed."""
    # venv hides its pip's complaint, so a disk that is all but full is taken for the reason.
    if "No space left on device" in output or shutil.disk_usage(CLONE).free < FULL_DISK_BYTES:
        return f"The disk that holds {VENV} is full: free some space and start again."
    if "ensurepip" in output:
        return (
            "This Python cannot make a virtual environment: install its venv module (on Debian and Ubuntu, "
            "`apt install python3-venv`) and start again."
        )
    if is_unreachable(output):
        return "The packages cannot be fetched: check the network connection and start again."
    if "DO NOT MATCH THE HASHES" in output:
        return "A fetched package is not the one that the lock names: fetch it from another index, or try later."
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    said = errors or output.splitlines() or ["it was ended from outside"]
    reason = said[-1].removeprefix("ERROR:").strip().rstrip(".")
    return f"The packages could not be installed: {reason}."


if __name__ == "__main__":
    sys.exit(main())
