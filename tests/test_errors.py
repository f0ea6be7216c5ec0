"""What is sent broken gets 400, what is not there 404, each as a page of ours with a sentence; nothing gets 500."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from config.errors import server_error
from tests.factories import make_paper

HTMX = {"HX-Request": "true", "HX-Target": "results"}
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=BOUNDARY"
FORMS = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/logout/",
    "/admin/login/",
    "/papers/2512.00001/upvote",
    "/papers/2512.00001/withdraw",
    "/nowhere",
]


def part(value: bytes, *, disposition: bytes = b'form-data; name="login"', headers: bytes = b"") -> bytes:
    head = b"--BOUNDARY\r\nContent-Disposition: " + disposition + b"\r\n" + headers
    return head + b"\r\n" + value + b"\r\n--BOUNDARY--\r\n"


BROKEN = {
    "NUL, quoted": (URLENCODED, b"login=a%00b"),
    "NUL, raw": (URLENCODED, b"login=a\x00b"),
    "NUL in a name": (URLENCODED, b"log%00in=a"),
    "not UTF-8, quoted": (URLENCODED, b"login=%ff"),
    "not UTF-8, raw": (URLENCODED, b"login=\xff\xfe"),
    "not UTF-8 in a name": (URLENCODED, b"%ff=a"),
    "not UTF-8 in the token": (URLENCODED, b"csrfmiddlewaretoken=%ff&login=a"),
    "half a surrogate": (URLENCODED, b"login=%ed%a0%80"),
    "another charset": (f"{URLENCODED}; charset=iso-8859-1", b"login=a"),
    "a charset of two bytes": (f"{URLENCODED}; charset=utf-16", b"login=a"),
    "no charset of this world": (f"{URLENCODED}; charset=nonsense", b"login=a"),
    "a codec that is no charset": (f"{URLENCODED}; charset=base64", b"login=a"),
    "too many fields": (URLENCODED, b"&".join(b"a%d=1" % number for number in range(3000))),
    "too large": (URLENCODED, b"login=" + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
    "multipart, NUL": (MULTIPART, part(b"a\x00b")),
    "multipart, NUL in a name": (MULTIPART, part(b"a", disposition=b'form-data; name="log\x00in"')),
    "multipart, NUL in base64": (MULTIPART, part(b"AAAA", headers=b"Content-Transfer-Encoding: base64\r\n")),
    "multipart, not UTF-8": (MULTIPART, part(b"\xff\xfe")),
    "multipart, another charset": (f"{MULTIPART}; charset=utf-16", part(b"a")),
    "multipart, no charset of this world": (f"{MULTIPART}; charset=nonsense", part(b"a")),
    "multipart, a codec that is no charset": (f"{MULTIPART}; charset=idna", part(b"\xff")),
    "multipart, without boundary": ("multipart/form-data", part(b"a")),
    "multipart, endless boundary": ("multipart/form-data; boundary=" + "B" * 300, part(b"a")),
    "multipart, too large a file": (
        MULTIPART,
        part(b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE, disposition=b'form-data; name="a"; filename="a"'),
    ),
    "multipart, too many files": (
        MULTIPART,
        b"".join(
            b'--BOUNDARY\r\nContent-Disposition: form-data; name="a"; filename="%d"\r\n\r\nx\r\n' % number
            for number in range(101)
        )
        + b"--BOUNDARY--\r\n",
    ),
}
# Nonsense of which Django makes something harmless: a form that lacks the field, say.
ODD = {
    "multipart, not UTF-8 in a name": (MULTIPART, part(b"a", disposition=b'form-data; name="\xff"')),
    "multipart, a name of no charset": (MULTIPART, part(b"a", disposition=b"form-data; name*=nonsense''%ff")),
    "multipart, NUL in a file name": (MULTIPART, part(b"a", disposition=b'form-data; name="f"; filename="a\x00b"')),
    "multipart, cut short": (MULTIPART, part(b"a")[:40]),
    "multipart, not base64": (MULTIPART, part(b"!", headers=b"Content-Transfer-Encoding: base64\r\n")),
    "multipart, another boundary": ("multipart/form-data; boundary=OTHER", part(b"a")),
    "no form at all": ("application/json", b"\x00\xff"),
    "of no type": ("", b"\x00\xff"),
}


def assert_ours(response: Any, status: int, sentence: str = "") -> None:
    """An error page in our look, with the policy that every page has."""
    assert response.status_code == status
    text = response.content.decode()
    assert 'class="error-page"' in text
    assert f'<p class="status" aria-hidden="true">{status}</p>' in text
    assert sentence in text
    assert 'href="/"' in text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("enforce_csrf_checks", [True, False])
@pytest.mark.parametrize(("content_type", "body"), BROKEN.values(), ids=BROKEN)
def test_a_broken_form_gets_400(content_type: str, body: bytes, enforce_csrf_checks: bool) -> None:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    for address in FORMS:
        response = client.generic("POST", address, body, content_type=content_type)
        assert_ours(response, 400, "The form ")


@pytest.mark.django_db
@pytest.mark.parametrize(("content_type", "body"), ODD.values(), ids=ODD)
def test_an_odd_form_gets_an_answer(client: Client, content_type: str, body: bytes) -> None:
    for address in FORMS:
        assert client.generic("POST", address, body, content_type=content_type).status_code < 500


@pytest.mark.django_db
def test_a_broken_form_of_somebody_signed_in_gets_400(client: Client, staff: User) -> None:
    client.force_login(staff)
    paper = make_paper()
    for address in (f"{paper.get_absolute_url()}/upvote", "/admin/papers/edition/add/", "/accounts/email/"):
        for content_type, body in BROKEN.values():
            assert_ours(client.generic("POST", address, body, content_type=content_type), 400, "The form ")
    assert not paper.votes.exists()


@pytest.mark.django_db
def test_text_in_every_script_is_no_broken_form(client: Client, reader: User) -> None:
    # U+FFFD may be meant, too: it was in the text that somebody pasted.
    paper = make_paper()
    client.force_login(reader)
    data = "next=%2F%3Fauthor%3DG%C3%B6del+%E6%95%B0%E5%AD%A6+%EF%BF%BD"
    response = client.post(f"{paper.get_absolute_url()}/upvote", data, content_type=f"{URLENCODED}; charset=UTF-8")
    assert response.status_code == 302
    assert paper.votes.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["a=%00", "%00=a", "category=%00", "after=%00", "next=%00", "a=%ff", "%ff", "a=%ed%a0%80"]
)
@pytest.mark.parametrize("path", ["/", "/papers/new", "/papers/date", "/accounts/login/", "/admin/login/", "/nowhere"])
def test_a_broken_query_string_gets_400(client: Client, path: str, query: str) -> None:
    assert_ours(client.get(f"{path}?{query}"), 400, "The address ")
    assert_ours(client.get(f"{path}?{query}", headers=HTMX), 400, "The address ")


@pytest.mark.django_db
def test_too_many_parameters_get_400(client: Client) -> None:
    query = "&".join(f"a{number}=1" for number in range(300))
    assert_ours(client.get(f"/papers/new?{query}"), 400, "The address holds too many parameters.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/papers/", "/papers/2512.00001", "/authors/", "/admin/", "/accounts/", "/static/"]
)
def test_a_nul_in_a_path_gets_400(client: Client, path: str) -> None:
    assert_ours(client.get(f"{path}%00"), 400, "The address ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/nowhere/",
        "/papers/2512.99999",
        "/papers/bs-999999",
        "/papers/bs-99999999999999999999999",
        "/papers/cs/9901001",
        "/papers/" + "9" * 3000,
        "/papers/date/2025-02-30",
        "/papers/date/0000-00-00",
        "/papers/date/tomorrow",
        "/papers/week/2025-W54",
        "/papers/week/0000-W01",
        "/papers/month/2025-13",
        "/papers/date/٢٠٢٥-١٢-٢٥",
        "/categories/cs.NOPE",
        "/authors/nobody-at-all",
        "/accounts/nowhere/",
        # Django keeps what is not UTF-8 as it was written, and no address has it.
        "/%ff",
        "/papers/%ff",
        "/categories/%ff",
        "/authors/%ed%a0%80",
    ],
)
def test_what_is_not_there_gets_404(client: Client, path: str) -> None:
    assert_ours(client.get(path), 404, "No such page")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("listing", "cursor"),
    [
        ("/papers/new", "nonsense"),
        ("/papers/new", "~"),
        ("/papers/new", "2025-13-45~1"),
        ("/papers/new", "2025-12-25~one"),
        ("/papers/new", "2025-12-25~99999999999999999999"),
        ("/papers/new", "2025-12-25~-1~0"),
        ("/papers/trending", "nan~1"),
        ("/papers/trending", "inf~1"),
        ("/papers/trending", "1e999~1"),
        ("/papers/date/2025-12-25", "1~1"),
        ("/papers/date/2025-12-25", "9999999999~1~2025-12-25~1"),
        ("/categories/cs.LG", "0~0~0~0"),
    ],
)
def test_a_cursor_that_was_never_given_out_gets_400(client: Client, listing: str, cursor: str) -> None:
    assert_ours(client.get(listing, {"after": cursor}), 400, "Begin again at the first page.")
    assert client.get(listing, {"after": cursor}, headers=HTMX | {"HX-Target": "rows"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("category=cs.NOPE", "Category"),
        ("since=2025-02-30", "From"),
        ("until=99999-01-01", "To"),
        ("upvotes=many", "At least this many upvotes"),
        ("upvotes=-1", "At least this many upvotes"),
        ("upvotes=99999999999999999999", "At least this many upvotes"),
        ("upvotes=NaN", "At least this many upvotes"),
        ("source=rumour", "Source"),
        ("sort=sideways", "Order"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named_and_left_out(client: Client, query: str, label: str) -> None:
    make_paper("Still there")
    sentence = f"Some filters could not be read and are left out. {label}: "
    page = client.get(f"/papers/new?{query}")
    assert page.status_code == 400
    assert sentence in page.text
    assert "Still there" in page.text
    # htmx swaps a 422 and no other refusal.
    part = client.get(f"/papers/new?{query}", headers=HTMX)
    assert part.status_code == 422
    assert sentence in part.text


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["", "rows", "results", "listing", "main", "no-such-part"])
def test_htmx_gets_an_answer_whatever_part_it_asks_for(client: Client, target: str) -> None:
    headers = {"HX-Request": "true"} | ({"HX-Target": target} if target else {})
    assert client.get("/papers/new", headers=headers).status_code == 200


@pytest.mark.django_db
def test_a_day_that_is_none_gets_400(client: Client) -> None:
    for day in ("", "yesterday", "2025-02-30"):
        assert_ours(client.get("/papers/date", {"day": day}), 400, "Pick a day, written like 2025-12-25.")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/admin/login/", "/papers/2512.00001/upvote"])
def test_a_form_without_its_token_gets_403(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert_ours(client.post(address, {"login": "a"}), 403, "The form could not be accepted")


@pytest.mark.django_db
def test_a_page_for_others_gets_403(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert_ours(client.get("/admin/papers/vote/add/"), 403, "Not for this account")


@pytest.mark.django_db
def test_a_host_that_is_not_ours_gets_400(client: Client) -> None:
    for host in ("evil.example", "a b", "[::1", "x" * 300):
        assert_ours(client.get("/", headers={"host": host}), 400)


def test_the_500_page_needs_no_database(client: Client) -> None:
    """This test may not use the database, so the front page itself breaks, and its error page must not."""
    client.raise_request_exception = False
    assert_ours(client.get("/"), 500, "Something broke here")


def test_the_500_page_needs_nothing_of_the_request() -> None:
    response: HttpResponse = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something broke here" in response.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/papers/2512.00001", "/admin/login/", "/nowhere", "/accounts/login/"])
def test_every_page_carries_the_content_security_policy(client: Client, path: str) -> None:
    make_paper(arxiv_id="2512.00001")
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_the_admins_lists_carry_it_too(client: Client, staff: User) -> None:
    client.force_login(staff)
    for path in ("/admin/", "/admin/papers/paper/", "/admin/accounts/user/add/"):
        response = client.get(path)
        assert response.status_code == 200
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "BREW"])
@pytest.mark.parametrize("address", ["/", "/papers/new", "/accounts/login/", "/admin/login/"])
def test_methods_that_nothing_serves_are_refused_even_without_a_token(method: str, address: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, address)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"


@pytest.mark.django_db
def test_reading_an_address_of_forms_is_refused_in_our_look(client: Client) -> None:
    make_paper(arxiv_id="1706.03762")
    response = client.get("/papers/1706.03762/upvote")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "forms are sent to this address" in response.content.decode()
    assert "Today’s edition" in response.content.decode()


@pytest.mark.parametrize(("status", "told"), [(400, False), (404, False), (500, True)])
def test_only_our_own_faults_write_a_traceback(status: int, told: bool) -> None:
    handler = next(handler for handler in logging.getLogger("django").handlers)
    fault = ValueError("broken")
    record = logging.makeLogRecord({"status_code": status, "exc_info": (ValueError, fault, None)})
    assert handler.filter(record)
    assert bool(record.exc_info) is told
