"""Admin has no door of its own: it leads to the readers' sign-in page, and to its limits on guessing."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery"


@pytest.mark.parametrize("address", ["/admin/", "/admin/papers/paper/?q=light"])
def test_staff_sign_in_at_the_readers_door_and_arrive(address: str, client: Client, staff: User) -> None:
    page = client.get(address, follow=True)
    path, query = page.redirect_chain[-1][0].split("?")
    assert path == "/accounts/login/"
    assert 'name="next"' in page.text
    response = client.post(f"{path}?{query}", {"login": staff.username, "password": SECRET})
    assert response["Location"] == address
    assert client.get(address).status_code == 200


def test_admins_own_form_signs_nobody_in(client: Client, staff: User) -> None:
    response = client.post("/admin/login/", {"username": staff.username, "password": SECRET, "next": "/admin/"})
    assert response["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert "_auth_user_id" not in client.session


def test_guessing_a_staff_password_is_stopped_whatever_the_network(client: Client, staff: User) -> None:
    guess = {"login": staff.username, "password": "wrong", "next": "/admin/"}
    for number in range(6):
        client.post("/accounts/login/", guess, REMOTE_ADDR=f"192.0.2.{number}")
    right = {"login": staff.username, "password": SECRET, "next": "/admin/"}
    response = client.post("/accounts/login/", right)
    assert "Too many attempts" in response.text
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("address", ["/admin/", "/admin/papers/paper/"])
def test_a_reader_is_told_that_the_desk_is_for_staff(address: str, reader_client: Client) -> None:
    response = reader_client.get(address, follow=True)
    assert response.status_code == 403
    assert 'class="error-page"' in response.text
    assert "Only staff may open the desk" in response.text
    # One step, no circle.
    assert len(response.redirect_chain) == 1


def test_staff_who_are_in_already_are_led_on(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert client.get("/admin/login/")["Location"] == "/admin/"


@pytest.mark.parametrize("address", ["chief@example.org", ""])
def test_who_was_made_on_the_command_line_signs_in_and_opens_the_desk(
    address: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", SECRET)
    call_command("createsuperuser", username="chief", email=address, interactive=False, verbosity=0)
    for login in filter(None, ["chief", address]):
        response = client.post("/accounts/login/", {"login": login, "password": SECRET, "next": "/admin/"})
        assert response["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200
        client.post("/accounts/logout/")
    assert mail.outbox == []
