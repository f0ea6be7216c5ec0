"""Marking the words that were looked for in text that is shown. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from django.utils.safestring import SafeString, mark_safe

# A sentence ends where the next begins with a capital, a digit, a formula or a TeX command.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9$\\])")
# A tag, an entity, or a word. Quoted values are stepped over whole: a formula's alternative may hold any other sign.
_PIECE = re.compile(r"""(?P<tag><(?:[^">]|"[^"]*")*>)|&\#?\w+;|(?P<word>[^\W_]+)""")
_IN_FORMULA = re.compile(r"<(/?)math\b")


def plain(word: str) -> str:
    """The word as it is compared: no case, no accents."""
    bare = unicodedata.normalize("NFKD", word).casefold()
    return "".join(char for char in bare if not unicodedata.combining(char))


def mark_words(html: SafeString, words: Collection[str]) -> SafeString:
    """Our own HTML with each of the words, given as `plain` has them, in <mark>; formulas are left alone."""
    if not words:
        return html
    depth = 0
    pieces: list[str] = []
    position = 0
    for match in _PIECE.finditer(html):
        pieces.append(html[position : match.start()])
        position = match.end()
        text = match[0]
        if match["tag"]:
            if formula := _IN_FORMULA.match(text):
                depth += -1 if formula[1] else 1
        elif match["word"] and not depth and plain(text) in words:
            text = f"<mark>{text}</mark>"
        pieces.append(text)
    return mark_safe("".join([*pieces, html[position:]]))


def best_passage(text: str, words: Collection[str]) -> str:
    """The text from the sentence on that holds the most of the words; "" where that is the first one."""
    sentences = list(_sentences(text))
    if not words or len(sentences) < 2:
        return ""
    held = [len({plain(word) for word in re.findall(r"[^\W_]+", sentence)} & set(words)) for sentence in sentences]
    best = held.index(max(held))
    # What stands first says what a paper is about: another sentence must say more of what was asked.
    return " ".join(sentences[best:]) if best and held[best] > held[0] else ""


def _sentences(text: str) -> Iterator[str]:
    """The text's sentences; none ends within a formula."""
    open_part = ""
    for part in _SENTENCE_END.split(text.strip()):
        open_part = f"{open_part} {part}" if open_part else part
        if len(re.findall(r"(?<!\\)\$", open_part)) % 2 == 0:
            yield open_part
            open_part = ""
    if open_part:
        yield open_part
