"""What staff do to accounts is held to the rules that readers have, and to a number that somebody can look at."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import RetiredName, User
from tests.papers.admin.filling import act, said, save

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"
NEW = {
    "email": "mary@example.org",
    "usable_password": "true",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
}


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def errors(response: Any) -> str:
    found = BeautifulSoup(response.text, "html.parser").select(".errorlist")
    return " ".join(error.get_text(" ", strip=True) for error in found)


def test_staff_give_nobody_the_name_of_somebody_who_left(desk: Client, reader: User) -> None:
    RetiredName.objects.retire("mary")
    assert errors(desk.post(f"{USERS}add/", NEW | {"username": "Mary"})) == "This user name is taken."
    assert not User.objects.filter(username__iexact="mary").exists()
    response = save(desk, f"{USERS}{reader.pk}/change/", "#user_form", username="mary")
    assert "This user name is taken." in errors(response)
    reader.refresh_from_db()
    assert reader.username == "rosalind"


def test_a_name_that_somebody_has_is_taken_once(desk: Client, reader: User) -> None:
    assert errors(desk.post(f"{USERS}add/", NEW | {"username": "Rosalind"})) == "This user name is taken."


def test_whoever_has_a_name_keeps_it(desk: Client, reader: User) -> None:
    RetiredName.objects.retire(reader.username)
    response = save(desk, f"{USERS}{reader.pk}/change/", "#user_form", username="Rosalind", about="Crystals.")
    assert response.redirect_chain, errors(response)
    reader.refresh_from_db()
    assert (reader.username, reader.about) == ("Rosalind", "Crystals.")


@pytest.mark.parametrize("name", ["deactivate", "reactivate", "delete_selected"])
def test_more_than_a_thousand_at_a_time_are_left_alone(name: str, desk: Client) -> None:
    is_active = name != "reactivate"
    User.objects.bulk_create(User(username=f"many{number}", is_active=is_active) for number in range(1_000))
    one = User.objects.get(username="many1")
    response = act(desk, name, one, where=USERS, select_across="1", post="yes")
    assert said(response) == "Choose at most 1,000 at a time."
    assert User.objects.filter(username__startswith="many", is_active=is_active).count() == 1_000
    assert not LogEntry.objects.exists()
