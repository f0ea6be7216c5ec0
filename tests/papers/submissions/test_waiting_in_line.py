"""Nobody who submits waits without end for those who write papers, nor in a circle with those who leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.ingest.locking import lock_writer
from papers.models import Submission
from papers.services import leaving, submission_decisions
from papers.services.leaving import delete_account
from papers.services.submission_decisions import accept_submissions, confirm_submission
from papers.services.submissions import submit_paper
from papers.services.votes import cast_upvote
from tests.factories import make_paper, make_user
from tests.papers.submissions.sources import BOATS, TITLE, Sources

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def somebody_writes() -> Iterator[None]:
    """Another connection holds the writer's lock, as a run does that is only tried out."""
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            lock_writer()
            begun.set()
            done.wait(30)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(10)
        yield
    finally:
        done.set()
        writer.join()


def test_a_reader_who_confirms_during_a_long_run_is_asked_to_try_again(
    reader_client: Client, reader: User, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission_decisions, "_PATIENCE", 1)
    own = submit_paper(reader, "arxiv", BOATS, timezone.now())
    address = f"{own.get_absolute_url()}/confirm"
    with somebody_writes():
        began = time.monotonic()
        answer = reader_client.post(address)
        assert time.monotonic() - began < 10
    assert answer.status_code == 503
    assert "Papers are being taken in at this moment. Nothing was sent; try again soon." in answer.text
    assert TITLE in answer.text
    assert f'action="{address}"' in answer.text
    assert Submission.objects.get().state == "found"
    assert reader_client.post(address).status_code == 302
    assert Submission.objects.get().state == "pending"


def both(*calls: Callable[[], Any]) -> list[Any]:
    """What each returned or raised, each on a connection of its own."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def suggested(user: User) -> Submission:
    now = timezone.now()
    return confirm_submission(submit_paper(user, "arxiv", BOATS, now), with_upvote=True, now=now)


def wait_for_a_lock() -> None:
    """Until somebody waits for what somebody else holds, or it is plain that nobody will."""
    end = time.monotonic() + 2
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)


def test_a_reader_who_leaves_while_staff_accept_their_paper_waits_for_no_circle(
    reader: User, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Staff hold the submission and upvote for the reader, whose account is being deleted."""
    own, paper = suggested(reader), make_paper(arxiv_id=BOATS)
    accepting, leaving_now = threading.Event(), threading.Event()
    upvote, address = submission_decisions._upvote_as_wished, leaving._address

    def late_upvote(submission: Submission) -> None:
        accepting.set()
        leaving_now.wait(1)
        wait_for_a_lock()
        upvote(submission)

    def noted_address(user: User) -> str:
        leaving_now.set()
        return address(user)

    monkeypatch.setattr(submission_decisions, "_upvote_as_wished", late_upvote)
    monkeypatch.setattr(leaving, "_address", noted_address)

    def leave() -> bool:
        accepting.wait(10)
        return delete_account(reader)

    accepted, left = both(lambda: accept_submissions([own.pk], timezone.now()), leave)
    assert (accepted, left) == ([own], True)
    paper.refresh_from_db()
    assert (paper.upvote_count, paper.votes.count()) == (0, 0)
    assert not Submission.objects.exists()


def test_another_reader_who_waits_for_the_same_paper_may_leave_meanwhile(
    reader: User, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who leaves holds their submission and wants the paper of their vote, which the acceptance holds."""
    other = make_user()
    own, _, paper = suggested(reader), suggested(other), make_paper(arxiv_id=BOATS)
    cast_upvote(paper, other)
    held, voted = threading.Event(), threading.Event()
    take_back, upvote = leaving._take_votes_back, submission_decisions._upvote_as_wished

    def late_take_back(user: User) -> None:
        held.set()
        voted.wait(10)
        take_back(user)

    def noted_upvote(submission: Submission) -> None:
        upvote(submission)
        if submission == own:
            voted.set()
            wait_for_a_lock()

    monkeypatch.setattr(leaving, "_take_votes_back", late_take_back)
    monkeypatch.setattr(submission_decisions, "_upvote_as_wished", noted_upvote)

    def accept() -> list[Submission]:
        held.wait(10)
        return accept_submissions([own.pk], timezone.now())

    accepted, left = both(accept, lambda: delete_account(other))
    assert (accepted, left) == ([own], True)
    paper.refresh_from_db()
    assert paper.upvote_count == paper.votes.count() == 1


def test_a_paper_submitted_while_its_reader_leaves_goes_along(
    reader: User, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_back, attempts = leaving._take_votes_back, []

    def and_then_submit(user: User) -> None:
        take_back(user)
        attempts.append(1)
        if len(attempts) == 1:
            both(lambda: suggested(user))

    monkeypatch.setattr(leaving, "_take_votes_back", and_then_submit)
    assert delete_account(reader)
    assert len(attempts) == 2
    assert not Submission.objects.exists()
