"""Numbers and dates as pages print them. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit


def compact_count(number: int) -> str:
    """1204 as 1.2k, so that a button keeps its width; the exact number stands beside it for screen readers."""
    if number < 1000:
        return str(number)
    thousands = number / 1000
    return f"{thousands:.1f}k" if thousands < 9.95 else f"{thousands:.0f}k"


def thousands(number: int) -> str:
    """12345 as 12,345."""
    return f"{number:,}"


def short_day(day: date | datetime) -> str:
    return f"{day.day} {day:%b %Y}"


def short_moment(moment: datetime) -> str:
    return f"{short_day(moment)}, {moment:%H:%M}"


def machine_date(day: date | datetime) -> str:
    return day.date().isoformat() if isinstance(day, datetime) else day.isoformat()


def bare_address(url: str) -> str:
    """An address as a link's text: without scheme and www."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")


def host(url: str) -> str:
    """Where a link leads: its host without www; empty for what is no address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def licence_name(url: str) -> str:
    """A licence's short name: CC BY 4.0, CC0 1.0, arXiv."""
    if match := re.search(r"creativecommons\.org/licenses/(by[a-z-]*)/(\d\.\d)", url):
        return f"CC {match[1].upper()} {match[2]}"
    if "publicdomain" in url:
        return "CC0 1.0" if "/zero/" in url else "Public domain"
    return "arXiv’s licence to distribute" if "arxiv.org/licenses" in url else bare_address(url)


def few_names(authors_text: str) -> str:
    """Three names, and how many more there are: "Ada Byron, Mary Somerville, Emmy Noether and 5 more"."""
    names = authors_text.split(", ")
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
