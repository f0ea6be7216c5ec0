"""Signing in with an account elsewhere, from the button to the other site and back, against a local issuer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.core import mail
from django.test import Client

from accounts.models import User
from papers.services.leaving import delete_account
from tests.accounts.oidc import CLIENT_ID, Issuer, issuing
from tests.accounts.test_sign_up import mailed_link, signed_in_as
from tests.accounts.test_templates import assert_is_ours

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery"
LEAVE, BACK = "/accounts/with/lab/", "/accounts/oidc/lab/login/callback/"
ADA = {"sub": "1815", "preferred_username": "ada", "email": "ada@example.org", "email_verified": True}


@pytest.fixture
def issuer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    with issuing() as issuer:
        app = {"client_id": CLIENT_ID, "secret": "s", "provider_id": "lab", "name": "The Lab"}
        app["settings"] = {"server_url": issuer.address}  # type: ignore[assignment]
        settings.SOCIALACCOUNT_PROVIDERS = {
            "github": {"APPS": [{"client_id": "g", "secret": "s", "name": "GitHub"}]},
            "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True},
        }
        monkeypatch.setitem(registry.provider_map, "github", GitHubProvider)
        monkeypatch.setitem(registry.provider_map, "openid_connect", OpenIDConnectProvider)
        issuer.person = dict(ADA)
        yield issuer


def state_of(client: Client, **form: str) -> str:
    """Press the button; return the state that the other site is to give back."""
    page = client.post(LEAVE, {"process": "login"} | form)
    assert page.status_code == 200
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert found, page.text
    return parse_qs(urlsplit(unescape(found[1])).query)["state"][0]


def visit(client: Client, **form: str) -> Any:
    """Press the button, agree at the other site, and come back."""
    return client.get(BACK, {"code": "x", "state": state_of(client, **form)})


def sign_up(client: Client, **form: str) -> Any:
    assert visit(client)["Location"] == "/accounts/3rdparty/signup/"
    return client.post("/accounts/3rdparty/signup/", {"username": "ada", "email": ADA["email"]} | form)


# Where no keys are set


def test_without_keys_there_is_no_button_and_no_way(client: Client, reader_client: Client) -> None:
    for address in ("/accounts/login/", "/accounts/signup/"):
        assert "/accounts/with/" not in client.get(address).text
    assert "Connected accounts" not in reader_client.get("/accounts/profile/").text
    for address in (LEAVE, BACK, "/accounts/with/github/", "/accounts/github/login/callback/"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)


# The way there


@pytest.mark.parametrize(
    ("address", "verb"), [("/accounts/login/", "Sign in with"), ("/accounts/signup/", "Sign up with")]
)
def test_each_site_has_a_button_that_posts(issuer: Issuer, client: Client, address: str, verb: str) -> None:
    page = client.get(f"{address}?next=/papers/new").text
    assert_is_ours(page)
    for slug, name in (("github", "GitHub"), ("lab", "The Lab")):
        form = re.search(rf'<form method="post" action="/accounts/with/{slug}/">(.*?)</form>', page, re.DOTALL)
        assert form
        assert f"{verb} {name}</button>" in form[1]
        assert '<input type="hidden" name="next" value="/papers/new">' in form[1]


def test_a_link_alone_leads_nowhere(issuer: Issuer, client: Client) -> None:
    page = client.get(LEAVE)
    assert_is_ours(page.text)
    assert "http-equiv" not in page.text
    assert "Go on to The Lab</button>" in page.text


def test_the_page_that_leads_there_is_ours_and_keeps_the_policy(issuer: Issuer, client: Client) -> None:
    page = client.post(LEAVE)
    assert_is_ours(page.text)
    assert "form-action 'self'" in page["Content-Security-Policy"]
    assert page.text.count(f"{issuer.address}/authorize?") == 2
    assert "no-store" in page["Cache-Control"]
    github = client.post("/accounts/with/github/").text
    assert "https://github.com/login/oauth/authorize?client_id=g&amp;" in github
    assert "scope=user%3Aemail" in github


def test_the_code_is_bound_to_the_browser_that_asked(issuer: Issuer, client: Client) -> None:
    assert "code_challenge=" in client.post(LEAVE).text
    visit(client)
    assert issuer.verifiers


# Signing up and in


def test_signing_up_choosing_a_name_and_signing_in_again(issuer: Issuer, client: Client) -> None:
    response = visit(client, next="/papers/new")
    page = client.get(response["Location"])
    assert_is_ours(page.text)
    assert 'value="ada@example.org"' in page.text
    assert not User.objects.exists()
    response = client.post(response["Location"], {"username": "ada", "email": "ada@example.org"})
    assert response["Location"] == "/papers/new"
    assert signed_in_as(client) == "ada"
    assert EmailAddress.objects.get().verified
    assert not User.objects.get().has_usable_password()
    # No token is kept: nothing here acts in anybody's name elsewhere.
    assert not SocialToken.objects.exists()
    other = Client()
    assert visit(other, next="/papers/trending")["Location"] == "/papers/trending"
    assert signed_in_as(other) == "ada"
    assert User.objects.count() == 1


@pytest.mark.parametrize("person", [ADA | {"email_verified": False}, {"sub": "1815", "preferred_username": "ada"}])
def test_an_address_that_the_site_does_not_vouch_for_is_confirmed_by_mail(
    issuer: Issuer, client: Client, person: dict[str, Any]
) -> None:
    issuer.person = person
    assert sign_up(client)["Location"] == "/accounts/confirm-email/"
    assert signed_in_as(client) == ""
    client.post(mailed_link())
    assert signed_in_as(client) == "ada"


def test_an_address_typed_instead_stays_second_until_it_is_confirmed(issuer: Issuer, client: Client) -> None:
    sign_up(client, email="other@example.org")
    rows = EmailAddress.objects.order_by("email").values_list("email", "verified", "primary")
    assert list(rows) == [("ada@example.org", True, True), ("other@example.org", False, False)]


@pytest.mark.parametrize("here", ["confirmed", "unconfirmed", "made by staff"])
def test_an_address_of_another_account_is_not_brought_along(
    issuer: Issuer, client: Client, reader: User, here: str
) -> None:
    EmailAddress.objects.update(verified=here == "confirmed")
    if here == "made by staff":
        EmailAddress.objects.all().delete()
    issuer.person |= {"email": reader.email}
    assert sign_up(client, email="other@example.org")["Location"] == "/accounts/confirm-email/"
    ada = User.objects.get(username="ada")
    assert list(EmailAddress.objects.filter(user=ada).values_list("email", "verified")) == [
        ("other@example.org", False)
    ]
    client.post(mailed_link())
    assert signed_in_as(client) == "ada"


@pytest.mark.parametrize("is_verified_there", [True, False])
@pytest.mark.parametrize("is_confirmed_here", [True, False])
def test_nobody_takes_over_the_account_of_that_address(
    issuer: Issuer, client: Client, reader: User, is_verified_there: bool, is_confirmed_here: bool
) -> None:
    EmailAddress.objects.update(verified=is_confirmed_here)
    issuer.person |= {"email": reader.email, "email_verified": is_verified_there}
    response = sign_up(client, email=reader.email)
    assert signed_in_as(client) == ""
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    # The answer is that of a new address; its owner is told by mail.
    assert response["Location"] == "/accounts/confirm-email/"
    assert mail.outbox[-1].subject == "You have an account already"


def test_a_taken_name_is_refused_and_another_one_taken(issuer: Issuer, client: Client, reader: User) -> None:
    page = sign_up(client, username="Rosalind")
    assert "This user name is taken." in page.text
    client.post("/accounts/3rdparty/signup/", {"username": "ada", "email": "ada@example.org"})
    assert signed_in_as(client) == "ada"


def test_a_second_step_is_asked_for_here_too(issuer: Issuer, client: Client) -> None:
    from allauth.mfa.models import Authenticator

    sign_up(client)
    Authenticator.objects.create(user=User.objects.get(), type="totp", data={"secret": "x"})
    other = Client()
    assert visit(other)["Location"] == "/accounts/2fa/authenticate/"
    assert signed_in_as(other) == ""


def test_a_closed_account_stays_closed(issuer: Issuer, client: Client) -> None:
    sign_up(client)
    User.objects.update(is_active=False)
    other = Client()
    assert visit(other)["Location"] == "/accounts/inactive/"
    assert signed_in_as(other) == ""


def test_a_deleted_account_leaves_nothing_connected(issuer: Issuer, client: Client) -> None:
    sign_up(client)
    delete_account(User.objects.get())
    assert visit(Client())["Location"] == "/accounts/3rdparty/signup/"


# Connecting


def test_an_account_is_connected_used_and_disconnected(issuer: Issuer, client: Client, reader: User) -> None:
    client.post("/accounts/login/", {"login": "rosalind", "password": SECRET})
    client.post("/accounts/reauthenticate/", {"password": SECRET})
    assert "Connected accounts" in client.get("/accounts/profile/").text
    assert visit(client, process="connect")["Location"] == "/accounts/3rdparty/"
    page = client.get("/accounts/3rdparty/").text
    assert_is_ours(page)
    assert "The account is connected." in page
    assert "<b>The Lab</b>" in page
    assert mail.outbox[-1].subject == "An account was connected"
    other = Client()
    visit(other)
    assert signed_in_as(other) == "rosalind"
    number = SocialAccount.objects.get().pk
    client.post("/accounts/3rdparty/", {"account": number})
    assert not SocialAccount.objects.exists()
    assert mail.outbox[-1].subject == "An account was disconnected"


def test_connecting_asks_for_the_password_first(issuer: Issuer, reader_client: Client) -> None:
    assert visit(reader_client, process="connect")["Location"] == "/accounts/reauthenticate/"
    assert not SocialAccount.objects.exists()
    response = reader_client.post("/accounts/reauthenticate/", {"password": SECRET})
    assert response["Location"] == "/accounts/3rdparty/"
    assert SocialAccount.objects.exists()


def test_the_only_way_in_is_not_disconnected(issuer: Issuer, client: Client) -> None:
    sign_up(client)
    page = client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert "Choose a password first" in page.text
    assert SocialAccount.objects.exists()


def test_an_account_of_somebody_else_is_not_connected_twice(issuer: Issuer, client: Client, reader: User) -> None:
    sign_up(client)
    other = Client()
    other.post("/accounts/login/", {"login": "rosalind", "password": SECRET})
    other.post("/accounts/reauthenticate/", {"password": SECRET})
    visit(other, process="connect")
    assert "connected to another account here" in other.get("/accounts/3rdparty/").text
    assert SocialAccount.objects.get().user.username == "ada"


def test_what_is_connected_at_a_site_that_is_no_longer_set_up_breaks_no_page(
    issuer: Issuer, reader_client: Client, reader: User
) -> None:
    SocialAccount.objects.create(user=reader, provider="gone", uid="1")
    assert reader_client.get("/accounts/3rdparty/").status_code == 200


# What goes wrong there


def test_saying_no_there_changes_nothing_here(issuer: Issuer, client: Client) -> None:
    response = client.get(BACK, {"error": "access_denied", "state": state_of(client)}, follow=True)
    assert_is_ours(response.text)
    assert "Nothing was signed in" in response.text
    assert not User.objects.exists()


@pytest.mark.parametrize("answer", [{"error": "server_error"}, {}, {"code": ""}])
def test_an_error_there_is_told_plainly(issuer: Issuer, client: Client, answer: dict[str, str]) -> None:
    if answer.get("code") == "":
        issuer.broken = "/token"
    response = client.get(BACK, answer | {"state": state_of(client)})
    assert response.status_code == 401
    assert_is_ours(response.text)
    assert "did not say who you are" in response.text


@pytest.mark.parametrize("state", ["", "x", None])
def test_an_answer_that_nobody_asked_for_signs_nobody_in(issuer: Issuer, client: Client, state: str | None) -> None:
    state_of(client)
    response = client.get(BACK, {"code": "x"} | ({} if state is None else {"state": state}))
    assert response.status_code == 401
    assert signed_in_as(client) == ""


def test_an_answer_meant_for_another_browser_signs_nobody_in(issuer: Issuer, client: Client) -> None:
    state = state_of(client)
    assert Client().get(BACK, {"code": "x", "state": state}).status_code == 401
    # Nor twice.
    assert client.get(BACK, {"code": "x", "state": state}).status_code == 302
    assert client.get(BACK, {"code": "x", "state": state}).status_code == 401


@pytest.mark.parametrize("broken", ["/openid-configuration", "/token", "/userinfo"])
def test_a_site_that_is_down_is_told_plainly(issuer: Issuer, client: Client, broken: str) -> None:
    state = state_of(client)
    issuer.broken = broken
    if broken == "/openid-configuration":
        assert client.post(LEAVE).status_code == 401
    response = client.get(BACK, {"code": "x", "state": state})
    assert response.status_code == 401
    assert "The Lab did not say who you are" in response.text


@pytest.mark.parametrize("person", [{}, {"sub": ""}, {"email": "ada@example.org"}])
def test_an_answer_without_an_identity_is_no_answer(issuer: Issuer, client: Client, person: dict[str, Any]) -> None:
    issuer.person = person
    assert visit(client).status_code == 401
    assert not User.objects.exists()


def test_a_token_for_another_client_is_refused(issuer: Issuer, client: Client) -> None:
    issuer.audience = "somebody-else"
    assert visit(client).status_code == 401


def test_who_is_already_in_another_browser_tab_comes_back_as_themselves(
    issuer: Issuer, client: Client, reader: User
) -> None:
    sign_up(client)
    client.force_login(reader)
    visit(client)
    assert signed_in_as(client) == "ada"
