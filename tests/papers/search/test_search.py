"""Papers are found by their words, best first; on the real database, as everything here."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.utils import timezone

from papers.models import Paper
from papers.search.index import refresh_statistics, statistics_are_outdated
from papers.search.parser import parse_query
from papers.search.query import Results, holding_all, search
from papers.search.words import read_words
from tests.factories import make_paper, make_source_record

pytestmark = pytest.mark.django_db


def find(text: str, **options: Any) -> Results:
    return search(parse_query(text), Paper.objects.listed(), **options)


def titles(text: str) -> list[str]:
    return [paper.title for paper in find(text).page(Paper.objects.listed())]


def test_a_sentence_finds_papers_that_hold_some_of_its_words() -> None:
    make_paper("Sorting by insertion", abstract="A simple way to bring numbers into order.")
    make_paper("Boiling an egg", abstract="Three minutes are enough.")
    assert titles("which methods of sorting numbers are known to be quick?") == ["Sorting by insertion"]


def test_papers_with_more_and_rarer_words_come_first() -> None:
    for number in range(6):
        make_paper(f"Networks, part {number}")
    make_paper("Quaternion networks")
    make_paper("Quaternion bread", abstract="A recipe with little salt and a long rest in the cold.")
    assert titles("quaternion networks")[:2] == ["Quaternion networks", "Quaternion bread"]


def test_the_title_counts_more_than_the_abstract() -> None:
    make_paper("About yeast", abstract="A bakery.")
    make_paper("A bakery", abstract="About yeast.")
    assert titles("yeast") == ["About yeast", "A bakery"]


def test_words_side_by_side_count_more_than_words_apart() -> None:
    apart = "hole punches are black, as every office knows"
    together = "black hole punches are, as every office knows"
    # Of two papers that match as well, the later one comes first.
    make_paper("One", abstract=together)
    make_paper("Two", abstract=apart)
    assert titles("black hole") == ["One", "Two"]


@pytest.mark.parametrize(
    "text", ["Veličković", "velickovic", "VELICKOVIC", "au:velickovic", 'au:"Petar Veličković"', 'au:"P Velickovic"']
)
def test_names_are_found_without_accents_and_capitals(text: str) -> None:
    make_paper("Attention on graphs", authors=("Petar Veličković", "Ada Byron"))
    make_paper("Something else", authors=("Charles Babbage",))
    assert titles(text) == ["Attention on graphs"]


def test_a_name_is_not_stemmed() -> None:
    make_paper("One", authors=("Ted Hughes",))
    make_paper("Two", authors=("Hugh Everett",))
    assert titles("au:hughes") == ["One"]
    assert titles("Hughes")[0] == "One"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('au:"j smith"', ["In full", "By initial"]),
        ('au:"smith j"', ["By initial"]),
        ('au:"j q smith"', ["In full"]),
        ('au:"j smith" OR au:"a smith"', ["Snow", "In full", "By initial"]),
        ('-au:"j smith" snow', ["Snow"]),
        ('au:"j q"', ["By initial"]),
    ],
)
def test_an_initial_stands_for_a_given_name(text: str, found: list[str]) -> None:
    make_paper("In full", authors=("John Quincy Smith", "Ada Byron"))
    make_paper("By initial", authors=("Smith, J.", "Byron, J. Q."))
    make_paper("Snow", authors=("Ada Smith",))
    assert sorted(titles(text)) == sorted(found)
    assert set(holding_all(parse_query(text), Paper.objects.listed()).values_list("title", flat=True)) == set(found)


@pytest.mark.parametrize("text", ['au:"j q"', "au:j", 'au:"j smith"', 'au:"smith j q" OR ti:snow'])
def test_the_index_is_not_asked_for_every_word_that_begins_with_a_letter(text: str) -> None:
    make_paper("Snow", authors=("J. Q. Smith",))
    assert ":*" not in read_words(parse_query(text)).required


def test_fields_look_where_they_say() -> None:
    make_paper("Prime numbers", abstract="Gaps.")
    make_paper("Gaps", abstract="Prime numbers.")
    assert titles("ti:prime") == ["Prime numbers"]
    assert titles("abs:prime") == ["Gaps"]
    assert titles("abs:prime OR ti:prime -abs:gaps") == ["Gaps"]


def test_a_phrase_must_stand_as_it_is() -> None:
    make_paper("Black holes")
    make_paper("Holes that are black")
    assert titles('"black holes"') == ["Black holes"]
    assert sorted(titles("black holes")) == ["Black holes", "Holes that are black"]


def test_a_minus_leaves_out() -> None:
    make_paper("Trees in winter")
    make_paper("Trees in spring")
    assert titles("trees -winter") == ["Trees in spring"]
    assert titles("-winter") == ["Trees in spring"]


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_what_is_not_listed_is_never_found(state: str) -> None:
    paper = make_paper("Trees in winter", state=state)
    for text in ("trees", '"trees in winter"', "-spring", "year:2025", paper.arxiv_id or ""):
        results = find(text, filtered=False)
        assert (results.hits, results.direct) == ((), None), text


def test_a_paper_is_found_as_it_is_now() -> None:
    paper = make_paper("Trees in winter")
    Paper.objects.filter(pk=paper.pk).update(title="Birds in winter")
    assert titles("trees") == []
    assert titles("birds") == ["Birds in winter"]
    Paper.objects.filter(pk=paper.pk).update(state="hidden")
    assert titles("birds") == []
    Paper.objects.filter(pk=paper.pk).update(state="listed")
    assert titles("birds") == ["Birds in winter"]
    paper.delete()
    assert titles("birds") == []


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Time-sharing systems", "timesharing"),
        ("Timesharing systems", "time-sharing"),
        ("The $\\alpha$-divergence", "alpha divergence"),
        ("The α-divergence", "alpha"),
        ("Capturing CO$_2$ from air", "CO2"),
        ("A client/server protocol", "server"),
        ("Moving from C++ to Rust", "C++"),
        ("The \\mathcal{O}(n) bound", "o bound"),
    ],
)
def test_signs_formulas_and_hyphens_hide_no_word(title: str, text: str) -> None:
    make_paper(title)
    make_paper("Nothing of that kind")
    assert [paper.title for paper in find(text).page(Paper.objects.listed())] == [title]


def test_an_identifier_leads_straight_to_its_paper() -> None:
    paper = make_paper("Trees", arxiv_id="2512.99999")
    assert find("https://arxiv.org/abs/2512.99999v2").direct == paper
    assert find("2512.99998").messages == ("No paper here has this identifier.",)


def test_a_title_comes_first_even_as_only_a_source_printed_it() -> None:
    make_paper("Trees and trees", abstract="Trees, trees and trees again.")
    named = make_paper("On wood", abstract="Nothing else.")
    make_source_record(named, title="Trees")
    results = find("trees")
    assert results.hits[0].paper == named.pk
    assert results.hits[0].is_title


def test_conditions_narrow() -> None:
    make_paper("Trees one", categories=("cs.LG",), upvote_count=20, code_url="https://example.org/code")
    make_paper("Trees two", categories=("math.CO",), organisation="Arboretum")
    make_paper("Trees three", listed_on=None, dated_on="2019-05-01")
    assert titles("trees cat:cs.LG") == titles("trees cat:cs") == ["Trees one"]
    assert titles("trees votes:>10") == titles("trees has:code") == ["Trees one"]
    assert titles("trees org:arbor") == ["Trees two"]
    assert titles("trees year:..2020") == ["Trees three"]
    assert sorted(titles("trees -cat:cs.LG")) == ["Trees three", "Trees two"]
    assert titles("cat:math.CO") == ["Trees two"]


def test_a_slip_of_the_finger_is_asked_about() -> None:
    make_paper("Transformer architectures", authors=("Ashish Vaswani",))
    refresh_statistics(timezone.now())
    assert find("transfromer architectures").did_you_mean == "transformer architectures"
    assert find("au:Vaswany").did_you_mean == "au:Vaswani"
    assert find("transformer").did_you_mean == ""


def test_a_word_that_only_abstracts_hold_is_no_slip() -> None:
    for number in range(25):
        make_paper(f"On the encoding of letters, part {number}", abstract="About noncoding strands.")
    refresh_statistics(timezone.now())
    assert find("noncoding strandz").did_you_mean == ""


def test_pages_hold_every_hit_once() -> None:
    for number in range(7):
        make_paper(f"Trees {number}", abstract="The same abstract for all.")
    results = find("trees")
    seen: list[Any] = []
    cursor = ""
    for _ in range(3):
        page = results.page(Paper.objects.listed(), cursor, size=3)
        seen += [paper.pk for paper in page]
        cursor = page.next
    assert cursor == ""
    assert sorted(seen) == sorted(Paper.objects.values_list("pk", flat=True))
    for broken in ("nonsense", "nan~1", "1~"):
        with pytest.raises(BadRequest):
            results.page(Paper.objects.listed(), broken)


def test_other_orders_sort_the_papers_with_all_words() -> None:
    make_paper("Winter trees", listed_on=None, dated_on="2020-01-01")
    make_paper("Trees in a winter")
    make_paper("Trees alone")
    query = parse_query("winter trees")
    found = holding_all(query, Paper.objects.listed()).newest_first()
    assert [paper.title for paper in found] == ["Trees in a winter", "Winter trees"]
    query = parse_query("winter elephants")
    assert not holding_all(query, Paper.objects.listed()).exists()


def test_counted_statistics_rank_as_live_ones_do() -> None:
    for number in range(30):
        make_paper(f"Networks, part {number}")
    make_paper("Quaternion networks")
    before = find("quaternion networks")
    assert statistics_are_outdated()
    assert refresh_statistics(timezone.now()) == 31
    assert not statistics_are_outdated()
    after = find("quaternion networks")
    assert [hit.paper for hit in after.hits] == [hit.paper for hit in before.hits]
    assert after.hits[0].words == pytest.approx(before.hits[0].words)
