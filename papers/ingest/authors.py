"""arXiv's author strings read into names and affiliations. Pure.

`A. Name (Lab X), B. Name (1,2) and C. Name ((1) Lab Y, (2) Lab Z)`: names stand outside brackets,
parted by commas and "and"; what is in brackets is an affiliation or points to the list at the end.
An affiliation in words also holds for the names before it that have none, as arXiv reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from papers.ingest.records import AuthorRecord
from papers.ingest.text import tidy_name

_PARTS = re.compile(r"[()\[\]]")
_SEPARATOR = re.compile(r"\s*(?:[,;]|:(?=\s|$)|\s(?:and|&)(?=\s))\s*")
_SUFFIX = re.compile(r"(?:Jr|JR|jr|Sr|SR|sr)\.?|II|III|IV")
_SUFFIX_AFTER_COMMA = re.compile(rf"\s*,\s*({_SUFFIX.pattern})$")
_FAMILY_WITH_SUFFIX = re.compile(rf"(.+?),?\s+({_SUFFIX.pattern})")
_REFERENCES = re.compile(r"(?:\d{1,3}|[a-zA-Z*†‡§]{1,2})(?:\s*(?:,|;|&|\+|\band\b|-)\s*(?:\d{1,3}|[a-zA-Z*†‡§]{1,2}))*")
_LEGEND_MARK = re.compile(r"(?:^|(?<=[\s,;.:(]))[(\[]\s*(\d{1,3}|[a-zA-Z*†‡§]{1,2})\s*[)\]]\s*:?\s*")
_LEGEND_PLAIN = re.compile(r"(?:^|[,;]\s*)(\d{1,2})\s*[:=.]\s*")
_NICKNAME = re.compile(r"[A-Z][a-z]{1,14}")
_ET_AL = re.compile(r"(?:^|\s+)\(?et\.?\s*al(?:ii)?\b\.?\)?$", re.IGNORECASE)
_GROUP = r"(?:collaborations?|consortium|consortia|group|team)"
_BEHALF = re.compile(
    rf"(?:^|(?P<name>.+?)\s+)(?:for|on behalf of|representing)\s+(?:the\s+)?(?P<group>.*\b{_GROUP})$",
    re.IGNORECASE,
)
_LONGEST_NAME = 300
_LONGEST_SUFFIX = 3
# Most names are letters alone, and none of the patterns above could find anything in them.
_PLAIN = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+)*")
_UNPLAIN = re.compile(r"\b(?:et|for|on|representing)", re.IGNORECASE)
_LEADING_AND = re.compile(r"^(?:and|&)(?:\s+|$)", re.IGNORECASE)


@dataclass(slots=True)
class _Name:
    """A name while its brackets are being read."""

    name: str
    references: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)


def parse_authors(raw: str) -> tuple[AuthorRecord, ...]:
    """Names in order with their affiliations; collaborations are kept as names, "et al" is dropped."""
    names: list[_Name] = []
    legend: dict[str, str] = {}
    mark = ""
    for text, brackets in _blocks(tidy_name(raw)):
        if mark:
            legend[mark] = text.strip(" ,;.")
        else:
            for number, words in enumerate(_SEPARATOR.split(text)):
                _add(names, words, glued=number == 0)
        mark = brackets if _explains(names, text, brackets, in_list=bool(mark)) else ""
        if brackets and not mark:
            _read_brackets(names, legend, brackets)
    return tuple(_record(name, legend) for name in names if name.name)


def authors_from_parts(
    family: str, given: str = "", suffix: str = "", affiliation: str = ""
) -> tuple[AuthorRecord, ...]:
    """A name from a source's own split, and the group that it speaks for ("… for the XYZ Collaboration").

    Nothing for what is no name, such as "et al" or a lone colon.
    """
    found = _plain_names(tidy_name(" ".join(part for part in (given, family, suffix) if part)))
    # A bare "1 and 2" points to a list that arXiv's split has lost.
    lab = tidy_name(affiliation) if re.search(r"[^\W\d_]{2}", affiliation.replace("and", "")) else ""
    return tuple(AuthorRecord(name, lab if number == 0 else "") for number, name in enumerate(found))


def author_from_inverted(name: str) -> tuple[AuthorRecord, ...]:
    """`Family, Given`, with a suffix in the family's part: `Family, Jr., Given`."""
    family, _, given = " ".join(name.split()).rpartition(", ")
    if suffixed := _FAMILY_WITH_SUFFIX.fullmatch(family):
        return authors_from_parts(suffixed[1], given, suffixed[2])
    return authors_from_parts(family, given)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """(text outside brackets, the content of the brackets that follow it or an empty string)."""
    depth = start = 0
    outside = ""
    for match in _PARTS.finditer(text):
        opens = match[0] in "(["
        if opens and depth == 0:
            outside, start = text[start : match.start()], match.end()
        elif not opens and depth == 1:
            yield outside, text[start : match.start()].strip()
            outside, start = "", match.end()
        depth = max(0, depth + (1 if opens else -1))
    if depth:
        yield outside, text[start:].strip()
    else:
        yield text[start:], ""


def _add(names: list[_Name], words: str, *, glued: bool) -> None:
    """Add the name or names in these words; `glued` words follow a bracket without a comma."""
    words = _LEADING_AND.sub("", words.strip(), count=1)
    if not words:
        return
    if names and len(words) <= _LONGEST_SUFFIX and _SUFFIX.fullmatch(words):
        names[-1].name += f" {words}"
    elif glued and names and names[-1].affiliations and _NICKNAME.fullmatch(names[-1].affiliations[-1]):
        # "Ada (Addie) Example": a word in brackets within a name.
        names[-1].name += f" ({names[-1].affiliations.pop()}) {words}"
    else:
        names.extend(_Name(name) for name in _plain_names(words))


def _plain_names(words: str) -> list[str]:
    """The name as we print it, and the group that it speaks for: without "et al", spaced after initials."""
    if _PLAIN.fullmatch(words) and not _UNPLAIN.search(words):
        return [words]
    words = _ET_AL.sub("", words).strip(" ,;:")
    if not re.search(r"[^\W\d_]", words):
        return []
    words = re.sub(r"\.(?=[^\W\d_])", ". ", words).replace(". -", ".-")
    words = _SUFFIX_AFTER_COMMA.sub(r" \1", words)
    behalf = _BEHALF.match(words) if len(words) < _LONGEST_NAME else None
    return [name for name in (behalf["name"], behalf["group"]) if name] if behalf else [words]


def _explains(names: list[_Name], text: str, brackets: str, *, in_list: bool) -> bool:
    """Whether these brackets begin an entry of a list without brackets of its own: `B. Name (2), (1) Lab X`."""
    end = text.strip()
    # A full stop ends an entry, but within the names it is a suffix's or an initial's: `B. Name Jr. (1)`.
    is_parted = not end or end[-1] in ",;" or (end[-1] == "." and (in_list or end == "."))
    return is_parted and any(brackets in name.references for name in names)


def _read_brackets(names: list[_Name], legend: dict[str, str], content: str) -> None:
    if marks := _legend(content):
        legend.update(marks)
    elif not names:
        return
    elif _REFERENCES.fullmatch(content):
        names[-1].references += re.findall(r"\d+|[a-zA-Z*†‡§]+", re.sub(r"\band\b", " ", content))
    else:
        # Words hold for the names before as well, back to the last that has brackets of its own.
        for name in reversed(names):
            if name is not names[-1] and (name.affiliations or name.references):
                break
            name.affiliations.append(content)


def _legend(content: str) -> dict[str, str]:
    """{mark: affiliation} of a list such as `(1) Lab X, (2) Lab Y`; empty when it is none."""
    for pattern in (_LEGEND_MARK, _LEGEND_PLAIN):
        marks = list(pattern.finditer(content))
        if marks and marks[0].start() == 0:
            ends = [*(mark.start() for mark in marks[1:]), len(content)]
            return {mark[1]: content[mark.end() : end].strip(" ,;") for mark, end in zip(marks, ends, strict=True)}
    return {}


def _record(name: _Name, legend: dict[str, str]) -> AuthorRecord:
    if not name.affiliations and not name.references:
        return AuthorRecord(name.name)
    known = [legend[mark] for mark in name.references if legend.get(mark)]
    return AuthorRecord(name.name, "; ".join(dict.fromkeys([*name.affiliations, *known])))
