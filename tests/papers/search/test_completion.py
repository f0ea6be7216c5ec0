"""What is offered while somebody types."""

from __future__ import annotations

import pytest

from papers.search.completion import complete
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def titles(text: str) -> list[str]:
    return [paper.title for paper in complete(text).papers]


def test_titles_go_on_from_the_last_word() -> None:
    make_paper("Graph neural networks", upvote_count=3)
    make_paper("Networks of graphs", upvote_count=9)
    make_paper("Boiling an egg")
    assert titles("graph netw") == ["Networks of graphs", "Graph neural networks"]
    assert titles("GRAPH NEUR") == ["Graph neural networks"]
    assert titles("networking") == ["Networks of graphs", "Graph neural networks"]
    assert titles("boiling an eg") == ["Boiling an egg"]
    assert titles("graph egg") == []


def test_authors_by_any_of_their_names_without_accents() -> None:
    make_paper(authors=("Petar Veličković", "Ada Byron"))
    make_paper(authors=("Petar Veličković",))
    make_paper(authors=("Velma Byron",), state="hidden")
    assert [author.name for author in complete("vel").authors] == ["Petar Veličković"]
    assert [author.name for author in complete("petar velič").authors] == ["Petar Veličković"]
    assert [author.name for author in complete("byr").authors] == ["Ada Byron"]


def test_categories_by_code_and_by_name() -> None:
    assert ("cs.LG", "Machine Learning") in complete("cs.l").categories
    assert [code for code, _ in complete("machine lea").categories] == ["cs.LG", "stat.ML"]


@pytest.mark.parametrize("text", ["", "a", "  a  ", "?", "\0", "%%", "___", "'", "\\", "👍👍", "שלום", "\ud800x"])
def test_next_to_nothing_is_answered_with_nothing(text: str) -> None:
    make_paper("Anything at all", authors=("Ada Byron",))
    found = complete(text)
    assert (found.papers, found.authors) == ((), ())


def test_hidden_papers_are_not_offered() -> None:
    make_paper("Secret gardens", state="hidden")
    assert titles("secret") == []


def ends(text: str) -> list[str]:
    return [end for _, end, _ in complete(text).queries]


def test_a_field_goes_on_and_the_rest_of_the_query_stays() -> None:
    make_paper("Lattices", authors=("Ada Byron",))
    assert ("lattices cat:cs.LG ", "cat:cs.LG", "Machine Learning") in complete("lattices cat:cs.l").queries
    assert "category:stat.ML" in ends("category:machine")
    assert ends("-has:c") == ["-has:code", "-has:comments"]
    assert complete('year:2020 au:"ada b').queries == (('year:2020 au:"Ada Byron" ', 'au:"Ada Byron"', "1 paper"),)
    assert ends("au:b") == ends("cat:") == ends("colour:r") == ends('au:"Ada Byron"') == []


def test_titles_are_completed_beside_conditions() -> None:
    make_paper("Graph neural networks: a survey")
    for text in ("cat:cs.LG graph neu", 'graph neu -"deep learning" -hard', 'year:2020 "neural networks" graph'):
        assert titles(text) == ["Graph neural networks: a survey"], text
    assert titles("networks: a sur") == ["Graph neural networks: a survey"]
    # A word before a colon that is no field is a word.
    assert titles("networks:surv") == ["Graph neural networks: a survey"]
