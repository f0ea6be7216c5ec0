"""A reader's profile: what it shows to whom, and where it lies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from papers.services.comments import delete_comment, post_comment
from papers.services.votes import cast_upvote
from tests.factories import NOON, make_comment, make_paper, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "rows"}
TABS = ["/users/rosalind", "/users/rosalind/upvotes", "/users/rosalind/comments"]


@pytest.fixture
def active(reader: User) -> User:
    """The reader, with one upvote and one comment."""
    paper = make_paper("Lamplight")
    cast_upvote(paper, reader)
    post_comment(paper, reader, "It **shines**.", now=NOON)
    return reader


@pytest.mark.parametrize("address", TABS)
def test_everybody_sees_what_is_public(client: Client, active: User, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert "Lamplight" in page.text
    assert "noindex" not in page.text
    assert "Only you see this" not in page.text
    assert "Your account</a>" not in page.text


def test_the_profile_says_who_it_is(client: Client, active: User) -> None:
    User.objects.update(about="Crystals <mostly>.\nAnd X-rays.", link="https://example.org/~rosalind")
    page = client.get("/users/rosalind").text
    assert "Crystals &lt;mostly&gt;.<br>And X-rays." in page
    assert '<a href="https://example.org/~rosalind" rel="nofollow ugc noopener me">example.org/~rosalind</a>' in page
    assert "Reader since" in page
    assert "<strong>shines</strong>" in page
    assert "rosalind@example.org" not in page


def test_private_parts_are_the_owners_alone(client: Client, reader_client: Client, staff: User, active: User) -> None:
    User.objects.filter(pk=active.pk).update(has_public_upvotes=False, has_public_comments=False)
    stranger = Client()
    stranger.force_login(staff)
    for other in (client, stranger):
        page = other.get("/users/rosalind")
        assert "Lamplight" not in page.text
        assert "shows neither upvotes nor comments" in page.text
        assert '<meta name="robots" content="noindex">' in page.text
        assert [other.get(address).status_code for address in TABS[1:]] == [404, 404]
    for address in TABS:
        page = reader_client.get(address)
        assert "Lamplight" in page.text
        assert "Only you see this" in page.text
    assert reader_client.get(TABS[1])["X-Robots-Tag"] == "noindex"
    assert "noindex" in reader_client.get(TABS[2]).text


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_hidden_papers_and_deleted_comments_are_on_no_profile(client: Client, reader: User, state: str) -> None:
    paper, open_paper = make_paper("Kept quiet"), make_paper("Lamplight")
    cast_upvote(paper, reader)
    post_comment(paper, reader, "Hush.", now=NOON)
    deleted = post_comment(open_paper, reader, "Regretted.", now=NOON)
    delete_comment(deleted, NOON)
    paper.state = state
    paper.save(update_fields=["state"])
    client.force_login(reader)
    for address in TABS:
        page = client.get(address).text
        assert "Kept quiet" not in page
        assert "Hush" not in page
        assert "Regretted" not in page


def test_other_readers_upvotes_and_comments_are_not_shown(client: Client, active: User) -> None:
    paper, other = make_paper("Somebody else’s"), make_user()
    cast_upvote(paper, other)
    make_comment(paper, other, "Not mine.")
    for address in TABS:
        page = client.get(address).text
        assert "Somebody else’s" not in page
        assert "Not mine" not in page


@pytest.mark.parametrize("address", TABS)
def test_a_closed_account_and_an_unknown_name_have_no_profile(client: Client, active: User, address: str) -> None:
    assert client.get(address.replace("rosalind", "nobody")).status_code == 404
    User.objects.update(is_active=False)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", TABS)
def test_a_name_in_other_letters_leads_to_its_own_spelling(client: Client, active: User, address: str) -> None:
    response = client.get(address.replace("rosalind", "ROSalind"))
    assert (response.status_code, response["Location"]) == (301, address)


@pytest.mark.parametrize("name", ["a.b+c-d@example.org", "under_score", "per%cent", "ünal"])
def test_names_that_older_rules_allowed_work_in_addresses(client: Client, name: str) -> None:
    user = make_user(username=name)
    assert client.get(user.get_absolute_url()).status_code == 200
    assert client.get(f"{user.get_absolute_url()}/comments").status_code == 200


def test_an_empty_profile_need_not_be_found(client: Client, reader: User) -> None:
    page = client.get("/users/rosalind").text
    assert '<meta name="robots" content="noindex">' in page
    assert page.count("Nothing yet.") == 2
    assert "No comments yet" in client.get(TABS[2]).text
    assert "No papers here yet" in client.get(TABS[1]).text


def test_names_lead_to_profiles(reader_client: Client, active: User) -> None:
    page = reader_client.get(active.comments.get().paper.get_absolute_url()).text
    assert '<b><a href="/users/rosalind">rosalind</a></b>' in page
    assert '<a class="reader" href="/users/rosalind"' in page
    User.objects.update(is_active=False)
    page = Client().get(active.comments.get().paper.get_absolute_url()).text
    assert "<b>rosalind</b>" in page


def test_the_owner_finds_the_account_from_the_profile_and_back(reader_client: Client) -> None:
    assert '<a class="button is-quiet" href="/accounts/profile/">Your account</a>' in reader_client.get(TABS[0]).text
    assert '<a href="/users/rosalind">rosalind</a>' in reader_client.get("/accounts/profile/").text


# Many


def test_comments_go_on_page_by_page_and_by_htmx(client: Client, reader: User) -> None:
    paper = make_paper("Lamplight")
    for number in range(25):
        make_comment(paper, reader, f"Remark {number:02}.")
    first = client.get(TABS[2]).text
    assert "Remark 24" in first
    assert "Remark 04" not in first
    after = first.split("?after=")[1].split('"')[0]
    second = client.get(f"{TABS[2]}?after={after}").text
    assert "Remark 04" in second
    assert "Remark 05" not in second
    assert 'rel="next"' not in second
    rows = client.get(f"{TABS[2]}?after={after}", headers=HTMX)
    assert "<html" not in rows.text
    assert "Remark 04" in rows.text
    assert "HX-Request" in rows["Vary"]
    assert "That was the last page" in client.get(f"{TABS[2]}?after=1").text


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 30, "²"])
def test_a_broken_cursor_is_a_clear_400(client: Client, active: User, cursor: str) -> None:
    assert client.get(TABS[2], {"after": cursor}).status_code == 400


def test_upvotes_are_a_listing_with_its_filters(client: Client, reader: User) -> None:
    for title in ("Lamplight", "Moonlight"):
        cast_upvote(make_paper(title, code_url="https://example.org/" if title == "Lamplight" else ""), reader)
    assert "2 papers" in client.get(TABS[1]).text
    narrowed = client.get(f"{TABS[1]}?code=on").text
    assert "Lamplight" in narrowed
    assert "Moonlight" not in narrowed


@pytest.mark.parametrize("address", TABS)
def test_a_profile_spends_no_more_queries_on_more(
    reader_client: Client, reader: User, address: str, count_queries: Callable[..., int]
) -> None:
    def act() -> None:
        paper = make_paper(authors=("Ada Byron",), categories=("cs.LG",))
        cast_upvote(paper, reader)
        make_comment(paper, reader)

    act()
    few = count_queries(reader_client.get, address)
    for _ in range(5):
        act()
    assert count_queries(reader_client.get, address) == few


def test_the_overview_costs_eight_queries(reader_client: Client, active: User, django_assert_num_queries: Any) -> None:
    # session, its user, the person, upvotes counted, upvotes, comments counted, comments, whether there is a sample
    with django_assert_num_queries(8):
        reader_client.get(TABS[0])


# What the profile says


def save(client: Client, **fields: str) -> Any:
    return client.post("/accounts/profile/", {"about": "", "link": ""} | fields)


def test_the_profile_is_saved_and_nothing_else_with_it(reader_client: Client, reader: User) -> None:
    response = save(
        reader_client, about=" Crystals. \r\n\r\n X-rays. ", link="https://example.org", is_staff="on", username="x"
    )
    assert response["Location"] == "/accounts/profile/"
    reader.refresh_from_db()
    assert (reader.about, reader.link) == ("Crystals.\nX-rays.", "https://example.org")
    assert (reader.has_public_upvotes, reader.has_public_comments) == (False, False)
    assert (reader.username, reader.is_staff) == ("rosalind", False)


@pytest.mark.parametrize(
    "fields", [{"about": "x" * 281}, {"link": "javascript:alert(1)"}, {"link": "ftp://x.org"}, {"link": "x"}]
)
def test_what_no_profile_may_say_is_refused(reader_client: Client, reader: User, fields: dict[str, str]) -> None:
    response = save(reader_client, **fields)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    reader.refresh_from_db()
    assert (reader.about, reader.link) == ("", "")


def test_the_user_name_can_not_be_changed_and_the_form_says_so(reader_client: Client) -> None:
    page = reader_client.get("/accounts/profile/").text
    assert "can’t be changed" in page
    assert 'name="username"' not in page


def test_strangers_have_no_profile_to_edit(client: Client) -> None:
    assert client.get("/accounts/profile/").status_code == 302
    assert save(client).status_code == 302
