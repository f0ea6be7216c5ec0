from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from tests.factories import make_user


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def client_with(*permissions: str) -> Client:
    """Somebody of the staff who may do just this much."""
    somebody = make_user(is_staff=True)
    for permission in permissions:
        label, codename = permission.split(".")
        somebody.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    client = Client()
    client.force_login(somebody)
    return client


@pytest.fixture
def onlooker(db: None) -> Client:
    """Staff who may look at everything and change nothing."""
    return client_with("papers.view_paper", "papers.view_edition", "papers.view_comment", "papers.view_rejectedrecord")
