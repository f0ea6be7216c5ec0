"""Admin's own sign-in page is limited like the readers' one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_guessing_at_admins_door_is_stopped(client: Client, staff: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "5/m/ip"}
    guess = {"username": staff.username, "password": "wrong"}
    answers = [client.post("/admin/login/", guess).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2
    right = {"username": staff.username, "password": "correct horse battery"}
    assert client.post("/admin/login/", right).status_code == 429


def test_staff_sign_in_at_admins_door(client: Client, staff: User) -> None:
    right = {"username": staff.username, "password": "correct horse battery", "next": "/admin/"}
    assert client.post("/admin/login/", right)["Location"] == "/admin/"
