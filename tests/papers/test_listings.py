"""Listings: which papers, in which order, cut how, at what cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from papers.models import Edition, Paper
from tests.factories import DAY, make_comment, make_paper, make_source_record
from tests.papers.reading import titles

pytestmark = pytest.mark.django_db

CountQueries = Callable[..., int]
HTMX = {"HX-Request": "true"}
LISTINGS = [
    "/",
    "/papers/date/2025-12-25",
    "/papers/week/2025-W52",
    "/papers/month/2025-12",
    "/papers/trending",
    "/papers/new",
    "/papers/discussed",
    "/categories/cs.LG",
    "/authors/ada-byron",
]


def without_tokens(response: Any) -> str:
    """The answer's text; a CSRF token is masked anew for every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def full_paper(**fields: Any) -> Paper:
    """A paper that fills every part of a row and appears in every listing."""
    paper = make_paper(
        authors=("Ada Byron", "Mary Somerville", "Caroline Herschel", "Emmy Noether"),
        categories=("cs.LG", "stat.ML"),
        abstract="We weigh $n^2$ planets.",
        organisation="Observatory of Nowhere",
        code_url="https://code.example.org/",
        source_score=3,
        **fields,
    )
    make_source_record(paper)
    make_comment(paper)
    Paper.objects.filter(pk=paper.pk).update(comment_count=1)
    return paper


@pytest.mark.parametrize("address", LISTINGS)
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_listing_costs_no_more_queries_with_more_papers(
    address: str, signed_in: bool, client: Client, reader_client: Client, count_queries: CountQueries
) -> None:
    asking = reader_client if signed_in else client
    full_paper()
    full_paper()
    few = count_queries(asking.get, address)
    for _ in range(8):
        full_paper()
    assert len(titles(asking.get(address))) == 10
    assert count_queries(asking.get, address) == few


def test_the_front_page_asks_six_questions(client: Client, django_assert_num_queries: Any) -> None:
    full_paper()
    # The latest edition; its counts; what is around it; its categories with their counts; the page's papers with all
    # that their rows print; is there a sample? A reader's costs two more: their session and they themselves.
    with django_assert_num_queries(6):
        client.get("/")


@pytest.mark.parametrize("address", LISTINGS)
def test_a_fragment_is_a_part_of_its_page(address: str, client: Client) -> None:
    full_paper()
    page = client.get(address)
    rows = client.get(address, headers=HTMX | {"HX-Target": "rows"})
    assert "<html" not in rows.content.decode()
    assert without_tokens(rows).strip() in without_tokens(page)
    for answer in (page, rows):
        assert {"HX-Request", "HX-Boosted", "HX-History-Restore-Request"} <= set(answer["Vary"].split(", "))


@pytest.mark.parametrize("target", [{}, {"HX-Target": "rows"}, {"HX-Target": "results"}, {"HX-Target": "unheard-of"}])
def test_htmx_without_a_target_of_ours_gets_the_results(target: dict[str, str], client: Client) -> None:
    full_paper()
    response = client.get("/papers/new", headers=HTMX | target)
    assert response.status_code == 200
    assert "<html" not in response.text
    assert ('id="results"' in response.text) == (target.get("HX-Target") != "rows")
    # The answer depends on it, so a cache must tell one from another.
    assert "HX-Target" in response["Vary"]
    assert "HX-Target" in client.get("/papers/new")["Vary"]
    assert "HX-Request" in client.get("/papers/new?author=")["Vary"]


def test_more_rows_cost_the_rows_alone(client: Client, django_assert_num_queries: Any) -> None:
    for _ in range(31):
        full_paper()
    page = client.get("/papers/date/2025-12-25").text
    more = re.search(r'href="([^"]+)" rel="next"\s+hx-get', page)
    assert more
    # The page's papers, with all that their rows print.
    with django_assert_num_queries(1):
        rows = client.get(more[1].replace("&amp;", "&"), headers=HTMX | {"HX-Target": "rows"})
    assert len(titles(rows)) == 1
    # The same address as a page is whole.
    whole = client.get(more[1].replace("&amp;", "&")).text
    assert "31 papers" in whole
    assert "cs.LG Machine Learning (31)" in whole


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_or_restoring_request_gets_the_whole_page(header: str, client: Client) -> None:
    full_paper()
    response = client.get("/", headers=HTMX | {header: "true", "HX-Target": "rows"})
    assert "<html" in response.content.decode()


def test_an_edition_is_ordered_by_our_upvotes_then_the_sources_then_the_newest(client: Client) -> None:
    make_paper("Old and quiet")
    make_paper("Liked elsewhere", source_score=900)
    make_paper("Liked here", upvote_count=1)
    make_paper("New and quiet")
    expected = ["Liked here", "Liked elsewhere", "New and quiet", "Old and quiet"]
    assert titles(client.get("/papers/date/2025-12-25")) == expected


def test_trending_weighs_upvotes_against_age(client: Client) -> None:
    make_paper("A week old, one vote", listed_on=DAY - timedelta(days=7), upvote_count=1)
    make_paper("Today, no vote")
    make_paper("A week old, a hundred votes", listed_on=DAY - timedelta(days=7), upvote_count=100)
    make_paper("In no edition", listed_on=None, upvote_count=500)
    expected = ["A week old, a hundred votes", "Today, no vote", "A week old, one vote"]
    assert titles(client.get("/papers/trending")) == expected


def test_most_discussed_leaves_out_silence(client: Client) -> None:
    make_paper("Silent")
    make_paper("A word", comment_count=1)
    make_paper("A debate", comment_count=9)
    assert titles(client.get("/papers/discussed")) == ["A debate", "A word"]


def test_weeks_and_months_are_made_of_their_days(client: Client) -> None:
    for day in ("2025-11-30", "2025-12-01", "2025-12-21", "2025-12-22", "2025-12-28", "2025-12-29", "2025-12-31"):
        make_paper(f"Of {day}", listed_on=date.fromisoformat(day))
    assert set(titles(client.get("/papers/week/2025-W52"))) == {"Of 2025-12-22", "Of 2025-12-28"}
    assert len(titles(client.get("/papers/month/2025-12"))) == 6


@pytest.mark.parametrize(
    "address", ["date/2025-02-30", "date/2025-1-1", "week/2025-W54", "week/2025-52", "month/2025-13", "date/today"]
)
def test_a_day_that_never_was_is_not_found(address: str, client: Client) -> None:
    assert client.get(f"/papers/{address}").status_code == 404


def test_the_last_week_of_the_calendar_is_not_found(client: Client, staff: Any) -> None:
    client.force_login(staff)  # who alone see editions to come
    make_paper("The last of all", listed_on=date.max)
    make_paper()
    assert client.get("/papers/week/9999-W52").status_code == 404
    # The week of the last paper has no address, so no link leads there.
    assert 'rel="next"' not in client.get("/papers/week/2025-W52").text
    for address in ("date/9999-12-31", "month/9999-12", "week/9999-W51"):
        assert client.get(f"/papers/{address}").status_code == 200
    assert 'href="/papers/month/9999-12" rel="next"' in client.get("/papers/month/2025-12").text


def test_the_first_days_of_the_calendar_have_their_addresses(client: Client) -> None:
    make_paper("The first of all", listed_on=date.min)
    make_paper()
    for address in ("date/0001-01-01", "week/0001-W01", "month/0001-01"):
        assert titles(client.get(f"/papers/{address}")) == ["The first of all"]
        kind = address.split("/")[0]
        now = {"date": "date/2025-12-25", "week": "week/2025-W52", "month": "month/2025-12"}[kind]
        assert f'href="/papers/{address}" rel="prev"' in client.get(f"/papers/{now}").text


@pytest.mark.parametrize(
    "address", ["week/٢٠٢٥-W٥٢", "month/٢٠٢٥-١٢", "date/٢٠٢٥-١٢-٢٥", "week/0000-W01", "month/0000-01"]
)
def test_an_address_is_written_in_plain_digits(address: str, client: Client) -> None:
    assert client.get(f"/papers/{address}").status_code == 404


def test_the_front_page_falls_back_to_the_last_edition_and_says_so(client: Client) -> None:
    make_paper("Christmas reading")
    make_paper("From the future", listed_on=DAY + timedelta(days=9))
    with mock.patch("django.utils.timezone.now", return_value=datetime(2025, 12, 27, 9, tzinfo=UTC)):
        page = client.get("/")
    assert titles(page) == ["Christmas reading"]
    assert "No papers yet today, Saturday 27 December 2025" in page.content.decode()
    with mock.patch("django.utils.timezone.now", return_value=datetime(2025, 12, 25, 9, tzinfo=UTC)):
        assert "No papers yet today" not in client.get("/").content.decode()


def test_today_is_today_in_the_portals_time_zone(client: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    make_paper("Boxing Day, already", listed_on=date(2025, 12, 26))
    with mock.patch("django.utils.timezone.now", return_value=datetime(2025, 12, 25, 20, tzinfo=UTC)):
        assert titles(client.get("/")) == ["Boxing Day, already"]


def test_an_empty_portal_says_so_and_tells_staff_what_to_do(client: Client, staff: Any) -> None:
    assert "No papers have come in yet" in client.get("/").content.decode()
    client.force_login(staff)
    assert "manage.py ingest" in client.get("/").content.decode()


def test_an_edition_leads_to_its_neighbours_over_empty_days(client: Client) -> None:
    for day in (date(2025, 12, 19), DAY, date(2026, 1, 7)):
        make_paper(listed_on=day)
    page = client.get("/papers/date/2025-12-25").content.decode()
    assert 'href="/papers/date/2025-12-19" rel="prev"' in page
    assert 'href="/papers/date/2026-01-07" rel="next"' in page
    week = client.get("/papers/week/2025-W52").content.decode()
    assert 'href="/papers/week/2025-W51" rel="prev"' in week
    assert 'href="/papers/week/2026-W02" rel="next"' in week


def test_an_empty_edition_points_to_the_one_before(client: Client) -> None:
    make_paper()
    page = client.get("/papers/date/2025-12-28").content.decode()
    assert "No papers in this edition" in page
    assert 'href="/papers/date/2025-12-25"' in page


def test_an_edition_carries_staffs_note_as_plain_text(client: Client) -> None:
    make_paper()
    Edition.objects.create(date=DAY, note="Season's greetings & <b>good</b> reading")
    assert "greetings &amp; &lt;b&gt;good&lt;/b&gt;" in client.get("/papers/date/2025-12-25").content.decode()


@pytest.mark.parametrize("state", ["hidden", "pending"])
@pytest.mark.parametrize("address", LISTINGS)
def test_a_paper_that_is_not_listed_is_nowhere(state: str, address: str, client: Client, staff: Any) -> None:
    full_paper(state=state)
    client.force_login(staff)
    assert titles(client.get(address)) == []


# Paging


@pytest.mark.parametrize(
    "address",
    [*LISTINGS, *(f"/papers/week/2025-W52?sort={sort}" for sort in ("top", "new", "trending", "discussed"))],
)
def test_pages_hold_every_paper_once_whatever_the_order(address: str, client: Client) -> None:
    for number in range(65):
        # Ties everywhere, since ties are where an unstable order loses papers.
        make_paper(
            f"Tied {number}",
            authors=("Ada Byron",),
            categories=("cs.LG",),
            upvote_count=number % 3,
            source_score=number % 2,
            comment_count=1 + number % 4,
        )
    seen: list[str] = []
    url = address
    for _ in range(4):
        page = client.get(url, follow=True)
        seen += titles(page)
        more = re.search(r'href="([^"]+)" rel="next"\s+hx-get', page.content.decode())
        if not more:
            break
        url = more[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 65


@pytest.mark.parametrize("cursor", ["x", "1~2", "1~2~2025-12-25~abc", "1~2~2025-13-01~5", "9" * 40 + "~0~2025-12-25~1"])
def test_a_broken_page_address_is_refused_with_a_sentence(cursor: str, client: Client) -> None:
    response = client.get("/papers/date/2025-12-25", {"after": cursor})
    assert response.status_code == 400
    assert "Begin again at the first page" in response.content.decode()


@pytest.mark.parametrize("cursor", ["nan~1", "inf~1", "1.5~1~1"])
def test_a_broken_cursor_of_trending_is_refused(cursor: str, client: Client) -> None:
    assert client.get("/papers/trending", {"after": cursor}).status_code == 400


# Categories and authors


def test_a_category_lists_its_papers_and_cross_lists(client: Client) -> None:
    make_paper("Primary", categories=("cs.LG",))
    make_paper("Crossed", categories=("math.AG", "cs.LG"))
    make_paper("In no edition", categories=("cs.LG",), listed_on=None, dated_on=date(2020, 1, 1))
    assert titles(client.get("/categories/cs.LG")) == ["Crossed", "Primary", "In no edition"]
    assert titles(client.get("/categories/cs.LG?primary=on")) == ["Primary", "In no edition"]


@pytest.mark.parametrize("value", ["on", "true", "True"])
def test_leaving_out_cross_lists_is_a_filter_like_the_others(value: str, client: Client) -> None:
    make_paper("Primary", categories=("cs.LG",))
    make_paper("Crossed", categories=("math.AG", "cs.LG"))
    page = client.get(f"/categories/cs.LG?primary={value}&upvotes=0")
    assert titles(page) == ["Primary"]
    assert '<a class="chip" href="/categories/cs.LG">primary only' in page.text
    chosen = client.get(f"/papers/new?category=cs.LG&primary={value}")
    assert titles(chosen) == ["Primary"]
    assert '<a class="chip" href="/papers/new?category=cs.LG">primary only' in chosen.text
    assert '<a class="chip" href="/papers/new">cs.LG' in chosen.text


def test_leaving_out_cross_lists_can_be_loosened(client: Client) -> None:
    make_paper("Crossed", categories=("math.AG", "cs.LG"))
    page = client.get("/categories/cs.LG?primary=on").text
    assert "No paper matches" in page
    assert 'href="/categories/cs.LG">Without “primary only”</a>: 1 paper' in page


def test_without_a_category_nothing_is_a_cross_list(client: Client) -> None:
    make_paper("Crossed", categories=("math.AG", "cs.LG"))
    page = client.get("/papers/new?primary=on")
    assert titles(page) == ["Crossed"]
    assert "primary only" not in page.text


def test_an_alias_leads_to_its_category(client: Client) -> None:
    response = client.get("/categories/cs.NA")
    assert (response.status_code, response["Location"]) == (301, "/categories/math.NA")


@pytest.mark.parametrize(
    ("code", "words"), [("cmp-lg", "it goes on as cs.CL"), ("astro-ph", "An archived category of old papers.")]
)
def test_an_archived_category_says_where_it_goes_on(code: str, words: str, client: Client) -> None:
    assert words in client.get(f"/categories/{code}").content.decode()


def test_an_author_has_a_page_of_papers(client: Client) -> None:
    make_paper("Hers", authors=("Émilie du Châtelet",))
    make_paper("Not hers", authors=("Ada Byron",))
    assert titles(client.get("/authors/emilie-du-chatelet")) == ["Hers"]


@pytest.mark.parametrize("address", ["/categories/cs.XX", "/authors/nobody", "/papers/bs-999999", "/papers/nonsense"])
def test_what_does_not_exist_is_not_found(address: str, client: Client) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/papers/trending/", "/categories/", "/papers/date/2025-12-25/?code=on"])
def test_the_slashed_address_leads_to_the_one_without(address: str, client: Client) -> None:
    response = client.get(address)
    assert response.status_code == 301
    assert response["Location"] == address.replace("/?", "?").rstrip("/")


def test_the_categories_page_names_all_that_are_active(client: Client) -> None:
    page = client.get("/categories").content.decode()
    assert page.count("<li><code>") == 149 + 21


def test_the_sample_is_marked_on_every_page(client: Client) -> None:
    call_command("load_sample", verbosity=0)
    assert "remove_sample" in client.get("/categories").content.decode()
    newest = Paper.objects.listed().latest_edition(timezone.localdate())
    assert newest is not None
    assert newest < timezone.localdate()
    assert newest.weekday() < 5
