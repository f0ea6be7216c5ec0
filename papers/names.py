"""When two printed names are the same name, and how a name stands in an address. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata


def author_slug(name: str) -> str:
    """The name in an address: lower case, accents dropped, words joined by hyphens, at most 180 characters.

    People who print the same name share a slug until staff tell them apart. A name without any
    letter gets a slug from its hash, so that it still has a page.
    """
    bare = name.lower()
    if not name.isascii():
        bare = unicodedata.normalize("NFKD", name).casefold()
        bare = "".join(char for char in bare if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", bare)
    slug = "-".join(words)[:180].strip("-")
    return slug or "name-" + hashlib.sha256(name.encode()).hexdigest()[:12]
