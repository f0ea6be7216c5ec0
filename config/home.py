"""Where this copy of Broadsheet keeps what it makes: database, static files, mail, secret key."""

import os
from collections.abc import Mapping
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent


def broadsheet_home(environ: Mapping[str, str] = os.environ) -> Path:
    """
    The folder named by BROADSHEET_HOME; a relative name starts at the clone, not where the command was typed.

    Links are followed, since the database server names its folder so, and would not be known again by another name.
    """
    named = environ.get("BROADSHEET_HOME") or ".broadsheet"
    return Path(os.path.realpath(CLONE / os.path.expanduser(named)))


def make_home(home: Path) -> None:
    """Make the folder for our own eyes; root's can be passed through as well, by the user that the database runs as."""
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=0o700 if os.geteuid() else 0o711, exist_ok=True)
