"""The map of a search: the same papers as on the search page, for all who search the same, and never too many."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from papers import tasks
from papers.models import FieldMap, Paper, PaperEmbedding, Sighting
from papers.search.timeout import SearchTooSlow
from papers.services import result_maps
from papers.services.curation import hide_papers
from papers.services.maps import JOB as EDITIONS_JOB
from papers.services.maps import draw_map, request_map
from papers.services.result_maps import JOB, draw_result_map, forget_result_maps, request_result_map, result_key
from papers.views import result_maps as result_views
from tests.factories import NOON, make_paper
from tests.papers.maps.reading import headings, listed, marks
from tests.papers.maps.themes import embed, field_vectors, make_fields
from tests.papers.search.test_bad_queries import BAD

pytestmark = pytest.mark.django_db

MAP = "/search/map?q=notes"
HTMX = {"HX-Request": "true", "HX-Target": "map"}


def waiting() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=JOB, status="todo").order_by("pk"))


def do_what_waits() -> None:
    """What a worker does with the jobs that wait."""
    for job in waiting():
        tasks.draw_result_map(**job.args)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [JOB])


def draw(client: Client, address: str = MAP) -> Any:
    """The page, once its map is drawn."""
    client.get(address)
    do_what_waits()
    return client.get(address)


def test_a_map_shows_what_the_search_found_and_leads_back(client: Client) -> None:
    papers = make_fields(4)
    other = make_paper("Bread")
    response = draw(client)
    assert sorted(marks(response)) == sorted(listed(response)) == sorted(paper.title for paper in papers)
    assert other.title not in marks(response)
    assert "<h1>“notes”</h1>" in response.text
    assert "12 papers by meaning" in response.text
    assert '<a href="/search?q=notes">As a list</a>' in response.text
    assert '<meta name="robots" content="noindex,follow">' in response.text
    # A phrase has its quotes already.
    assert "<h1>&quot;notes on&quot; bird</h1>" in client.get("/search/map?q=%22notes+on%22+bird").text


def test_the_search_page_leads_to_the_map_where_there_is_enough_for_one(client: Client) -> None:
    make_fields(3)
    link = '<a href="/search/map?q=notes&amp;year=2025">As a map</a>'
    assert link in client.get("/search?q=notes&year=2025").text
    assert link in client.get("/search?q=notes&year=2025", headers={**HTMX, "HX-Target": "results"}).text
    assert "As a map" not in client.get("/search?q=storks").text


def test_filters_narrow_the_map_as_they_narrow_the_search(client: Client) -> None:
    make_fields(8)
    response = draw(client, "/search/map?q=notes&category=cs.LG&year=2025")
    assert len(marks(response)) == 8
    assert all("bird migration" in title for title in marks(response))
    assert 'href="/search/map?q=notes&amp;year=2025">cs.LG' in response.text
    assert '<a class="chip is-clear" href="/search/map?q=notes">' in response.text
    # With filters alone there is no word to show.
    response = draw(client, "/search/map?category=cs.LG")
    assert len(marks(response)) == 8
    assert "<h1>A search</h1>" in response.text


@pytest.mark.parametrize("order", ["relevance", "top", "new"])
def test_where_there_are_too_many_the_order_says_which_come_first(
    client: Client, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(result_views, "MOST", 8)
    papers = make_fields(4)
    chosen = papers[5:10]
    Paper.objects.filter(pk__in=[paper.pk for paper in chosen]).update(upvote_count=3)
    titles = listed(client.get(f"{MAP}&sort={order}"))
    assert len(titles) == 8
    if order == "top":
        assert {paper.title for paper in chosen} <= set(titles)
    shown = re.findall(r'id="paper-(\d+)"', client.get(f"/search?q=notes&sort={order}").text)[:8]
    assert set(titles) == set(Paper.objects.filter(pk__in=shown).values_list("title", flat=True))


def test_what_comes_near_is_mapped_where_no_paper_holds_all_the_words(client: Client) -> None:
    make_fields(3)
    for sort in ("", "&sort=new"):
        assert len(listed(client.get(f"/search/map?q=notes+elephants{sort}"))) == 9


def test_a_map_is_asked_for_once_and_waited_for_without_searching(
    client: Client, django_assert_num_queries: Any
) -> None:
    papers = make_fields(4)
    for _ in range(2):
        response = client.get(MAP)
        assert "The map is being drawn." in response.text
        assert f'hx-get="{MAP}" hx-trigger="every 2s"' in response.text
        assert len(listed(response)) == 12
    with django_assert_num_queries(1):
        answer = client.get(MAP, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "HX-Request" in answer["Vary"]
    (job,) = waiting()
    assert sorted(job.args["papers"]) == [paper.pk for paper in papers]
    do_what_waits()
    part = client.get(MAP, headers=HTMX)
    assert "<html" not in part.text
    assert part.text.strip() in client.get(MAP).text
    assert len(marks(part)) == 12
    assert waiting() == []


def test_a_job_that_is_being_done_is_not_asked_for_again(client: Client) -> None:
    make_fields(4)
    client.get(MAP)
    ProcrastinateJob.objects.filter(task_name=JOB).update(status="doing")
    assert "being drawn" in client.get(MAP).text
    assert waiting() == []


def test_neither_the_job_nor_the_map_holds_a_word_of_the_search(client: Client) -> None:
    make_fields(4)
    client.get("/search/map?q=notes+on+my+rare+illness")
    (job,) = waiting()
    assert "illness" not in str(ProcrastinateJob.objects.filter(pk=job.pk).values().get())
    do_what_waits()
    assert "illness" not in str(FieldMap.objects.values().get())


def test_two_readers_who_search_the_same_share_one_map(client: Client, reader_client: Client) -> None:
    make_fields(4)
    client.get("/search/map?q=notes&year=2025")
    # In another order, with what says nothing, and with what is the reader's own.
    reader_client.get("/search/map?year=2025&q=+notes&page=7&unseen=on")
    assert len(waiting()) == 1
    do_what_waits()
    assert len(marks(reader_client.get("/search/map?q=notes&year=2025"))) == 12
    assert FieldMap.objects.count() == 1


def test_what_its_reader_has_seen_is_dimmed(reader_client: Client, reader: User) -> None:
    papers = make_fields(4)
    Sighting.objects.create(user=reader, paper=papers[0])
    response = draw(reader_client, f"{MAP}&unseen=on")
    assert len(marks(response)) == 11
    assert "11 of 12 papers match; the others are dimmed." in response.text


def test_a_hidden_paper_never_shows(client: Client) -> None:
    papers = make_fields(4)
    client.get(MAP)
    # Between the asking and the drawing.
    Paper.objects.filter(pk=papers[0].pk).update(state="hidden")
    do_what_waits()
    assert str(papers[0].pk) not in FieldMap.objects.get().drawing["places"]
    assert papers[0].title not in client.get(MAP).text
    Paper.objects.filter(pk=papers[1].pk).update(state="pending")
    assert papers[1].title not in client.get(MAP).text
    hide_papers([papers[2].pk])
    # Its themes could be named by the paper's words.
    assert not FieldMap.objects.exists()
    response = client.get(MAP)
    assert papers[2].title not in response.text
    assert len(listed(response)) == 9


def test_a_paper_that_came_later_is_listed_and_the_map_drawn_anew(client: Client) -> None:
    make_fields(4)
    draw(client)
    late = make_paper("Notes of a latecomer")
    response = client.get(MAP)
    assert "Not on the map yet" in headings(response)
    assert "13 papers, 12 of them on the map so far" in response.text
    assert waiting() == []
    embed([late], field_vectors(1, fields=1))
    assert "Notes of a latecomer" in marks(draw(client))


def test_few_papers_need_no_map(client: Client) -> None:
    make_fields(2)
    response = client.get(MAP)
    assert len(listed(response)) == 6
    assert "6 papers by category: so few need no map." in response.text
    assert waiting() == []


def test_without_vectors_the_papers_are_there_by_category(client: Client) -> None:
    make_fields(4)
    PaperEmbedding.objects.all().delete()
    response = client.get(MAP)
    assert len(listed(response)) == 12
    assert "Machine Learning (cs.LG)" in headings(response)
    assert waiting() == []


def test_nothing_found_and_nothing_looked_for(client: Client) -> None:
    response = client.get("/search/map?q=zzzz")
    assert response.status_code == 200
    assert "No paper matches" in response.text
    assert '<a href="/search?q=zzzz">' in response.text
    answer = client.get("/search/map")
    assert (answer.status_code, answer["Location"]) == (302, "/search")


def test_an_identifier_leads_to_its_paper(client: Client) -> None:
    paper = make_paper(arxiv_id="2512.00042")
    answer = client.get("/search/map?q=2512.00042v1")
    assert (answer.status_code, answer["Location"]) == (302, paper.get_absolute_url())


def test_a_plain_form_is_led_to_the_canonical_address(client: Client) -> None:
    answer = client.get("/search/map?q=notes&category=&sort=relevance")
    assert (answer.status_code, answer["Location"]) == (302, MAP)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_whatever_is_typed_is_answered_as_by_the_search_page(client: Client, text: str) -> None:
    make_paper("Trees in winter", authors=("Ada Byron",))
    # As browsers send what no text may hold.
    text = text.encode("utf-8", "replace").decode()
    searched = client.get("/search", {"q": text}, follow=True)
    answer = client.get("/search/map", {"q": text}, follow=True)
    assert answer.status_code == searched.status_code
    assert len(re.findall(r"<h1>(.*?)</h1>", answer.text)[0]) < 500


@pytest.mark.parametrize("query", ["q=notes&upvotes=many", "upvotes=many", "q=notes&since=nonsense&sort=best"])
def test_a_filter_that_cannot_be_read_is_answered_as_by_the_search_page(client: Client, query: str) -> None:
    make_fields(4)
    assert client.get(f"/search?{query}").status_code == 400
    answer = client.get(f"/search/map?{query}", follow=True)
    assert answer.status_code == 400
    if "q=" in query:
        assert "Some filters could not be read" in answer.text


def test_a_slow_search_is_said_to_be_slow(client: Client) -> None:
    with mock.patch("papers.views.finding.search", side_effect=SearchTooSlow("It took too long.")):
        response = client.get(MAP)
    assert response.status_code == 503
    assert "It took too long." in response.text
    assert '<a href="/search?q=notes">As a list</a>' in response.text


def test_a_map_counts_as_a_search(client: Client, settings: Any) -> None:
    settings.SEARCHES_PER_MINUTE = 1
    with mock.patch("papers.views.access.time.time", return_value=time.time()):
        answers = [client.get(MAP) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "Wait a moment" in answers[1].text
    assert 0 < int(answers[1]["Retry-After"]) <= 60


def test_an_address_has_so_many_maps_drawn_a_minute(client: Client, settings: Any) -> None:
    settings.RESULT_MAPS_PER_MINUTE = 2
    make_fields(4)
    with mock.patch("papers.views.access.time.time", return_value=time.time()):
        # The same again costs nothing while it waits.
        pages = [client.get(f"{MAP}+{word}") for word in ("a1", "a1", "a2", "a3")]
        other = client.get(f"{MAP}+a3", REMOTE_ADDR="192.0.2.7")
    assert ["being drawn. It" in page.text for page in pages] == [True, True, True, False]
    assert "Many maps are being drawn" in pages[3].text
    assert "every 2s" not in pages[3].text
    assert len(listed(pages[3])) == 12
    assert "being drawn. It" in other.text
    assert len(waiting()) == 3


def test_so_many_maps_wait_at_most_and_one_that_waits_is_waited_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_maps, "_MOST_WAITING", 2)
    make_fields(4)
    for word in ("a1", "a2", "a3"):
        client.get(f"{MAP}+{word}")
    assert len(waiting()) == 2
    assert "Many maps are being drawn" in client.get(f"{MAP}+a3").text
    assert "The map is being drawn" in client.get(f"{MAP}+a1").text


def test_a_map_of_an_edition_goes_before_all_maps_of_results() -> None:
    for number in range(3):
        request_result_map(f"key {number}", [1])
    request_map("day", "2025-12-25")
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_fetch_job_v2(ARRAY['embed'], NULL)")
        assert cursor.fetchone() == (EDITIONS_JOB,)


def test_an_endless_number_of_searches_keeps_a_bounded_number_of_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_maps, "_MOST_KEPT", 3)
    ids = [paper.pk for paper in make_fields(3)]
    draw_map("day", "2025-12-25", NOON)
    for number in range(5):
        draw_result_map(result_key(f"q={number}"), ids, NOON + timedelta(minutes=number))
    kept = FieldMap.objects.filter(scope="result").order_by("made_at").values_list("key", flat=True)
    assert list(kept) == [result_key(f"q={number}") for number in (2, 3, 4)]
    assert FieldMap.objects.filter(scope="day").exists()


def test_a_map_of_a_result_is_kept_for_a_day(client: Client) -> None:
    papers = make_fields(3)
    draw_map("day", "2025-12-25", NOON)
    draw_result_map("key", [paper.pk for paper in papers], NOON)
    assert forget_result_maps(NOON + timedelta(hours=23)) == 0
    assert tasks.forget_result_maps() == "forgotten=1"
    assert FieldMap.objects.get().scope == "day"


def test_a_map_of_a_result_spends_no_more_queries_on_more_papers(
    client: Client, count_queries: Callable[..., int]
) -> None:
    make_fields(3)
    draw(client)
    few = count_queries(client.get, MAP)
    more = [make_paper(f"Notes on gulls {number}") for number in range(20)]
    embed(more, field_vectors(20, fields=1))
    assert len(marks(draw(client))) == 29
    assert count_queries(client.get, MAP) == few


def test_words_too_many_to_be_asked_for_are_left_to_the_search_page(client: Client) -> None:
    assert client.get("/search/map", {"q": "notes " * 2_000}, follow=True).status_code == 400
