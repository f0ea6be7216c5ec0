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


# Below this many words a title that another one begins with ("Reply") says too little.
_WORDS_IN_A_TELLING_TITLE = 4
_SAME_TITLE = 0.6  # words shared by both of all words in either


def same_title(one: str, other: str) -> bool:
    """Whether two titles may well be one work's, of which something else is known to agree.

    Publishers add subtitles, leave them out, and change a word.
    """
    key, other_key = title_key(one), title_key(other)
    if not key or not other_key:
        return one.strip() == other.strip() != ""
    shorter, longer = sorted((key.split(), other_key.split()), key=len)
    if longer[: len(shorter)] == shorter and (len(shorter) >= _WORDS_IN_A_TELLING_TITLE or shorter == longer):
        return True
    words, other_words = set(shorter), set(longer)
    return len(words & other_words) / len(words | other_words) >= _SAME_TITLE
