from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.test_sign_up import mailed_link, signed_in_as

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery"


@pytest.mark.parametrize("login", ["rosalind", "Rosalind", "rosalind@example.org", "ROSALIND@example.org"])
def test_signing_in_by_name_or_address_comes_back(client: Client, reader: User, login: str) -> None:
    form = {"login": login, "password": SECRET, "next": "/papers/trending"}
    response = client.post(reverse("account_login"), form)
    assert response.headers["Location"] == "/papers/trending"
    assert signed_in_as(client) == "rosalind"


def test_a_wrong_password_says_so_and_keeps_the_way_back(client: Client, reader: User) -> None:
    response = client.post(
        reverse("account_login"), {"login": "rosalind", "password": "wrong", "next": "/papers/trending"}
    )
    assert "do not belong together" in response.text
    assert '<input type="hidden" name="next" value="/papers/trending">' in response.text
    assert signed_in_as(client) == ""


def test_the_forms_pass_the_way_back_to_each_other(client: Client) -> None:
    html = client.get(reverse("account_login") + "?next=/papers/new%3Fafter%3Dx%26y%3D1").text
    way = "next=%2Fpapers%2Fnew%3Fafter%3Dx%26y%3D1"
    assert f'href="{reverse("account_signup")}?{way}"' in html
    assert f'href="{reverse("account_reset_password")}?{way}"' in html


def test_an_unconfirmed_reader_gets_a_new_link_and_comes_back(client: Client, reader: User) -> None:
    EmailAddress.objects.update(verified=False)
    form = {"login": "rosalind", "password": SECRET, "next": "/papers/trending"}
    response = client.post(reverse("account_login"), form)
    assert response.headers["Location"] == reverse("account_email_verification_sent")
    assert signed_in_as(client) == ""
    assert client.post(mailed_link()).headers["Location"] == "/papers/trending"
    assert signed_in_as(client) == "rosalind"


def test_signing_out_needs_a_post(client: Client, reader: User) -> None:
    client.force_login(reader)
    assert "Sign out?" in client.get(reverse("account_logout")).text
    assert signed_in_as(client) == "rosalind"
    client.post(reverse("account_logout"))
    assert signed_in_as(client) == ""


def test_the_top_bar_knows_who_reads(client: Client, reader: User) -> None:
    page = client.get("/about/ranking").text
    assert f'href="{reverse("account_login")}?next=%2Fabout%2Franking"' in page
    client.force_login(reader)
    page = client.get("/about/ranking").text
    assert ">rosalind</a>" in page
    assert f'<form method="post" action="{reverse("account_logout")}">' in page
    assert reverse("account_login") not in page


def test_a_forgotten_password_is_replaced_by_a_mailed_link_once(client: Client, reader: User) -> None:
    client.post(reverse("account_reset_password"), {"email": reader.email, "next": "/papers/new"})
    link = mailed_link()
    form_page = client.get(link, follow=True)
    form = {"password1": "another horse entirely", "password2": "another horse entirely"}
    client.post(form_page.redirect_chain[-1][0], form)
    reader.refresh_from_db()
    assert reader.check_password("another horse entirely")
    assert mail.outbox[-1].subject == "Your password was replaced"
    assert "This link no longer works" in Client().get(link, follow=True).text


def test_asking_for_a_new_password_answers_alike_for_known_and_unknown(reader: User) -> None:
    answers = []
    for address in (reader.email, "nobody@example.org"):
        browser = Client()
        response = browser.post(reverse("account_reset_password"), {"email": address}, follow=True)
        answers.append((response.redirect_chain, response.text, set(browser.cookies)))
    assert answers[0] == answers[1]
    assert [message.subject for message in mail.outbox] == ["Choose a new password", "No account with this address"]


def test_the_account_page_guards_changes_by_the_password(client: Client, reader: User) -> None:
    client.force_login(reader)
    address = reverse("account_email")
    assert "main address" in client.get(address).text
    response = client.post(address, {"action_add": "", "email": "second@example.org"})
    assert response.headers["Location"].startswith(reverse("account_reauthenticate"))
    response = client.post(response.headers["Location"], {"password": SECRET}, follow=True)
    assert EmailAddress.objects.filter(email="second@example.org", verified=False).exists()
    assert "not confirmed" in client.get(address).text


def test_a_changed_password_is_announced_by_mail(client: Client, reader: User) -> None:
    client.force_login(reader)
    form = {"oldpassword": SECRET, "password1": "another horse entirely", "password2": "another horse entirely"}
    response = client.post(reverse("account_change_password"), form, follow=True)
    assert "Your password is changed." in response.text
    assert mail.outbox[-1].subject == "Your password was changed"
    assert signed_in_as(client) == "rosalind"


def test_a_closed_account_cannot_sign_in(client: Client, reader: User) -> None:
    User.objects.update(is_active=False)
    response = client.post(reverse("account_login"), {"login": "rosalind", "password": SECRET}, follow=True)
    assert signed_in_as(client) == ""
    assert "closed" in response.text


def test_guessing_passwords_ends_in_429_in_our_look(client: Client, reader: User) -> None:
    texts = [client.post(reverse("account_login"), {"login": "rosalind", "password": "wrong"}).text for _ in range(6)]
    assert "Too many attempts" not in texts[0]
    assert "Too many attempts" in texts[-1]
    response = client.post(reverse("account_login"), {"login": "rosalind", "password": SECRET})
    assert signed_in_as(client) == ""
    for _ in range(30):
        response = client.post(reverse("account_login"), {"login": "someone", "password": "wrong"})
    assert response.status_code == 429
    assert '<main id="main" class="error-page"' in response.text
    assert "Too many attempts" in response.text
