"""When two printed titles are the same title. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# TeX's commands for the shape of letters say nothing; the others (\\alpha, \\to) are part of the title.
_SHAPE = re.compile(r"\\(?:emph|text[a-z]{0,6}|math[a-z]{1,4}|operatorname|bf|it|rm|sc|sf|tt|em)(?![A-Za-z])")
_MATHEMATICS = re.compile(r"\$([^$]*)\$")
# A printed sign and TeX's name for it are one: α is \\alpha, also where its command is a variant.
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_SIGNS = {
    "→": "to", "×": "times", "±": "pm", "∞": "infty", "≤": "leq", "≥": "geq", "∈": "in", "∼": "sim",
    "⊙": "odot", "☉": "odot", "ℓ": "ell",
}  # fmt: skip
_VARIANT = re.compile(r"\bvar(?=epsilon|theta|rho|sigma|phi|pi|kappa)|\brightarrow\b")
# Letters that no decomposition makes plain.
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
_PLAIN = str.maketrans(_LETTERS | {sign: f" {name} " for sign, name in (_GREEK | _SIGNS).items()})
_ARTICLES = frozenset(("a", "an", "the"))
# "(v2)" names a revision; a bare "v2" is part of many a system's name.
_REVISION = re.compile(r"^v\d{1,2}:\s+|\s*[(\[](?:v|version\s+)\d{1,2}[)\]]\s*$", re.IGNORECASE)
# British into American, by stems alone: no rule of letters tells "colour" from "four".
_SPELLING = re.compile(
    r"(?P<our>\b(?:behavi|col|fav|flav|harb|hon|lab|neighb|rum|tum|vap)ou(?=r))"
    r"|(?P<ise>\b(?:anonym|categor|character|custom|discret|factor|general|initial|item|linear|local|maxim|minim|modern"
    r"|normal|optim|organ|parametr|parameter|penal|personal|polar|priorit|quant|random|real|recogn|regular|sanit|special"
    r"|stabil|standard|summar|symmetr|synchron|synthes|token|util|vector|visual)is)(?=e[ds]?\b|er|ing|ation|abl)"
    r"|(?P<twice>\b(?:mode|labe|signa|channe|trave|cance)ll)(?=ing|ed|er)"
    r"|(?P<re>\b(?:cent|fib|theat|lit|met)re)(?=s?\b)|\banaly(?P<yse>s)(?=e[ds]?\b|ing)"
)
_HEAD = re.compile(r":|\s[-–—]{1,3}\s|—|\s*[(\[]|[?.!]\s")
_TELLING_HEAD = 3  # words; a shorter one ("BERT", "On Boats") begins many titles
_LONGEST = 300
# Below this many words a title that another one begins with ("Reply") says too little.
_TELLING_BEGINNING = 4
_SAME_TITLE = 0.6  # words shared by both of all words in either
_WORD, _NUMBERS = re.compile(r"[^\W_]+"), re.compile(r"(?<=\d)\x00(?=\d)")


def title_key(title: str) -> str:
    """The title as it is compared: letters and digits alone, no blanks, case, accents or articles, one spelling.

    Cut at 300 characters, past which no two different titles have been seen to agree. Empty for a
    title of signs alone, and an empty key is equal to nothing.
    """
    return _key(_words(title))


def title_words(title: str) -> int:
    """How many words of a title tell something."""
    return len(_words(title))


@lru_cache(maxsize=4_000)
def title_heads(title: str) -> tuple[str, ...]:
    """The keys of what stands before a title's colon, dash or bracket: it may be the whole title elsewhere."""
    found: dict[str, None] = {}
    for mark in _HEAD.finditer(title):
        words = _words(title[: mark.start()])
        if len(words) >= _TELLING_HEAD and title[mark.end() :].strip():
            found[_key(words)] = None
    if found:
        found.pop(title_key(title), None)
    return tuple(found)


def same_title(one: str, other: str) -> bool:
    """Whether two titles may well be one work's, of which something else is known to agree.

    Publishers add subtitles, leave them out, and change a word.
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if not shorter:
        return one.strip() == other.strip() != ""
    if title_key(one) == title_key(other):
        return True
    if longer[: len(shorter)] == shorter and len(shorter) >= _TELLING_BEGINNING:
        return True
    words, other_words = set(shorter), set(longer)
    return len(words & other_words) / len(words | other_words) >= _SAME_TITLE


# A batch asks for the same titles several times.
@lru_cache(maxsize=4_000)
def _words(title: str) -> tuple[str, ...]:
    bare = _REVISION.sub("", title.strip())
    if "$" in bare:
        # CO$_2$ is CO2, and $x^{2}$ is x².
        bare = _MATHEMATICS.sub(lambda match: re.sub(r"[\^_{}]", "", _SHAPE.sub("", match[1])), bare)
    if "\\" in bare:
        bare = re.sub(r"\\([A-Za-z]+)", r" \1 ", _SHAPE.sub(" ", bare))
        bare = _VARIANT.sub(lambda match: "to" if match[0] == "rightarrow" else "", bare)
    bare = bare.casefold()
    if not bare.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(char))
        # Twice, since some signs are styled letters only until they are decomposed.
        bare = bare.casefold().translate(_PLAIN)
    if "'" in bare or "’" in bare:
        bare = re.sub(r"(?<=\w)['’](?=s\b)", "", bare)
    words = tuple(_american(word) for word in _WORD.findall(bare))
    return tuple(word for word in words if word not in _ARTICLES) or words


@lru_cache(maxsize=50_000)
def _american(word: str) -> str:
    return _SPELLING.sub(_respelled, word)


def _respelled(match: re.Match[str]) -> str:
    found, kind = match[0], match.lastgroup
    if kind == "our":
        return found[:-1]
    if kind in ("ise", "yse"):
        return found[:-1] + "z"
    return found[:-2] + "er" if kind == "re" else found[:-1]


def _key(words: tuple[str, ...]) -> str:
    # Without blanks, so that "pre-training", "pre training" and "pretraining" agree; two numbers stay two.
    joined = "\x00".join(words)
    return (_NUMBERS.sub(" ", joined) if _NUMBERS.search(joined) else joined).replace("\x00", "")[:_LONGEST]
