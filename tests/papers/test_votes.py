"""Upvotes: cast, withdrawn, wished for before signing in, and never counted wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from papers.models import Paper, Vote
from papers.services.merging import merge_papers
from papers.services.votes import cast_upvote, withdraw_upvote
from tests.factories import NOON, make_paper, make_user

HTMX = {"HX-Request": "true"}


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper("Lamplight", arxiv_id="1706.03762")


def state(paper: Paper) -> tuple[int, int]:
    """(stored count, votes that are there)"""
    paper.refresh_from_db()
    return paper.upvote_count, paper.votes.count()


def test_an_upvote_is_cast_once_however_often_it_is_sent(paper: Paper, reader_client: Client) -> None:
    for _ in range(3):
        response = reader_client.post("/papers/1706.03762/upvote", {"next": "/papers/new?sort=top"})
        assert (response.status_code, response["Location"]) == (302, f"/papers/new?sort=top#paper-{paper.pk}")
    assert state(paper) == (1, 1)


def test_withdrawing_twice_is_withdrawing_once(paper: Paper, reader: User, reader_client: Client) -> None:
    cast_upvote(paper, reader)
    for _ in range(2):
        reader_client.post("/papers/1706.03762/withdraw")
    assert state(paper) == (0, 0)


def test_htmx_gets_the_button_alone_with_its_other_face(paper: Paper, reader_client: Client) -> None:
    cast = reader_client.post("/papers/1706.03762/upvote", {"next": "/"}, headers=HTMX).content.decode()
    assert "<html" not in cast
    assert 'aria-pressed="true"' in cast
    assert 'action="/papers/1706.03762/withdraw"' in cast
    withdrawn = reader_client.post("/papers/1706.03762/withdraw", {"next": "/"}, headers=HTMX).content.decode()
    assert 'aria-pressed="false"' in withdrawn
    assert 'action="/papers/1706.03762/upvote"' in withdrawn


def test_an_upvote_moves_the_trend(paper: Paper, reader: User) -> None:
    before = paper.hot_rank
    cast_upvote(paper, reader)
    paper.refresh_from_db()
    assert paper.hot_rank > before
    withdraw_upvote(paper, reader)
    paper.refresh_from_db()
    assert paper.hot_rank == before


@pytest.mark.parametrize("action", ["upvote", "withdraw"])
@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_no_other_method_votes(action: str, method: str, paper: Paper, reader_client: Client) -> None:
    assert getattr(reader_client, method)(f"/papers/1706.03762/{action}").status_code == 405
    assert state(paper) == (0, 0)


def test_a_vote_needs_its_csrf_token(paper: Paper, reader: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    assert client.post("/papers/1706.03762/upvote").status_code == 403
    assert state(paper) == (0, 0)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""])
def test_the_way_back_stays_on_this_site(back: str, paper: Paper, reader_client: Client) -> None:
    response = reader_client.post("/papers/1706.03762/upvote", {"next": back})
    assert response["Location"] == "/papers/1706.03762"


def test_old_identifiers_and_numbers_can_be_upvoted(reader_client: Client) -> None:
    old, unnamed = make_paper(arxiv_id="hep-th/9711200"), make_paper(arxiv_id=None)
    for paper in (old, unnamed):
        assert reader_client.post(f"{paper.get_absolute_url()}/upvote").status_code == 302
        assert state(paper) == (1, 1)


def test_a_hidden_paper_takes_no_votes(reader_client: Client) -> None:
    hidden = make_paper(state="hidden")
    assert reader_client.post(f"{hidden.get_absolute_url()}/upvote").status_code == 404
    assert state(hidden) == (0, 0)


@pytest.mark.parametrize("old_address", ["bs-{gone.pk}", "{gone.arxiv_id}", "{gone.arxiv_id}v2"])
def test_an_upvote_sent_to_a_merged_papers_old_address_is_the_kept_ones(
    old_address: str, paper: Paper, reader_client: Client
) -> None:
    gone = make_paper()
    old_address = old_address.format(gone=gone)
    merge_papers(paper, gone, NOON)
    response = reader_client.post(f"/papers/{old_address}/upvote")
    assert (response.status_code, response["Location"]) == (302, "/papers/1706.03762")
    assert state(paper) == (1, 1)
    response = reader_client.get(f"/papers/{old_address}")
    assert (response.status_code, response["Location"]) == (301, "/papers/1706.03762")
    assert reader_client.post(f"/papers/{old_address}/withdraw").status_code == 302
    assert state(paper) == (0, 0)


def test_the_old_address_of_a_hidden_paper_says_nothing(paper: Paper, reader_client: Client) -> None:
    gone = make_paper(arxiv_id=None)
    merge_papers(paper, gone, NOON)
    Paper.objects.update(state="hidden")
    assert reader_client.get(gone.get_absolute_url()).status_code == 404
    assert reader_client.post(f"{gone.get_absolute_url()}/upvote").status_code == 404


@pytest.mark.parametrize(("action", "service"), [("upvote", "cast_upvote"), ("withdraw", "withdraw_upvote")])
def test_a_paper_merged_away_this_very_moment_is_not_found(
    action: str, service: str, reader_client: Client, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = make_paper()
    number = paper.pk
    Paper.objects.filter(pk=number).delete()
    with pytest.raises(Paper.DoesNotExist):
        cast_upvote(paper, reader)
    monkeypatch.setattr("papers.views.votes.find_paper", lambda papers, public_id: paper)
    assert reader_client.post(f"/papers/bs-{number}/{action}").status_code == 404


# Before signing in


def test_the_anonymous_sign_in_come_back_and_find_their_vote_cast(paper: Paper, client: Client, reader: User) -> None:
    response = client.post("/papers/1706.03762/upvote", {"next": "/papers/new"})
    assert response["Location"] == f"/accounts/login/?next=%2Fpapers%2Fnew%23paper-{paper.pk}"
    assert state(paper) == (0, 0)
    form = {"login": reader.username, "password": "correct horse battery", "next": f"/papers/new#paper-{paper.pk}"}
    response = client.post("/accounts/login/", form)
    assert response["Location"] == f"/papers/new#paper-{paper.pk}"
    assert state(paper) == (1, 1)
    assert "Your upvote for “Lamplight” is cast." in client.get("/papers/new").content.decode()


def test_the_wish_is_cast_once_and_by_no_get(paper: Paper, client: Client, reader: User) -> None:
    client.post("/papers/1706.03762/upvote")
    client.get("/papers/new")
    client.force_login(reader)
    client.get("/papers/new")
    assert state(paper) == (0, 0)
    client.post("/papers/1706.03762/withdraw")  # any POST of the reader's own, once signed in
    client.post("/papers/1706.03762/withdraw")
    assert state(paper) == (0, 0)
    assert "pending_upvote" not in client.session


def test_the_wish_follows_a_paper_that_was_merged_meanwhile(paper: Paper, client: Client, reader: User) -> None:
    gone = make_paper()
    client.post(f"{gone.get_absolute_url()}/upvote")
    merge_papers(paper, gone, NOON)
    client.post("/accounts/login/", {"login": reader.username, "password": "correct horse battery"})
    assert state(paper) == (1, 1)


def test_htmx_leads_the_anonymous_to_sign_in_as_a_page(paper: Paper, client: Client) -> None:
    response = client.post("/papers/1706.03762/upvote", {"next": "/"}, headers=HTMX)
    assert response["HX-Redirect"] == f"/accounts/login/?next=%2F%23paper-{paper.pk}"
    assert response.content == b""


# Many at once


def _in_threads(calls: list[Any]) -> None:
    def run(call: Any) -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_of_one_reader_leave_one_vote() -> None:
    paper, reader = make_paper(), make_user()
    client = Client()
    client.force_login(reader)
    cookies = client.cookies

    def post() -> None:
        tab = Client()
        tab.cookies = cookies
        assert tab.post(f"{paper.get_absolute_url()}/upvote").status_code == 302

    _in_threads([post] * 20)
    assert state(paper) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_readers_at_once_are_counted_exactly() -> None:
    paper = make_paper()
    readers = [make_user() for _ in range(20)]
    _in_threads([lambda reader=reader: cast_upvote(paper, reader) for reader in readers])
    assert state(paper) == (20, 20)
    _in_threads([lambda reader=reader: withdraw_upvote(paper, reader) for reader in readers[:7]])
    assert state(paper) == (13, 13)
    assert Vote.objects.filter(paper=paper).count() == 13
