"""Lengths of time in words. Pure."""

from __future__ import annotations

from datetime import timedelta


def span(took: timedelta) -> str:
    """12 s; 3 min 20 s; 2 h 5 min."""
    seconds = max(0, int(took.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def ago(since: timedelta) -> str:
    """Just now; 12 min ago; 5 h ago; 3 days ago."""
    return "just now" if since < timedelta(minutes=1) else f"{_rough(since)} ago"


def until(left: timedelta) -> str:
    """Now; in 12 min; in 5 h; in 3 days."""
    return "now" if left < timedelta(minutes=1) else f"in {_rough(left)}"


def _rough(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
