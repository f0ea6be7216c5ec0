"""Letters in another style or with an accent, by Unicode's own names. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# MathML's names for the styles of letters, which browsers leave to Unicode (all but "normal").
_STYLES = {
    "bold": "MATHEMATICAL BOLD",
    "italic": "MATHEMATICAL ITALIC",
    "bold-italic": "MATHEMATICAL BOLD ITALIC",
    "double-struck": "MATHEMATICAL DOUBLE-STRUCK",
    "script": "MATHEMATICAL SCRIPT",
    "bold-script": "MATHEMATICAL BOLD SCRIPT",
    "fraktur": "MATHEMATICAL FRAKTUR",
    "bold-fraktur": "MATHEMATICAL BOLD FRAKTUR",
    "sans-serif": "MATHEMATICAL SANS-SERIF",
    "sans-serif-italic": "MATHEMATICAL SANS-SERIF ITALIC",
    "bold-sans-serif": "MATHEMATICAL SANS-SERIF BOLD",
    "monospace": "MATHEMATICAL MONOSPACE",
}
# Unicode had these before it had the rows of styled letters, and left gaps there.
_OLDER = {
    "MATHEMATICAL DOUBLE-STRUCK": "DOUBLE-STRUCK",
    "MATHEMATICAL SCRIPT": "SCRIPT",
    "MATHEMATICAL FRAKTUR": "BLACK-LETTER",
}


def styled(text: str, style: str) -> str:
    """Write the letters and digits of `text` in a MathML style; what has no such form stays as it is."""
    row = _STYLES.get(style)
    return "".join(_styled(letter, row) for letter in text) if row else text


@lru_cache(maxsize=2_000)
def _styled(letter: str, row: str) -> str:
    name = unicodedata.name(letter, "")
    # LATIN SMALL LETTER A, GREEK CAPITAL LETTER OMEGA, DIGIT ONE
    plain = name.replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "")
    if not name.startswith(("LATIN SMALL LETTER ", "LATIN CAPITAL LETTER ", "GREEK ", "DIGIT ")):
        return letter
    for candidate in (f"{row} {plain}", f"{_OLDER.get(row, row)} {plain}", f"PLANCK CONSTANT {plain}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return letter


# TeX's accent commands, as Unicode's combining marks.
_MARKS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "k": "\u0328",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
    "t": "\u0361",
    "h": "\u0309",
}
_LETTERS = {
    "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "SS": "ẞ", "i": "ı", "j": "ȷ",
    "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
}  # fmt: skip
# A letter, one that has a mark already (Vietnamese has two), or TeX's dotless i and j.
_BASE = r"\\[ij](?![A-Za-z])|[^\W\d_][\u0300-\u036f]*"
_ACCENT = re.compile(
    r"""\\(?:(?P<sign>['`^"~=.])|(?P<letter>[uvHckrdbth])(?=[\s{\\]|[^\x00-\x7f]))\s*"""
    rf"(?:\{{\s*(?P<braced>{_BASE})\s*\}}|\{{\{{(?P<nested>{_BASE})\}}\}}|(?P<bare>{_BASE}))"
)
# The tie stands over two letters.
_TIE = re.compile(r"\\t\s*\{([^\W\d_])([^\W\d_])\}")
_DEEPEST = 4  # accents upon accents
_LETTER = re.compile(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?:\{{\}}|(?![A-Za-z])\s*)")
# What a decoded accent leaves of `{\'e}`: one letter, with its mark, alone in braces.
_ALONE = re.compile(r"\{([^\W\d_A-Za-z]|[^\W\d_][\u0300-\u036f])\}")


def decode_accents(text: str) -> str:
    """Decode TeX's text accents: `Bal\\'azs`, `\\c{S}eno\\u{g}uz`, `{\\o}`. Not for mathematics."""
    if "\\" not in text:
        return text
    text = _TIE.sub("\\1\u0361\\2", text)
    for _ in range(_DEEPEST):
        before = text
        text = _ACCENT.sub(_accented, text)
        text = _LETTER.sub(lambda match: _LETTERS[match[1]], text)
        text = _ALONE.sub(r"\1", unicodedata.normalize("NFC", text))
        if text == before or "\\" not in text:
            break
    return text


def _accented(match: re.Match[str]) -> str:
    base = (match["braced"] or match["nested"] or match["bare"]).removeprefix("\\").replace("ı", "i").replace("ȷ", "j")
    return base + _MARKS[match["sign"] or match["letter"]]
