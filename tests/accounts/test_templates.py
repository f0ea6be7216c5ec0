"""Every page and mail of the accounts is ours: our look, no inline style or script."""

from __future__ import annotations

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User

OURS = Path(settings.BASE_DIR) / "templates"
THEIRS = Path(allauth.__file__).parent / "templates"
# Flows that are off: codes by mail, phones, signing up by passkey, trusted browsers, OpenID 1. Their pages would still
# stand in our layout. What else is left out are allauth's own layers and snippets, which ours do without.
OFF = re.compile(
    r"login_code|_code(_message|_subject)?\.|login/code|phone|signup_by_passkey|webauthn/signup|mfa/trust|base|email_change\.html"
    r"|/snippets/(login|scripts|provider_list)|login_redirect"
)

# A block of data (type="application/json") is not run, so the policy lets it be.
INLINE = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\s(src=|type=\"application/json\"))|\son\w+=|javascript:", re.IGNORECASE
)


def test_no_template_of_a_flow_that_is_on_is_left_to_allauth() -> None:
    folders = ("account", "mfa", "socialaccount", "usersessions")
    names = [path.relative_to(THEIRS) for folder in folders for path in sorted((THEIRS / folder).rglob("*.*"))]
    assert [str(name) for name in names if not OFF.search(str(name)) and not (OURS / name).exists()] == []


@pytest.mark.parametrize("path", sorted(OURS.rglob("*.html")), ids=lambda path: str(path.relative_to(OURS)))
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not INLINE.search(re.sub(r"\{#.*?#\}|\{%.*?%\}", "", text))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "account_email_verification_sent",
        "account_inactive",
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_signup",
    ],
)
def test_a_page_for_everyone(client: Client, name: str) -> None:
    assert_is_ours(client.get(reverse(name)).text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["account_email", "account_change_password", "account_logout", "account_reauthenticate"]
)
def test_a_page_for_readers(reader_client: Client, name: str) -> None:
    assert_is_ours(reader_client.get(reverse(name)).text)


@pytest.mark.django_db
def test_choosing_a_first_password(reader_client: Client, reader: User) -> None:
    reader.set_unusable_password()
    reader.save(update_fields=["password"])
    reader_client.force_login(reader)
    assert_is_ours(reader_client.get(reverse("account_set_password")).text)


@pytest.mark.django_db
def test_links_that_work_and_that_do_not(client: Client, reader: User) -> None:
    address = EmailAddress.objects.get(user=reader)
    key = EmailConfirmationHMAC(address).key
    assert_is_ours(client.get(reverse("account_confirm_email", args=[key])).text)
    assert_is_ours(client.get(reverse("account_confirm_email", args=["x"])).text)
    address.delete()
    assert_is_ours(client.get(reverse("account_reset_password_from_key", args=["1", "x"])).text)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account/signup_closed.html", "account/verified_email_required.html", "429.html"])
def test_a_page_without_an_address_of_its_own(name: str, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    prepare(request)
    assert_is_ours(render_to_string(name, {}, request))


def test_mail_is_plain_text_and_unescaped() -> None:
    context = {
        "user": {"username": "Ada"},
        "activate_url": "https://x.org/?a=1&b=2",
        "site_name": "Broadsheet",
        "site_url": "https://x.org",
    }
    text = render_to_string("account/email/email_confirmation_signup_message.txt", context)
    assert "https://x.org/?a=1&b=2" in text
    assert "Welcome, Ada." in text
    for path in (OURS / "account/email").glob("*_subject.txt"):
        assert len(path.read_text().strip().splitlines()) == 1


def prepare(request: HttpRequest) -> None:
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]


def assert_is_ours(html: str) -> None:
    assert '<main id="main" class="' in html
    assert "css/components/page" in html
    assert not INLINE.search(html)
    assert html.count("<h1") == 1
    assert "placeholder=" not in html
    for field in re.findall(r'<input (?!type="hidden")[^>]*>', html):
        found = re.search(r'id="([^"]+)"', field)
        assert found
        assert f'<label for="{found[1]}">' in html
