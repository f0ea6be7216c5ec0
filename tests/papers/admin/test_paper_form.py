"""A paper's form: what staff correct becomes their word, whatever else happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from papers.models import Identifier, Paper
from papers.services.corrections import correct_paper
from tests.factories import NOON, make_comment, make_paper
from tests.papers.admin.conftest import client_with
from tests.papers.admin.filling import PAPERS, fields_of, logged, said, save
from tests.papers.ingest.test_writer import HF, SNAPSHOT, write

pytestmark = pytest.mark.django_db

FORM = "#paper_form"


@pytest.fixture
def paper(db: None) -> Paper:
    write("hf", HF)
    return Paper.objects.get()


def form_of(paper: Paper) -> str:
    return f"{PAPERS}{paper.pk}/change/"


def text_of(response: Any) -> str:
    return " ".join(BeautifulSoup(response.text, "html.parser").get_text(" ").split())


def test_saving_untouched_changes_nothing_and_says_nothing(desk: Client, paper: Paper) -> None:
    response = save(desk, form_of(paper), FORM)
    assert response.redirect_chain, text_of(response)
    assert not paper.source_records.filter(source="staff").exists()


def test_staffs_word_stands_against_later_harvests_and_can_be_taken_back(desk: Client, paper: Paper) -> None:
    save(desk, form_of(paper), FORM, title="On Lamplight", listed_on="2025-12-31")
    paper.refresh_from_db()
    assert (paper.title, paper.listed_on, paper.dated_on) == ("On Lamplight", date(2025, 12, 31), date(2025, 12, 31))
    assert logged(paper) == ["Changed Title and Edition."]
    write("snapshot", SNAPSHOT)
    paper.refresh_from_db()
    assert paper.title == "On Lamplight"
    assert paper.primary_category_id == "astro-ph.EP"
    assert "Staff" in desk.get(paper.get_absolute_url()).text
    assert "Title: On Lamplight" in text_of(desk.get(form_of(paper)))
    save(desk, form_of(paper), FORM, take_back=["title"])
    paper.refresh_from_db()
    assert (paper.title, paper.listed_on) == (SNAPSHOT.title, date(2025, 12, 31))
    save(desk, form_of(paper), FORM, take_back=["listed_on"])
    paper.refresh_from_db()
    assert paper.listed_on == date(2025, 12, 24)
    assert not paper.source_records.filter(source="staff").exists()


def test_each_field_says_from_whom_it_is(desk: Client, paper: Paper) -> None:
    correct_paper(paper, {"organisation": "Nowhere"}, NOON)
    page = text_of(desk.get(form_of(paper)))
    assert "TeX between dollar signs becomes formulas. From Hugging Face, 24 Dec 2025." in page
    assert "Staff’s word." in page


def test_authors_and_categories_are_corrected_in_their_order(desk: Client, paper: Paper) -> None:
    save(
        desk,
        form_of(paper),
        FORM,
        authors="Mary Somerville; Burntisland\r\nAda Byron\r\n\r\n",
        category_codes="stat.ML, cs.LG",
    )
    write("snapshot", SNAPSHOT)
    paper.refresh_from_db()
    assert paper.authors_text == "Mary Somerville, Ada Byron"
    names = list(paper.authorships.values_list("position", "name", "affiliation"))
    assert names == [(1, "Mary Somerville", "Burntisland"), (2, "Ada Byron", "")]
    assert list(paper.classifications.values_list("category_id", flat=True)) == ["stat.ML", "cs.LG"]
    assert paper.primary_category_id == "stat.ML"
    page = desk.get(form_of(paper)).text
    assert fields_of(page, FORM)["authors"] == ["Mary Somerville; Burntisland\nAda Byron"]
    save(desk, form_of(paper), FORM, take_back=["authors", "categories"])
    paper.refresh_from_db()
    assert paper.authors_text == "Ada Byron, Mary Somerville"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"category_codes": "cs.LG nonsense"}, "There is no category nonsense"),
        ({"authors": "; Nowhere"}, "An affiliation stands after a name"),
        ({"authors": "A" * 700}, "A name has at most 300 characters"),
        ({"title": " "}, "This field is required"),
        ({"code_url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"listed_on": "tomorrow"}, "Enter a valid date"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_words(desk: Client, paper: Paper, wrong: dict[str, str], why: str) -> None:
    response = save(desk, form_of(paper), FORM, **wrong)
    assert not response.redirect_chain
    assert why in text_of(response)
    assert not paper.source_records.filter(source="staff").exists()


def test_what_a_harvest_changed_meanwhile_is_not_taken_for_staffs_word(desk: Client, paper: Paper) -> None:
    opened = fields_of(desk.get(form_of(paper)).text, FORM)
    write("snapshot", SNAPSHOT)
    desk.post(form_of(paper), opened | {"organisation": "Nowhere"})
    paper.refresh_from_db()
    assert (paper.title, paper.organisation) == (SNAPSHOT.title, "Nowhere")
    assert paper.source_records.get(source="staff").facts == {"organisation": "Nowhere"}


def test_the_state_and_the_counts_are_no_fields(desk: Client, paper: Paper) -> None:
    save(desk, form_of(paper), FORM, state="hidden", upvote_count="99", picked_at_0="2025-12-25", picked_at_1="10:00")
    paper.refresh_from_db()
    assert (paper.state, paper.upvote_count, paper.picked_at) == ("listed", 0, None)


# Identifiers


def add(scheme: str, value: str) -> dict[str, str]:
    return {"identifiers-1-scheme": scheme, "identifiers-1-value": value}


def names(paper: Paper) -> set[tuple[str, str]]:
    return set(paper.identifiers.values_list("scheme", "value"))


def test_an_identifier_is_added_as_it_was_pasted_and_stays(desk: Client, paper: Paper) -> None:
    save(desk, form_of(paper), FORM, **add("doi", "https://doi.org/10.1000/Other"))
    assert names(paper) == {("arxiv", "2512.00042"), ("doi", "10.1000/other")}
    assert any("identifier" in line for line in logged(paper))
    write("snapshot", SNAPSHOT)
    assert names(paper) == {("arxiv", "2512.00042"), ("doi", "10.1000/other"), ("doi", "10.1000/lamp")}


def test_a_removed_identifier_is_not_brought_back_by_a_harvest(desk: Client, paper: Paper) -> None:
    write("snapshot", SNAPSHOT)
    place = next(n for n, row in enumerate(paper.identifiers.order_by("pk")) if row.scheme == "doi")
    save(desk, form_of(paper), FORM, **{f"identifiers-{place}-DELETE": "on"})
    assert names(paper) == {("arxiv", "2512.00042")}
    correct_paper(paper, {"organisation": "Nowhere"}, NOON)
    assert names(paper) == {("arxiv", "2512.00042")}
    assert list(Identifier.objects.filter(value="10.1000/lamp")) == []


def test_an_arxiv_id_that_was_wrong_is_exchanged_and_its_address_still_leads_here(desk: Client, paper: Paper) -> None:
    both = save(desk, form_of(paper), FORM, **add("arxiv", "2511.00001"))
    assert "A paper has one arXiv id" in text_of(both)
    save(desk, form_of(paper), FORM, **add("arxiv", "2511.00001"), **{"identifiers-0-DELETE": "on"})
    paper.refresh_from_db()
    assert paper.arxiv_id == "2511.00001"
    assert names(paper) == {("arxiv", "2511.00001")}
    assert Client().get("/papers/2512.00042")["Location"] == "/papers/2511.00001"
    assert Client().get(f"/papers/bs-{paper.pk}")["Location"] == "/papers/2511.00001"


def test_an_identifier_of_another_paper_is_refused_and_a_merge_offered(desk: Client, paper: Paper) -> None:
    other = make_paper("The other paper", arxiv_id="2511.00001")
    response = save(desk, form_of(paper), FORM, **add("arxiv", "https://arxiv.org/abs/2511.00001v2"))
    page = BeautifulSoup(response.text, "html.parser")
    assert "already an identifier of The other paper" in text_of(response)
    link = page.find("a", string="merge them")
    assert link is not None
    assert desk.get(str(link["href"])).status_code == 200
    assert names(other) == {("arxiv", "2511.00001")}


@pytest.mark.parametrize(("scheme", "value"), [("arxiv", "2513.00001"), ("doi", "lamp"), ("acl", "a b"), ("hf", "//x")])
def test_what_is_no_identifier_is_refused(desk: Client, paper: Paper, scheme: str, value: str) -> None:
    assert "is no " in text_of(save(desk, form_of(paper), FORM, **add(scheme, value)))
    assert names(paper) == {("arxiv", "2512.00042")}


# Who, and how much


def test_the_form_asks_no_more_for_more_comments_and_shows_the_last(
    desk: Client, paper: Paper, count_queries: Callable[..., int]
) -> None:
    make_comment(paper, source="The first of all.")
    desk.get(form_of(paper))  # content types are asked for once a process
    few = count_queries(desk.get, form_of(paper))
    for number in range(25):
        make_comment(paper, source=f"Comment {number}.")
    assert count_queries(desk.get, form_of(paper)) == few
    page = desk.get(form_of(paper)).text
    assert "Comment 24." in page
    assert "The first of all." not in page


def test_who_may_only_look_sees_the_paper_and_changes_nothing(onlooker: Client, paper: Paper) -> None:
    page = onlooker.get(form_of(paper))
    assert page.status_code == 200
    assert 'name="title"' not in page.text
    assert onlooker.post(form_of(paper), {"title": "Mine"}).status_code == 403
    assert Client().post(form_of(paper), {"title": "Mine"}).status_code == 302
    paper.refresh_from_db()
    assert paper.title == HF.title


def test_a_curator_who_is_no_superuser_corrects_papers(paper: Paper) -> None:
    curator = client_with("papers.view_paper", "papers.change_paper")
    save(curator, form_of(paper), FORM, title="On Lamplight", **add("doi", "10.1000/x"))
    paper.refresh_from_db()
    assert paper.title == "On Lamplight"
    assert ("doi", "10.1000/x") in names(paper)


def test_the_form_leads_to_the_paper_on_the_site(desk: Client, paper: Paper) -> None:
    page = BeautifulSoup(desk.get(form_of(paper)).text, "html.parser")
    link = page.select_one("a.viewsitelink")
    assert link is not None
    assert desk.get(str(link["href"]), follow=True).redirect_chain[-1][0].endswith("/papers/2512.00042")


def test_a_paper_that_was_merged_away_leads_to_the_one_that_was_kept(desk: Client, paper: Paper) -> None:
    paper.redirects.create(public_id="bs-999999")
    response = desk.get(f"{PAPERS}999999/change/", follow=True)
    assert response.redirect_chain[-1][0] == form_of(paper)
    assert "merged into this one" in said(response)


def test_a_title_is_no_novel(desk: Client) -> None:
    paper = make_paper("Lamplight")
    address = f"{PAPERS}{paper.pk}/change/"
    form = fields_of(desk.get(address).text, "#paper_form") | {"title": "y" * 5_001}
    assert "A title has at most 5,000 characters; this one has 5,001." in desk.post(address, form).text
    paper.refresh_from_db()
    assert paper.title == "Lamplight"
