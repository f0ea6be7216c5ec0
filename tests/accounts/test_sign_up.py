from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.views import SignUpView

pytestmark = pytest.mark.django_db

FORM = {
    "username": "Ada",
    "email": "ada@example.org",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
}


def mailed_link() -> str:
    """The path of the link in the latest message."""
    found = re.search(r"https?://[^/\s]+(/accounts/\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def signed_in_as(client: Client) -> str:
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).username if user_id else ""


def test_signing_up_confirming_and_coming_back(client: Client) -> None:
    response = client.post(reverse("account_signup"), FORM | {"next": "/papers/new"})
    assert response.headers["Location"] == reverse("account_email_verification_sent")
    assert signed_in_as(client) == ""
    page = client.get(mailed_link())
    assert "Does <strong>ada@example.org</strong> belong to you, Ada?" in page.text
    # Opening the link confirms nothing: programs that look for viruses open links too.
    assert not EmailAddress.objects.get(email="ada@example.org").verified
    response = client.post(mailed_link())
    assert response.headers["Location"] == "/papers/new"
    assert signed_in_as(client) == "Ada"
    assert EmailAddress.objects.get(email="ada@example.org").verified


def test_the_link_knows_the_way_back_in_another_browser_too(client: Client) -> None:
    client.post(reverse("account_signup"), FORM | {"next": "/papers/new?after=x"})
    other = Client()
    response = other.post(mailed_link())
    assert response.headers["Location"] == "/papers/new?after=x"
    # Who holds the link alone is not signed in; the password is still asked for.
    assert signed_in_as(other) == ""


def test_a_way_back_to_another_site_is_forgotten(client: Client) -> None:
    client.post(reverse("account_signup"), FORM | {"next": "https://evil.example/"})
    assert "evil" not in mail.outbox[-1].body
    assert client.post(mailed_link()).headers["Location"] == "/"


def test_a_known_address_gets_the_same_answer_as_a_new_one(client: Client, reader: User) -> None:
    new = client.post(reverse("account_signup"), FORM, follow=True)
    other = Client()
    known = other.post(reverse("account_signup"), FORM | {"username": "Bob", "email": reader.email}, follow=True)
    assert [status for _, status in new.redirect_chain] == [status for _, status in known.redirect_chain]
    assert new.redirect_chain[-1][0] == known.redirect_chain[-1][0]
    assert _without_tokens(new.text) == _without_tokens(known.text)
    assert set(client.cookies) == set(other.cookies)
    assert not User.objects.filter(username="Bob").exists()
    assert [message.to for message in mail.outbox] == [["ada@example.org"], [reader.email]]
    assert mail.outbox[1].subject == "You have an account already"


def test_an_address_in_other_letters_or_made_by_staff_gets_the_same_answer(client: Client) -> None:
    # As admin makes them: with an address, and nothing of allauth's.
    User.objects.create_user("emmy", "Emmy@Example.org")
    new = client.post(reverse("account_signup"), FORM, follow=True)
    known = Client().post(
        reverse("account_signup"), FORM | {"username": "Bob", "email": "eMMy@example.org"}, follow=True
    )
    assert User.objects.get(username="emmy").email == "emmy@example.org"
    assert known.redirect_chain == new.redirect_chain
    assert _without_tokens(new.text) == _without_tokens(known.text)
    assert not User.objects.filter(username="Bob").exists()


def test_no_two_accounts_have_one_address_whatever_its_case(reader: User) -> None:
    with pytest.raises(IntegrityError, match="user_email_unique"), transaction.atomic():
        User.objects.create_user("other", reader.email.upper())
    # Many have none: the sample's readers, and staff.
    User.objects.create_user("first")
    User.objects.create_user("second")


def test_staff_are_told_when_an_address_is_taken(client: Client, staff: User, reader: User) -> None:
    client.force_login(staff)
    form = {"username": staff.username, "email": reader.email.upper(), "is_active": "on"}
    page = client.post(f"/admin/accounts/user/{staff.pk}/change/", form)
    assert "There is an account with this address already." in page.text


def test_a_known_address_costs_a_hashed_password_too(
    client: Client, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr("accounts.forms.make_password", hashed.append)
    client.post(reverse("account_signup"), FORM | {"email": reader.email})
    assert hashed == [FORM["password1"]]


@pytest.mark.parametrize("name", ["1ada", "a", "ada lovelace", "ada@x", "ädä", "a" * 31])
def test_a_user_name_that_no_address_can_hold_is_refused(client: Client, name: str) -> None:
    response = client.post(reverse("account_signup"), FORM | {"username": name})
    assert response.status_code == 200
    assert not User.objects.filter(email="ada@example.org").exists()
    assert 'role="alert"' in response.text
    assert 'href="#id_username"' in response.text
    assert 'aria-invalid="true"' in response.text


@pytest.mark.parametrize("name", ["rosalind", "ROSALIND"])
def test_a_taken_user_name_is_refused_whatever_its_case(client: Client, reader: User, name: str) -> None:
    response = client.post(reverse("account_signup"), FORM | {"username": name})
    assert "This user name is taken." in response.text


def test_who_comes_in_the_same_instant_is_asked_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form_class = SignUpView().get_form_class()
    save = form_class.try_save

    def overtaken(form: Any, request: HttpRequest) -> Any:
        """The form found the name free, and somebody else has it before it is saved."""
        monkeypatch.setattr(form_class, "try_save", save)
        User.objects.bulk_create([User(username="x", email="x@example.org"), User(username="X")])

    monkeypatch.setattr(form_class, "try_save", overtaken)
    response = client.post(reverse("account_signup"), FORM)
    assert "Please send this once more." in response.text
    assert not User.objects.exists()
    response = client.post(reverse("account_signup"), FORM)
    assert response.headers["Location"] == reverse("account_email_verification_sent")


def test_the_page_says_where_the_mail_lies_only_at_this_machine(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = "/some/mail"
    settings.ALLOWED_HOSTS = ["*"]
    address = reverse("account_email_verification_sent")
    assert "/some/mail" in client.get(address, headers={"host": "127.0.0.1:8000"}).text
    assert "/some/mail" in client.get(address, headers={"host": "localhost"}).text
    assert "/some/mail" not in client.get(address, headers={"host": "papers.example.org"}).text
    assert "/some/mail" not in client.get(address, headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.1").text
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "/some/mail" not in client.get(address, headers={"host": "localhost"}).text


def _without_tokens(html: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", html)
