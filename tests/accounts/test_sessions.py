"""Where a reader is signed in: listed, and ended one by one or all at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.browsers import browser_name
from accounts.middleware import SEEN_EVERY_SECONDS, SEEN_KEY
from accounts.models import User
from accounts.tasks import clear_sessions
from tests.accounts.test_sign_up import signed_in_as

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
ADDRESS = "/accounts/sessions/"


def sign_in(user_agent: str = FIREFOX, ip: str = "192.0.2.1") -> Client:
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=ip)
    client.post("/accounts/login/", {"login": "rosalind", "password": "correct horse battery"})
    assert signed_in_as(client) == "rosalind"
    return client


def test_every_sign_in_is_listed_with_browser_and_address(reader: User) -> None:
    here, phone = sign_in(), sign_in(PHONE, "192.0.2.77")
    page = here.get(ADDRESS).text
    assert page.index("Firefox on Linux") < page.index("Safari on iPhone")
    assert "192.0.2.77" in page
    assert page.count("this one") == 1
    assert page.count("End it") == 1
    assert phone.get(ADDRESS).text.index("Safari on iPhone") < page.index("Firefox on Linux") + 500


def test_one_is_ended_and_the_others_go_on(reader: User) -> None:
    here, phone, third = sign_in(), sign_in(PHONE), sign_in()
    number = UserSession.objects.get(user_agent=PHONE).pk
    assert phone.get("/accounts/profile/").status_code == 200
    for _ in range(2):
        assert here.post(f"{ADDRESS}{number}/end/", follow=True).status_code == 200
    assert phone.get("/accounts/profile/").status_code == 302
    assert third.get("/accounts/profile/").status_code == 200


def test_all_others_are_ended_at_once(reader: User) -> None:
    here, phone, third = sign_in(), sign_in(PHONE), sign_in()
    assert "All other sessions are ended." in here.post(ADDRESS, follow=True).text
    assert [browser.get("/accounts/profile/").status_code for browser in (here, phone, third)] == [200, 302, 302]


def test_nobody_ends_anothers_session(reader: User, staff: User) -> None:
    here, stranger = sign_in(), Client()
    number = UserSession.objects.get().pk
    assert stranger.post(f"{ADDRESS}{number}/end/").status_code == 302
    stranger.force_login(staff)
    stranger.post(f"{ADDRESS}{number}/end/")
    assert here.get("/accounts/profile/").status_code == 200
    assert here.get(f"{ADDRESS}{number}/end/").status_code == 405


def test_a_changed_password_ends_the_others(reader: User) -> None:
    here, phone = sign_in(), sign_in(PHONE)
    form = {"oldpassword": "correct horse battery", "password1": "another horse entirely"}
    here.post("/accounts/password/change/", form | {"password2": "another horse entirely"})
    assert here.get("/accounts/profile/").status_code == 200
    assert phone.get("/accounts/profile/").status_code == 302
    assert "Safari on iPhone" not in here.get(ADDRESS).text


def test_the_last_use_is_noted_now_and_then_and_costs_nothing_between(
    reader: User, count_queries: Callable[..., int]
) -> None:
    here = sign_in()
    before = UserSession.objects.get().last_seen_at
    quiet = count_queries(here.get, "/about/ranking")
    assert UserSession.objects.get().last_seen_at == before
    session = here.session
    session[SEEN_KEY] -= SEEN_EVERY_SECONDS
    session.save()
    assert count_queries(here.get, "/about/ranking", REMOTE_ADDR="192.0.2.9") > quiet
    seen = UserSession.objects.get()
    assert (seen.last_seen_at > before, seen.ip) == (True, "192.0.2.9")
    assert count_queries(here.get, "/about/ranking") == quiet


def test_the_list_spends_no_more_queries_on_more_sessions(reader: User, count_queries: Callable[..., int]) -> None:
    here = sign_in()
    sign_in(PHONE)
    few = count_queries(here.get, ADDRESS)
    for _ in range(5):
        sign_in(PHONE)
    assert count_queries(here.get, ADDRESS) == few


def test_from_where_an_ended_session_came_is_forgotten(reader: User) -> None:
    here, phone = sign_in(), sign_in(PHONE)
    phone.post("/accounts/logout/")
    assert "Safari on iPhone" not in here.get(ADDRESS).text
    assert UserSession.objects.count() == 1
    here.post("/accounts/logout/")
    clear_sessions(timestamp=0)
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "curl/8.0"),
        ("", "A browser that does not say which"),
    ],
)
def test_a_browser_is_called_as_its_reader_calls_it(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
