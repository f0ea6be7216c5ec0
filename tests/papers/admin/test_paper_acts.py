"""What staff do to papers from the list and from the form: once, twice, without the right to, and by GET."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from papers.models import Paper
from papers.services.corrections import correct_paper
from tests.factories import DAY, NOON, make_paper, make_source_record
from tests.papers.admin.filling import PAPERS, act, logged, said
from tests.papers.ingest.test_writer import HF, SNAPSHOT, write

pytestmark = pytest.mark.django_db

REASON = {"answered": "yes", "reason": "It is an advertisement."}
# The act, the paper as it must be before, what is asked, the column, its value after, the log.
ACTS: dict[str, tuple[dict[str, Any], dict[str, str], str, Any, str]] = {
    "hide": ({}, REASON, "state", "hidden", "Hidden: It is an advertisement."),
    "restore": ({"state": "hidden"}, {}, "state", "listed", "Restored."),
    "accept": ({"state": "pending"}, {}, "state", "listed", "Accepted."),
    "reject": ({"state": "pending"}, REASON, "state", "hidden", "Rejected: It is an advertisement."),
    "hold": ({"state": "hidden"}, {}, "state", "pending", "Set aside as pending."),
    "unfeature": ({"picked_at": NOON}, {}, "picked_at", None, "Took the pick back."),
}


def known_paper(**fields: Any) -> Paper:
    """A paper that a source speaks for, so that composing it again changes nothing."""
    paper = make_paper(**fields)
    facts: dict[str, Any] = {"title": paper.title, "listed_on": paper.listed_on.isoformat()} if paper.listed_on else {}
    if paper.arxiv_id:
        facts["identifiers"] = [["arxiv", paper.arxiv_id]]
    make_source_record(paper, "hf", **facts)
    return paper


@pytest.mark.parametrize("name", ACTS)
def test_an_act_on_many_changes_each_once_and_logs_it(desk: Client, name: str) -> None:
    before, answers, column, after, message = ACTS[name]
    papers = [make_paper(**before), make_paper(**before)]
    other = make_paper(**before)
    response = act(desk, name, *papers, **answers)
    assert "2 papers" in said(response)
    for paper in papers:
        paper.refresh_from_db()
        assert getattr(paper, column) == after
        assert logged(paper) == [message]
    other.refresh_from_db()
    assert getattr(other, column) != after
    assert logged(other) == []
    assert "left" in said(act(desk, name, *papers, **answers))
    assert logged(papers[0]) == [message]


@pytest.mark.parametrize("name", ACTS)
def test_an_act_on_one_goes_by_its_forms_button(desk: Client, onlooker: Client, name: str) -> None:
    before, answers, column, after, message = ACTS[name]
    paper = make_paper(**before)
    address = f"{PAPERS}{paper.pk}/act/{name}/"
    assert address in desk.get(f"{PAPERS}{paper.pk}/change/").text
    assert address not in onlooker.get(f"{PAPERS}{paper.pk}/change/").text
    assert desk.get(address).status_code == 405
    assert onlooker.post(address, answers).status_code == 403
    assert Client().post(address, answers).status_code == 302
    paper.refresh_from_db()
    assert logged(paper) == []
    assert desk.post(address, answers)["Location"] == f"{PAPERS}{paper.pk}/change/"
    paper.refresh_from_db()
    assert getattr(paper, column) == after
    assert logged(paper) == [message]
    assert address not in desk.get(f"{PAPERS}{paper.pk}/change/").text


def test_staff_without_the_right_have_no_menu_and_cannot_act(onlooker: Client) -> None:
    paper = make_paper()
    assert 'name="action"' not in onlooker.get(PAPERS).text
    act(onlooker, "hide", paper, **REASON)
    act(onlooker, "feature", paper)
    paper.refresh_from_db()
    assert (paper.state, paper.picked_at) == ("listed", None)


def test_a_reason_is_asked_for_and_must_be_given(desk: Client) -> None:
    paper = make_paper("On Lamplight")
    asked = act(desk, "hide", paper)
    assert "Why hide it" in asked.text
    assert "On Lamplight" in asked.text
    missing = act(desk, "hide", paper, answered="yes", reason=" ")
    assert missing.status_code == 422
    assert "This field is required" in missing.text
    paper.refresh_from_db()
    assert paper.state == "listed"


def test_only_a_listed_paper_in_an_edition_becomes_a_pick(desk: Client) -> None:
    listed, hidden, nowhere = make_paper(), make_paper(state="hidden"), make_paper(listed_on=None)
    response = act(desk, "feature", listed, hidden, nowhere)
    assert "1 paper picked" in said(response)
    assert "2 papers left" in said(response)
    assert list(Paper.objects.picked()) == [listed]
    assert logged(listed) == ["Made a pick of its edition."]
    when = Paper.objects.get(pk=listed.pk).picked_at
    act(desk, "feature", listed)
    assert Paper.objects.get(pk=listed.pk).picked_at == when
    assert len(logged(listed)) == 1
    assert "Editors’ pick" in Client().get("/papers/date/2025-12-25").text


def test_a_moved_paper_stays_where_staff_put_it(desk: Client) -> None:
    write("hf", HF)
    paper = Paper.objects.get()
    answers = {"answered": "yes", "day": "2025-12-29"}
    assert "1 paper moved" in said(act(desk, "move", paper, **answers))
    paper.refresh_from_db()
    assert (paper.listed_on, paper.dated_on) == (date(2025, 12, 29), date(2025, 12, 29))
    assert logged(paper) == ["Moved to the edition of Monday 29 December 2025."]
    write("snapshot", SNAPSHOT)
    paper.refresh_from_db()
    assert paper.listed_on == date(2025, 12, 29)
    assert "left" in said(act(desk, "move", paper, **answers))
    assert len(logged(paper)) == 1
    act(desk, "move", paper, answered="yes", day="")
    paper.refresh_from_db()
    assert paper.listed_on == date(2025, 12, 24)
    assert not paper.source_records.filter(source="staff").exists()


def test_moving_to_where_a_source_has_it_pins_it_there(desk: Client) -> None:
    paper = known_paper()
    act(desk, "move", paper, answered="yes", day="2025-12-25")
    make_source_record(paper, "page", listed_on="2025-12-01")
    correct_paper(paper, {"organisation": "Nowhere"}, NOON)
    paper.refresh_from_db()
    assert paper.listed_on == DAY


@pytest.mark.parametrize(
    ("day", "doubt"),
    [(date(2025, 12, 27), "is at a weekend"), (timezone.localdate() + timedelta(days=20), "is still to come")],
)
def test_a_doubtful_day_is_told_and_can_be_meant(desk: Client, day: date, doubt: str) -> None:
    paper = known_paper()
    asked = act(desk, "move", paper, answered="yes", day=day.isoformat())
    assert asked.status_code == 422
    assert doubt in asked.text
    assert 'type="checkbox" name="sure"' in asked.text
    act(desk, "move", paper, answered="yes", day=day.isoformat(), sure="on")
    paper.refresh_from_db()
    assert paper.listed_on == day


@pytest.mark.parametrize("day", ["1875-01-01", "2999-01-01", "soon"])
def test_a_day_that_no_edition_has_is_refused(desk: Client, day: str) -> None:
    paper = known_paper()
    assert act(desk, "move", paper, answered="yes", day=day, sure="on").status_code == 422
    paper.refresh_from_db()
    assert paper.listed_on == DAY


@pytest.mark.parametrize(
    ("name", "answers"),
    [("feature", {}), ("hide", REASON), ("move", {"answered": "yes", "day": "2025-12-29"})],
    ids=["feature", "hide", "move"],
)
def test_an_act_asks_no_more_for_more_papers(desk: Client, name: str, answers: dict[str, str]) -> None:
    def queries(count: int) -> int:
        papers = [known_paper() for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            desk.post(PAPERS, {"action": name, "_selected_action": [paper.pk for paper in papers], **answers})
        assert all(logged(paper) for paper in papers)
        return len(captured)

    queries(1)  # the day may need its row, and other days don’t
    assert queries(12) <= queries(2)


def test_an_act_leads_back_to_a_page_of_ours_and_to_no_other(desk: Client) -> None:
    paper = make_paper()
    address = f"{PAPERS}{paper.pk}/act/feature/"
    assert desk.post(address, {"next": "/admin/papers/edition/"})["Location"] == "/admin/papers/edition/"
    assert desk.post(address, {"next": "https://elsewhere.example.org/"})["Location"] == f"{PAPERS}{paper.pk}/change/"


def test_an_unknown_act_and_an_unknown_paper_are_not_found(desk: Client) -> None:
    paper = make_paper()
    assert desk.post(f"{PAPERS}{paper.pk}/act/devour/").status_code == 404
    assert desk.post(f"{PAPERS}{paper.pk + 1}/act/feature/").status_code == 404
