"""Who has neither password nor second step signs in again before an account's own secrets."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

GUARDED = [
    ("get", "/accounts/data/export/"),
    ("post", "/accounts/delete/"),
    ("post", "/accounts/password/set/"),
    ("post", "/accounts/email/"),
    ("post", "/accounts/2fa/totp/activate/"),
    ("post", "/accounts/2fa/webauthn/add/"),
    ("post", "/accounts/3rdparty/"),
]


@pytest.fixture
def from_elsewhere(db: None) -> User:
    """Signed up by another site: there is nothing of theirs that we could ask for."""
    user = make_user(username="lise", email="lise@example.org")
    user.set_unusable_password()
    user.save()
    return user


def signed_in(user: User, ago: float | None) -> Client:
    """A session that began so many seconds ago by another site, or of which that is not known."""
    client = Client()
    client.force_login(user)
    session = client.session
    if ago is not None:
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [
            {"method": "socialaccount", "at": time.time() - ago, "reauthenticated": True}
        ]
    session.save()
    return client


def ask(client: Client, method: str, address: str) -> Any:
    return getattr(client, method)(address, {"username": "lise"} if method == "post" else {})


@pytest.mark.parametrize(("method", "address"), GUARDED)
@pytest.mark.parametrize("ago", [None, 3_600])
def test_an_old_session_is_not_enough(from_elsewhere: User, method: str, address: str, ago: float | None) -> None:
    client = signed_in(from_elsewhere, ago)
    answer = ask(client, method, address)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")
    assert "For this, sign in again." in client.get(answer["Location"]).text
    assert "_auth_user_id" not in client.session
    assert User.objects.filter(pk=from_elsewhere.pk).exists()


@pytest.mark.parametrize(("method", "address"), GUARDED)
def test_who_just_signed_in_goes_on(from_elsewhere: User, method: str, address: str) -> None:
    client = signed_in(from_elsewhere, 10)
    answer = ask(client, method, address)
    assert "/accounts/login/" not in answer.get("Location", "")


def test_looking_asks_for_nothing(from_elsewhere: User) -> None:
    client = signed_in(from_elsewhere, None)
    for address in ("/accounts/profile/", "/accounts/email/", "/accounts/delete/", "/accounts/sessions/"):
        assert client.get(address).status_code == 200


def test_with_a_password_that_is_asked_for_instead(reader_client: Client) -> None:
    answer = reader_client.get("/accounts/data/export/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_no_browser_keeps_an_accounts_pages(reader_client: Client) -> None:
    for address in ("/accounts/email/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/data/", "/accounts/login/"):
        assert "no-store" in reader_client.get(address)["Cache-Control"], address
    assert "Cache-Control" not in reader_client.get("/")


def test_an_address_that_is_anothers_main_one_becomes_nobody_elses(reader: User) -> None:
    make_user(username="boss", email="boss@example.org")
    EmailAddress.objects.create(user=reader, email="boss@example.org", verified=True)
    form = {"email": "boss@example.org", "action_primary": ""}
    answer = signed_in(reader, 10).post("/accounts/email/", form, follow=True)
    assert "Another account has this address as its main one." in answer.text
    reader.refresh_from_db()
    assert reader.email == "rosalind@example.org"
    assert EmailAddress.objects.get(user=reader, primary=True).email == "rosalind@example.org"
