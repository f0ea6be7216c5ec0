"""Text with TeX in it, as titles and abstracts have it, as HTML with MathML. Pure.

Formulas stand between `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]` or in an environment such as `equation`. TeX's
text commands (`\\emph{…}`, `~`, `--`) are shown as what they mean; what is not understood stays as it
was written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from papers.formulas import LONGEST, formula
from papers.letters import decode_accents
from papers.tex_words import render_words

# Longer texts are no abstracts; they are shown as they are.
LONGEST_TEXT = 100_000

# How far a closing mark is looked for, so that a thousand opening ones cost a thousand short looks.
_REACH = 3 * LONGEST
_CLOSING = {"\\(": "\\)", "\\[": "\\]"}
_OPENING = re.compile(r"\\[\\$(\[]|\\begin\{|\$")
_ENVIRONMENT = re.compile(r"\\begin\{((?:align|displaymath|eqnarray|equation|gather|multline)\*?)\}")
# Nobody writes these in a sentence about money: commands, powers, braced indices, Greek.
_SURELY_TEX = re.compile(r"\\[A-Za-z]|\^|_\{|[\u0370-\u03ff]")
# Nor does a sum begin with a letter or a sign, or is compared.
_LIKELY_TEX = re.compile(r"\s*(?:[A-Za-z]|[-+=<>]\s*$)|[^<>=]{0,40}[<>=]")
_WORD = re.compile(r"[A-Za-z]{3}")
_PROSE = re.compile(r"[A-Za-z]{3,}[,;]? [A-Za-z]{2,}")
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")

# Quoted values are stepped over whole: a formula's text alternative may hold any other sign.
_MAY_SCROLL = re.compile(r'<math (?=(?:[^">]|"[^"]*")*?(?:display="block"|class="is-long"))')

# Each token of tex_words and each opening of a formula holds one of these.
_MEANT_BY_TEX = ("$", "\\", "~", "{", "--", "``", "}")


class Formula(NamedTuple):
    tex: str
    end: int  # where the text goes on
    is_block: bool


def render_math(text: str) -> SafeString:
    """Return one line or paragraph as HTML; it may stand inside a heading or a link."""
    # Most titles and half of the abstracts hold nothing that TeX means anything by.
    if len(text) > LONGEST_TEXT or not any(mark in text for mark in _MEANT_BY_TEX):
        return mark_safe(escape(text))
    pieces: list[str | SafeString] = []
    start = position = 0
    while opening := _OPENING.search(text, position):
        position = opening.start()
        if found := find_formula(text, position):
            pieces += [decode_accents(text[start:position]), formula(found.tex, block=found.is_block)]
            start = position = found.end
        else:
            position = opening.end()
    return render_words([*pieces, decode_accents(text[start:])])


@lru_cache(maxsize=1_000)
def render_abstract(text: str) -> SafeString:
    """Return paragraphs, parted in the text by an empty line, as `<p>` elements."""
    paragraphs = (paragraph for paragraph in _PARAGRAPHS.split(text.strip()) if paragraph)
    return mark_safe("".join(f"<p>{render_math(paragraph)}</p>" for paragraph in paragraphs))


def reachable(html: str) -> SafeString:
    """Return our own HTML with each formula that may need scrolling as a stop for Tab, so that keys can scroll it."""
    return mark_safe(_MAY_SCROLL.sub('<math tabindex="0" ', html))


def find_formula(text: str, start: int) -> Formula | None:
    """Return the formula that opens exactly at `start`, if one does and is closed."""
    if text.startswith("$$", start):
        return _delimited(text, start, "$$", is_block=True)
    if text.startswith("$", start):
        return _between_dollars(text, start)
    if closing := _CLOSING.get(text[start : start + 2]):
        return _delimited(text, start, closing, is_block=closing == "\\]")
    if environment := _ENVIRONMENT.match(text, start):
        return _in_environment(text, environment)
    return None


def _in_environment(text: str, opening: re.Match[str]) -> Formula | None:
    name, start = opening[1], opening.end()
    closing = f"\\end{{{name}}}"
    end = text.find(closing, start, start + _REACH)
    if end < 0:
        return None
    tex = text[start:end].strip()
    if not name.startswith(("equation", "displaymath")):
        tex = f"\\begin{{align*}}{tex}\\end{{align*}}"
    return Formula(tex, end + len(closing), is_block=True)


def _delimited(text: str, start: int, closing: str, *, is_block: bool) -> Formula | None:
    end = text.find(closing, start + 2, start + _REACH)
    tex = text[start + 2 : end] if end > 0 else ""
    if not tex.strip() or "\n\n" in tex:
        return None
    return Formula(tex.strip(), end + 2, is_block)


def _between_dollars(text: str, start: int) -> Formula | None:
    """Return what stands between this dollar and the next, unless it is money.

    As pandoc has it, no blank may follow the opening dollar, none come before the closing one, and
    no digit after it; so "$5 and $6" is no formula. Abstracts have `$ \\alpha $` and `B1422$+$231`
    too, so what money never has decides for TeX.
    """
    end = text.find("$", start + 1, start + LONGEST)
    while end > 0 and _is_escaped(text, end):
        end = text.find("$", end + 1, start + LONGEST)
    tex = text[start + 1 : end] if end > 0 else ""
    if not tex.strip() or "\n\n" in tex:
        return None
    if not _SURELY_TEX.search(tex):
        is_snug = not tex[0].isspace() and not tex[-1].isspace() and not text[end + 1 : end + 2].isdigit()
        is_likely = _LIKELY_TEX.match(tex) and not _WORD.search(tex)
        if not (is_snug or is_likely) or _PROSE.search(tex):
            return None
    return Formula(tex.strip(), end + 1, is_block=False)


def _is_escaped(text: str, position: int) -> bool:
    backslashes = 0
    while backslashes < position and text[position - 1 - backslashes] == "\\":
        backslashes += 1
    return backslashes % 2 == 1
