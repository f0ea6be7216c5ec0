"""What staff ask of a large table is answered by an index made for it."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from papers.models import Identifier, Paper
from papers.querysets.papers import PaperQuerySet
from tests.factories import DAY, NOON, make_paper, make_user
from tests.papers.admin.filling import PAPERS

pytestmark = pytest.mark.django_db

LISTS: dict[str, tuple[Any, str]] = {
    "all": (lambda papers: papers, "paper_by_date"),
    "hidden": (lambda papers: papers.filter(state="hidden"), "paper_unlisted"),
    "picked": (lambda papers: papers.picked(), "paper_picked"),
    "withdrawn": (lambda papers: papers.withdrawn(), "paper_withdrawn"),
    "in no edition": (lambda papers: papers.in_no_edition(), "paper_in_no_edition"),
}


@pytest.fixture
def _many(db: None) -> None:
    """Enough rows that the planner's choice is one, with a few of each rare kind."""

    def paper(number: int) -> Paper:
        rare = number % 200
        return Paper(
            title=f"Paper number {number}",
            authors_text="Ada Byron",
            state="hidden" if rare == 1 else "listed",
            picked_at=NOON if rare == 2 else None,
            withdrawn_at=NOON if rare == 3 else None,
            listed_on=None if rare == 4 else DAY - timedelta(days=number),
            dated_on=DAY - timedelta(days=number),
        )

    papers = Paper.objects.bulk_create(paper(number) for number in range(2_000))
    Identifier.objects.bulk_create(Identifier(paper=p, scheme="doi", value=f"10.1000/{p.pk}") for p in papers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE papers_paper, papers_identifier")


def plan(papers: PaperQuerySet) -> str:
    """How PostgreSQL would answer when reading a whole table or sorting it is out of the question."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    return papers.explain()


@pytest.mark.usefixtures("_many")
def test_each_list_reads_its_index_in_its_order() -> None:
    for name, (narrow, index) in LISTS.items():
        shown = plan(narrow(Paper.objects.newest_first())[:50])
        assert index in shown, name
        assert "Sort" not in shown, name


@pytest.mark.usefixtures("_many")
def test_words_are_looked_for_in_the_trigrams_of_titles_and_names() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
    shown = plan(Paper.objects.order_by().with_words("lamplight"))
    assert "paper_title_trigram" in shown
    assert "paper_authors_trigram" in shown


@pytest.mark.usefixtures("_many")
def test_an_identifier_is_two_steps_in_indexes() -> None:
    shown = plan(Paper.objects.order_by().with_identifier("10.1000/7", ["doi"]))
    assert "identifier_unique" in shown
    assert "papers_paper_pkey" in shown


def test_the_group_of_curators_may_keep_the_papers_and_not_the_accounts(client: Client) -> None:
    """Made by a migration, whose rows the tests' flush takes away: so it is asked again here."""
    migration = importlib.import_module("papers.migrations.0006_curators")
    for _ in range(2):
        migration.add_group(apps, None)
        importlib.import_module("papers.migrations.0010_curators_and_holidays").allow(apps, None)
    curator = make_user(is_staff=True)
    curator.groups.add(Group.objects.get(name="Curators"))
    client.force_login(curator)
    paper = make_paper()
    assert client.post(f"{PAPERS}{paper.pk}/act/feature/").status_code == 302
    assert Paper.objects.picked().exists()
    assert client.get("/admin/papers/ingestrun/").status_code == 200
    assert client.post("/admin/papers/holiday/add/", {"day": "2030-07-04", "name": "A day off"}).status_code == 302
    assert client.get("/admin/accounts/user/").status_code == 403
    migration.remove_group(apps, None)
    assert not Group.objects.exists()
