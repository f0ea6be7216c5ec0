"""The same work from several sources is one paper, in whatever order; what is not sure is held for staff."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest

from papers.ingest.records import AuthorRecord, PaperRecord
from papers.models import Identifier, Merge, Paper, PossibleDuplicate, RejectedRecord, SourceRecord, Vote
from papers.services.duplicates import tell_apart
from papers.services.merging import merge_papers
from papers.services.unmerging import undo_merge
from papers.services.votes import cast_upvote
from tests.factories import NOON, make_user
from tests.papers.ingest.test_writer import ABSTRACT, HF, NAMES, PAGE, SNAPSHOT, TITLE, changed, facts_of, write

pytestmark = pytest.mark.django_db

ACL_BY_TITLE = PaperRecord(
    key="2025.lamp-main.7",
    title="On the weighing of small planets, by lamp-light.",
    identifiers=(("acl", "2025.lamp-main.7"), ("doi", "10.2000/2025.lamp-main.7")),
    abstract=ABSTRACT,
    authors=(AuthorRecord("Byron, A."), AuthorRecord("Mary F. Somerville")),
    recorded_on=date(2026, 1, 1),
)
ACL_BY_DOI = changed(
    ACL_BY_TITLE,
    title="Weighing planets",
    identifiers=(("acl", "2025.lamp-main.7"), ("doi", "10.1000/lamp")),
    authors=(AuthorRecord("A. Pseudonym"),),
)
TWIN = changed(HF, key="twin", identifiers=(("arxiv", "2512.00043"),))
ANOTHER = {"title": "Another thing entirely", "abstract": "Boats."}


def pairs() -> set[frozenset[str]]:
    """What is held: each pair by what stands for its papers, an arXiv id or the source of the first record."""
    return {
        frozenset(
            paper.arxiv_id or str(paper.source_records.order_by("source").values_list("source", flat=True)[0])
            for paper in (pair.first, pair.second)
        )
        for pair in PossibleDuplicate.objects.all()
    }


def clear() -> None:
    Paper.objects.all().delete()


def answer(name: tuple[str, str], title: str = TITLE, **facts: Any) -> PaperRecord:
    """What a source says that was asked by that identifier."""
    return PaperRecord(key=name[1], title=title, identifiers=(name,), asked=":".join(name), **facts)


@pytest.mark.parametrize("acl", [ACL_BY_TITLE, ACL_BY_DOI], ids=["title", "doi"])
def test_a_work_from_four_sources_is_one_paper_in_every_order(acl: PaperRecord) -> None:
    # The snapshot has another title; by the arXiv id it is the list's, and by the DOI the Anthology's.
    told = []
    for order in permutations([("page", PAGE), ("hf", HF), ("snapshot", SNAPSHOT), ("acl", acl)]):
        clear()
        for source, record in order:
            assert write(source, record).rejected == 0
        told.append(facts_of(Paper.objects.get()))
    assert len(told) == 24
    assert all(facts == told[0] for facts in told)
    assert PossibleDuplicate.objects.count() == 0
    assert told[0]["arxiv_id"] == "2512.00042"


@pytest.mark.parametrize("together", [True, False])
def test_a_nameless_page_of_two_preprints_of_one_title_is_held_in_every_order(together: bool) -> None:
    told = []
    for order in permutations([("hf", HF), ("hf", TWIN), ("page", PAGE), ("acl", ACL_BY_TITLE)]):
        clear()
        if together:
            # As much of it as comes from one source in a row goes together.
            write("hf", *(record for source, record in order if source == "hf"))
        for source, record in order if not together else (item for item in order if item[0] != "hf"):
            assert write(source, record).rejected == 0
        told.append(([facts_of(paper) for paper in Paper.objects.order_by("arxiv_id")], pairs()))
    assert all(facts == told[0] for facts in told)
    papers, held = told[0]
    assert [facts["arxiv_id"] for facts in papers] == ["2512.00042", "2512.00043", None]
    assert [facts["said"] for facts in papers][2] == [("acl", ACL_BY_TITLE.key), ("page", PAGE.key)]
    assert [len(facts["names"]) for facts in papers] == [1, 1, 2]
    assert held == {
        frozenset(("2512.00042", "2512.00043")),
        frozenset(("2512.00042", "acl")),
        frozenset(("2512.00043", "acl")),
    }


def test_one_batch_of_all_comes_to_the_same() -> None:
    told = []
    for order in permutations([HF, TWIN, PAGE, changed(PAGE, key="again")]):
        clear()
        assert write("hf", *order).rejected == 0
        told.append(([facts_of(paper) for paper in Paper.objects.order_by("arxiv_id")], len(pairs())))
    assert all(facts == told[0] for facts in told)
    assert [len(facts["said"]) for facts in told[0][0]] == [1, 1, 2]
    assert told[0][1] == 3


def test_an_answer_leaves_with_the_record_whose_identifier_was_asked_about() -> None:
    write("hf", HF)
    write("acl", ACL_BY_TITLE)
    name = ("doi", "10.2000/2025.lamp-main.7")
    write("crossref", changed(answer(name, citation_count=55, venue="Lamps"), identifiers=(name, ("s2", "0" * 40))))
    assert Paper.objects.get().citation_count == 55
    write("hf", TWIN)
    told = dict(Paper.objects.values_list("arxiv_id", "citation_count"))
    assert told == {"2512.00042": None, "2512.00043": None, None: 55}
    volume = Paper.objects.get(arxiv_id=None)
    assert (volume.venue, set(volume.identifiers.values_list("scheme", flat=True))) == ("Lamps", {"acl", "doi", "s2"})


def test_a_paper_that_an_answer_leaves_keeps_none_of_its_facts() -> None:
    write("hf", HF)
    write("page", changed(PAGE, **ANOTHER, identifiers=(("doi", "10.1000/page"),)))
    write("s2", answer(("doi", "10.1000/page"), citation_count=99))
    first, second = Paper.objects.order_by("arxiv_id")
    Identifier.objects.filter(scheme="doi").update(paper=first)
    write("s2", answer(("doi", "10.1000/page"), citation_count=100))
    assert dict(Paper.objects.values_list("pk", "citation_count")) == {first.pk: 100, second.pk: None}


def test_what_staff_joined_stays_joined_when_a_twin_appears() -> None:
    write("hf", HF)
    write("page", changed(PAGE, **ANOTHER))
    kept, gone = Paper.objects.order_by("arxiv_id")
    merge_papers(kept, gone, NOON)
    write("page", PAGE)
    write("hf", TWIN)
    assert Paper.objects.get(arxiv_id="2512.00042").source_records.count() == 2
    assert Paper.objects.count() == 2


def test_votes_stay_with_the_preprint_when_a_page_leaves_it() -> None:
    write("page", PAGE)
    cast_upvote(Paper.objects.get(), make_user())
    write("hf", HF)
    write("hf", TWIN)
    assert dict(Paper.objects.values_list("arxiv_id", "upvote_count"))["2512.00042"] == 1
    assert Vote.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"submitted_at": datetime(2031, 1, 1, tzinfo=UTC)}, "6 years apart"),
        ({"title": TITLE + ": A Sequel"}, "begin alike"),
        ({"authors": (AuthorRecord("Emmy Noether"),)}, "by other authors"),
    ],
)
def test_a_likely_duplicate_is_written_on_its_own_and_held_in_either_order(fields: dict[str, Any], words: str) -> None:
    abstract = " ".join(f"{ABSTRACT} In chapter {n} we say so once more." for n in ("one", "two", "three", "four"))
    other = changed(HF, key="other", identifiers=(), abstract=abstract, **fields)
    for order in ((changed(HF, abstract=abstract), other), (other, changed(HF, abstract=abstract))):
        clear()
        for record in order:
            write("hf", record)
        assert Paper.objects.count() == 2
        pair = PossibleDuplicate.objects.get()
        assert words in pair.reason
        assert (pair.decision, pair.found_by) == ("waiting", "hf")
        assert pair.first_id < pair.second_id


def test_two_subtitles_of_one_title_are_held() -> None:
    abstract = " ".join(f"{ABSTRACT} In chapter {n} we say so once more." for n in ("one", "two", "three", "four"))
    write("hf", changed(HF, title=f"{TITLE}: A Study", abstract=abstract))
    write("acl", changed(ACL_BY_TITLE, title=f"{TITLE}: With Candles", authors=NAMES, abstract=abstract))
    assert "begin alike" in PossibleDuplicate.objects.get().reason


def test_a_doi_that_says_one_paper_and_a_title_that_says_another_are_held() -> None:
    write("snapshot", changed(SNAPSHOT, **ANOTHER, authors=()))
    write("hf", TWIN)
    write("acl", changed(ACL_BY_DOI, title=TITLE, authors=NAMES))
    assert pairs() == {frozenset(("2512.00042", "2512.00043"))}
    assert Paper.objects.get(arxiv_id="2512.00042").source_records.count() == 2


def test_one_doi_on_two_preprints_is_held() -> None:
    write("snapshot", SNAPSHOT)
    write(
        "snapshot",
        changed(SNAPSHOT, key="2512.00099", **ANOTHER, identifiers=(("arxiv", "2512.00099"), ("doi", "10.1000/lamp"))),
    )
    assert pairs() == {frozenset(("2512.00042", "2512.00099"))}
    assert "10.1000/lamp" in PossibleDuplicate.objects.get().reason


def test_a_record_that_names_two_papers_is_rejected_and_they_are_held() -> None:
    write("acl", PaperRecord(key="a", title="One work", identifiers=(("doi", "10.1/a"),)))
    write("acl", PaperRecord(key="b", title="Another work", identifiers=(("acl", "2024.b"),)))
    both = PaperRecord(key="c", title="Which one?", identifiers=(("doi", "10.1/A"), ("acl", "2024.b")))
    assert write("acl", both).rejected == 1
    pair = PossibleDuplicate.objects.get()
    merge_papers(pair.first, pair.second, NOON)
    assert write("acl", both).rejected == 0
    assert Paper.objects.get().source_records.count() == 3
    assert RejectedRecord.objects.count() == 1


def test_the_title_of_an_answer_makes_no_two_works_one() -> None:
    other = "Boats of Paper on Small Ponds in Winter"
    for order in permutations(
        [
            ("hf", HF),
            ("s2", answer(("arxiv", "2512.00042"), other, citation_count=3)),
            ("acl", changed(ACL_BY_TITLE, title=other)),
        ]
    ):
        clear()
        for source, record in order:
            write(source, record)
        assert set(Paper.objects.values_list("arxiv_id", "title")) == {("2512.00042", TITLE), (None, other)}
        assert pairs() == set()


def test_an_answer_raises_no_doubt_where_the_papers_own_words_raise_none() -> None:
    write("hf", HF)
    write("acl", changed(ACL_BY_TITLE, authors=(AuthorRecord("Emmy Noether"),), abstract="Boats of paper. " * 20))
    assert (Paper.objects.count(), pairs()) == (2, set())
    write("s2", answer(("arxiv", "2512.00042"), citation_count=3))
    assert (Paper.objects.count(), pairs()) == (2, set())


def test_what_is_different_is_never_asked_again() -> None:
    write("hf", HF, TWIN)
    pair = PossibleDuplicate.objects.get()
    assert tell_apart([pair.pk], NOON, None) == [pair]
    assert tell_apart([pair.pk], NOON, None) == []
    write("hf", changed(HF, source_score=90), changed(TWIN, source_score=90))
    write("snapshot", changed(SNAPSHOT, title=TITLE))
    assert list(PossibleDuplicate.objects.values_list("decision", "decided_at")) == [("different", NOON)]


def test_a_merge_that_was_undone_is_not_made_again_by_the_next_harvest() -> None:
    write("page", changed(PAGE, **ANOTHER))
    write("hf", HF)
    write("page", PAGE)  # its title now says that it is the list's, but it has a paper of its own
    assert Paper.objects.count() == 2
    write("hf", changed(HF, source_score=40))
    merge = Merge.objects.get()
    assert merge.found_by == "hf"
    undo_merge(merge.pk, NOON)
    for score in (50, 60):
        write("hf", changed(HF, source_score=score))
        write("page", changed(PAGE, source_comment_count=score))
    assert Paper.objects.count() == 2
    assert PossibleDuplicate.objects.get().decision == "different"


def test_a_merge_by_an_arxiv_id_can_be_undone_for_good() -> None:
    write("hf", HF)
    write("page", changed(PAGE, **ANOTHER))
    named = changed(PAGE, **ANOTHER, identifiers=(("arxiv", "2512.00042"),))
    write("page", named)
    undo_merge(Merge.objects.get().pk, NOON)
    assert set(Paper.objects.values_list("arxiv_id", "title")) == {("2512.00042", TITLE), (None, ANOTHER["title"])}
    assert write("page", changed(named, source_comment_count=9)).updated == 1
    assert write("hf", changed(HF, source_score=90)).updated == 1
    assert Paper.objects.count() == 2
    assert SourceRecord.objects.get(source="page").paper.arxiv_id is None


def parts(number: int, first_id: int, key: str = "k") -> list[PaperRecord]:
    """So many papers, each with a title of its own and the next arXiv id."""
    return [
        changed(HF, key=f"{key}{n}", identifiers=(("arxiv", f"2512.{first_id + n:05}"),), title=f"{TITLE}, part {n}")
        for n in range(number)
    ]


def test_finding_what_a_batch_is_about_costs_no_more_for_more_records(count_queries: Any) -> None:
    def cost(number: int) -> int:
        clear()
        write("hf", HF)
        return int(count_queries(write, "hf", *parts(number, 1000)))

    assert cost(2) == cost(8)


def test_pairs_are_held_in_one_statement(count_queries: Any) -> None:
    def cost(number: int) -> int:
        clear()
        write("hf", *parts(number, 1000))
        spent = int(count_queries(write, "hf", *parts(number, 2000, "twin")))
        assert PossibleDuplicate.objects.count() == number
        return spent

    # Two queries a twin look for what is loose; twins are rare, one in some thousands.
    assert cost(6) - cost(2) == 4 * 2
