"""Addresses with a slash too few, and error pages that must not say too much or break themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.test import Client, RequestFactory

from accounts.models import User
from config.errors import bad_request, server_error

SLASHLESS = [
    "/admin",
    "/admin/login",
    "/admin/papers/paper",
    "/admin/papers/paper/add",
    "/accounts/login",
    "/accounts/signup",
    "/accounts/password/reset",
    "/accounts/confirm-email/some-key",
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", SLASHLESS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_an_address_of_admin_or_accounts_without_its_slash_leads_to_it(
    address: str, method: str, client: Client
) -> None:
    response = getattr(client, method)(f"{address}?next=%2Fpapers%2Fnew")
    assert (response.status_code, response["Location"]) == (301, f"{address}/?next=%2Fpapers%2Fnew")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/nowhere", "/accounts/nowhere", "/accounts", "/adminlogin", "/nowhere"])
def test_one_that_does_not_exist_is_not_found(address: str, client: Client, staff: User) -> None:
    assert client.get(address).status_code == 404
    client.force_login(staff)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_a_form_sent_without_the_slash_is_not_redirected(client: Client) -> None:
    # A redirect would lose what was typed.
    assert client.post("/accounts/login", {"login": "a"}).status_code == 405


@pytest.mark.django_db
def test_a_wrong_host_is_not_told_about_settings(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "Your browser sent something that can’t be read here." in response.text
    assert "ALLOWED_HOSTS" not in response.text


@pytest.mark.django_db
def test_only_words_meant_for_readers_are_printed(rf: RequestFactory) -> None:
    request = rf.get("/")
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.messages.storage.cookie import CookieStorage

    request.user = AnonymousUser()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    assert "Pick a day." in bad_request(request, BadRequest("Pick a day.")).content.decode()
    assert "/etc/secret" not in bad_request(request, SuspiciousOperation("/etc/secret")).content.decode()


def test_the_500_page_survives_the_loss_of_the_static_files(settings: Any, tmp_path: Path, rf: RequestFactory) -> None:
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    text = response.content.decode()
    assert "Something broke here" in text
    assert "<link" not in text
    assert 'href="/"' in text


def test_robots_are_told_what_costs_work_and_may_read_the_papers(client: Client) -> None:
    response = client.get("/robots.txt")
    rules = RobotFileParser()
    rules.parse(response.text.splitlines())
    assert response["Content-Type"].startswith("text/plain")
    assert not rules.can_fetch("Anybot", "/search?q=lattices")
    assert rules.can_fetch("Anybot", "/papers/2512.00001")
    assert rules.can_fetch("Anybot", "/")
