"""A search that a stranger wants kept: remembered until they are somebody."""

from __future__ import annotations

from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from papers.models import SavedSearch
from papers.services import searches
from tests.accounts.test_sign_up import FORM, mailed_link

pytestmark = pytest.mark.django_db

QUERY = "q=lattices&category=cs.LG"
PASSWORD = "correct horse battery"


def kept(user: User) -> list[str]:
    return list(SavedSearch.objects.filter(user=user).values_list("query", flat=True))


def sign_in(client: Client, reader: User, back: str = "/") -> str:
    response = client.post(reverse("account_login"), {"login": reader.username, "password": PASSWORD, "next": back})
    return response["Location"]


def test_a_stranger_signs_in_comes_back_and_finds_the_search_kept(client: Client, reader: User) -> None:
    response = client.post("/searches/save", {"query": f"{QUERY}&junk=1"})
    assert response["Location"] == f"{reverse('account_login')}?next=%2Fsearch%3Fq%3Dlattices%26category%3Dcs.LG"
    assert "Sign in, and the search is kept." in client.get(response["Location"]).content.decode()
    assert not SavedSearch.objects.exists()
    assert sign_in(client, reader, f"/search?{QUERY}") == f"/search?{QUERY}"
    assert kept(reader) == [QUERY]
    assert "“lattices, cs.LG” is kept" in client.get("/searches").content.decode()


def test_a_stranger_signs_up_confirms_the_address_and_finds_the_search_kept(client: Client) -> None:
    client.post("/searches/save", {"query": QUERY})
    client.post(reverse("account_signup"), FORM | {"next": f"/search?{QUERY}"})
    client.get(mailed_link())
    assert not SavedSearch.objects.exists()
    assert client.post(mailed_link())["Location"] == f"/search?{QUERY}"
    assert kept(User.objects.get(username="Ada")) == [QUERY]


def test_the_wish_is_fulfilled_once_and_by_no_get(client: Client, reader: User) -> None:
    client.post("/searches/save", {"query": QUERY})
    client.force_login(reader)
    client.get("/searches")
    assert kept(reader) == []
    client.post("/papers/1706.03762/upvote")  # any POST of the reader's own, once signed in
    assert kept(reader) == [QUERY]
    SavedSearch.objects.all().delete()
    client.post("/papers/1706.03762/upvote")
    assert kept(reader) == []


def test_of_several_wishes_the_last_one_counts_and_none_is_long(client: Client, reader: User) -> None:
    for number in range(20):
        client.post("/searches/save", {"query": f"q=lattices{number}"})
    client.post("/searches/save", {"query": f"q={'x' * 2_100}"})
    assert client.session["pending_search"] == ["q=lattices19", "lattices19"]
    sign_in(client, reader)
    assert kept(reader) == ["q=lattices19"]


def test_who_keeps_too_many_already_is_told_so(client: Client, reader: User) -> None:
    searches.save_search(reader, "q=bread", "bread")
    client.post("/searches/save", {"query": QUERY})
    with mock.patch("papers.services.searches.MOST", 1):
        sign_in(client, reader)
    assert kept(reader) == ["q=bread"]
    assert "You keep 1 searches already." in client.get("/searches").content.decode()


def test_nothing_at_all_leads_nobody_to_the_sign_in_page(client: Client) -> None:
    response = client.post("/searches/save", {"query": "sort=new"})
    assert response["Location"].startswith("/search")
    assert "There is nothing to keep" in client.get("/search").content.decode()
