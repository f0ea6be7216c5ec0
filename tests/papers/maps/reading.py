"""What a map's page says, for tests that read it as people do."""

from __future__ import annotations

import re
from typing import Any


def marks(response: Any) -> list[str]:
    """What the map's marks are called, dimmed ones left out."""
    return re.findall(r'<a href="[^"]+" data-paper="\d+"><title>(.*?)</title>', response.text)


def listed(response: Any) -> list[str]:
    return re.findall(r'<li id="paper-\d+"><div><a href="[^"]+">(.*?)</a>', response.text)


def headings(response: Any) -> list[str]:
    return [re.sub(r"<svg.*?</svg>", "", name).strip() for name in re.findall(r"<h2[^>]*>(.*?)</h2>", response.text)]
