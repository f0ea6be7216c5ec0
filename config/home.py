"""Where this copy of Broadsheet keeps what it makes: database, static files, mail, secret key."""

import os
from collections.abc import Mapping
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent


def broadsheet_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder named by BROADSHEET_HOME; a relative name starts at the clone, not where the command was typed."""
    named = environ.get("BROADSHEET_HOME") or ".broadsheet"
    return Path(os.path.abspath(CLONE / os.path.expanduser(named)))
