"""Staff delete several users: all of them or nobody, and the log says what happened."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client

from accounts.models import User
from papers.admin import people
from papers.services.leaving import LeavingRefused, delete_account
from tests.factories import make_user
from tests.papers.admin.filling import act, said

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch, db: None) -> list[User]:
    """Of whom the second keeps voting while the account goes."""
    users = [make_user() for _ in range(3)]

    def refuse_one(user: User) -> bool:
        if user == users[1]:
            raise LeavingRefused("This account is being used at this moment. Try again.")
        return delete_account(user)

    monkeypatch.setattr(people, "delete_account", refuse_one)
    return users


def test_a_refusal_of_one_leaves_all_and_is_told(desk: Client, three: list[User]) -> None:
    response = act(desk, "delete_selected", *three, where=USERS, post="yes")
    assert response.status_code == 200
    assert said(response) == (
        f"Nobody was deleted. {three[1]} can’t be deleted. This account is being used at this moment. Try again."
    )
    assert User.objects.filter(pk__in=[user.pk for user in three]).count() == 3
    assert not LogEntry.objects.exists()
    assert not mail.outbox


def test_without_it_all_go_and_each_has_a_line(desk: Client, three: list[User]) -> None:
    response = act(desk, "delete_selected", three[0], three[2], where=USERS, post="yes")
    assert said(response) == "Successfully deleted 2 users."
    assert set(User.objects.values_list("username", flat=True)) == {"editor", three[1].username}
    assert LogEntry.objects.count() == 2


def test_a_refusal_on_the_users_own_page_is_a_sentence_there(desk: Client, three: list[User]) -> None:
    response = desk.post(f"{USERS}{three[1].pk}/delete/", {"post": "yes"}, follow=True)
    assert response.redirect_chain == [(f"{USERS}{three[1].pk}/change/", 302)]
    assert "Nobody was deleted." in said(response)
    assert User.objects.filter(pk=three[1].pk).exists()
    assert not LogEntry.objects.exists()
