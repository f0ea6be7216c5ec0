"""When two titles, two lists of names and two works are one."""

from __future__ import annotations

from typing import Any

import pytest

from papers.ingest.identity import DIFFERENT, SAME, Judgement, Work, judge
from papers.names import agreement
from papers.titles import title_heads, title_key, title_words

LONG = (
    "We weigh seven small planets by the light of one lamp, on a balance of brass and with great patience, and find "
    "that none of them is heavier than the shadow which it throws upon the opposite wall of the observatory."
)
OTHER = (
    "Boats painted in winter keep their colour longer than boats painted during summer months. A survey among forty "
    "harbours suggests linseed oil, dry weather, old brushes and unhurried painters as likely causes."
)
PARTLY = LONG.split(" and find", maxsplit=1)[0] + ". " + OTHER.split(". ", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("On $\\alpha$-Décay:  A \\emph{Study}", "on $ \\alpha $ decay -- a STUDY"),
        ("Decay of $\\alpha$ particles", "Decay of α particles"),
        ("The $\\varepsilon$-net theorem", "The epsilon-net theorem"),
        ("Storing CO$_2$ under $x^{2}$ seas", "Storing CO2 under x² seas"),
        ("Pre-training on a small data set", "Pretraining on Small Dataset"),
        ("Exploring the design of lamps", "Exploring design of lamps."),
        ("Speaking SENĆOŦEN by lamplight", "Speaking SENĆOTEN by lamplight"),
        ("Modelling the behaviour of coloured fibres", "Modeling the behavior of colored fibers"),
        ("Optimising and generalisation", "Optimizing and generalization"),
        ("Lamps and their shadows (v2)", "v3: Lamps and Their Shadows"),
        ("Byron’s lamps", "Byron's Lamps"),
    ],
)
def test_two_prints_of_one_title_have_one_key(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Decay of $\\alpha$ particles", "Decay of $\\beta$ particles"),
        ("A study of boats", "A study of goats"),
        ("LampNet v2", "LampNet v3"),
        ("Task 1: 12 lamps", "Task 11: 2 lamps"),
        ("On lamps, part I", "On lamps, part II"),
        ("Four lamps", "For lamps"),
    ],
)
def test_two_titles_have_two_keys(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def test_a_title_of_signs_has_no_key_and_an_article_alone_is_a_word() -> None:
    assert not title_key("?! …")
    assert title_key("The") == "the"
    assert title_words("The weighing of a planet") == 3


def test_what_stands_before_a_colon_a_dash_or_a_bracket_is_a_title_too() -> None:
    assert title_heads("Small planets by lamplight: a study") == (title_key("Small planets by lamplight"),)
    assert title_heads("Small planets by lamplight – a study") == (title_key("Small planets by lamplight"),)
    assert title_heads("Small planets by lamplight (extended)") == (title_key("Small planets by lamplight"),)
    assert title_heads("LAMP: small planets by lamplight") == ()  # one word begins many titles
    assert title_heads("Small planets by lamp-light") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Byron", "A. Byron"),
        ("Ada Byron", "Byron, Ada"),
        ("Ada Byron", "Byron Ada"),
        ("Ada K. Byron", "Ada Byron"),
        ("J.M. Keynes", "John Maynard Keynes"),
        ("Pjm Lamp", "Paul J. M. Lamp"),
        ("Xiao-Ming Li", "Li Xiaoming"),
        ("Ludwig van Lamp", "L. Lamp"),
        ("Charlotte von der Lampe", "Lampe, Charlotte von der"),
        ("Robert Lamp, Jr.", "Robert Lamp"),
        ("R. Lamp III", "Robert Lamp"),
        ('Kurt G{\\"o}del', "Kurt Goedel"),
        ("Kurt Gödel", "Kurt Godel"),
        ("Søren Łamp", "Soren Lamp"),
        ("Maria Lamp-Byron", "María Lampbyron"),
        ("Seán O'Lamp", "Sean OLamp"),
        ("The LAMP Collaboration", "LAMP Collaboration"),
        ("李小明", "李小明"),
    ],
)
def test_one_person_printed_twice_is_one(one: str, other: str) -> None:
    assert agreement([one], [other]).shared == 1
    assert agreement([other], [one]).shared == 1


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("Ada Byron", "Mary Somerville", 0),
        ("Wei Zhang", "Lei Zhang", 0.5),  # of one family name, or another way to write it
        ("Wei Zhang", "Wei Li", 0),
        ("The LAMP Collaboration", "The CANDLE Collaboration", 0),
        ("A. Byron", "A. Lamp", 0),
        ("van Byron", "van Lamp", 0),
    ],
)
def test_two_people_are_two(one: str, other: str, shared: float) -> None:
    assert agreement([one], [other]).shared == shared
    assert agreement([other], [one]).shared == shared


def test_lists_agree_in_whatever_order_and_nobody_counts_twice() -> None:
    ones, others = ["Ada Byron", "Mary Somerville", "Wei Zhang"], ["Zhang Wei", "M. Somerville", "A. Byron"]
    assert agreement(ones, others).is_full
    assert agreement(["Wei Zhang", "Wei Zhang"], ["Wei Zhang"]).shared == 1
    assert agreement(ones, ["Ada Byron", "Emmy Noether", "Sofia Lamp", "Lise Lamp"]).is_enough is False
    assert agreement(ones, ["Ada Byron", "Mary Somerville"]).is_enough
    assert not agreement(ones, ["Ada Byron", "Mary Somerville"]).is_full
    assert not agreement(["Emmy Noether"], ones).is_enough


def work(title: str = "On the Weighing of Small Planets", **fields: Any) -> Work:
    known: dict[str, Any] = {
        "authors": ["Ada Byron", "Mary Somerville"],
        "author_count": 2,
        "year": 2025,
        "abstract": LONG,
    }
    return Work(title=title, title_key=title_key(title), **(known | fields))


def both_ways(one: Work, other: Work) -> Judgement:
    found = judge(one, other)
    assert judge(other, one) == found
    return found


NAMELESS: dict[str, Any] = {"authors": [], "author_count": None}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"authors": ["M. Somerville", "A. Byron"]},
        {"authors": ["Byron, Ada", "Somerville, Mary", "Emmy Noether"]},
        {"year": 2026},
        {"year": 2028},  # the same people say the same
        {"year": None},
        {"abstract": ""},
        {**NAMELESS},  # the abstract agrees
        {**NAMELESS, "author_count": 2, "abstract": ""},  # number and year agree
        {"arxiv_id": "2512.00042"},
        {"names": frozenset({("doi", "10.1000/lamp")})},
    ],
)
def test_when_two_works_are_one(fields: dict[str, Any]) -> None:
    assert both_ways(work(), work(**fields)) == SAME


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"year": 2029}, "4 years apart"),
        ({"year": 2028, "authors": ["Ada Byron", "Emmy Noether"]}, "3 years apart"),
        ({"authors": ["Mary Somerville", "Lise Lamp", "Emmy Noether", "Sofia Lamp"], "author_count": 4}, None),
        ({"authors": ["Ada Byron", "Lise Lamp", "Emmy Noether"], "author_count": 3}, None),
        ({"authors": ["Lise Lamp", "Emmy Noether"]}, "by other authors"),
        ({"abstract": OTHER}, "another abstract"),
        ({**NAMELESS, "author_count": 3}, "another number of authors"),
        ({**NAMELESS, "abstract": PARTLY}, "partly another"),
        ({**NAMELESS, "abstract": ""}, "nothing else to go by"),  # a title alone never decides
        ({**NAMELESS, "year": 2027}, "2 years apart"),
    ],
)
def test_what_agrees_in_part_is_in_doubt(fields: dict[str, Any], words: str | None) -> None:
    found = both_ways(work(), work(**fields))
    if words is None:
        assert found == SAME  # half of the shorter list is enough
    else:
        assert found.is_doubt
        assert words in found.reason


@pytest.mark.parametrize(
    "fields",
    [
        {"authors": ["Caroline Herschel"], "abstract": OTHER},
        {**NAMELESS, "author_count": 3, "abstract": ""},
        {**NAMELESS, "abstract": OTHER},
        {"title": "On the Weighing of Boats"},
    ],
)
def test_when_two_works_are_two(fields: dict[str, Any]) -> None:
    assert both_ways(work(), work(**fields)) == DIFFERENT


def test_partly_other_authors_leave_a_doubt() -> None:
    ones = work(authors=["Ada Byron", "Emmy Noether", "Lise Lamp"], author_count=3)
    assert "partly other authors" in both_ways(ones, work(authors=["Ada Byron", "A", "B", "C"], author_count=4)).reason


def test_a_short_title_needs_authors_and_abstracts_to_agree() -> None:
    reply = work("Reply to Smith")
    assert both_ways(reply, work("Reply to Smith")) == SAME
    assert both_ways(reply, work("Reply to Smith", abstract=OTHER)) == DIFFERENT
    assert both_ways(reply, work("Reply to Smith", abstract="")).is_doubt
    assert both_ways(reply, work("Reply to Smith", abstract=PARTLY)).is_doubt
    assert both_ways(reply, work("Reply to Smith", **NAMELESS)).is_doubt
    assert both_ways(reply, work("Reply to Smith", **NAMELESS | {"abstract": ""})) == DIFFERENT


def test_two_arxiv_ids_are_never_one_work_and_in_doubt_where_all_else_agrees() -> None:
    one, other = work(arxiv_id="2512.00001"), work(arxiv_id="2512.00002")
    assert "Two arXiv ids" in both_ways(one, other).reason
    assert both_ways(one, work(arxiv_id="2512.00002", authors=["Emmy Noether"])) == DIFFERENT
    assert both_ways(one, work(arxiv_id="2512.00001", authors=["Emmy Noether"])) == SAME


@pytest.mark.parametrize("scheme", ["acl", "doi", "openreview"])
def test_one_title_published_twice_is_in_doubt(scheme: str) -> None:
    one, other = (work(names=frozenset({(scheme, value)})) for value in ("10.1/a", "10.1/b"))
    assert both_ways(one, other).is_doubt
    assert both_ways(one, work(names=frozenset({(scheme, "10.1/a"), (scheme, "10.1/b")}))) == SAME


def test_a_dropped_or_changed_subtitle_is_in_doubt() -> None:
    whole = work("On the Weighing of Small Planets: A Study by Lamplight")
    assert "beginning of the other" in both_ways(work(abstract=""), whole).reason
    assert "begin alike" in both_ways(whole, work("On the Weighing of Small Planets: With Candles")).reason
    assert both_ways(whole, work("On the Weighing of Small Planets: With Candles", abstract=PARTLY)) == DIFFERENT
    assert both_ways(work(authors=["Emmy Noether"]), whole) == DIFFERENT
    assert both_ways(work(abstract=OTHER), whole) == DIFFERENT
    assert both_ways(work(year=2019), whole) == DIFFERENT
    assert both_ways(work(**NAMELESS), whole) == DIFFERENT
