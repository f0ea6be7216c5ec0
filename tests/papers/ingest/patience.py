"""Polite sessions whose time passes only when they sleep."""

from __future__ import annotations

from datetime import UTC, datetime

from papers.ingest.http import Limits, PoliteSession

QUICK = Limits(interval=0, connect=2, read=0.5, answer=1, answer_bytes=100_000, attempts=3, first_pause=1)
# Sizes as in earnest, since real answers are served.
PATIENT = Limits(interval=3, connect=2, read=5, answer=20, attempts=4, first_pause=3)


class Clock:
    """Time that passes only in sleep; remembers the sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


def polite(clock: Clock, limits: Limits = QUICK, home: str = "") -> PoliteSession:
    return PoliteSession(
        "ops@portal.example",
        limits,
        home=home,
        sleep=clock.sleep,
        clock=clock,
        now=lambda: datetime(2026, 3, 2, 12, tzinfo=UTC),
        jitter=lambda: 0.5,
    )
