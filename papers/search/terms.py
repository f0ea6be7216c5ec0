"""The terms of a title and an abstract: up to three words in a row that could name what papers are about. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product

from papers.letters import decode_accents
from papers.search.common_words import COMMON_WORDS, SECOND_WORDS

# A title is chosen with more care than a sentence.
_TITLE = 2.0
_MOST_OFTEN = 3  # times that a term counts in one abstract: the fourth says nothing new

_LONGEST = 3  # words

_FORMULA = re.compile(
    r"\$[^$]{0,500}\$|\\\(.{0,500}?\\\)|\\\[.{0,500}?\\\]|\\begin\{(\w+\*?)\}.{0,1000}?\\end\{\1\}", re.DOTALL
)
_COMMAND = re.compile(r"\\(?:cite[a-z]*|ref|url|href|label)\*?\{[^{}]*\}|\\[A-Za-z]+|https?://\S+")
_WORD = re.compile(r"[^\W\d_][\w’']*(?:[-–][\w]+)*|\S")
_SENTENCE_ENDS = ".!?:"
_ADJECTIVES = ("al", "ive", "ic", "ical", "ous", "ou", "ed", "ary", "ear", "able", "ible", "less", "ly", "ian", "ful")
# Adjectives that end as nouns do.
_MORE_ADJECTIVES = frozenset(
    {
        *(
            "angular",
            "black",
            "coherent",
            "cold",
            "compact",
            "dark",
            "deep",
            "emergent",
            "hot",
            "interstellar",
            "modular",
        ),
        *("molecular", "nuclear", "parallel", "planar", "polar", "random", "recurrent", "red", "remote", "smart"),
        *("soft", "solar", "stellar", "tabular", "urban", "young"),
    }
)
# Nouns that end as adjectives do.
_NOUNS = frozenset(
    {
        *("animal", "arithmetic", "boundary", "cable", "crystal", "dictionary", "epidemic", "fabric", "gaussian"),
        *("hamiltonian", "hessian", "jacobian", "lagrangian", "logic", "manual", "metal", "mosaic", "music", "portal"),
        *("potential", "proposal", "retrieval", "seed", "signal", "speed", "table", "topic", "traffic"),
    }
)


# Plurals that no rule makes, and what only looks like one.
_SINGULARS = {
    "axes": "axis",
    "biases": "bias",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    **{word: word for word in ("bias", "dynamics", "gas", "lens")},
}


class Vocabulary:
    """Terms under one key whatever their case or number, and how each is mostly printed."""

    def __init__(self) -> None:
        self._prints: dict[str, Counter[str]] = defaultdict(Counter)

    def weights(self, title: str, abstract: str) -> dict[str, float]:
        """How much one paper says each of its terms."""
        found: Counter[str] = Counter()
        for key, printed, _ in _terms(title):
            found[key] += 1
            # Titles Are Often Capitalised, so their forms count only where no sentence has the term.
            self._prints[key][printed] += 0
        weights = dict.fromkeys(found, _TITLE)
        said: Counter[str] = Counter()
        for key, printed, begins in _terms(abstract):
            said[key] += 1
            self._prints[key][printed] += 0 if begins else 1
        for key, times in said.items():
            weights[key] = weights.get(key, 0.0) + min(times, _MOST_OFTEN) / 2
        return weights

    def printed(self, key: str) -> str:
        """The form in which a term is printed most."""
        forms = self._prints[key]
        best = max(forms, key=lambda form: (forms[form], form.islower(), form))
        return best if forms[best] else _uncapitalised(best)


def _terms(text: str) -> Iterator[tuple[str, str, bool]]:
    """(key, as printed, whether it begins a sentence) of each word, and two or three in a row, that could be a name."""
    before: list[tuple[str, str, bool]] = []
    begins = True
    for printed in _words(text):
        if not printed[0].isalpha():
            before, begins = [], begins or printed in _SENTENCE_ENDS
            continue
        key = word_key(printed)
        if key in COMMON_WORDS or printed.casefold() in COMMON_WORDS or len(key) < 2:
            before, begins = [], False
            continue
        before.append((key, printed, begins))
        begins = False
        for length in range(1, min(len(before), _LONGEST) + 1):
            words = before[-length:]
            if length > 1 or (key not in SECOND_WORDS and (len(key) > 2 or printed.isupper())):
                yield " ".join(word[0] for word in words), " ".join(word[1] for word in words), words[0][2]


def _words(text: str) -> Iterator[str]:
    plain = _COMMAND.sub(" ", _FORMULA.sub(" , ", decode_accents(text))).replace("{", "").replace("}", "")
    for match in _WORD.finditer(plain):
        yield match[0].replace("–", "-").removesuffix("’s").removesuffix("'s").rstrip("’'") or match[0]


def is_adjective(key: str) -> bool:
    """Whether a term's last word looks like one that waits for another: "autoregressive", "on-policy", "masked"."""
    first, _, last = key.rpartition(" ")
    # By itself it is a field.
    if last in _MORE_ADJECTIVES or (first and last == "quantum"):
        return True
    return "-" in last or (len(last) > 4 and last.endswith(_ADJECTIVES) and last not in _NOUNS)


def same_subject(one: str, other: str) -> bool:
    """Whether two terms share a word, or one is made of the other's initials: "reinforcement learning", "RL"."""
    words = product(re.split("[ -]", one), re.split("[ -]", other))
    return any(_same_word(*pair) for pair in words) or abbreviates(one, other) or abbreviates(other, one)


def _same_word(one: str, other: str) -> bool:
    """As "forecast" and "forecasting", "noise" and "noisy" are."""
    short, long = sorted((one, other), key=len)
    stem = short[:-1] if len(short) > 4 else short
    return short == long or (len(stem) > 3 and long.startswith(stem))


def abbreviates(short: str, long: str) -> bool:
    """Whether one is the other's initials, or has a letter before them: "LLM" is a language model that is large."""
    initials = _initials(long)
    return len(initials) > 1 and short.endswith(initials) and len(short) <= len(initials) + 1


def _initials(key: str) -> str:
    return "".join(word[0] for word in re.split("[ -]", key) if word)


def word_key(word: str) -> str:
    """One key for a word's cases and numbers: Models, model; galaxies, galaxy; LLMs, LLM."""
    key = word.casefold()
    if key in _SINGULARS:
        return _SINGULARS[key]
    if len(key) > 4 and key.endswith("ies"):
        return key[:-3] + "y"
    if len(key) > 4 and key.endswith(("sses", "shes", "ches", "xes")):
        return key[:-2]
    if len(key) > 3 and key.endswith("s") and not key.endswith(("ss", "us", "is")):
        return key[:-1]
    return key


def _uncapitalised(printed: str) -> str:
    """A term of titles alone: its capitals stay where the word has others, as LLaVA and 3D do."""
    words = printed.split(" ")
    return " ".join(word.lower() if word[1:].islower() or not word[1:] else word for word in words)
