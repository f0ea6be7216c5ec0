"""Editions on the desk: counted, prepared, and worked on from their own page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from papers.models import Edition, Paper
from tests.factories import DAY, NOON, make_paper
from tests.papers.admin.filling import PAPERS, logged, save
from tests.papers.admin.test_paper_acts import known_paper
from tests.papers.ingest.test_writer import HF, write

pytestmark = pytest.mark.django_db

EDITIONS = "/admin/papers/edition/"
CHRISTMAS = f"{EDITIONS}2025-12-25/change/"


@pytest.fixture
def edition(db: None) -> Edition:
    return Edition.objects.create(date=DAY)


def rows(response: Any, table: str) -> list[list[str]]:
    found = BeautifulSoup(response.text, "html.parser").select(f"{table} tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("td, th")] for row in found]


def test_a_day_has_its_row_from_its_first_paper_on(desk: Client) -> None:
    write("hf", HF)
    assert list(Edition.objects.values_list("date", flat=True)) == [date(2025, 12, 24)]
    assert "Wednesday 24 December 2025" in desk.get(EDITIONS).text


def test_the_list_counts_papers_picks_and_comments(desk: Client, edition: Edition) -> None:
    make_paper(comment_count=2, picked_at=NOON)
    make_paper(comment_count=3)
    make_paper(state="hidden", comment_count=7)
    make_paper(listed_on=date(2025, 12, 24))
    assert rows(desk.get(EDITIONS), "#result_list")[0][-4:-1] == ["2", "1", "5"]


def test_the_list_spends_no_more_queries_on_more_editions(desk: Client, count_queries: Callable[..., int]) -> None:
    def add(number: int) -> None:
        day = DAY + timedelta(days=number)
        Edition.objects.create(date=day)
        make_paper(listed_on=day)

    add(0)
    few = count_queries(desk.get, EDITIONS)
    for number in range(1, 6):
        add(number)
    assert count_queries(desk.get, EDITIONS) == few


def test_the_form_shows_the_papers_in_their_order(desk: Client, edition: Edition) -> None:
    make_paper("The second", upvote_count=1)
    make_paper("The first", upvote_count=5, picked_at=NOON)
    make_paper("Hidden", state="hidden")
    make_paper("Of another day", listed_on=date(2025, 12, 24))
    shown = rows(desk.get(CHRISTMAS), "#edition-papers")
    assert [row[2] for row in shown] == ["The first", "The second", "Hidden"]
    assert [row[-1] for row in shown] == ["Picked", "Pick", ""]


def test_the_form_spends_no_more_queries_on_more_papers(
    desk: Client, edition: Edition, count_queries: Callable[..., int]
) -> None:
    make_paper(categories=("cs.LG",))
    desk.get(CHRISTMAS)
    few = count_queries(desk.get, CHRISTMAS)
    for _ in range(6):
        make_paper(categories=("cs.LG",))
    assert count_queries(desk.get, CHRISTMAS) == few


def test_papers_are_picked_hidden_and_moved_from_there(desk: Client, edition: Edition) -> None:
    one, two = known_paper(), known_paper()
    page = BeautifulSoup(desk.get(CHRISTMAS).text, "html.parser")
    form = page.select_one("#edition-papers")
    assert form is not None
    back = form.select_one("input[name=next]")
    assert back is not None
    button = form.select_one(f'button[formaction="{PAPERS}{one.pk}/act/feature/"]')
    assert button is not None
    picked = desk.post(str(button["formaction"]), {"next": back["value"]})
    assert picked["Location"] == f"{CHRISTMAS}#edition-papers"
    assert list(Paper.objects.picked()) == [one]
    chosen = {"_selected_action": [one.pk, two.pk], "next": back["value"]}
    answer = {"answered": "yes", "day": "2025-12-29"}
    moved = desk.post(str(form["action"]), chosen | {"action": "move"} | answer)
    assert moved["Location"] == f"{CHRISTMAS}#edition-papers"
    assert set(Paper.objects.values_list("listed_on", flat=True)) == {date(2025, 12, 29)}
    assert logged(two) == ["Moved to the edition of Monday 29 December 2025."]


def test_who_may_only_look_gets_no_buttons(onlooker: Client, edition: Edition) -> None:
    make_paper("On Lamplight")
    page = onlooker.get(CHRISTMAS)
    assert "On Lamplight" in page.text
    assert "formaction" not in page.text
    assert onlooker.post(CHRISTMAS, {"note": "Mine"}).status_code == 403


def test_a_day_to_come_is_prepared_with_a_note(desk: Client) -> None:
    day = timezone.localdate() + timedelta(days=30)
    save(desk, f"{EDITIONS}add/", "#edition_form", date=day.isoformat(), note="The yearly review.")
    assert Edition.objects.get(date=day).note == "The yearly review."
    assert "None yet" in desk.get(f"{EDITIONS}{day}/change/").text


def test_a_note_is_changed_and_its_day_is_not(desk: Client, edition: Edition) -> None:
    save(desk, CHRISTMAS, "#edition_form", note="A quiet day.", date="2025-12-26")
    assert list(Edition.objects.values_list("date", "note")) == [(DAY, "A quiet day.")]
    assert "A quiet day." in Client().get("/papers/date/2025-12-25").text or not Paper.objects.exists()


@pytest.mark.parametrize("day", ["1875-01-01", "2999-01-01", "soon"])
def test_a_day_that_cannot_be_is_refused(desk: Client, day: str) -> None:
    assert not save(desk, f"{EDITIONS}add/", "#edition_form", date=day).redirect_chain
    assert not Edition.objects.exists()


def test_a_day_with_papers_stays(desk: Client, edition: Edition) -> None:
    make_paper()
    assert desk.post(f"{EDITIONS}2025-12-25/delete/", {"post": "yes"}).status_code == 403
    assert Edition.objects.exists()
