"""Which browser the tests drive: one that is installed. None is downloaded."""

from __future__ import annotations

import os
import shutil

ADVICE = (
    "No Chromium or Chrome was found, and the browser tests need one: install it (on Debian, `apt install chromium`), "
    "or name its program in BROADSHEET_BROWSER."
)
_ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Quiet: nothing of its own over the network, and no questions.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """The program's path; where BROADSHEET_BROWSER is set, no other than the one that it names."""
    named = os.environ.get("BROADSHEET_BROWSER")
    names = [named] if named else [*_ON_PATH, *_APPLICATIONS]
    return next((path for name in names if (path := shutil.which(name))), None)


def is_required() -> bool:
    """Whether a run without a browser has failed: in CI nobody reads that tests were skipped."""
    return any(
        os.environ.get(name, "").lower() in ("1", "true", "yes") for name in ("CI", "BROADSHEET_REQUIRE_BROWSER")
    )


def may_use_sandbox() -> bool:
    """Chromium's sandbox does not work for root."""
    return os.geteuid() != 0
