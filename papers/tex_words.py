"""TeX's text mode, as much of it as abstracts use, as HTML. Pure.

One pass over the text: commands that wrap open an element, braces close it, and a group that is
never closed is put back as it was written, so that the HTML is always whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe
from latex2mathml.symbols_parser import convert_symbol

_ELEMENTS = {
    **dict.fromkeys(("emph", "textit", "textsl", "it", "em", "sl"), "em"),
    **dict.fromkeys(("textbf", "bf"), "strong"),
    **dict.fromkeys(("texttt", "tt", "url"), "code"),
}
_WORDS = {
    "ldots": "…", "dots": "…", "textellipsis": "…",
    "textendash": "–", "textemdash": "—", "textasciitilde": "~", "textbackslash": "\\", "textdegree": "°",
    "textmu": "µ", "textsuperscript": "", "textsubscript": "", "textquoteright": "’", "S": "§", "P": "¶",
    "LaTeX": "LaTeX", "TeX": "TeX", "par": " ", "newline": " ", "noindent": "", "xspace": "", "item": "•",
    "celsius": "°C", "quad": " ", "qquad": " ", "deg": "°", "copyright": "©", "pounds": "£", "euro": "€",
}  # fmt: skip
_DEEPEST = 12

_TOKEN = re.compile(
    r"""
      \\(?P<wrap>emph|text(?:it|bf|tt|sc|rm|sf|sl|up|md|normal)?|url|mbox|underline)[ ]?\{
    | \{[ ]?\\(?P<switch>it|em|bf|tt|rm|sc|sl|sf)(?![A-Za-z])[ ]?
    | \\(?:cite[a-z]{0,8}|ref|eqref|autoref)\*?\{(?P<cited>[^{}\\]{1,200})\}
    | (?P<soft>\{(?=\\))
    | (?P<open>\{)
    | (?P<close>\})
    | \\(?P<sign>[%&$\#_{}])
    | (?P<blank>\\[ ,;:/\\])
    | (?P<nothing>\\[!-])
    | (?P<dash>-{2,})
    | (?P<quote>``|'')
    | (?P<tie>~)
    | \\(?P<word>[A-Za-z]{1,40})(?:\{\})?
    """,
    re.VERBOSE,
)


def render_words(pieces: Sequence[str | SafeString]) -> SafeString:
    """Join pieces of text and of ready HTML; TeX is read in the text alone."""
    writer = _Writer()
    for piece in pieces:
        if isinstance(piece, SafeString):
            writer.written.append(piece)
        else:
            writer.read(piece)
    return writer.finish()


class _Writer:
    def __init__(self) -> None:
        self.written: list[str] = []
        # Where each open group's start was written, what stood there, and what closes it.
        self.groups: list[tuple[int, str, str]] = []
        self.is_quoted = False

    def read(self, text: str) -> None:
        end = 0
        for match in _TOKEN.finditer(text):
            self.written += [escape(text[end : match.start()]), self._token(match)]
            end = match.end()
        self.written.append(escape(text[end:]))

    def finish(self) -> SafeString:
        for index, source, _ in self.groups:
            self.written[index] = escape(source)
        return mark_safe("".join(self.written))

    def _token(self, match: re.Match[str]) -> str:
        kind, source = match.lastgroup or "", match[0]
        value = match[kind]
        if kind in ("wrap", "switch"):
            element = _ELEMENTS.get(value, "")
            return self._open(source, f"<{element}>", f"</{element}>") if element else self._open(source, "", "")
        if kind == "soft":
            return self._open(source, "", "")
        if kind == "open":
            return self._open(source, "{", "}")
        if kind == "close":
            return self.groups.pop()[2] if self.groups else "}"
        if kind == "quote":
            return self._quote(source)
        return escape(_plain(kind, value, match))

    def _open(self, source: str, start: str, close: str) -> str:
        if len(self.groups) >= _DEEPEST:
            start, close = escape(source), "}"
        # The text before the token is written by now, the token itself next.
        self.groups.append((len(self.written) + 1, source, close))
        return start

    def _quote(self, source: str) -> str:
        if source == "``":
            self.is_quoted = True
            return "“"
        # Alone it means seconds or inches.
        was_quoted, self.is_quoted = self.is_quoted, False
        return "”" if was_quoted else escape(source)


def _plain(kind: str, value: str, match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if kind == "cited":
        return f"[{value}]"
    if kind == "sign":
        return value
    if kind == "blank":
        return " "
    if kind == "nothing":
        return ""
    if kind == "dash":
        # `--help` is an option, and a long row of them is a line.
        is_option = after.isalpha() and not before.strip()
        return value if len(value) > 3 or is_option else "–—"[len(value) - 2]
    if kind == "tie":
        # A space that keeps its line, but not in "~5", "2~3" or an address.
        ties = (before.isalnum() or before in ".,)}") and before and after.strip() and after != "~"
        return "\u00a0" if ties and not (before.isdigit() and after.isdigit()) else "~"
    return _word(value, match[0])


def _word(name: str, source: str) -> str:
    if name in _WORDS:
        return _WORDS[name]
    symbol = convert_symbol(f"\\{name}") if len(name) > 1 else None
    return chr(int(symbol, 16)) if symbol and int(symbol, 16) > 127 else source
