"""When two printed titles are the same title. Pure."""

from __future__ import annotations

import re
import unicodedata

_COMMAND = re.compile(r"\\[a-zA-Z]+")


def title_key(title: str) -> str:
    """The title as it is compared: letters and digits alone, no case, no accents, no TeX commands.

    Cut at 300 characters, past which no two different titles have been seen to agree.
    """
    bare = unicodedata.normalize("NFKD", _COMMAND.sub(" ", title)).casefold()
    words = re.findall(r"\w+", "".join(char for char in bare if not unicodedata.combining(char)))
    return " ".join(words).replace("_", " ")[:300]
