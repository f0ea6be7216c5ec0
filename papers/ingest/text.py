"""Text as sources send it, made readable: unwrapped lines, clean characters, decoded accents. Pure.

Titles and names become one line; abstracts keep their paragraphs, parted by an empty line.
Mathematics stays TeX everywhere; an abstract is left as TeX altogether.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

from papers.letters import decode_accents

# Control characters (tab and line feed excepted), the marks that turn the direction of writing and
# could make a title lie, the byte order mark, and halves of characters, which UTF-8 can't carry.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LONGEST_DECODED = 20_000  # characters; what is longer is no title, and TeX's patterns could take long over it
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# The markup that services leave in titles, and no more: "if a<b and c>d" is a title too.
_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|span|br|p|sub|sup|sc|scp|tt|italic|bold|(?:jats|mml):[a-z-]{1,20}"
    r"|m(?:ath|i|n|o|row|sub|sup|subsup|text|frac|sqrt|over|under|style|space))"
    r"""(?:\s+[\w:-]{1,30}="[^"<>]{0,300}")*\s*/?>""",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]}$]*$")
_WIDEST_WRAP = 100  # characters; arXiv wrapped at 80
_FONT = re.compile(r"\\(?:text(?:[a-z]{2}|normal|superscript)|math[a-z]{2}|emph|bf|it|rm|sc|sf|tt|em)(?![A-Za-z])\s*")
_MATHEMATICS = re.compile(
    r"(?<!\\)(?:\$\$.+?(?<!\\)\$\$|\$[^$]*?(?<!\\)\$|\\\(.+?\\\)|\\\[.+?\\\]|\\begin\{(\w+\*?)\}.+?\\end\{\1\})",
    re.DOTALL,
)


def clean(text: str) -> str:
    """Unix line ends, no control characters, composed letters (NFC)."""
    # Most texts need none of it, and this costs a twentieth.
    if text.isascii() and text.replace("\n", " ").isprintable():
        return text
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def single_line(text: str) -> str:
    """Clean text on one line, every run of blanks a single space."""
    return " ".join(clean(text).split())


def unwrap(text: str) -> str:
    """Join hard-wrapped lines; paragraphs are parted by one empty line.

    An empty line always parts. A line that begins with blanks parts only where the line before it
    ends a sentence, and only in a text where most lines do not begin so, or whose lines are paragraphs
    and not wrapped: snapshots exist whose lines are all indented, or some of them at random.
    """
    lines = clean(text).strip().split("\n")
    indented = [number for number in range(1, len(lines)) if lines[number][:1] in (" ", "\t")]
    indent_parts = len(indented) * 2 < len(lines) or (
        max(map(len, lines)) > _WIDEST_WRAP and all(_SENTENCE_END.search(lines[number - 1]) for number in indented)
    )
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        words = " ".join(line.split())
        last = paragraphs[-1]
        if not words or (indent_parts and line[0] in " \t" and last and _SENTENCE_END.search(last[-1])):
            paragraphs.append([])
        if words:
            paragraphs[-1].append(words)
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs if paragraph)


def decode_entities(text: str) -> str:
    """Decode `&#177;` and `&amp;` once; only those that end in a semicolon, since `R&D` is none."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def tidy_name(text: str) -> str:
    """A person's name as printed, on one line: entities and TeX decoded, no braces."""
    name = decode_entities(text).replace("~", " ") if "\\" not in text else _decode_name(text)
    name = single_line(name)
    return single_line(name.replace("{", "").replace("}", "")) if "{" in name or "}" in name else name


def _decode_name(text: str) -> str:
    text = _FONT.sub("", decode_accents(decode_entities(text)))
    text = re.sub(r"\\([&%_#$ ,-])", r"\1", re.sub(r"(?<!\\)~", " ", text))
    # A line break, a slip at the end, and an accent's backslash before a letter that has its accent: `Jos\\é`.
    return re.sub(r"\\\\|\\$|\\(?=[^\W\d_A-Za-z])", lambda match: " " if len(match[0]) == 2 else "", text)


def tidy_title(text: str) -> str:
    """A title on one line: entities and text accents decoded, everything between dollars untouched."""
    return _tidied(text, _decode_words)


def plain_title(text: str) -> str:
    """A title as BibTeX has it: fonts and the braces that protect capitals are gone too, outside of mathematics."""
    return _tidied(text, lambda words: re.sub(r"(?<!\\)[{}]", "", _decode_name(words)), always=True)


def _tidied(text: str, decode: Callable[[str], str], *, always: bool = False) -> str:
    line = single_line(text)
    text = decode_entities(line)
    if not (always or "\\" in text) or len(text) > _LONGEST_DECODED:
        return line if text is line else single_line(text)
    parts, end = [], 0
    for match in _MATHEMATICS.finditer(text):
        parts += [decode(text[end : match.start()]), match[0]]
        end = match.end()
    return single_line("".join([*parts, decode(text[end:])]))


def _decode_words(text: str) -> str:
    text = re.sub(r"\\([&%_#])", r"\1", decode_accents(text))
    return re.sub(r"\\(?:\\|[ ,:;])", " ", text)


def plain_markup(text: str) -> str:
    """Text without the tags of HTML, JATS and MathML, its entities decoded even where that was forgotten once."""
    return _TAG.sub("", decode_entities(decode_entities(text)))


def web_address(text: object) -> str:
    """A plain http(s) address as it came, or an empty string for anything else.

    Refused are other schemes, user names, hosts without a dot, blanks and control characters, and
    more than 500 characters: the address stands on pages as a link and in a column of that width.
    """
    if not isinstance(text, str):
        return ""
    found = text.strip()
    if len(found) > 500 or not _ADDRESS.fullmatch(found):
        return ""
    try:
        parts = urlsplit(found)
        return found if parts.port is None or parts.port else ""
    except ValueError:
        return ""


_ADDRESS = re.compile(
    r"https?://(?:[\w-]{1,63}\.)+[^\W_]{2,63}\.?(?::\d{1,5})?(?:[/?#][^\s<>\"\\^`{|}\x00-\x20\x7f-\x9f\ud800-\udfff]*)?",
    re.IGNORECASE,
)
