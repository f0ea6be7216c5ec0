"""Filters and conditions keep search quick: what passes is found through indexes, in whichever way costs less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from papers.models import Classification, Paper
from papers.querysets.papers import PaperQuerySet
from papers.search.facts import narrowed, of_years
from papers.search.narrowing import Narrowing, narrowing_to
from papers.search.parser import Fact, parse_query
from papers.search.query import search
from papers.search.scoring import candidates, score_words
from papers.search.words import read_words
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

CONDITIONS: dict[str, Callable[[PaperQuerySet], PaperQuerySet]] = {
    "paper_submitted": lambda papers: papers.filter(of_years(2008, 2008)),
    "paper_with_code": lambda papers: papers.with_code(),
    "paper_organisation_trigram": lambda papers: narrowed(papers, [Fact("org", "university")]),
    "paper_submitter": lambda papers: papers.sent_in_by("ada"),
}
_RIVALS = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = 'papers_paper'::regclass AND NOT indisunique AND NOT indexrelid::regclass::text = ANY(%s)
"""


@pytest.fixture
def many(db: None) -> None:
    """Enough papers for the planner to care; all are in cs.LG, and one in fifty passes any other condition."""
    make_paper("The first", categories=("cs.LG", "hep-th"))
    papers = Paper.objects.bulk_create(
        Paper(
            # Numbers that are drawn are not given back, and other tests' papers would be spread as thinly as these.
            pk=1_000_000 + number,
            title=f"Lattice {number}",
            abstract="An abstract that is no shorter than others. " * 20,
            submitted_at=datetime(2020 if number % 50 else 2008, 1, 5, tzinfo=UTC),
            dated_on=date(2020 if number % 50 else 2008, 1, 5),
            organisation="" if number % 50 else "Lakeside University",
            submitter="" if number % 50 else "Ada",
            code_url="" if number % 50 else "https://code.test/lattice",
        )
        for number in range(1000)
    )
    Classification.objects.bulk_create(
        Classification(paper=paper, category_id=code, position=(place + paper.pk) % 2)
        for paper in papers
        for place, code in enumerate(("cs.LG", "hep-th"))
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE papers_paper, papers_classification")


@pytest.mark.parametrize("index", CONDITIONS)
def test_each_condition_has_an_index(index: str, many: None) -> None:
    with connection.cursor() as cursor:
        # Of a small table the planner takes what comes first; asked is whether this one would do. `paper_by_date` is
        # for papers whose submission nobody knows.
        cursor.execute(_RIVALS, [[index, "paper_by_date"]])
        cursor.execute("DROP INDEX " + ", ".join(name for (name,) in cursor.fetchall()))
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in CONDITIONS[index](Paper.objects.listed()).order_by().values("pk").explain()


def test_the_primary_category_is_told_by_the_index_alone(many: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for rival in ("classification_unique", "classification_position_unique"):
            cursor.execute(f"ALTER TABLE papers_classification DROP CONSTRAINT {rival}")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    alone = Classification.objects.filter(category="cs.LG", position=0).order_by().values("paper")
    assert "Index Only Scan using classification_by_category" in alone.explain()


def test_the_most_discussed_are_read_in_their_order_and_not_sorted(many: None) -> None:
    assert "using paper_discussed" in Paper.objects.listed().most_discussed()[:5].explain()


@pytest.mark.parametrize("text", ["lattice", "lattice snow -bread", 'ti:lattice OR au:"j smith"'])
def test_however_papers_are_narrowed_the_same_are_found(text: str) -> None:
    for number in range(12):
        make_paper(f"Lattice {number}", abstract="Snow. " * number, categories=("cs.LG" if number % 3 else "hep-th",))
    reading = read_words(parse_query(text))
    papers = Paper.objects.listed().in_category("cs.LG")
    among, _ = candidates(reading)
    narrow = Narrowing(papers, passing=1, is_wide=False)
    found = score_words(reading, narrow, among, limit=5)
    assert len(found) == 5
    assert set(papers.values_list("pk", flat=True)) >= {paper for paper, _ in found}
    for other, is_sparse in (
        (replace(narrow, is_wide=True), False),
        (narrow, True),
        (replace(narrow, is_wide=True), True),
    ):
        assert score_words(reading, other, among, limit=5, is_sparse=is_sparse) == found


def test_what_few_papers_pass_is_read_first_and_what_most_do_is_looked_up(many: None) -> None:
    papers = Paper.objects.listed()
    rare = narrowing_to(papers.with_code(), 1_000, best=20, most=1_000)
    common = narrowing_to(papers.in_category("cs.LG"), 1_000, best=20, most=1_000)
    assert (rare.is_wide, common.is_wide) == (False, True)
    assert rare.passing < common.passing


def test_what_nothing_can_fulfil_finds_nothing() -> None:
    make_paper("Lattice")
    assert search(parse_query("lattice votes:<0"), Paper.objects.listed()).total == 0
