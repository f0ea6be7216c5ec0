"""What people type, and what search makes of it."""

from __future__ import annotations

import pytest

from papers.search.parser import MOST_CONDITIONS, MOST_WORDS, Fact, Query, Term, parse_query


def test_plain_words_are_preferred_and_never_required() -> None:
    query = parse_query("graph neural networks")
    assert query.words == ("graph", "neural", "networks")
    assert query.required == ()
    assert query.is_plain


@pytest.mark.parametrize("text", ['"graph neural" vision', "“graph neural” vision", 'vision "graph neural'])
def test_a_phrase_is_required_whatever_the_quotation_marks(text: str) -> None:
    query = parse_query(text)
    assert query.words == ("vision",)
    assert query.required == ((Term("graph neural", is_phrase=True),),)


def test_a_minus_leaves_out_and_a_hyphen_does_not() -> None:
    query = parse_query('time-sharing -unix -"virtual machine" -ti:review')
    assert query.words == ("time-sharing",)
    assert query.excluded == (Term("unix"), Term("virtual machine", is_phrase=True), Term("review", "ti"))


def test_or_joins_its_neighbours_alone() -> None:
    query = parse_query("vision transformer OR cnn OR ti:mlp speech")
    assert query.words == ("vision", "speech")
    assert query.required == ((Term("transformer"), Term("cnn"), Term("mlp", "ti")),)


def test_fields_are_known_by_their_long_names_too() -> None:
    query = parse_query('title:graphs author:"Ada Byron" abstract:"prime numbers" category:cs.lg')
    assert query.required == (
        (Term("graphs", "ti"),),
        (Term("Ada Byron", "au", is_phrase=True),),
        (Term("prime numbers", "abs", is_phrase=True),),
    )
    assert query.facts == (Fact("cat", "cs.LG"),)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("year:2024", 2024, 2024),
        ("year:2020..2023", 2020, 2023),
        ("year:2023..2020", 2020, 2023),
        ("year:2020-2023", 2020, 2023),
        ("year:2020..", 2020, None),
        ("year:..2019", None, 2019),
        ("year:>2020", 2021, None),
        ("year:<=2020", None, 2020),
        ("votes:>10", 11, None),
        ("votes:10", 10, None),
        ("votes:=10", 10, 10),
        ("upvotes:5..20", 5, 20),
        ("votes:<5", None, 4),
    ],
)
def test_ranges(text: str, low: int | None, high: int | None) -> None:
    (fact,) = parse_query(text).facts
    assert (fact.low, fact.high) == (low, high)


def test_conditions_may_be_turned_round() -> None:
    assert parse_query("-cat:math.NT -has:code").facts == (
        Fact("cat", "math.NT", is_negated=True),
        Fact("has", "code", is_negated=True),
    )


def test_an_archive_stands_for_its_categories() -> None:
    assert parse_query("cat:cs").facts == (Fact("cat", "cs."),)


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("colour:red", ("colour", "red"), "There is no field “colour”"),
        ("year:soon", ("year", "soon"), "write year:2024"),
        ("votes:many", ("votes", "many"), "write votes:>10"),
        ("cat:cooking", ("cat", "cooking"), "There is no category “cooking”"),
        ("has:teeth", ("has", "teeth"), "“has:” knows code"),
        ("doi:nonsense", ("doi", "nonsense"), "is not a DOI"),
        ("NOT red wine", ("red", "wine"), "write a minus"),
    ],
)
def test_what_has_no_meaning_is_searched_as_words_and_said_so(text: str, words: tuple[str, ...], said: str) -> None:
    query = parse_query(text)
    assert query.words == words
    assert query.facts == ()
    assert said in query.messages[0]


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("1706.03762", ("arxiv", "1706.03762")),
        ("arXiv:1706.03762v5", ("arxiv", "1706.03762")),
        (" https://arxiv.org/pdf/1706.03762v1.pdf ", ("arxiv", "1706.03762")),
        ("https://huggingface.co/papers/1706.03762", ("arxiv", "1706.03762")),
        ("math.GT/0309136", ("arxiv", "math/0309136")),
        ("https://doi.org/10.1000/ABC.1", ("doi", "10.1000/abc.1")),
        ("id:1706.03762", ("arxiv", "1706.03762")),
        ("doi:10.1000/abc", ("doi", "10.1000/abc")),
    ],
)
def test_an_identifier_or_its_address_names_the_paper(text: str, identifier: tuple[str, str]) -> None:
    assert parse_query(text).identifier == identifier


def test_an_address_of_something_else_is_words() -> None:
    query = parse_query("https://example.org/blog")
    assert query.words == ("https://example.org/blog",)
    assert query.messages == ()


@pytest.mark.parametrize(
    "text", ["", "   ", "OR", "OR OR |", "-", "--", '"', '""', '-""', "ti:", ":::", "&& || !", "(", "\0", "👍"]
)
def test_signs_alone_ask_for_nothing(text: str) -> None:
    assert parse_query(text).is_empty


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "x " * 5_000,
        '"' * 999,
        "ti:ti:ti:ti:" * 100,
        "'; DROP TABLE papers_paper; --",
        "^(a+)+$",
        "\ud800 half a pair",
        "שלום עולם",
        "au:" * 500,
    ],
)
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    query = parse_query(text)
    assert isinstance(query, Query)
    query.prose.encode()


def test_a_very_long_query_is_cut_and_says_so() -> None:
    query = parse_query("w " * 500)
    assert len(query.words) == MOST_WORDS
    assert query.messages == ("Only the beginning was searched, since there is so much of it.",)
    query = parse_query("-leave " * 500)
    assert len(query.excluded) == MOST_CONDITIONS
