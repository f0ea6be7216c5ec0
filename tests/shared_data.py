"""Where the real captures lie that the tests read and the repository does not carry."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_FOLDER = Path(os.environ.get("BROADSHEET_SHARED") or Path(__file__).resolve().parents[2] / "shared") / "data"


def shared(path: str) -> Path:
    """A capture by its path below the data folder; skips the test, saying so, where it is absent."""
    found = _FOLDER / path
    if not found.exists():
        pytest.skip(f"real captures are not here: {path} (set BROADSHEET_SHARED to their folder)")
    return found
