"""Letters in another style or with an accent, by Unicode's own names. Pure."""

from __future__ import annotations

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
_OLDER = {"MATHEMATICAL DOUBLE-STRUCK": "DOUBLE-STRUCK", "MATHEMATICAL SCRIPT": "SCRIPT", "MATHEMATICAL FRAKTUR": "BLACK-LETTER"}


def styled(text: str, style: str) -> str:
    """Write the letters and digits of `text` in a MathML style; what has no such form stays as it is."""
    row = _STYLES.get(style)
    return "".join(_styled(letter, row) for letter in text) if row else text


@lru_cache(maxsize=2_000)
def _styled(letter: str, row: str) -> str:
    name = unicodedata.name(letter, "")
    # LATIN SMALL LETTER A, GREEK CAPITAL LETTER OMEGA, DIGIT ONE
    plain = name.replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "").replace("LAMDA", "LAMDA")
    if not name.startswith(("LATIN SMALL LETTER ", "LATIN CAPITAL LETTER ", "GREEK ", "DIGIT ")):
        return letter
    for candidate in (f"{row} {plain}", f"{_OLDER.get(row, row)} {plain}", f"PLANCK CONSTANT {plain}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return letter
