from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts.mail import QueuedEmailBackend
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def test_a_list_of_users_spends_no_more_queries_on_more_users(desk: Client, count_queries: Callable[..., int]) -> None:
    make_user()
    few = count_queries(desk.get, "/admin/accounts/user/")
    for _ in range(5):
        make_user()
    assert count_queries(desk.get, "/admin/accounts/user/") == few


def test_a_list_of_jobs_spends_no_more_queries_on_more_jobs(desk: Client, count_queries: Callable[..., int]) -> None:
    message = EmailMessage("Subject", "Body", None, ["a@example.org"])
    QueuedEmailBackend().send_messages([message])
    few = count_queries(desk.get, "/admin/procrastinate/procrastinatejob/")
    QueuedEmailBackend().send_messages([message] * 5)
    assert count_queries(desk.get, "/admin/procrastinate/procrastinatejob/") == few
    page = desk.get("/admin/procrastinate/procrastinatejob/").text
    assert "accounts.tasks.deliver_mail" in page
    assert "style=" not in page


def test_staff_add_a_user_and_edit_them(desk: Client) -> None:
    form = {
        "username": "grace",
        "email": "grace@example.org",
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    }
    assert desk.post("/admin/accounts/user/add/", form).status_code == 302
    grace = User.objects.get(username="grace")
    assert grace.check_password("correct horse battery")
    response = desk.post(
        f"/admin/accounts/user/{grace.pk}/change/", {"username": "Grace", "email": "g@example.org", "is_active": "on"}
    )
    assert response.status_code == 302
    grace.refresh_from_db()
    assert (grace.username, grace.email, grace.is_staff) == ("Grace", "g@example.org", False)
    assert grace.check_password("correct horse battery")


def test_readers_stay_out(reader_client: Client) -> None:
    assert reader_client.get("/admin/accounts/user/").status_code == 302
