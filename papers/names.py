"""When two printed names are the same name, and how a name stands in an address. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from papers.letters import decode_accents

# Letters that no decomposition makes plain.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe"})
_TITLES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md", "dr", "prof"))
_PARTICLES = frozenset(
    ("al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "ten", "ter", "van")
) | {"von", "y", "e", "zu", "zur"}
_GROUP = re.compile(r"\b(?:collaborations?|consortium|group|team|working group|project)\b", re.IGNORECASE)
_GROUP_WORDS = frozenset(
    ("the", "collaboration", "collaborations", "consortium", "group", "team", "working", "project")
)
# Lists of thousands are compared by their beginnings, where all print the same.
_COMPARED = 200
_HALF = 0.5


def author_slug(name: str) -> str:
    """The name in an address: lower case, accents dropped, words joined by hyphens, at most 180 characters.

    People who print the same name share a slug until staff tell them apart. A name without any
    letter gets a slug from its hash, so that it still has a page.
    """
    bare = name.lower()
    if not name.isascii():
        bare = unicodedata.normalize("NFKD", name).casefold()
        bare = "".join(char for char in bare if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", bare)
    slug = "-".join(words)[:180].strip("-")
    return slug or "name-" + hashlib.sha256(name.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two lists of names agree: who stands in both, of the shorter list and of the longer one."""

    shared: float  # a namesake by family name alone counts half
    shorter: int
    longer: int

    @property
    def is_none(self) -> bool:
        return not self.shared

    @property
    def is_enough(self) -> bool:
        """At least half of the shorter list stand in the longer one."""
        return self.shared >= self.shorter * _HALF

    @property
    def is_full(self) -> bool:
        """The same people, but for one in five: somebody joins or leaves between two prints."""
        return 5 * self.shared >= 4 * self.longer


@dataclass(frozen=True, slots=True)
class _Name:
    families: frozenset[str]  # what may be the family name: the last word, or the first where the order is the other
    words: tuple[str, ...]  # all of it without particles, hyphens closed


def agreement(ones: Sequence[str], others: Sequence[str]) -> Agreement:
    """Compare two lists of names as printed: initials, particles, accents, suffixes and the order of names aside."""
    left, right = _read(ones), _read(others)
    by_word: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(right):
        for word in name.families:
            by_word[word].append(place)
    taken: set[int] = set()
    shared = 0.0
    for worth, is_same in ((1.0, _same_person), (_HALF, _same_family)):
        rest = []
        for name in left:
            places = dict.fromkeys(place for word in name.families for place in by_word.get(word, ()))
            found = next((p for p in places if p not in taken and is_same(name, right[p])), None)
            if found is None:
                rest.append(name)
            else:
                taken.add(found)
                shared += worth
        left = rest
    counts = sorted((len(_read(ones)), len(right)))
    return Agreement(shared, counts[0], counts[1])


def _read(names: Sequence[str]) -> list[_Name]:
    read = (_parse(name) for name in names[:_COMPARED])
    return list(dict.fromkeys(name for name in read if name.words))


def _parse(name: str) -> _Name:
    if "\\" in name:
        name = decode_accents(name).replace("{", "").replace("}", "")
    if _GROUP.search(name):
        words = tuple(word for word in _folded(name) if word not in _GROUP_WORDS)
        return _Name(frozenset(words), words)
    parts = [[word for word in _folded(part) if word not in _TITLES] for part in name.split(",")]
    parts = [part for part in parts if part]
    if len(parts) == 2:
        parts.reverse()  # "Family, Given"
    told = [word for part in parts for word in part]
    bare = [word for word in told if word not in _PARTICLES] or told
    if not bare:
        return _Name(frozenset(), ())
    # Without a comma the family name may stand first, as in East Asia, and one of two may be left out, as in Spain.
    candidates = {word for word in bare if len(word) > 1} or {bare[-1]}
    return _Name(frozenset(candidates), tuple(bare))


def _folded(text: str) -> list[str]:
    """Words without case and accents. A hyphen is closed: Xiao-Ming is Xiaoming; a point ends a word: J.M. is J M."""
    bare = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    bare = re.sub(r"(?<=\w)['’`ʼ\-‐‑](?=\w)", "", bare)
    # Goebel is Göbel, and Gobel where the umlaut was lost.
    return re.findall(r"[^\W_]+", re.sub(r"([aou])e", r"\1", bare))


def _same_person(one: _Name, other: _Name) -> bool:
    """One word in full agrees, and each further word of the shorter name with one of the longer."""
    if sorted(one.words) == sorted(other.words) or "".join(one.words) == "".join(other.words):
        return True
    short, long = sorted((one, other), key=lambda name: len(name.words))
    common = short.families & long.families
    return any(_agree(_without(short.words, word), _without(long.words, word)) for word in common)


def _agree(short: list[str], long: list[str]) -> bool:
    if not short or not long:
        return True
    letters, initials = "".join(short), "".join(word[0] for word in long)
    if letters in (initials, "".join(long)) or "".join(long) == "".join(word[0] for word in short):
        return True
    rest = list(long)
    for word in short:
        found = next((other for other in rest if _same_word(word, other)), None)
        if found is None:
            return False
        rest.remove(found)
    return True


def _same_word(one: str, other: str) -> bool:
    """The same, or one is the other's beginning: an initial, or Alex for Alexander."""
    return one.startswith(other) or other.startswith(one)


def _same_family(one: _Name, other: _Name) -> bool:
    """The last words agree, though the others do not: Mike and Michael, or two of one family name."""
    return one.words[-1] == other.words[-1] and len(one.words[-1]) > 1


def _without(words: Iterable[str], word: str) -> list[str]:
    rest = list(words)
    rest.remove(word)
    return rest
