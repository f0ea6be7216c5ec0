"""The conditions of a query in words, and the query without each of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from papers.search.parser import ABSTRACT, AUTHOR, TITLE, Condition, Fact, Query, Term

_WHERE = {TITLE: " in the title", AUTHOR: " among the authors", ABSTRACT: " in the abstract", "": ""}
_HAVING = {"code": "code", "comments": "comments", "project": "a project page", "abstract": "an abstract"}


@dataclass(frozen=True, slots=True)
class Looser:
    """A query that asks for less, and what it asks for instead."""

    words: str  # "Of any year"
    text: str


def understood(query: Query) -> list[str]:
    """What the query asks for, each in words: its plain words, then its conditions."""
    words = [f"“{' '.join(query.words)}”"] if query.words else []
    return words + [_said(condition) for condition in query.conditions]


def loosened(query: Query) -> Iterator[list[Looser]]:
    """For each condition the queries without it: where there are two, the first still asks for its words."""
    for condition in query.conditions:
        yield [Looser(words, _put(query.text, condition, instead)) for words, instead in _loosenings(condition)]


def _put(text: str, condition: Condition, instead: str) -> str:
    return " ".join(f"{text[: condition.start]} {instead} {text[condition.end :]}".split())


def _loosenings(condition: Condition) -> list[tuple[str, str]]:
    what, said = condition.what, _said(condition)
    if isinstance(what, Fact):
        return [(_any(what), "")]
    if condition.is_negated:
        return [(f"Even with {_term(what[0])}", "")]
    if len(what) > 1:
        return [(f"Even without {said}", "")]
    term = what[0]
    # Letters alone: signs would have a meaning of their own.
    plain = " ".join("".join(char if char.isalnum() else " " for char in term.text).split())
    if term.is_phrase and " " in plain and term.field != AUTHOR:
        return [(f"“{term.text}” as words apart", plain), (f"Even without {said}", "")]
    if term.field:
        return [(f"“{term.text}” anywhere", plain), (f"Even without {said}", "")]
    return [(f"Even without {said}", "")]


def _said(condition: Condition) -> str:
    if isinstance(condition.what, Fact):
        return _fact(condition.what)
    said = " or ".join(map(_term, condition.what))
    return f"without {said}" if condition.is_negated else said


def _term(term: Term) -> str:
    beside = " side by side" if term.is_phrase and " " in term.text.strip() and term.field != AUTHOR else ""
    return f"“{term.text}”{beside}{_WHERE[term.field]}"


def _fact(fact: Fact) -> str:
    match fact.name:
        case "cat":
            said = f"in {_category(fact)}"
        case "id" | "doi":
            said = f"known as {fact.value}"
        case "org":
            said = f"of “{fact.value}”"
        case "year":
            said = _years(fact.low, fact.high)
        case "votes":
            said = f"{_votes(fact.low, fact.high)} upvotes"
        case _:
            return f"{'without' if fact.is_negated else 'with'} {_HAVING[fact.value]}"
    return f"not {said}" if fact.is_negated else said


def _any(fact: Fact) -> str:
    """What to ask instead of a fact."""
    if fact.name == "has":
        return f"With or without {_HAVING[fact.value]}"
    if fact.is_negated:
        return f"Even {_fact(fact).removeprefix('not ')}"
    return {
        "cat": f"In any category instead of {_category(fact)}",
        "org": f"Of any organisation instead of “{fact.value}”",
        "year": "Of any year",
        "votes": f"With any number of upvotes instead of {_votes(fact.low, fact.high)}",
    }.get(fact.name, f"Not only {_fact(fact)}")


def _category(fact: Fact) -> str:
    return f"any of {fact.value[:-1]}" if fact.value.endswith(".") else fact.value


def _years(low: int | None, high: int | None) -> str:
    if low == high:
        return f"of {low}"
    if high is None:
        return f"since {low}"
    return f"until {high}" if low is None else f"of {low} to {high}"


def _votes(low: int | None, high: int | None) -> str:
    if low == high:
        return f"exactly {low}"
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low is None else f"{low} to {high}"
