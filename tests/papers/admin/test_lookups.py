"""A query string narrows a list by the list's own filters, and asks no column that no page shows."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.papers.admin.conftest import client_with

pytestmark = pytest.mark.django_db

SECRETS = {
    "/admin/mfa/authenticator/?data__secret__startswith=a": "mfa.view_authenticator",
    "/admin/mfa/authenticator/?user__password__startswith=a": "mfa.view_authenticator",
    "/admin/usersessions/usersession/?session_key__startswith=a": "usersessions.view_usersession",
    "/admin/usersessions/usersession/?data__x=a": "usersessions.view_usersession",
    "/admin/socialaccount/socialaccount/?extra_data__email__startswith=a": "socialaccount.view_socialaccount",
    "/admin/procrastinate/procrastinatejob/?args__message__body__icontains=a": "procrastinate.view_procrastinatejob",
    "/admin/accounts/user/?password__startswith=a": "accounts.view_user",
    "/admin/accounts/user/?authenticator__data__secret__startswith=a": "accounts.view_user",
    "/admin/papers/vote/?user__password__startswith=a": "papers.view_vote",
}
OFFERED = [
    "/admin/mfa/authenticator/?type__exact=totp",
    "/admin/socialaccount/socialaccount/?provider=orcid",
    "/admin/procrastinate/procrastinatejob/?status__exact=failed",
    "/admin/procrastinate/procrastinatejob/?task=accounts.tasks.deliver_mail",
    "/admin/accounts/user/?is_superuser__exact=1",
    "/admin/papers/paper/?state__exact=pending&edition=today&mark=picked",
    "/admin/papers/rejectedrecord/?run__id__exact=1",
    "/admin/papers/comment/?created_at__gte=2026-01-01+00%3A00%3A00%2B00%3A00&fate=stands",
    "/admin/papers/holiday/?day__year=2026",
]


@pytest.mark.parametrize("address", SECRETS)
def test_staff_who_may_look_cannot_ask_for_a_secret_letter_by_letter(address: str) -> None:
    onlooker = client_with(SECRETS[address])
    assert onlooker.get(address.partition("?")[0]).status_code == 200
    assert onlooker.get(address).status_code == 400


@pytest.mark.parametrize("address", OFFERED)
def test_what_filters_and_links_ask_is_answered(address: str, desk: Client) -> None:
    assert desk.get(address).status_code == 200
