"""Accounts that staff shut out and let in again."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from tests.factories import make_comment, make_paper, make_user
from tests.papers.admin.conftest import client_with
from tests.papers.admin.filling import act, logged, said

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/password_change/").status_code == 200 or "Sign out" in client.get("/").text


def test_a_deactivated_reader_is_out_at_once_and_stays_out_after_all_is_forgiven(
    desk: Client, reader: User, reader_client: Client
) -> None:
    assert is_signed_in(reader_client)
    key = reader_client.session.session_key
    assert "1 deactivated" in said(act(desk, "deactivate", reader, where=USERS))
    assert not User.objects.get(pk=reader.pk).is_active
    assert not is_signed_in(reader_client)
    assert not Session.objects.filter(session_key=key).exists()
    assert logged(reader) == ["Deactivated."]
    assert "1 left" in said(act(desk, "deactivate", reader, where=USERS))
    assert "1 reactivated" in said(act(desk, "reactivate", reader, where=USERS))
    assert User.objects.get(pk=reader.pk).is_active
    assert not is_signed_in(reader_client)
    assert logged(reader) == ["Reactivated.", "Deactivated."]
    assert is_signed_in(desk)


def test_an_account_that_is_shut_in_its_form_has_no_session_left(
    desk: Client, reader: User, reader_client: Client
) -> None:
    key = reader_client.session.session_key
    desk.post(f"{USERS}{reader.pk}/change/", {"username": reader.username, "email": reader.email})
    assert not User.objects.get(pk=reader.pk).is_active
    assert not Session.objects.filter(session_key=key).exists()


def test_nobody_shuts_themselves_out(desk: Client, staff: User) -> None:
    act(desk, "deactivate", staff, where=USERS)
    staff.refresh_from_db()
    assert staff.is_active


def test_only_a_superuser_shuts_out_a_superuser(staff: User, reader: User) -> None:
    client = client_with("accounts.view_user", "accounts.change_user")
    act(client, "deactivate", staff, reader, where=USERS)
    staff.refresh_from_db()
    reader.refresh_from_db()
    assert (staff.is_active, reader.is_active) == (True, False)


def test_who_may_only_look_shuts_nobody_out(reader: User) -> None:
    client = client_with("accounts.view_user")
    assert reader.username in client.get(USERS).text
    act(client, "deactivate", reader, where=USERS)
    reader.refresh_from_db()
    assert reader.is_active


def test_the_list_counts_upvotes_and_comments(desk: Client) -> None:
    reader = make_user(username="emmy")
    paper = make_paper()
    paper.votes.create(user=reader)
    make_comment(paper, reader)
    make_comment(paper, reader)
    row = BeautifulSoup(desk.get(USERS, {"q": "emmy"}).text, "html.parser").select_one("#result_list tbody tr")
    assert row is not None
    cells = {str(cell["class"][0]): cell.get_text() for cell in row.select("td, th")}
    assert (cells["field-votes_cast"], cells["field-comments_made"], cells["field-seen"]) == ("1", "2", "never")
