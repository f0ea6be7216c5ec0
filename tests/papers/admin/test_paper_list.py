"""The papers' list: found, narrowed, and as quick for many as for few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import paging
from papers.models import Identifier, PaperRedirect
from tests.factories import DAY, NOON, make_paper, make_source_record
from tests.papers.admin.filling import PAPERS

pytestmark = pytest.mark.django_db


def listed(client: Client, **query: Any) -> list[str]:
    response = client.get(PAPERS, query)
    assert response.status_code == 200, response.get("Location")
    return [
        row.get_text() for row in BeautifulSoup(response.text, "html.parser").select("#result_list th.field-title a")
    ]


@pytest.fixture
def three(db: None) -> None:
    lamp = make_paper("On Lamplight", authors=("Emmy Nœther", "Łukasz Veličković"), arxiv_id="2512.00042")
    Identifier.objects.create(paper=lamp, scheme="doi", value="10.1000/lamp")
    Identifier.objects.create(paper=lamp, scheme="openreview", value="Lamp_1")
    make_paper("Of Small Planets", authors=("Ada Byron",), arxiv_id="math/0309136")
    make_paper("A paper known by title alone", arxiv_id=None)


@pytest.mark.parametrize(
    "text",
    [
        "2512.00042",
        "arXiv:2512.00042v3",
        "https://arxiv.org/abs/2512.00042v2",
        "https://arxiv.org/pdf/2512.00042.pdf",
        "https://huggingface.co/papers/2512.00042",
        "https://doi.org/10.1000/LAMP",
        "doi:10.1000/lamp",
        "https://openreview.net/forum?id=Lamp_1",
        "Lamp_1",
        "https://papers.example.org/papers/2512.00042?x=1#comments",
        "/papers/2512.00042",
        "lamplight",
        "velickovic LAMP",
        "Lukasz",
    ],
)
@pytest.mark.usefixtures("three")
def test_a_paper_is_found_by_what_staff_paste(desk: Client, text: str) -> None:
    assert listed(desk, q=text) == ["On Lamplight"]


@pytest.mark.usefixtures("three")
def test_an_old_arxiv_id_and_a_number_are_found_and_a_wrong_one_finds_nothing(desk: Client) -> None:
    assert listed(desk, q="math.GT/0309136") == ["Of Small Planets"]
    nameless = make_paper("Nameless", arxiv_id=None)
    assert listed(desk, q=f"bs-{nameless.pk}") == ["Nameless"]
    assert listed(desk, q=f"http://127.0.0.1:8000/papers/bs-{nameless.pk}") == ["Nameless"]
    assert listed(desk, q="2512.99999") == []
    assert listed(desk, q="10.1000/other") == []


def test_a_paper_is_found_by_the_address_of_one_that_was_merged_into_it(desk: Client) -> None:
    paper = make_paper("Kept")
    PaperRedirect.objects.create(public_id="bs-999", paper=paper)
    PaperRedirect.objects.create(public_id="2511.00001", paper=paper)
    assert listed(desk, q="bs-999") == listed(desk, q="https://arxiv.org/abs/2511.00001") == ["Kept"]


def test_papers_are_narrowed_by_edition(desk: Client) -> None:
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    make_paper("Today’s", listed_on=today)
    make_paper("Yesterday’s", listed_on=today - timedelta(days=1))
    make_paper("Monday’s", listed_on=monday)
    make_paper("Christmas’s", listed_on=DAY)
    make_paper("In none", listed_on=None)
    assert "Today’s" in listed(desk, edition="today")
    assert "Yesterday’s" in listed(desk, edition="yesterday")
    assert "Today’s" not in listed(desk, edition="yesterday")
    assert {"Today’s", "Monday’s"} <= set(listed(desk, edition="week"))
    assert listed(desk, edition="none") == ["In none"]
    assert listed(desk, edition="2025-12-25") == ["Christmas’s"]
    assert desk.get(PAPERS, {"edition": "2025-02-30"}).status_code == 302


def test_papers_are_narrowed_by_state_mark_source_and_category(desk: Client) -> None:
    make_paper("Hidden", state="hidden")
    make_paper("Pending", state="pending")
    make_paper("Picked", picked_at=NOON)
    make_paper("Withdrawn", withdrawn_at=NOON)
    make_source_record(make_paper("From Hugging Face"), "hf")
    make_paper("Of learning", categories=("cs.LG", "stat.ML"))
    assert listed(desk, state__exact="hidden") == ["Hidden"]
    assert listed(desk, state__exact="pending") == ["Pending"]
    assert listed(desk, mark="picked") == ["Picked"]
    assert listed(desk, mark="withdrawn") == ["Withdrawn"]
    assert listed(desk, source="hf") == ["From Hugging Face"]
    assert listed(desk, category="cs.LG") == ["Of learning"]
    assert listed(desk, category="stat.ML", q="learning") == ["Of learning"]
    assert desk.get(PAPERS, {"category": "nonsense"}).status_code == 302


def test_a_filters_form_keeps_the_other_filters(desk: Client) -> None:
    make_paper("Of learning", categories=("cs.LG",))
    page = BeautifulSoup(desk.get(PAPERS, {"state__exact": "listed", "q": "learning"}).text, "html.parser")
    form = page.select_one("form:has(select[name=category])")
    assert form is not None
    kept = {str(field["name"]): field["value"] for field in form.select("input[type=hidden]")}
    assert kept == {"state__exact": "listed", "q": "learning"}


def test_the_list_says_what_a_curator_needs(desk: Client) -> None:
    paper = make_paper("On Lamplight", categories=("cs.LG",), upvote_count=7, comment_count=3, picked_at=NOON)
    make_source_record(paper, "hf")
    row = BeautifulSoup(desk.get(PAPERS).text, "html.parser").select_one("#result_list tbody tr")
    assert row is not None
    words = [cell.get_text() for cell in row.select("td, th")][1:]
    assert words == ["On Lamplight", "25 Dec 2025", "Listed", "Pick", "7", "3", "Hugging Face", "cs.LG"]


QUERIES = [{}, {"q": "paper"}, {"edition": "2025-12-25"}, {"category": "cs.LG"}, {"source": "hf"}, {"mark": "picked"}]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_the_list_spends_no_more_queries_on_more_papers(
    desk: Client, count_queries: Callable[..., int], query: dict[str, str]
) -> None:
    def add() -> None:
        make_source_record(make_paper(authors=("Ada Byron",), categories=("cs.LG",), picked_at=NOON))

    add()
    few = count_queries(desk.get, PAPERS, query)
    for _ in range(5):
        add()
    assert count_queries(desk.get, PAPERS, query) == few


def test_the_list_counts_to_a_bound_and_says_so(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    for _ in range(5):
        make_paper()
    with CaptureQueriesContext(connection) as captured:
        page = desk.get(PAPERS).text
    assert "more than 3 papers" in " ".join(page.split())
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"].upper()]
    assert counts
    assert all("LIMIT 4" in sql for sql in counts)


def test_a_list_of_what_is_no_number_is_refused(desk: Client) -> None:
    make_paper()
    response = desk.post(PAPERS, {"action": "feature", "_selected_action": ["1 OR 1"]})
    assert response.status_code == 400


def test_dates_are_days_to_staff(desk: Client) -> None:
    make_paper("In an edition", listed_on=date(2025, 1, 2))
    assert "2 Jan 2025" in desk.get(PAPERS).text
