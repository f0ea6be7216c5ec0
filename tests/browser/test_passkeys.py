"""Passkeys, with an authenticator that Chromium plays, and what is said where there can be none."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import Browse
from tests.browser.watch import Watch

SECRET = "correct horse battery"


@pytest.fixture
def _plain_origin(settings: Any) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True


pytestmark = pytest.mark.usefixtures("_plain_origin")


def plug_in_a_key(page: Page) -> None:
    """Give the browser an authenticator of its own that says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page) -> None:
    page.get_by_label("User name or e-mail address").fill("rosalind")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name", exact=True).fill("My laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_is_added_signs_in_alone_and_is_the_second_step(browse: Browse, reader: User) -> None:
    page = browse(reader)
    plug_in_a_key(page)
    add_passkey(page)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My laptop")).to_be_visible()
    expect(page.get_by_text("signs in alone")).to_be_visible()
    sign_out(page)
    page.goto("/accounts/login/?next=/papers/new")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/papers/new")
    expect(page.get_by_role("link", name="rosalind")).to_be_visible()
    sign_out(page)
    page.goto("/accounts/login/?next=/papers/trending")
    sign_in(page)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/papers/trending")
    expect(page.get_by_role("link", name="rosalind")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_a_passkey_opens_what_asks_who_it_is_and_is_renamed_and_removed(browse: Browse, reader: User) -> None:
    page = browse(reader)
    plug_in_a_key(page)
    add_passkey(page)
    other = browse(reader)
    other.goto("/accounts/2fa/recovery-codes/generate/")
    expect(other.get_by_role("link", name="a passkey")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Rename My laptop").click()
    page.get_by_label("Name", exact=True).fill("The old one")
    page.get_by_role("button", name="Save the name").click()
    page.get_by_role("link", name="Remove The old one").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have none.")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_who_says_no_to_the_browser_reads_what_to_do(browse: Browse, reader: User) -> None:
    page = browse()
    # It holds no passkey for this site, so there is none to prove.
    plug_in_a_key(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("No passkey was used. Try again, or choose another way.")
    sign_in(page)
    expect(page.get_by_role("link", name="rosalind")).to_be_visible()


def test_an_address_without_a_name_is_told_plainly(browse: Browse, watch: Watch) -> None:
    page = browse()
    page.goto(f"http://{watch.host}/accounts/login/".replace("localhost", "127.0.0.1"))
    watch.problems.clear()  # the other spelling of this host
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Browsers keep no passkeys for this address")
    assert all("127.0.0.1" in problem for problem in watch.problems)
    watch.problems.clear()


def test_without_javascript_a_sentence_stands_in_for_the_button(browse: Browse, reader: User) -> None:
    page = browse(java_script_enabled=False)
    page.goto("/accounts/login/")
    # As it is rendered: Playwright's own search leaves <noscript> out.
    assert "Passkeys need JavaScript, which is off here." in page.get_by_role("main").inner_text()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    sign_in(page)
    expect(page.get_by_role("link", name="rosalind")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Go on").click()
    assert "An authenticator app works without it." in page.get_by_role("main").inner_text()
