"""When two printed titles are the same title. Pure."""

from __future__ import annotations

import re
import unicodedata

# TeX's commands for the shape of letters say nothing; the others (\\alpha, \\to) are part of the title.
_SHAPE = re.compile(r"\\(?:emph|text[a-z]{0,6}|math[a-z]{1,4}|operatorname|bf|it|rm|sc|sf|tt|em)(?![A-Za-z])")


def title_key(title: str) -> str:
    """The title as it is compared: letters and digits alone, no case, no accents, TeX's commands by name.

    Cut at 300 characters, past which no two different titles have been seen to agree. Empty for a
    title of signs alone, and an empty key is equal to nothing.
    """
    bare = _SHAPE.sub(" ", title).lower()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", _SHAPE.sub(" ", title)).casefold()
        bare = "".join(char for char in bare if not unicodedata.combining(char))
    words = re.findall(r"\w+", bare)
    return " ".join(words).replace("_", " ")[:300]
