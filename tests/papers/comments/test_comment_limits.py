"""Who may comment, where, how often; and the count, however many do so at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from papers.models import Comment, Paper
from papers.services.comments import CommentRefused, delete_comment, edit_comment, post_comment
from tests.factories import NOON, make_comment, make_paper, make_user
from tests.papers.comments.reading import PAGE, shown, state

HTMX = {"HX-Request": "true"}


# Whose and where


@pytest.mark.parametrize("action", ["edit", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_readers_comment_is_not_for_me_to_change(
    action: str, method: str, paper: Paper, reader_client: Client
) -> None:
    theirs = make_comment(paper, source="Hers")
    response = getattr(reader_client, method)(f"/comments/{theirs.pk}/{action}", {"source": "Mine"})
    assert response.status_code == 403
    assert "Only its author" in response.content.decode()
    theirs.refresh_from_db()
    assert (theirs.source, theirs.deleted_at) == ("Hers", None)
    assert f"/comments/{theirs.pk}/{action}" not in shown(reader_client)


def test_a_deleted_readers_comments_stay_without_a_name(
    paper: Paper, mine: Comment, reader: User, client: Client
) -> None:
    reader.delete()
    page = shown(client)
    assert "First <em>thought</em>" in page
    assert "<b>deleted user</b>" in page


def test_the_anonymous_are_led_to_sign_in_and_back(paper: Paper, mine: Comment, client: Client) -> None:
    page = shown(client)
    back = f"/accounts/login/?next={PAGE.replace('/', '%2F')}%23write"
    assert f'<a class="button is-quiet is-small" href="{back}">Sign in to comment</a>' in page
    assert "<textarea" not in page
    for address in (f"{PAGE}/comments", f"{PAGE}/comments/preview"):
        response = client.post(address, {"source": "Anybody"})
        assert response["Location"] == back
        assert client.post(address, headers=HTMX)["HX-Redirect"] == back
    for action in ("reply", "edit", "delete"):
        back = f"/accounts/login/?next=%2Fcomments%2F{mine.pk}%2F{action}"
        assert client.get(f"/comments/{mine.pk}/{action}")["Location"] == back
        assert client.post(f"/comments/{mine.pk}/{action}", {"source": "Anybody"})["Location"] == back
    assert state(paper) == (1, 1)


@pytest.mark.parametrize("paper_state", ["hidden", "pending"])
def test_a_paper_that_is_not_listed_has_no_discussion(
    paper_state: str, paper: Paper, mine: Comment, reader: User, reader_client: Client, staff: User
) -> None:
    Paper.objects.update(state=paper_state)
    desk = Client()
    desk.force_login(staff)
    for client in (reader_client, desk):
        for address in (f"{PAGE}/comments", f"{PAGE}/comments/preview", f"/comments/{mine.pk}/reply"):
            assert client.post(address, {"source": "Still"}).status_code == 404
    for action in ("edit", "delete"):
        assert reader_client.post(f"/comments/{mine.pk}/{action}", {"source": "Still"}).status_code == 404
    with pytest.raises(CommentRefused):
        post_comment(paper, reader, "Still", now=NOON)
    with pytest.raises(CommentRefused):
        edit_comment(mine, "Still", NOON)
    with pytest.raises(CommentRefused):
        delete_comment(mine, NOON)
    assert state(paper) == (1, 1)
    assert reader_client.get(f"/comments/{mine.pk}").status_code == 404
    assert desk.get(f"/comments/{mine.pk}").status_code == 302
    assert "its discussion is closed" in shown(desk)


def test_the_permalink_leads_to_the_place(mine: Comment, client: Client) -> None:
    assert client.get(f"/comments/{mine.pk}")["Location"] == f"{PAGE}#comment-{mine.pk}"
    part = client.get(f"/comments/{mine.pk}", headers=HTMX).content.decode()
    assert part.strip().startswith('<div class="own"')
    for number in (mine.pk + 1, "9" * 30):
        assert client.get(f"/comments/{number}").status_code == 404


def test_signed_in_and_with_many_comments_the_page_asks_no_more(
    paper: Paper, reader: User, reader_client: Client, count_queries: Callable[..., int]
) -> None:
    reader_client.get(PAGE)
    few = count_queries(reader_client.get, PAGE)
    parent = None
    for number in range(12):
        gone_at = NOON if number % 4 == 1 else None
        parent = make_comment(paper, reader if number % 2 else None, parent=parent, deleted_at=gone_at)
    assert count_queries(reader_client.get, PAGE) == few


# Too often


def test_too_many_a_minute_are_refused_with_a_sentence_and_the_words_kept(
    paper: Paper, mine: Comment, reader_client: Client, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"comment": "3/m/user"}
    assert reader_client.post(f"{PAGE}/comments", {"source": ""}).status_code == 422  # counts for nothing
    for source in ("One", "Two"):
        assert reader_client.post(f"{PAGE}/comments", {"source": source}).status_code == 302
    assert reader_client.post(f"/comments/{mine.pk}/edit", {"source": "Three"}).status_code == 302
    for address in (f"{PAGE}/comments", f"/comments/{mine.pk}/reply", f"/comments/{mine.pk}/edit"):
        for how in ({}, HTMX):
            response = reader_client.post(address, {"source": "Four"}, headers=how)
            assert response.status_code == 429
            assert "That is a lot at once." in response.content.decode()
            assert "Four</textarea>" in response.content.decode()
    assert state(paper) == (3, 3)
    other = Client()
    other.force_login(make_user())
    assert other.post(f"{PAGE}/comments", {"source": "Five"}).status_code == 302


def test_ten_a_minute_and_a_hundred_a_day_are_the_limit(settings: Any) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["comment"] == "10/m/user,100/d/user"


def test_previews_are_limited_too(paper: Paper, reader_client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"comment_preview": "1/m/user"}
    answers = [reader_client.post(f"{PAGE}/comments/preview", {"source": "x"}).status_code for _ in range(2)]
    assert answers == [200, 429]


# Many at once


def _in_threads(calls: Sequence[Callable[[], Comment]]) -> list[Comment]:
    def run(call: Callable[[], Comment]) -> Comment:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_twenty_readers_at_once_are_counted_exactly() -> None:
    paper = make_paper()
    readers = [make_user() for _ in range(20)]
    written = _in_threads([partial(post_comment, paper, reader, "Me too", now=NOON) for reader in readers])
    assert state(paper) == (20, 20)
    # Seven go, each sent three times over, while others answer.
    calls: list[Callable[[], Comment]] = [partial(delete_comment, comment, NOON) for comment in written[:7] * 3]
    calls += [partial(post_comment, paper, reader, "Yes", parent=written[9], now=NOON) for reader in readers]
    _in_threads(calls)
    assert state(paper) == (33, 33)


@pytest.mark.django_db(transaction=True)
def test_twenty_sendings_of_one_form_leave_one_comment() -> None:
    paper, reader = make_paper(), make_user()
    written = _in_threads([lambda: post_comment(paper, reader, "Once", now=NOON)] * 20)
    assert len({comment.pk for comment in written}) == 1
    assert state(paper) == (1, 1)
    _in_threads([lambda: edit_comment(written[0], "Twice", NOON)] * 20)
    assert written[0].edits.count() == 1
