"""An account is deleted, and every count, thread and address is right afterwards."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Comment, CommentEdit, Paper, Sighting, Vote
from papers.ranking import hot_rank
from papers.services import leaving
from papers.services.comments import delete_comment, edit_comment, post_comment
from papers.services.leaving import LeavingRefused, delete_account
from papers.services.moderation import remove_comments, restore_comments
from papers.services.sightings import note_sighting
from papers.services.votes import cast_upvote, withdraw_upvote
from tests.accounts.test_sign_up import FORM, signed_in_as
from tests.factories import NOON, make_comment, make_paper, make_user

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery"
ADDRESS = "/accounts/delete/"


def counted_right(*papers: Paper) -> bool:
    for paper in papers:
        paper.refresh_from_db()
        votes = paper.votes.count()
        if (paper.upvote_count, paper.hot_rank) != (votes, hot_rank(votes, paper.source_score, paper.listed_on)):
            return False
        if paper.comment_count != paper.comments.not_deleted().count():
            return False
    return True


def leave(client: Client, **fields: str) -> Any:
    return client.post(ADDRESS, {"username": "rosalind", "password": SECRET} | fields, follow=True)


def test_votes_go_and_the_counts_with_them(reader: User) -> None:
    papers, other = [make_paper() for _ in range(3)], make_user()
    hidden = make_paper(state="hidden")
    for paper in (*papers, hidden):
        cast_upvote(paper, reader)
    cast_upvote(papers[0], other)
    assert delete_account(reader)
    assert counted_right(*papers, hidden)
    assert [paper.upvote_count for paper in (*papers, hidden)] == [1, 0, 0, 0]
    assert Vote.objects.get().user == other


def test_comments_keep_their_place_and_lose_their_name(client: Client, reader: User) -> None:
    paper, other = make_paper(arxiv_id="1706.03762"), make_user()
    comment = post_comment(paper, reader, "First **words**.", now=NOON)
    answer = post_comment(paper, other, "An answer.", parent=comment, now=NOON)
    delete_account(reader)
    comment.refresh_from_db()
    assert (comment.user, comment.html) == (None, "<p>First <strong>words</strong>.</p>\n")
    page = client.get("/papers/1706.03762").text
    assert "<b>deleted user</b>" in page
    assert f'id="comment-{comment.pk}"' in page
    assert f'id="comment-{answer.pk}"' in page
    assert "rosalind" not in page
    assert client.get(f"/comments/{comment.pk}")["Location"] == f"/papers/1706.03762#comment-{comment.pk}"
    assert counted_right(paper)


def test_what_was_edited_or_deleted_away_is_gone_for_staff_too(reader: User) -> None:
    paper = make_paper()
    edited = post_comment(paper, reader, "My address is 1 Elm Street.", now=NOON)
    edit_comment(edited, "Well put.", NOON)
    deleted = post_comment(paper, reader, "A secret.", now=NOON)
    delete_comment(deleted, NOON)
    other = make_comment(paper)
    CommentEdit.objects.create(comment=other, source="Somebody else’s.", edited_at=NOON)
    delete_account(reader)
    deleted.refresh_from_db()
    assert "secret" not in deleted.source
    assert [edit.source for edit in CommentEdit.objects.all()] == ["Somebody else’s."]


def test_all_that_belongs_to_the_account_alone_goes(client: Client, reader: User) -> None:
    client.post("/accounts/login/", {"login": "rosalind", "password": SECRET})
    note_sighting(make_paper(), reader)
    Authenticator.objects.create(user=reader, type="totp", data={})
    SocialAccount.objects.create(user=reader, provider="github", uid="1")
    assert Session.objects.count() == 1
    delete_account(reader)
    for model in (User, Sighting, EmailAddress, Authenticator, SocialAccount, UserSession, Session):
        assert not model._default_manager.exists(), model
    assert signed_in_as(client) == ""
    assert client.get("/users/rosalind").status_code == 404


def test_deleting_twice_is_deleting_once(reader: User) -> None:
    same = User.objects.get(pk=reader.pk)
    assert delete_account(reader)
    assert not delete_account(same)
    assert len(mail.outbox) == 1


def test_the_reader_is_told_by_mail(reader: User) -> None:
    delete_account(reader)
    (message,) = mail.outbox
    assert message.to == ["rosalind@example.org"]
    assert message.subject == "Your account is deleted"
    assert "“rosalind” is deleted" in message.body


def test_an_unconfirmed_address_gets_no_mail(reader: User) -> None:
    EmailAddress.objects.update(verified=False)
    delete_account(reader)
    assert mail.outbox == []


def test_what_fails_on_the_way_leaves_everything_as_it_was(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = make_paper()
    cast_upvote(paper, reader)

    def fail(*args: Any) -> None:
        raise RuntimeError("no mail today")

    monkeypatch.setattr(leaving, "_say_farewell", fail)
    with pytest.raises(RuntimeError):
        delete_account(reader)
    assert User.objects.filter(pk=reader.pk).exists()
    assert (Vote.objects.count(), EmailAddress.objects.count()) == (1, 1)
    assert counted_right(paper)


@pytest.mark.parametrize("name", ["rosalind", "ROSALIND"])
def test_the_name_is_given_to_nobody_else(client: Client, reader: User, name: str) -> None:
    delete_account(reader)
    page = client.post("/accounts/signup/", FORM | {"username": name})
    assert "This user name is taken." in page.text
    assert not User.objects.exists()
    assert client.post("/accounts/signup/", FORM | {"username": "rosalinde"}).status_code == 302


def test_the_only_superuser_stays(staff: User) -> None:
    paper = make_paper()
    cast_upvote(paper, staff)
    with pytest.raises(LeavingRefused, match="only superuser"):
        delete_account(staff)
    assert paper.votes.count() == 1
    User.objects.create_superuser("second", "second@example.org", SECRET)
    assert delete_account(staff)


# The page


def test_what_staff_did_stays_in_the_log_without_their_name(staff: User, reader: User) -> None:
    reader.is_staff = True
    reader.save()
    paper = make_paper()
    kind = ContentType.objects.get_for_model(Paper).pk
    LogEntry.objects.create(
        user=reader,
        content_type_id=kind,
        object_id=str(paper.pk),
        object_repr="P",
        action_flag=CHANGE,
        change_message="Hidden",
    )
    about = ContentType.objects.get_for_model(User).pk
    LogEntry.objects.create(
        user=staff, content_type_id=about, object_id=str(reader.pk), object_repr="rosalind", action_flag=CHANGE
    )
    assert delete_account(reader)
    did, was = LogEntry.objects.order_by("pk")
    assert (did.change_message, did.user.username, did.user.is_active) == ("Hidden", "former staff", False)
    assert (was.user, was.object_repr) == (staff, "deleted user")


def test_staff_restore_no_comment_whose_author_left(reader: User) -> None:
    comment = post_comment(make_paper(), reader, "Rude words.", now=NOON)
    remove_comments([comment.pk], NOON)
    assert delete_account(reader)
    assert restore_comments([comment.pk]) == []


def test_the_page_says_what_happens_and_asks_for_name_and_password(reader_client: Client, reader: User) -> None:
    page = reader_client.get(ADDRESS).text
    assert "Your upvotes are taken back" in page
    for fields in ({"username": "rosa"}, {"username": "Rosalind"}, {"password": "wrong"}, {"password": ""}):
        response = leave(reader_client, **fields)
        assert response.status_code == 422
        assert 'role="alert"' in response.text
    assert User.objects.filter(pk=reader.pk).exists()
    response = leave(reader_client)
    assert response.redirect_chain == [("/", 302)]
    assert "Your account is deleted." in response.text
    assert ">Sign in</a>" in response.text
    assert not User.objects.exists()


def test_strangers_are_led_to_sign_in(client: Client) -> None:
    assert client.get(ADDRESS)["Location"] == f"/accounts/login/?next={ADDRESS}"
    assert client.post(ADDRESS, {"username": "rosalind", "password": SECRET}).status_code == 302


def test_guessing_the_password_there_is_stopped(reader_client: Client, reader: User) -> None:
    answers = [leave(reader_client, password="wrong").status_code for _ in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert leave(reader_client).status_code == 429
    assert User.objects.filter(pk=reader.pk).exists()


def test_without_a_password_the_second_step_is_asked_for(client: Client, reader: User) -> None:
    reader.set_unusable_password()
    reader.save(update_fields=["password"])
    Authenticator.objects.create(user=reader, type="totp", data={"secret": "x"})
    client.force_login(reader)
    response = client.get(ADDRESS)
    assert response["Location"].startswith("/accounts/2fa/reauthenticate/")
    Authenticator.objects.all().delete()
    assert 'name="password"' not in client.get(ADDRESS).text
    # With neither, only who signed in lately goes on: tests/accounts/test_fresh_sign_in.py.
    assert client.post(ADDRESS, {"username": "rosalind"})["Location"].startswith("/accounts/login/")
    assert User.objects.exists()


# By staff


def test_staff_delete_a_reader_with_votes_and_comments_by_the_same_service(
    client: Client, staff: User, reader: User
) -> None:
    paper = make_paper()
    cast_upvote(paper, reader)
    comment = post_comment(paper, reader, "Words.", now=NOON)
    client.force_login(staff)
    address = f"/admin/accounts/user/{reader.pk}/delete/"
    assert "signed “deleted user”" in client.get(address).text
    assert client.post(address, {"post": "yes"}).status_code == 302
    comment.refresh_from_db()
    assert comment.user is None
    assert counted_right(paper)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr, entry.is_deletion()) == (staff, "deleted user", True)
    assert mail.outbox[0].to == ["rosalind@example.org"]


def test_staff_delete_several_at_once_but_not_the_only_superuser(client: Client, staff: User) -> None:
    paper, readers = make_paper(), [make_user() for _ in range(3)]
    for reader in readers:
        cast_upvote(paper, reader)
    client.force_login(staff)
    form = {"action": "delete_selected", "post": "yes", "_selected_action": [str(user.pk) for user in readers]}
    client.post("/admin/accounts/user/", form)
    assert list(User.objects.all()) == [staff]
    assert counted_right(paper)
    client.post("/admin/accounts/user/", form | {"_selected_action": [str(staff.pk)]})
    client.post(f"/admin/accounts/user/{staff.pk}/delete/", {"post": "yes"})
    assert list(User.objects.all()) == [staff]
    assert LogEntry.objects.count() == 3


# Large, and all at once


def test_ten_thousand_votes_cost_a_bounded_number_of_queries(django_assert_max_num_queries: Any) -> None:
    day = timezone.localdate()
    Paper.objects.bulk_create(
        Paper(title=f"Paper {n}", arxiv_id=f"9901.{n:05}", dated_on=day, listed_on=day, upvote_count=1)
        for n in range(10_000)
    )
    reader = make_user()
    Vote.objects.bulk_create(Vote(user=reader, paper_id=pk) for pk in Paper.objects.values_list("pk", flat=True))
    # Six a batch of a thousand papers, and about forty for the account.
    with django_assert_max_num_queries(120):
        delete_account(reader)
    assert not Paper.objects.exclude(upvote_count=0).exists()
    assert not Vote.objects.exists()


def run_at_once(*calls: Any) -> list[Any]:
    """What each returned or raised; all begin at the same moment, each on a connection of its own."""
    start = threading.Barrier(len(calls))

    def run(call: Any) -> Any:
        try:
            start.wait()
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_votes_of_the_same_reader_and_of_others_at_that_moment_leave_exact_counts(attempt: int) -> None:
    papers, reader, others = [make_paper() for _ in range(6)], make_user(), [make_user() for _ in range(3)]
    for paper in papers[:3]:
        cast_upvote(paper, reader)
    calls = [partial(delete_account, reader), partial(withdraw_upvote, papers[0], reader)]
    calls += [partial(cast_upvote, paper, reader) for paper in papers[3:]]
    calls += [partial(cast_upvote, paper, other) for other in others for paper in papers]
    said = run_at_once(*calls)
    assert said[0] is True
    # What came too late was refused by the foreign key, and nothing met in a circle.
    assert all(isinstance(answer, int | IntegrityError) for answer in said), said
    assert not Vote.objects.filter(user_id=reader.pk).exists()
    assert [paper.votes.count() for paper in papers] == [3] * 6
    assert counted_right(*papers)


@pytest.mark.django_db(transaction=True)
def test_two_superusers_who_leave_at_once_do_not_both(db: None) -> None:
    bosses = [User.objects.create_superuser(f"boss{number}", "", SECRET) for number in range(2)]
    answers = run_at_once(*(partial(delete_account, boss) for boss in bosses))
    assert sorted(isinstance(answer, LeavingRefused) for answer in answers) == [False, True]
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_vote_that_is_under_way_is_waited_for_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vote commits after ours were taken back and before the reader's row is ours."""
    paper, reader = make_paper(), make_user()
    take_back, attempts = leaving._take_votes_back, []

    def and_then_vote(user: User) -> None:
        take_back(user)
        attempts.append(1)
        if len(attempts) == 1:
            run_at_once(lambda: cast_upvote(paper, reader))

    monkeypatch.setattr(leaving, "_take_votes_back", and_then_vote)
    assert delete_account(reader)
    assert len(attempts) == 2
    assert counted_right(paper)
    assert not Vote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_acts_in_the_moment_their_account_goes_gets_a_sentence_and_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each request found its reader just before the deletion."""
    paper, reader = make_paper(arxiv_id="1706.03762"), make_user(username="rosalind")
    tab = Client()
    tab.force_login(reader)
    User.objects.filter(pk=reader.pk).delete()
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", lambda request: reader)
    assert tab.get("/papers/1706.03762").status_code == 200
    assert tab.post("/papers/1706.03762/upvote").status_code == 302
    response = tab.post("/papers/1706.03762/comments", {"source": "Too late."})
    assert response.status_code == 422
    assert "Your account was deleted this moment" in response.text
    assert counted_right(paper)
    assert not Comment.objects.exists()
    assert not Sighting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deletion_inside_a_transaction_that_is_rolled_back_never_was() -> None:
    paper, reader = make_paper(), make_user()
    cast_upvote(paper, reader)
    with transaction.atomic():
        delete_account(reader)
        transaction.set_rollback(True)
    assert User.objects.filter(pk=reader.pk).exists()
    assert paper.votes.count() == 1
    assert counted_right(paper)
