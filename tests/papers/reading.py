"""What a reader sees on an answer, for tests."""

from __future__ import annotations

import re
from typing import Any


def titles(response: Any) -> list[str]:
    """The titles of a listing's rows, in order."""
    html = response.content.decode()
    return re.findall(r'<h2><a href="/papers/[^"]+">(.*?)</a></h2>', html)
