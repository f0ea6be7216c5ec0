"""One TeX formula as MathML, or as readable TeX where it can't be. Pure.

latex2mathml passes `\\text{<script>}` through raw, knows commands that carry addresses and styles,
and leaks macros that it does not know as text (`<mi>\\vp</mi>`). So its tree is checked here before
it is written, and what is written goes through nh3 with an allow-list all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element, tostring

import nh3
from django.utils.safestring import SafeString, mark_safe
from latex2mathml.converter import Converter

from papers.letters import styled

# The longest formula in 16,000 abstracts has 1,140 characters.
LONGEST = 2_000
# Elements inside one another; an honest formula seldom passes 15. Well under Python's recursion limit.
DEEPEST = 40
_MOST_ELEMENTS = 1_500
# From here on a formula may be wider than a small screen, and gets a line of its own that can scroll.
_LONG = 24

ATTRIBUTES: dict[str, set[str]] = {
    "math": {"alttext", "display"},
    "mi": {"mathvariant"},
    "mo": {"accent", "fence", "form", "lspace", "maxsize", "minsize", "movablelimits", "rspace", "stretchy"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mspace": {"depth", "height", "width"},
    "mpadded": {"depth", "height", "lspace", "voffset", "width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"columnlines", "columnspacing", "rowlines", "rowspacing"},
    "mtd": {"columnalign"},
    "menclose": {"notation"},
}
ELEMENTS = {
    *ATTRIBUTES,
    *("mmultiscripts", "mn", "mphantom", "mprescripts", "mroot", "mrow", "msqrt", "msub", "msubsup", "msup"),
    *("mtext", "mtr"),
}
_CLEANER = nh3.Cleaner(
    tags=ELEMENTS,
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    allowed_classes={"math": {"is-long"}},
    link_rel=None,
    url_schemes=set(),
)
# How many parts these must have; with fewer a browser shows an error.
_PARTS = {"mfrac": 2, "mover": 2, "mroot": 2, "msub": 2, "msubsup": 3, "msup": 2, "munder": 2, "munderover": 3}
# A plain word, or lengths of less than 100 units: `\hspace{9999em}` must not widen a page.
_WORDS = r"[a-z-]{1,20}( [a-z-]{1,20}){0,20}"
_LENGTHS = r"[+-]?\d{0,2}(\.\d{1,4})?([a-z]{2})?( \d{0,2}(\.\d{1,4})?em){0,20}"
_VALUE = re.compile(f"{_WORDS}|{_LENGTHS}")

# These define macros, which can grow without end, or reach out of the formula.
_REFUSED = re.compile(
    r"\\(?:def|edef|gdef|let|newcommand|renewcommand|providecommand|newenvironment|DeclareMathOperator"
    r"|href|url|class|style|unicode|verb|rule|includegraphics)(?![A-Za-z])"
)
# What latex2mathml lacks and can be said otherwise.
_REWRITTEN = {
    r"\ensuremath": "",
    r"\xspace": "",
    r"\displaystyle": "",
    r"\nolimits": "",
    r"\allowbreak": "",
    r"\nobreak": "",
    r"\bf": r"\mathbf",
    r"\textsc": r"\text",
    r"\textsl": r"\textit",
    r"\mathds": r"\mathbb",
    r"\mathbbm": r"\mathbb",
    r"\bold": r"\mathbf",
    r"\pmb": r"\boldsymbol",
    r"\micro": r"\mu",
    r"\eps": r"\epsilon",
    # Not in any package, and in every paper.
    **{rf"\{name}": rf"\mathbb{{{name[0]}}}" for name in ("R", "Z", "Q", "C", "N", "RR", "ZZ", "QQ", "CC", "NN")},
    **{
        rf"\{name}": rf"\operatorname{{{name}}}"
        for name in ("Aut", "Cov", "End", "Hom", "Tr", "Var", "arctanh", "diag", "ord", "rank", "sgn", "tr")
    },
}
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_COLUMN = re.compile(r"(?<!\\)&")
_LABEL = re.compile(r"\\label\{[^{}]{0,100}\}")
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|alignedat|gathered|split|eqnarray\*?)\}")
_SIGN = re.compile(r"\\([%&#_ ])")
_COMMAND = re.compile(r"\\[A-Za-z]+")
# A backslash with something behind it, or a dollar among words: a command that was not understood.
_LEAK = re.compile(r"\\.|\$.|.\$", re.DOTALL)


@lru_cache(maxsize=20_000)
def formula(tex: str, *, block: bool = False) -> SafeString:
    """Return `<math>` with the TeX as its text alternative, else the TeX itself in `<code class="tex">`."""
    mathml = to_mathml(tex, block=block)
    return mark_safe(mathml or f'<code class="tex">{escape(tex)}</code>')


def to_mathml(tex: str, *, block: bool = False) -> str:
    """Return sanitised MathML, or "" for a formula that can't be shown whole."""
    if len(tex) > LONGEST or not tex.strip() or _REFUSED.search(tex) or _braces_deep(tex) > DEEPEST:
        return ""
    converter = Converter(display="block" if block else "inline")
    try:
        root = converter.convert_to_element(_rewrite(tex))
        count = _tidy(root)
    except Exception:
        # latex2mathml raises whatever its code trips over, RecursionError too.
        return ""
    if not 2 < count <= _MOST_ELEMENTS or (_COLUMN.search(tex) and root.find(".//mtable") is None):
        return ""
    root.attrib = {"display": "block" if block else "inline", "alttext": tex}
    if not block and count > _LONG:
        root.attrib["class"] = "is-long"
    return _CLEANER.clean(tostring(root, encoding="unicode"))


def _braces_deep(tex: str) -> int:
    """How deep braces nest; more than is allowed if they do not match."""
    depth = deepest = 0
    for brace in _BRACE.findall(tex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        deepest = max(deepest, depth) if depth >= 0 else DEEPEST + 1
    return deepest if depth == 0 else DEEPEST + 1


def _rewrite(tex: str) -> str:
    # A comment runs to the end of its line, and our lines are joined: every per cent sign is meant.
    tex = re.sub(r"(?<!\\)%", r"\\%", tex)
    tex = _LABEL.sub("", tex)
    tex = _ALIGNED.sub(r"\\\1{align*}", tex)
    return _COMMAND.sub(lambda match: _REWRITTEN.get(match[0], match[0]), tex)


class _Unreadable(Exception):
    pass


def _tidy(root: Element) -> int:
    """Decode texts, drop attributes, count elements. Raise _Unreadable for leaks and depths."""
    count = 0
    for element, depth in _with_depth(root):
        count += 1
        if depth > DEEPEST or element.tag not in ELEMENTS or len(element) != _PARTS.get(element.tag, len(element)):
            raise _Unreadable
        # latex2mathml writes `&#x3b1;` as text and counts on unescaping the whole; that is its hole.
        text = unescape(element.text or "")
        if element.tag == "mtext":
            text = _SIGN.sub(r"\1", text)
        if _LEAK.search(text):
            raise _Unreadable
        element.text = styled(text, element.attrib.get("mathvariant") or "")
        allowed = ATTRIBUTES.get(element.tag, set())
        element.attrib = {
            name: value
            for name, value in element.attrib.items()
            if name in allowed and _VALUE.fullmatch(value) and (name != "mathvariant" or value == "normal")
        }
    return count


def _with_depth(root: Element) -> Iterator[tuple[Element, int]]:
    # A list and not a call within a call, so that depth costs no stack.
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        yield element, depth
        waiting.extend((child, depth + 1) for child in element)
