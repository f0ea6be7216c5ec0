"""A map's page: marks that lead to papers, the same papers as a list, and something to read in any case."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from papers.models import EmbeddingModel, FieldMap, Paper, PaperEmbedding
from papers.services.curation import hide_papers
from papers.services.maps import JOB, draw_map
from tests.factories import NOON, make_paper
from tests.papers.maps.reading import headings, listed, marks
from tests.papers.maps.themes import FIELDS, embed, field_vectors, make_fields

pytestmark = pytest.mark.django_db

DAY, WEEK, CATEGORY = "/papers/date/2025-12-25/map", "/papers/week/2025-W52/map", "/categories/cs.LG/map"


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=JOB, status="todo").count()


def test_each_paper_is_a_mark_that_leads_to_it_and_a_line_of_the_list(client: Client) -> None:
    papers = make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    response = client.get(DAY)
    assert sorted(marks(response)) == sorted(listed(response)) == sorted(paper.title for paper in papers)
    assert f'<a href="{papers[0].get_absolute_url()}" data-paper="{papers[0].pk}">' in response.text
    names = {re.sub(r"^\d ", "", name).split(",")[0] for name in headings(response)[1:]}
    assert names == {name.capitalize() for name in FIELDS}


def test_marks_and_list_are_in_the_same_order_of_themes(client: Client) -> None:
    make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    response = client.get(DAY)
    fields = [name.rsplit(",", 1)[0] for name in marks(response)]
    assert [name.rsplit(",", 1)[0] for name in listed(response)] == fields
    assert len({fields.index(name) for name in fields}) == 3
    assert fields == sorted(fields, key=fields.index)


@pytest.mark.parametrize(
    ("address", "scope", "key"),
    [(DAY, "day", "2025-12-25"), (WEEK, "week", "2025-W52"), (CATEGORY, "category", "cs.LG")],
)
def test_a_map_that_is_not_there_yet_is_asked_for_once_and_waited_for(
    client: Client, address: str, scope: str, key: str
) -> None:
    make_fields(8)
    for _ in range(2):
        response = client.get(address)
        assert "The map is being drawn." in response.text
        assert f'hx-get="{address}" hx-trigger="every 2s"' in response.text
        assert len(listed(response)) in (24, 8)
    job = ProcrastinateJob.objects.get(task_name=JOB)
    assert job.args == {"scope": scope, "key": key}
    draw_map(scope, key, NOON)
    response = client.get(address)
    assert "being drawn" not in response.text
    assert "every 2s" not in response.text
    assert marks(response)


def test_waiting_asks_for_no_second_job(client: Client) -> None:
    make_fields(4)
    part = client.get(DAY, headers={"HX-Request": "true", "HX-Target": "map"})
    assert jobs() == 0
    assert "<html" not in part.text
    assert part.text.strip() in client.get(DAY).text
    assert "HX-Request" in part["Vary"]


def test_without_vectors_the_papers_are_there_by_category(client: Client) -> None:
    for number in range(9):
        make_paper(f"Paper {number}", categories=("cs.LG",) if number % 3 else ("math.NT",))
    make_paper("Without any")
    response = client.get(DAY)
    assert response.status_code == 200
    assert headings(response) == ["Machine Learning (cs.LG)", "Number Theory (math.NT)", "Without a category"]
    assert len(listed(response)) == 10
    assert "being drawn" not in response.text
    assert jobs() == 0


def test_too_few_papers_are_listed_and_no_map_is_asked_for(client: Client) -> None:
    embed([make_paper() for _ in range(7)], field_vectors(7, fields=1))
    assert len(listed(client.get(DAY))) == 7
    assert jobs() == 0


def test_an_empty_edition_says_so(client: Client) -> None:
    assert "No papers here" in client.get(DAY).text


@pytest.mark.parametrize(
    "address",
    ["/papers/date/2025-13-01/map", "/papers/week/2025-W60/map", "/papers/date/x/map", "/categories/xx.YY/map"],
)
def test_no_such_day_week_or_category(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_alias_leads_to_its_category(client: Client) -> None:
    answer = client.get("/categories/cs.SY/map")
    assert (answer.status_code, answer["Location"]) == (301, "/categories/eess.SY/map")


def test_a_paper_that_is_hidden_is_gone_from_the_map_at_once(client: Client) -> None:
    papers = make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    Paper.objects.filter(pk=papers[0].pk).update(state="hidden")
    assert papers[0].title not in client.get(DAY).text
    assert len(marks(client.get(DAY))) == 11


def test_no_theme_is_named_by_a_paper_that_staff_have_hidden() -> None:
    papers = make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    other = make_paper("Elsewhere", listed_on=None)
    hide_papers([other.pk])
    assert FieldMap.objects.exists()
    hide_papers([papers[0].pk])
    assert not FieldMap.objects.exists()


def test_a_paper_that_came_later_is_listed_and_the_map_asked_for_anew(client: Client) -> None:
    make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    client.get(DAY)
    assert jobs() == 0
    late = make_paper("A latecomer")
    response = client.get(DAY)
    assert "Not on the map yet" in headings(response)
    assert "A latecomer" in listed(response)
    assert jobs() == 0
    embed([late], field_vectors(1, fields=1))
    client.get(DAY)
    assert jobs() == 1


def test_a_map_of_papers_that_are_half_embedded_says_how_many_are_on_it(client: Client) -> None:
    make_fields(4)
    response = draw_and_read(client)
    assert "12 papers by meaning: those that lie near each other are alike." in response.text
    for number in range(3):
        make_paper(f"Latecomer {number}")
    response = draw_and_read(client)
    assert "15 papers, 12 of them on the map so far: those that lie near each other are alike." in response.text
    assert '<a href="#unplaced">The others</a> are listed last.' in response.text
    assert 'id="unplaced"' in response.text
    assert 'aria-label="Map of 12 papers"' in response.text


def draw_and_read(client: Client) -> Any:
    draw_map("day", "2025-12-25", NOON)
    return client.get(DAY)


def test_a_filter_dims_the_rest_and_shortens_the_list(client: Client) -> None:
    make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    response = client.get(f"{DAY}?category=cs.LG")
    assert len(marks(response)) == len(listed(response)) == 4
    assert response.text.count('class="is-dim"') == 8
    assert "4 of 12 papers match" in response.text
    assert f'href="{DAY}">cs.LG' in response.text
    assert "noindex" in response.text


def test_a_filter_that_cannot_be_read_is_left_out_and_said_so(client: Client) -> None:
    make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    response = client.get(f"{DAY}?upvotes=many")
    assert response.status_code == 400
    assert "left out" in response.text
    assert len(marks(response)) == 12


def test_more_upvotes_make_a_larger_mark(client: Client) -> None:
    papers = make_fields(4)
    Paper.objects.filter(pk=papers[0].pk).update(upvote_count=40)
    draw_map("day", "2025-12-25", NOON)
    html = client.get(DAY).text
    sizes = {
        int(pk): path for pk, path in re.findall(r'data-paper="(\d+)"><title>.*?</title><path d="M-?([\d.]+)', html)
    }
    # In its theme alone, since each has a shape of its own.
    assert all(float(sizes[papers[0].pk]) > float(sizes[paper.pk]) for paper in papers[1:4] if sizes[paper.pk] != "0")


@pytest.mark.parametrize(
    ("listing", "link"),
    [
        ("/papers/date/2025-12-25", DAY),
        ("/papers/date/2025-12-25?category=cs.LG", f"{DAY}?category=cs.LG"),
        ("/papers/week/2025-W52", WEEK),
        ("/categories/cs.LG", CATEGORY),
    ],
)
def test_a_listing_leads_to_its_map_and_back(client: Client, listing: str, link: str) -> None:
    make_fields(8)
    assert f'<a href="{link}">As a map</a>' in client.get(listing).text
    assert f'<a href="{listing}">As a list</a>' in client.get(link).text


@pytest.mark.parametrize("listing", ["/papers/date/2025-12-25", "/papers/month/2025-12", "/papers/new"])
def test_seven_papers_and_listings_without_a_map_lead_to_none(client: Client, listing: str) -> None:
    for _ in range(7 if "date" in listing else 9):
        make_paper()
    assert "As a map" not in client.get(listing).text


def test_titles_are_escaped_and_formulas_read(client: Client) -> None:
    papers = make_fields(3)
    Paper.objects.filter(pk=papers[0].pk).update(title="<script>alert(1)</script> and $n^2$")
    draw_map("day", "2025-12-25", NOON)
    html = client.get(DAY).text
    assert "<script>alert" not in html
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt; and $n^2$</title>" in html
    assert "<msup>" in html


def test_a_map_spends_no_more_queries_on_more_papers(client: Client, count_queries: Callable[..., int]) -> None:
    make_fields(3)
    draw_map("day", "2025-12-25", NOON)
    few = count_queries(client.get, DAY)
    FieldMap.objects.all().delete()
    PaperEmbedding.objects.all().delete()
    EmbeddingModel.objects.all().delete()
    Paper.objects.all().update(listed_on=None)
    make_fields(12)
    draw_map("day", "2025-12-25", NOON)
    assert len(marks(client.get(DAY))) == 36
    assert count_queries(client.get, DAY) == few


def test_a_map_costs_three_queries(client: Client, django_assert_num_queries: Any) -> None:
    make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    client.get(DAY)
    # The papers, the map, and whether to speak of the sample.
    with django_assert_num_queries(3):
        client.get(DAY)


def test_a_line_names_three_authors_and_how_many_more_there_are(client: Client) -> None:
    names = ("Ada Byron", "Mary Somerville", "Caroline Herschel", "Emmy Noether", "Sofja Kowalewskaja")
    make_paper("With five", authors=names)
    make_paper("With one", authors=names[:1])
    text = client.get(DAY).text
    assert "<span>Ada Byron, Mary Somerville, Caroline Herschel and 2 more</span>" in text
    assert "<span>Ada Byron</span>" in text
