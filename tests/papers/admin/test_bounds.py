"""What staff type is refused with a sentence where no page could stand it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from papers.models import Category, Holiday, Paper
from tests.factories import DAY, make_paper
from tests.papers.admin.filling import PAPERS, save

pytestmark = pytest.mark.django_db

FAR = ["9999-12-31", "9999-12-30", "0001-01-01", "0001-01-02", "1991-08-13"]


def errors(response: Any) -> str:
    found = BeautifulSoup(response.text, "html.parser").select(".errorlist")
    return " ".join(error.get_text(" ", strip=True) for error in found)


@pytest.mark.parametrize("day", FAR)
def test_a_paper_is_in_no_edition_of_another_age(day: str, desk: Client) -> None:
    paper = make_paper()
    response = save(desk, f"{PAPERS}{paper.pk}/change/", "#paper_form", listed_on=day)
    assert "Choose a day between arXiv’s first" in errors(response)
    assert Paper.objects.get().dated_on == DAY


def test_a_paper_that_a_source_has_far_away_can_be_corrected_otherwise(desk: Client) -> None:
    paper = make_paper(listed_on=date(2999, 1, 1), dated_on=date(2999, 1, 1))
    response = save(desk, f"{PAPERS}{paper.pk}/change/", "#paper_form", title="On Lamplight")
    assert response.redirect_chain, errors(response)


@pytest.mark.parametrize("day", FAR)
def test_a_holiday_is_in_our_age(day: str, desk: Client) -> None:
    response = desk.post("/admin/papers/holiday/add/", {"day": day, "name": "A day off"})
    assert "Choose a day between arXiv’s first" in errors(response)
    assert not Holiday.objects.filter(day=day).exists()


def test_a_holiday_stays_in_our_age(desk: Client) -> None:
    holiday = Holiday.objects.create(day="2029-03-05", name="A day off")
    address = f"/admin/papers/holiday/{holiday.pk}/change/"
    assert "Choose a day" in errors(desk.post(address, {"day": "9999-12-31", "name": "A day off"}))
    assert desk.post(address, {"day": "2029-03-06", "name": "A day off"}).status_code == 302


BAD = [
    "javascript:alert(1)",
    "data:text/html,x",
    "//example.org/licence",
    "CC BY 4.0",
    "ftp://example.org/",
    "https://example.org/" + "x" * 500,
]


@pytest.mark.parametrize("licence", BAD)
def test_a_licence_is_a_web_address(licence: str, desk: Client) -> None:
    paper = make_paper()
    response = save(desk, f"{PAPERS}{paper.pk}/change/", "#paper_form", licence=licence)
    assert "Type the licence’s web address, beginning with https://, or nothing." in errors(response)
    assert Paper.objects.get().licence == ""


def test_a_licence_with_an_address_is_kept(desk: Client) -> None:
    paper = make_paper()
    response = save(desk, f"{PAPERS}{paper.pk}/change/", "#paper_form", licence="https://example.org/free")
    assert response.redirect_chain, errors(response)
    assert Paper.objects.get().licence == "https://example.org/free"


def test_a_categorys_code_stays_what_it_is(desk: Client) -> None:
    address, before = "/admin/papers/category/cs.LG/change/", Category.objects.count()
    save(desk, address, "#category_form", code="cs.XX", name="Learning")
    assert Category.objects.get(code="cs.LG").name == "Learning"
    assert Category.objects.count() == before
    assert 'name="code"' in desk.get("/admin/papers/category/add/").text
