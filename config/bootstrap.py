"""
The first thing that `make` runs: `python3 -m config.bootstrap run|dev`, with whatever Python is called python3.

It finds a Python that is new enough and goes on with config.install there. An old Python must be able to read this file
in order to say that it is too old, so nothing newer than Python 3.6 is used here.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
CANDIDATES = ("python3.13", "python3.12", "python3.11", "python3.14")
# Printed by a Python that can make virtual environments.
PROBE = "import sys, venv, ensurepip; print('%d %d' % sys.version_info[:2])"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main() -> None:
    try:
        python = find_python(sys.executable, sys.version_info[:2])
    except LookupError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    os.chdir(ROOT)
    os.execv(python, [python, "-m", "config.install"] + sys.argv[1:])


def find_python(current: str, version: "tuple[int, int]") -> str:
    """The path of a Python that is new enough and has venv; LookupError with a sentence when there is none."""
    if version >= OLDEST and works(current):
        return current
    for name in CANDIDATES:
        path = on_path(name)
        if path and works(path):
            return path
    found = f"{version[0]}.{version[1]} ({current})"
    if version < OLDEST:
        raise LookupError(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {found}.")
    raise LookupError(
        f"Python {found} lacks its venv module: install it (on Debian and Ubuntu, "
        "`apt install python3-venv`) and start again."
    )


def works(python: str) -> bool:
    """Whether it runs (a version manager's stand-in may not), is new enough and has venv and ensurepip."""
    try:
        with open(os.devnull, "w") as nowhere:
            output = subprocess.check_output([python, "-c", PROBE], stderr=nowhere)
        return tuple(int(part) for part in output.split()) >= OLDEST
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False


def on_path(name: str) -> str:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)
        if folder and os.access(path, os.X_OK) and not os.path.isdir(path):
            return path
    return ""


if __name__ == "__main__":
    main()
