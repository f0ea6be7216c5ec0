"""The second step: an app's codes, recovery codes, passkeys (whose ceremonies the browser tests walk)."""

from __future__ import annotations

import base64
import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.test_sign_up import signed_in_as
from tests.accounts.test_templates import assert_is_ours

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery"
# What a browser's virtual authenticator answered when it made a key; it opens nothing anywhere.
CREDENTIAL = {
    "id": "vbAtKfm2kJYe-nGctw9EtOL4T_afqRxtMzjc85H-3G8",
    "rawId": "vbAtKfm2kJYe-nGctw9EtOL4T_afqRxtMzjc85H-3G8",
    "type": "public-key",
    "response": {
        "clientDataJSON": (
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiY0ZRd2o4N2R5a0lhcG9zWG1OYjVqU3lsVzMxMm"
            "RzSGN0bUdOMTRBSnlidyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6ODE0MSIsImNyb3NzT3JpZ2luIjpmYWxz"
            "ZX0"
        ),
        "attestationObject": (
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQ"
            "ECAwQFBgcIAQIDBAUGBwgAIL2wLSn5tpCWHvpxnLcPRLTi-E_2n6kcbTM43POR_txvpQECAyYgASFYINAWBW7nhnaP"
            "_yIBbdswll1UdkJIh0MQZZdM2g5rl9IrIlggEq28WEv8AvAQXVHfhudBS8vGSoh5_1dXeOt7fEpHisE"
        ),
    },
    "clientExtensionResults": {"credProps": {"rk": True}},
}
PASSWORD = {"login": "rosalind", "password": SECRET}


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


@pytest.fixture
def at_home(client: Client, reader: User) -> Client:
    """Signed in, and asked for the password once more just now, so that nothing is asked again."""
    client.post("/accounts/login/", PASSWORD)
    client.post("/accounts/reauthenticate/", {"password": SECRET})
    return client


def set_up(client: Client) -> str:
    """Turn the app on; return its secret."""
    page = client.get("/accounts/2fa/totp/activate/").text
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found
    response = client.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    return found[1]


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_by_picture_or_by_key(at_home: Client) -> None:
    page = at_home.get("/accounts/2fa/totp/activate/").text
    found = re.search(r'<img class="qr" src="data:image/svg\+xml;base64,([^"]+)"[^>]* alt="QR code that holds', page)
    assert found
    assert b"<svg" in base64.b64decode(found[1])
    assert "issuer=Broadsheet" in page
    assert "rosalind%40" not in page
    wrong = at_home.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert "This code is not right." in wrong.text
    assert not Authenticator.objects.exists()
    set_up(at_home)
    assert mail.outbox[0].subject == "Your authenticator app is set up"
    assert "It is on" in at_home.get("/accounts/2fa/").text


def test_from_then_on_the_password_alone_opens_nothing(at_home: Client, client: Client) -> None:
    secret = set_up(at_home)
    other = Client()
    response = other.post("/accounts/login/", PASSWORD | {"next": "/papers/new"})
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert signed_in_as(other) == ""
    assert other.get("/accounts/profile/").status_code == 302
    assert "This code is not right." in other.post("/accounts/2fa/authenticate/", {"code": "000000"}).text
    assert signed_in_as(other) == ""
    # The code that set it up is used; the next one is taken for half a minute.
    later = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))
    response = other.post("/accounts/2fa/authenticate/", {"code": later})
    assert response["Location"] == "/papers/new"
    assert signed_in_as(other) == "rosalind"


def test_a_recovery_code_gets_in_once(at_home: Client) -> None:
    set_up(at_home)
    page = at_home.get("/accounts/2fa/recovery-codes/").text
    codes = re.findall(r"^(?:.*>)?(\d{8})$", page, re.MULTILINE)
    assert len(codes) == 10
    file = at_home.get("/accounts/2fa/recovery-codes/download/")
    assert "attachment" in file["Content-Disposition"]
    assert all(code in file.text for code in codes)
    for expected in ("rosalind", ""):
        other = Client()
        other.post("/accounts/login/", PASSWORD)
        other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert signed_in_as(other) == expected
    assert "9 of 10 are unused" in at_home.get("/accounts/2fa/").text


def test_guessing_codes_is_stopped(at_home: Client) -> None:
    set_up(at_home)
    other = Client()
    other.post("/accounts/login/", PASSWORD)
    texts = [other.post("/accounts/2fa/authenticate/", {"code": "000000"}).text for _ in range(8)]
    assert "Too many attempts" in texts[-1]


def test_it_is_turned_off_again_after_the_password(at_home: Client, reader: User) -> None:
    set_up(at_home)
    stranger_at_the_keyboard = Client()
    stranger_at_the_keyboard.force_login(reader)
    address = "/accounts/2fa/totp/deactivate/"
    assert "reauthenticate" in stranger_at_the_keyboard.post(address)["Location"]
    assert Authenticator.objects.exists()
    assert "Turn the app off?" in at_home.get(address).text
    at_home.post(address)
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "Your authenticator app is turned off"


def test_an_address_can_still_be_added_when_it_is_on(at_home: Client) -> None:
    set_up(at_home)
    at_home.post("/accounts/email/", {"action_add": "", "email": "second@example.org"})
    assert EmailAddress.objects.filter(email="second@example.org", verified=False).exists()


def test_staff_go_through_the_second_step_too(client: Client, staff: User) -> None:
    Authenticator.objects.create(user=staff, type="totp", data={"secret": "x"})
    response = client.post("/accounts/login/", {"login": "editor", "password": SECRET, "next": "/admin/"})
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/").status_code == 302


def test_a_forgotten_password_does_not_lead_around_it(client: Client, reader: User) -> None:
    Authenticator.objects.create(user=reader, type="totp", data={"secret": "x"})
    client.post("/accounts/password/reset/", {"email": reader.email})
    link = re.search(r"https?://[^/\s]+(/accounts/\S+)", str(mail.outbox[-1].body))
    assert link
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another horse entirely", "password2": "another horse entirely"}, follow=True)
    assert signed_in_as(client) == ""


def test_no_one_signs_up_by_passkey_alone(client: Client) -> None:
    assert client.get("/accounts/signup/passkey/").status_code == 404
    assert client.get("/accounts/2fa/webauthn/signup/").status_code == 404


@pytest.mark.parametrize(
    "credential", ["", "x", "{}", "[]", '{"id": 1}', '{"response": {"userHandle": "AAAA"}}', "null"]
)
def test_a_garbled_passkey_signs_nobody_in(client: Client, credential: str) -> None:
    client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    page = client.post("/accounts/2fa/webauthn/login/", {"credential": credential}, follow=True)
    assert page.status_code == 200
    assert "This passkey was not accepted." in page.text
    assert signed_in_as(client) == ""


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/webauthn/keys/{key}/edit/",
        "/accounts/2fa/webauthn/keys/{key}/remove/",
        "/accounts/profile/",
        "/accounts/data/",
        "/accounts/delete/",
        "/accounts/sessions/",
        "/accounts/3rdparty/",
    ],
)
def test_a_page_of_the_account_is_in_our_look(at_home: Client, reader: User, address: str) -> None:
    if "totp/activate" not in address:
        set_up(at_home)
    key = Authenticator.objects.create(
        user=reader, type="webauthn", data={"name": "My phone", "credential": CREDENTIAL}
    )
    page = at_home.get(address.format(key=key.pk))
    assert page.status_code == 200
    assert_is_ours(page.text)


def test_the_second_step_itself_is_in_our_look_and_works_without_javascript(client: Client, reader: User) -> None:
    Authenticator.objects.create(user=reader, type="totp", data={"secret": "x"})
    client.post("/accounts/login/", PASSWORD)
    page = client.get("/accounts/2fa/authenticate/").text
    assert_is_ours(page)
    assert "<noscript><p>Passkeys need JavaScript, which is off here.</p></noscript>" in page


def test_the_desk_shows_no_secret(client: Client, staff: User, reader: User) -> None:
    step = Authenticator.objects.create(user=reader, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    client.force_login(staff)
    page = client.get(f"/admin/mfa/authenticator/{step.pk}/change/")
    assert page.status_code == 200
    assert "JBSWY3DPEHPK3PXP" not in page.text
    assert client.get("/admin/socialaccount/socialapp/").status_code == 404
