"""Staff who may change and delete users have no hold over superusers, and cannot become one."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import User
from tests.factories import make_user
from tests.papers.admin.conftest import client_with
from tests.papers.admin.filling import act, fields_of, said

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"
NEW = {
    "username": "mary",
    "usable_password": "true",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
}


@pytest.fixture
def keeper(db: None) -> Client:
    """Staff who keep the accounts."""
    return client_with(*(f"accounts.{what}_user" for what in ("view", "add", "change", "delete")))


def rights() -> dict[str, Any]:
    return {
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [Group.objects.create(name="Keepers").pk],
        "user_permissions": [Permission.objects.all()[0].pk],
    }


def has_rights(user: User) -> list[bool]:
    return [user.is_staff, user.is_superuser, user.groups.exists(), user.user_permissions.exists()]


def test_who_is_no_superuser_gives_no_rights(keeper: Client, staff: User, reader: User) -> None:
    address, wish = f"{USERS}{reader.pk}/change/", rights()
    data = fields_of(keeper.get(address).text, "#user_form")
    assert "is_active" in data
    assert keeper.post(address, data | wish | {"about": "Crystals."}).status_code == 302
    reader.refresh_from_db()
    assert reader.about == "Crystals."
    assert has_rights(reader) == [False] * 4
    assert keeper.post(f"{USERS}add/", NEW | wish).status_code == 302
    assert has_rights(User.objects.get(username="mary")) == [False] * 4
    superuser = Client()
    superuser.force_login(staff)
    superuser.post(address, data | wish)
    assert has_rights(User.objects.get(pk=reader.pk)) == [True] * 4


def test_nobody_makes_themselves_superuser(keeper: Client) -> None:
    me = User.objects.get()
    data = fields_of(keeper.get(f"{USERS}{me.pk}/change/").text, "#user_form")
    assert keeper.post(f"{USERS}{me.pk}/change/", data | {"is_superuser": "on"}).status_code == 302
    me.refresh_from_db()
    assert not me.is_superuser


@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_a_superusers_account_is_out_of_their_reach(page: str, keeper: Client, staff: User) -> None:
    make_user(is_superuser=True)
    known, address = staff.password, f"{USERS}{staff.pk}/{page}/"
    form = {"username": "caught", "post": "yes"} | {name: NEW[name] for name in NEW if name != "username"}
    assert keeper.post(address, form).status_code == 403
    staff.refresh_from_db()
    assert (staff.username, staff.password, staff.is_active) == ("editor", known, True)
    assert keeper.get(f"{USERS}{staff.pk}/change/").status_code == 200


def test_a_superuser_is_not_deleted_among_others(keeper: Client, staff: User, reader: User) -> None:
    make_user(is_superuser=True)
    response = act(keeper, "delete_selected", staff, reader, where=USERS, post="yes")
    assert said(response) == "Nobody was deleted. Only a superuser can delete a superuser."
    assert {staff, reader} <= set(User.objects.all())
    act(keeper, "delete_selected", reader, where=USERS, post="yes")
    assert not User.objects.filter(pk=reader.pk).exists()


def test_a_superusers_second_step_is_left_to_superusers(staff: User, reader: User) -> None:
    keeper = client_with("mfa.view_authenticator", "mfa.delete_authenticator")
    theirs, readers = (
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={}) for user in (staff, reader)
    )
    where = "/admin/mfa/authenticator/"
    assert keeper.post(f"{where}{theirs.pk}/delete/", {"post": "yes"}).status_code == 403
    act(keeper, "delete_selected", theirs, readers, where=where, post="yes")
    assert Authenticator.objects.count() == 2
    assert keeper.post(f"{where}{readers.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Authenticator.objects.all()) == [theirs]


def test_nobody_shuts_themselves_out_by_the_form(client: Client, staff: User) -> None:
    client.force_login(staff)
    address = f"/admin/accounts/user/{staff.pk}/change/"
    page = client.get(address).text
    for name in ("is_active", "is_staff", "is_superuser"):
        assert f'name="{name}"' not in page
    assert client.post(address, {"username": "editor", "email": "editor@example.org"}).status_code == 302
    staff.refresh_from_db()
    assert staff.is_active
    assert staff.is_superuser


def test_a_sample_readers_account_can_be_changed(client: Client, staff: User) -> None:
    curie = make_user(username="sample-curie", is_sample=True)
    client.force_login(staff)
    assert client.post(f"/admin/accounts/user/{curie.pk}/change/", {"email": ""}).status_code == 302
    curie.refresh_from_db()
    assert not curie.is_active
    assert curie.username == "sample-curie"


ADDRESSES = "/admin/account/emailaddress/"


def test_nobody_but_a_superuser_gives_a_superuser_an_address(staff: User, reader: User) -> None:
    keeper = client_with(*(f"account.{what}_emailaddress" for what in ("view", "add", "change", "delete")))
    form = {"email": "caught@example.org", "verified": "on"}
    assert keeper.post(f"{ADDRESSES}add/", form | {"user": staff.pk}).status_code == 200
    assert not EmailAddress.objects.filter(user=staff).exists()
    assert keeper.post(f"{ADDRESSES}add/", form | {"user": reader.pk}).status_code == 302
    readers = EmailAddress.objects.get(email="caught@example.org")
    assert keeper.post(f"{ADDRESSES}{readers.pk}/change/", form | {"user": staff.pk}).status_code == 200
    theirs = EmailAddress.objects.create(user=staff, email="other@example.org")
    for page in ("change", "delete"):
        response = keeper.post(f"{ADDRESSES}{theirs.pk}/{page}/", form | {"user": reader.pk, "post": "yes"})
        assert response.status_code == 403
    act(keeper, "make_verified", theirs, where=ADDRESSES)
    theirs.refresh_from_db()
    assert (theirs.user, theirs.email, theirs.verified) == (staff, "other@example.org", False)


def test_who_may_only_look_confirms_no_address(reader: User, staff: User) -> None:
    address = EmailAddress.objects.create(user=reader, email="other@example.org")
    act(client_with("account.view_emailaddress"), "make_verified", address, where=ADDRESSES)
    assert not EmailAddress.objects.get(pk=address.pk).verified
    act(
        client_with("account.view_emailaddress", "account.change_emailaddress"),
        "make_verified",
        address,
        where=ADDRESSES,
    )
    assert EmailAddress.objects.get(pk=address.pk).verified
