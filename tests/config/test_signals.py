"""Ctrl-C while other code has handlers of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.conftest import Start

HANDLED_ELSEWHERE = """
import os, signal
from config.supervisor.errors import StopRequested
from config.supervisor.signals import Signals
signals = Signals()
try:
    with signals.heeded():
        signal.signal(signal.SIGINT, lambda number, frame: None)
        os.kill(os.getpid(), signal.SIGINT)
        {end}
    print("went on")
except StopRequested:
    print("stopped")
"""
UNASKED = """
from config.supervisor.signals import Signals
try:
    with Signals().heeded():
        raise ValueError
except ValueError:
    print("failed")
"""


@pytest.mark.parametrize("end", ["pass", "raise ValueError"])
def test_a_ctrl_c_that_other_code_took_still_stops_the_portal(home: Path, start: Start, end: str) -> None:
    assert start(home, "-c", HANDLED_ELSEWHERE.format(end=end)).communicate()[0] == "stopped\n"


def test_an_error_that_nobody_asked_for_stays_an_error(home: Path, start: Start) -> None:
    assert start(home, "-c", UNASKED).communicate()[0] == "failed\n"
