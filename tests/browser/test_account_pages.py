"""The pages of an account in a browser: their policy, their width, and the whole way without JavaScript."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from playwright.sync_api import ViewportSize, expect

from accounts.models import User
from papers.services.comments import post_comment
from papers.services.votes import cast_upvote
from tests.accounts.oidc import CLIENT_ID, Issuer, issuing
from tests.browser.conftest import Browse
from tests.browser.watch import Watch
from tests.factories import NOON, make_comment, make_paper

SECRET = "correct horse battery"
PHONE = ViewportSize(width=320, height=700)
PAGES = [
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/3rdparty/",
    "/accounts/data/",
    "/accounts/delete/",
    "/users/rosalind",
    "/users/rosalind/upvotes",
    "/users/rosalind/comments",
]


@pytest.fixture
def active(reader: User) -> User:
    paper = make_paper("Lamplight", arxiv_id="1706.03762", categories=("cs.LG",))
    cast_upvote(paper, reader)
    post_comment(paper, reader, "It **shines**, as $x^2$ does.", now=NOON)
    return reader


def test_every_page_keeps_the_policy_and_fits_a_narrow_screen(browse: Browse, watch: Watch, active: User) -> None:
    page = browse(active, viewport=PHONE)
    for address in PAGES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert not watch.problems, address


def test_the_code_for_an_app_is_seen_by_night(browse: Browse, active: User) -> None:
    page = browse(active, color_scheme="dark")
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Go on").click()
    picture = page.get_by_role("img", name="QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert picture.evaluate("image => getComputedStyle(image).backgroundColor") == "rgb(255, 255, 255)"


def test_more_comments_come_in_place(browse: Browse, active: User) -> None:
    paper = make_paper()
    for number in range(25):
        make_comment(paper, active, f"Remark {number}.")
    page = browse()
    page.goto("/users/rosalind/comments")
    expect(page.locator("article.comment")).to_have_count(20)
    page.get_by_role("link", name="More comments").click()
    expect(page.locator("article.comment")).to_have_count(26)
    expect(page.locator("article.comment").nth(20)).to_be_focused()
    assert page.url.endswith("/users/rosalind/comments")


def test_the_whole_way_without_javascript(browse: Browse, active: User, tmp_path: Path) -> None:
    page = browse(active, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="rosalind").click()
    page.get_by_role("link", name="Your account").click()
    page.get_by_label("About you").fill("Crystals, mostly.")
    page.get_by_label("My profile lists my comments").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="See your profile").click()
    expect(page.get_by_text("Crystals, mostly.")).to_be_visible()
    expect(page.get_by_text("Only you see this")).to_have_count(1)
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Your data").click()
    page.get_by_role("link", name="Save my data").click()
    page.get_by_label("Password").fill(SECRET)
    with page.expect_download() as download:
        page.get_by_role("button", name="Go on").click()
    download.value.save_as(tmp_path / "data.json")
    told = json.loads((tmp_path / "data.json").read_text())
    assert [row["paper"] for row in told["upvotes"]] == ["1706.03762"]
    page.goto("/accounts/data/")
    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Your user name").fill("rosalind")
    page.get_by_label("Your password").fill(SECRET)
    page.get_by_role("button", name="Delete rosalind for good").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    page.goto("/papers/1706.03762")
    expect(page.get_by_text("deleted user")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_way_to_another_site_and_back(
    browse: Browse, watch: Watch, settings: Any, monkeypatch: pytest.MonkeyPatch, scripts: bool
) -> None:
    """The other site is another host, where `form-action` would stop a form that was redirected to it."""
    with issuing() as issuer:
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [_app(issuer)]}}
        monkeypatch.setitem(registry.provider_map, "openid_connect", OpenIDConnectProvider)
        issuer.person = {"sub": "7", "preferred_username": "ada", "email": "ada@example.org", "email_verified": True}
        watch.expect_host(urlsplit(issuer.address).netloc)
        page = browse(java_script_enabled=scripts)
        page.goto("/accounts/login/?next=/papers/new")
        page.get_by_role("button", name="Sign in with The Lab").click()
        page.get_by_role("link", name="Yes, I am Ada").click()
        expect(page.get_by_role("heading", name="One step more")).to_be_visible()
        page.get_by_role("button", name="Sign up").click()
        page.wait_for_url(re.compile("/papers/new$"))
        expect(page.get_by_role("link", name="ada")).to_be_visible()


def _app(issuer: Issuer) -> dict[str, Any]:
    app = {"client_id": CLIENT_ID, "secret": "s", "provider_id": "lab", "name": "The Lab"}
    return app | {"settings": {"server_url": issuer.address}}
