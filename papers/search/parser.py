"""What a reader typed into search, understood. Pure.

Plain words, "phrases", -minus, OR between alternatives, and fields (`au:curie`, `year:2020..2023`). Nothing that can be
typed is an error: what has no meaning is searched as words, and a message says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from papers.identifiers import DOI, parse_arxiv_id, parse_doi, parse_identifier, parse_own_address
from papers.taxonomy import CATEGORIES, canonical_code

# As long as an abstract: what is longer makes long addresses, and says no more.
MOST_CHARACTERS = 2_000
# Words rank, and only the rarest do; each condition is a search of its own.
MOST_WORDS, MOST_CONDITIONS = 400, 32
TITLE, AUTHOR, ABSTRACT = "ti", "au", "abs"
# The words of other sites for ours.
_TEXT_FIELDS = {
    **dict.fromkeys(("ti", "title"), TITLE),
    **dict.fromkeys(("au", "author", "authors"), AUTHOR),
    **dict.fromkeys(("abs", "abstract"), ABSTRACT),
}
_FACT_FIELDS = {
    **dict.fromkeys(("cat", "category"), "cat"),
    **dict.fromkeys(("id", "arxiv"), "id"),
    **dict.fromkeys(("org", "organisation", "organization"), "org"),
    **dict.fromkeys(("votes", "upvotes"), "votes"),
    "doi": "doi",
    "year": "year",
    "has": "has",
}
# What word processors make of quotation marks and minus signs, each as it is read.
SIGNS = {ord(quote): '"' for quote in "“”„«»"} | {ord("−"): "-"}
# Every name that a field may be written by, and which field it is.
FIELDS = _TEXT_FIELDS | _FACT_FIELDS
# What `has:` may ask for.
HAS = {"code": "code", "comments": "comments", "comment": "comments", "project": "project", "abstract": "abstract"}
_MOST_VOTES = 2_000_000_000

_TOKEN = re.compile(
    r"""
      (?P<minus>-)?(?:(?P<field>[A-Za-z]{2,20}):)?"(?P<phrase>[^"]*)(?:"|$)
    | (?P<word>\S+)
    """,
    re.VERBOSE,
)
_FIELD = re.compile(r'(?P<minus>-)?(?P<field>[A-Za-z]{2,20}):(?P<value>(?!//)[^"]*)')
_YEARS = re.compile(r"(?P<from>\d{4})?(?P<range>\.\.|-)?(?P<to>\d{4})?|(?P<sign>[<>]=?)(?P<bound>\d{4})")
_VOTES = re.compile(r"(?P<sign>[<>]=?|=)?(?P<number>\d{1,10})|(?P<low>\d{1,10})?\.\.(?P<high>\d{1,10})?")


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a paper's words may hold: a word, or a phrase; in one field, or anywhere ("")."""

    text: str
    field: str = ""
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition on what is known of a paper; `low` and `high` are included, None is open."""

    name: str  # cat, id, doi, org, year, votes, has
    value: str = ""
    low: int | None = None
    high: int | None = None
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a paper must fulfil, and where in the query's text it stands."""

    what: Fact | tuple[Term, ...]  # alternatives, where there are several terms
    start: int
    end: int
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query understood. `words` rank papers and none of them is required; `required` and `excluded` are conditions.

    Each of `required` is one or more alternatives, of which a paper must hold one; these rank as well.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    required: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    facts: tuple[Fact, ...] = ()
    # All of these but the words, in the order in which they were typed.
    conditions: tuple[Condition, ...] = field(default=(), compare=False)
    # (scheme, value) of the paper that the whole query names.
    identifier: tuple[str, str] | None = None
    messages: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.required or self.excluded or self.facts or self.identifier)

    @property
    def ranks(self) -> bool:
        """Whether there is anything by which one paper could match better than another."""
        return bool(self.words or self.required)

    @property
    def prose(self) -> str:
        """All that is looked for as plain text: what a title is compared with, and what has a meaning."""
        return " ".join([*self.words, *(term.text for group in self.required for term in group)])

    @property
    def is_plain(self) -> bool:
        """Whether it is words alone."""
        return bool(self.words) and not (self.required or self.excluded or self.facts)


def parse_query(text: str) -> Query:
    """Read what a reader typed. Never fails; `messages` says what was not understood, in whole sentences."""
    # No database text holds a NUL, nor half of a surrogate pair.
    text = text.replace("\0", " ").encode("utf-8", "replace").decode().strip()
    messages = []
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS].rsplit(None, 1)[0]
        messages.append(f"Only the first {MOST_CHARACTERS:,} characters were searched.")
    if identifier := _whole_identifier(text):
        return Query(text=text, identifier=identifier)
    return _Reader(replace(Query(), text=text, messages=tuple(messages))).read(text.translate(SIGNS))


def plain_query(text: str) -> Query:
    """The text as nothing but words, for a sentence in which signs mean what they mean in sentences."""
    return Query(text=text, words=tuple(text.replace("\0", " ").split()[:MOST_WORDS]))


def _whole_identifier(text: str) -> tuple[str, str] | None:
    if found := parse_identifier(text) or parse_own_address(text):
        return found
    name, colon, value = text.partition(":")
    key = _FACT_FIELDS.get(name.strip().lower(), "") if colon else ""
    if key in ("id", "doi") and " " not in value.strip():
        return parse_identifier(value) or parse_own_address(value)
    return None


class _Reader:
    """One pass over the tokens; alternatives wait until the next token is no OR."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.words: list[str] = []
        self.required: list[tuple[Term, ...]] = []
        self.excluded: list[Term] = []
        self.facts: list[Fact] = []
        self.conditions: list[Condition] = []
        self.messages = list(query.messages)
        self.alternatives: list[Term] = []
        self.is_or = False
        # Where the waiting terms stand in the text, and the token in hand.
        self.waiting_at = self.token_at = (0, 0)
        self.count = 0

    def read(self, text: str) -> Query:
        for match in _TOKEN.finditer(text):
            if len(self.words) + len(self.alternatives) >= MOST_WORDS or self.count >= MOST_CONDITIONS:
                self.messages.append("Only the beginning was searched, since there is so much of it.")
                break
            self.token_at = match.span()
            self._token(match)
        self._close()
        if self.excluded and not (self.words or self.required or self.facts):
            self.messages.append("Nothing was looked for, only left out, so the newest papers come first.")
        return replace(
            self.query,
            words=tuple(self.words),
            required=tuple(self.required),
            excluded=tuple(self.excluded),
            facts=tuple(self.facts),
            conditions=tuple(self.conditions),
            messages=tuple(dict.fromkeys(self.messages)),
        )

    def _token(self, match: re.Match[str]) -> None:
        if match["phrase"] is not None:
            self._field_or_text(match["field"] or "", match["phrase"].strip(), bool(match["minus"]), is_phrase=True)
            return
        word = match["word"]
        if word in ("OR", "|", "||"):
            self.is_or = bool(self.alternatives)
        elif word in ("AND", "&", "&&", "NOT"):
            # All words are preferred anyway; NOT is the minus of other sites.
            if word == "NOT":
                self.messages.append("To leave a word out, write a minus before it: -word.")
        elif (field := _FIELD.fullmatch(word)) and (field["value"] or _is_field(field["field"])):
            self._field_or_text(field["field"], field["value"], bool(field["minus"]), is_phrase=False)
        elif _said(word):
            is_negated = word.startswith("-") and len(word) > 1
            self._add(Term(word.lstrip("-")) if is_negated else Term(word.strip('"')), is_negated)

    def _field_or_text(self, name: str, value: str, is_negated: bool, *, is_phrase: bool) -> None:
        key = name.lower()
        if not _said(value):
            if key in _FACT_FIELDS or key in _TEXT_FIELDS:
                self.messages.append(f"“{name}:” was left out, since nothing follows it; write {_example(key)}.")
            return
        if key in _FACT_FIELDS:
            fact = _fact(_FACT_FIELDS[key], value, is_negated)
            if isinstance(fact, Fact):
                self._close()
                self.facts.append(fact)
                self._condition(fact, self.token_at, fact.is_negated)
                self.count += 1
                return
            self.messages.append(fact)
        elif key and key not in _TEXT_FIELDS:
            self.messages.append(f"There is no field “{name}”, so “{name}:{value}” was searched as words.")
        if key in _TEXT_FIELDS:
            self._add(Term(value, _TEXT_FIELDS[key], is_phrase), is_negated)
        elif key:
            for word in (name, *value.split()):
                self._add(Term(word), is_negated)
        else:
            self._add(Term(value, "", is_phrase), is_negated)

    def _add(self, term: Term, is_negated: bool) -> None:
        self.count += bool(is_negated or self.is_or or term.field or term.is_phrase)
        if is_negated:
            self._close()
            self.excluded.append(term)
            self._condition((term,), self.token_at, is_negated=True)
            return
        if not self.is_or:
            self._close()
        self.is_or = False
        self.waiting_at = (self.waiting_at[0] if self.alternatives else self.token_at[0], self.token_at[1])
        self.alternatives.append(term)

    def _close(self) -> None:
        """Put the waiting term, or the alternatives, where they belong."""
        waiting, self.alternatives, self.is_or = self.alternatives, [], False
        if len(waiting) > 1 or any(term.field or term.is_phrase for term in waiting):
            self.required.append(tuple(waiting))
            self._condition(tuple(waiting), self.waiting_at, is_negated=False)
        else:
            self.words += [term.text for term in waiting]

    def _condition(self, what: Fact | tuple[Term, ...], at: tuple[int, int], is_negated: bool) -> None:
        self.conditions.append(Condition(what, *at, is_negated))


def _is_field(name: str) -> bool:
    return name.lower() in _TEXT_FIELDS or name.lower() in _FACT_FIELDS


def _said(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _fact(name: str, value: str, is_negated: bool) -> Fact | str:
    """The condition, or a sentence that says why there is none."""
    if name == "cat":
        known = {code.lower(): code for code in CATEGORIES}
        if value.lower() in known:
            return Fact("cat", canonical_code(known[value.lower()]), is_negated=is_negated)
        # An archive such as cs or math stands for all its categories.
        if any(code.startswith(f"{value.lower()}.") for code in known):
            return Fact("cat", f"{value.lower()}.", is_negated=is_negated)
        return f"There is no category “{value}”, so it was searched as words."
    if name == "id":
        found = parse_identifier(value)
        if own := parse_own_address(value):
            return Fact("id", f"bs-{own[1]}", is_negated=is_negated)
        if found:
            return Fact("id", (parse_arxiv_id(value) or (value,))[0], is_negated=is_negated)
        return f"“{value}” is not an identifier that we know, so it was searched as words."
    if name == "doi":
        doi = parse_doi(value)
        return Fact(DOI, doi, is_negated=is_negated) if doi else f"“{value}” is not a DOI, so it was searched as words."
    if name == "has":
        if value.lower() in HAS:
            return Fact("has", HAS[value.lower()], is_negated=is_negated)
        return f"“has:” knows code, project, abstract and comments, so “{value}” was searched as a word."
    if name == "org":
        return Fact("org", value, is_negated=is_negated)
    bounds = _years(value) if name == "year" else _votes(value)
    if bounds is None:
        return f"“{name}:{value}” was searched as words; write {_example(name)}."
    return Fact(name, value, *bounds, is_negated=is_negated)


_EXAMPLES = {
    TITLE: "ti:survey",
    AUTHOR: "au:noether",
    ABSTRACT: "abs:lattice",
    "cat": "cat:cs.LG",
    "id": "id:1706.03762",
    "org": "org:cern",
    "votes": "votes:>10 or votes:5..20",
    "doi": "doi:10.1000/182",
    "year": "year:2024, year:2020..2023 or year:>2020",
    "has": "has:code",
}


def _example(key: str) -> str:
    return _EXAMPLES[_FACT_FIELDS.get(key) or _TEXT_FIELDS[key]]


def _years(value: str) -> tuple[int | None, int | None] | None:
    match = _YEARS.fullmatch(value)
    if match is None or not value.strip(".-"):
        return None
    if match["sign"]:
        return _bounded(match["sign"], int(match["bound"]))
    first, last = _number(match["from"]), _number(match["to"])
    if match["range"]:
        return (last, first) if first and last and first > last else (first, last)
    return (first, first) if first and not last else None


def _votes(value: str) -> tuple[int | None, int | None] | None:
    match = _VOTES.fullmatch(value)
    if match is None or value == "..":
        return None
    if match["number"] is None:
        low, high = _number(match["low"]), _number(match["high"])
        return (high, low) if low is not None and high is not None and low > high else (low, high)
    number = min(int(match["number"]), _MOST_VOTES)
    # A bare number means "at least", as everybody expects of votes.
    return _bounded(match["sign"] or ">=", number)


def _bounded(sign: str, number: int) -> tuple[int | None, int | None]:
    low = {">": number + 1, ">=": number, "=": number}.get(sign)
    high = {"<": number - 1, "<=": number, "=": number}.get(sign)
    return low, high


def _number(digits: str | None) -> int | None:
    return min(int(digits), _MOST_VOTES) if digits else None
