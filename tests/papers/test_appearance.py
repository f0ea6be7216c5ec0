"""A reader's theme and keys: chosen on a page, kept in a cookie, printed by the server."""

from __future__ import annotations

import re
from http.cookies import Morsel

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from accounts.models import User
from config.errors import server_error
from papers.appearance import DEFAULT, Appearance, appearance

PAGES = ["/", "/categories", "/about/keyboard", "/accounts/login/", "/no/such/page"]


def html(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def cookie(client: Client, name: str) -> Morsel[str]:
    return client.cookies[name]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_on_every_page_from_the_first_byte(client: Client, theme: str, address: str) -> None:
    client.post("/appearance", {"theme": theme})
    page = html(client, address)
    assert f'<html lang="en" data-theme="{theme}">' in page
    assert f'<meta name="color-scheme" content="{theme}">' in page
    colours = {"light": "#fdfbf6", "dark": "#15140f"}
    assert re.findall(r'<meta name="theme-color"([^>]*)>', page) == [f' content="{colours[theme]}"']


@pytest.mark.django_db
def test_without_a_choice_the_system_decides(client: Client) -> None:
    page = html(client, "/categories")
    assert '<html lang="en">' in page
    assert '<meta name="color-scheme" content="light dark">' in page
    assert page.count('media="(prefers-color-scheme: ') == 2


@pytest.mark.django_db
def test_the_choice_is_kept_for_a_year_out_of_reach_of_scripts_and_can_be_taken_back(client: Client) -> None:
    client.post("/appearance", {"theme": "dark"})
    kept = cookie(client, "theme")
    assert (kept.value, kept["max-age"], kept["samesite"], kept["httponly"], kept["path"]) == (
        "dark",
        365 * 24 * 60 * 60,
        "Lax",
        True,
        "/",
    )
    assert bool(kept["secure"]) == settings.SESSION_COOKIE_SECURE
    client.post("/appearance", {"theme": "system"})
    assert cookie(client, "theme")["max-age"] == 0
    assert "data-theme" not in html(client, "/categories")


@pytest.mark.django_db
def test_a_cookie_that_we_did_not_write_counts_as_none(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    client.cookies["shortcuts"] = "perhaps"
    page = html(client, "/categories")
    assert '<html lang="en">' in page
    assert "js/keyboard" in page


@pytest.mark.django_db
@pytest.mark.parametrize("form", [{}, {"theme": ""}, {"theme": "sepia"}])
def test_a_theme_that_there_is_not_is_refused(client: Client, form: dict[str, str]) -> None:
    answer = client.post("/appearance", form)
    assert answer.status_code == 400
    assert "There is no such theme." in answer.content.decode()
    assert "theme" not in client.cookies


@pytest.mark.django_db
def test_the_choice_needs_the_token_of_our_own_form() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/appearance", {"theme": "dark"}).status_code == 403
    assert strict.post("/about/keyboard").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wish", "there"),
    [
        ("/papers/new?sort=top", "/papers/new?sort=top"),
        ("", "/appearance"),
        ("https://paper.example/", "/appearance"),
        ("//paper.example/", "/appearance"),
        ("/\\paper.example", "/appearance"),
    ],
)
def test_a_choice_leads_back_to_where_the_reader_was_and_nowhere_else(client: Client, wish: str, there: str) -> None:
    assert client.post("/appearance", {"theme": "dark", "next": wish})["Location"] == there
    page = html(client, f"/appearance?next={wish}")
    assert ("Back to where you were" in page) == (there == wish)


@pytest.mark.django_db
def test_the_foot_of_a_page_leads_to_both_choices(client: Client) -> None:
    page = html(client, "/papers/new?sort=top")
    assert 'href="/appearance?next=%2Fpapers%2Fnew%3Fsort%3Dtop"' in page
    assert 'href="/about/keyboard"' in page


@pytest.mark.django_db
def test_single_keys_can_be_turned_off_and_on_again(client: Client) -> None:
    answer = client.post("/about/keyboard", {"next": "/categories"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/categories", 302)]
    assert "Keyboard shortcuts are off." in page
    assert "js/keyboard" not in page
    assert "<dialog" not in page
    assert "checked" not in html(client, "/about/keyboard")

    page = client.post("/about/keyboard", {"shortcuts": "on"}, follow=True).content.decode()
    assert "Keyboard shortcuts are on." in page
    assert "js/keyboard" in page
    assert "checked" in page


@pytest.mark.django_db
def test_the_dialog_is_given_the_list_alone_and_comes_back_to_its_page(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/papers/new?sort=top"}
    answer = client.get("/about/keyboard", headers=headers)
    part = answer.content.decode()
    assert "<html" not in part
    assert '<h2 id="keys-title">' in part
    assert 'name="next" value="/papers/new?sort=top"' in part
    assert "HX-Request" in answer["Vary"]


@pytest.mark.django_db
def test_a_broken_address_of_the_page_that_asks_is_none(client: Client) -> None:
    for address in ("http://[", "http://elsewhere.example.org/papers/new"):
        response = client.get("/about/keyboard", headers={"HX-Request": "true", "HX-Current-URL": address})
        assert (response.status_code, 'name="next" value=""' in response.text) == (200, True)


@pytest.mark.django_db
def test_pages_say_that_they_differ_by_cookie(client: Client) -> None:
    for address in ("/", "/categories", "/appearance", "/about/keyboard"):
        assert "Cookie" in client.get(address)["Vary"], address


def test_a_cache_may_tell_readers_apart_by_appearance(rf: RequestFactory) -> None:
    request = rf.get("/")
    assert appearance(request) is DEFAULT
    request.COOKIES = {"theme": "dark", "shortcuts": "off", "sessionid": "x"}
    assert appearance(request) == Appearance("dark", False)
    assert len({appearance(request), DEFAULT, Appearance("light"), Appearance()}) == 3


def test_the_page_of_our_own_fault_keeps_the_theme(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES = {"theme": "dark"}
    assert b'<html lang="en" data-theme="dark">' in server_error(request).content


@pytest.mark.django_db
def test_the_desk_follows_the_same_choice(client: Client, staff: User) -> None:
    client.force_login(staff)
    page = html(client, "/admin/")
    assert "theme-toggle" not in page
    assert "theme.js" not in page
    assert 'href="/appearance?next=%2Fadmin%2F"' in page
    client.post("/appearance", {"theme": "dark"})
    for address in ("/admin/", "/admin/papers/paper/"):
        assert re.search(r'<body class="[^"]*\bis-dark\b', html(client, address)), address
