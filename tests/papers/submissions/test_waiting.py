"""A source that is down, slow, talks nonsense or is busy: the submission waits, and it is asked again."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from accounts.tasks import deliver_mail
from papers.ingest.runner import lock_key, run_source
from papers.ingest.sources.arxiv import ArxivSource
from papers.ingest.turns import Busy, one_question
from papers.models import Submission
from papers.services import submissions
from papers.services.leaving import delete_account
from papers.services.submission_decisions import confirm_submission
from papers.services.submissions import look_up_later, submit_paper
from tests.factories import make_paper, make_user
from tests.papers.ingest.server import Request, Respond
from tests.papers.submissions.sources import BOATS, DOI, TITLE, Sources, entry

pytestmark = pytest.mark.django_db

PAGE = "/papers/submit"


def _silent(request: Request) -> None:
    time.sleep(9)


def _trickle(request: Request) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(90):
        request.wfile.write(b"<feed> ")
        request.wfile.flush()
        time.sleep(0.1)


BAD: dict[str, Respond] = {
    "answers 503": lambda request: request.answer("busy", 503),
    "answers 429": lambda request: request.answer("slow down", 429, Retry_After="3600"),
    "answers with a page": lambda request: request.answer("<!doctype html><p>Rate exceeded", 200, "text/html"),
    "breaks off": lambda request: request.answer("<feed><entry>", 200, "application/atom+xml"),
    "answers 403": lambda request: request.answer("no", 403),
    "hangs up": lambda request: request.answer("", 200, Content_Length="10"),
    "answers about another": lambda request: request.answer(f"<feed>{entry('2509.77777')}</feed>"),
    "leads elsewhere": lambda request: request.answer("", 302, Location="http://127.0.0.2:9/api/query"),
    "leads in circles": lambda request: request.answer("", 302, Location=request.path),
}


def jobs() -> list[dict[str, Any]]:
    rows = ProcrastinateJob.objects.filter(queue_name="submissions", status="todo").order_by("pk")
    return list(rows.values("args", "scheduled_at"))


def mails() -> list[dict[str, Any]]:
    """Mail that waits to be sent: it is enqueued with what it tells."""
    rows = ProcrastinateJob.objects.filter(task_name=deliver_mail.name).order_by("pk")
    return [row["message"] for row in rows.values_list("args", flat=True)]


@pytest.fixture(autouse=True)
def _queued_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "accounts.mail.QueuedEmailBackend"


@pytest.mark.parametrize("how", BAD)
def test_a_source_that_fails_makes_it_wait(how: str, reader_client: Client, sources: Sources) -> None:
    sources.instead = BAD[how]
    page = reader_client.post(PAGE, {"paper": BOATS}, follow=True)
    assert page.status_code == 200
    assert "Waiting for arXiv" in page.text
    assert "It gave no answer just now." in page.text
    own = Submission.objects.get()
    assert (own.state, own.tries) == ("queued", 1)
    assert own.trouble
    assert {"number": own.pk, "tries": 1} in [job["args"] for job in jobs()]
    assert "Waiting for its source" in reader_client.get(PAGE).text
    # The same again makes no second one, and asks nothing.
    asked = len(sources.asked)
    assert reader_client.post(PAGE, {"paper": BOATS})["Location"] == own.get_absolute_url()
    assert len(sources.asked) == asked


@pytest.mark.parametrize("slow", [_silent, _trickle])
def test_a_slow_source_does_not_keep_the_reader(slow: Respond, reader_client: Client, sources: Sources) -> None:
    sources.instead = slow
    started = time.monotonic()
    reader_client.post(PAGE, {"paper": BOATS})
    # Five seconds is what it may take; a busy machine gets some more.
    assert time.monotonic() - started < 8
    assert Submission.objects.get().state == "queued"


@pytest.mark.parametrize("body", ["", "[]", '"work"', '{"message": []}', "<html>", "[" * 100_000])
def test_crossrefs_nonsense_makes_it_wait_too(body: str, reader_client: Client, sources: Sources) -> None:
    sources.instead = lambda request: request.answer(body)
    reader_client.post(PAGE, {"paper": DOI})
    assert Submission.objects.get().state == "queued"


def test_a_job_asks_again_and_writes_a_mail_with_the_way_to_confirm(reader: User, sources: Sources) -> None:
    now = timezone.now()
    sources.instead = BAD["answers 503"]
    own = submit_paper(reader, "arxiv", BOATS, now)
    sources.instead = None
    assert look_up_later(own.pk, 0, now) == "nothing to do", "the job that came with it was overtaken"
    assert mails() == []
    assert look_up_later(own.pk, 1, now) == "found"
    assert look_up_later(own.pk, 1, now) == "nothing to do"
    (message,) = mails()
    assert message["to"] == ["rosalind@example.org"]
    assert message["subject"] == "Found: the paper that you submitted"
    assert f"/papers/submit/{own.pk}\n" in message["body"]
    assert TITLE in message["body"]


def test_a_job_that_finds_nothing_says_why(reader: User, sources: Sources) -> None:
    now = timezone.now()
    sources.instead = BAD["answers 503"]
    own = submit_paper(reader, "arxiv", "2509.99999", now)
    sources.instead = None
    assert look_up_later(own.pk, 1, now) == "failed"
    (message,) = mails()
    assert message["subject"] == "Not submitted: the paper that you named"
    assert "arXiv knows no paper 2509.99999." in message["body"]


def test_a_paper_that_came_meanwhile_is_told_by_its_address(reader: User, sources: Sources) -> None:
    now = timezone.now()
    sources.instead = BAD["answers 503"]
    own = submit_paper(reader, "arxiv", BOATS, now)
    make_paper(arxiv_id=BOATS)
    sources.instead = None
    assert look_up_later(own.pk, 1, now) == "failed"
    assert f"It is here already.\n\nhttp://127.0.0.1:8000/papers/{BOATS}\n" in mails()[0]["body"]


def test_after_a_day_of_growing_pauses_it_is_given_up(reader: User, sources: Sources) -> None:
    sources.instead = BAD["answers 503"]
    began = now = timezone.now()
    own = submit_paper(reader, "arxiv", BOATS, now)
    pauses = []
    while own.state == "queued":
        due = next(job["scheduled_at"] for job in jobs() if job["args"] == {"number": own.pk, "tries": own.tries})
        pauses.append(due - now)
        now = due
        look_up_later(own.pk, own.tries, now)
        own.refresh_from_db()
    assert pauses == sorted(pauses)
    assert timedelta(hours=20) < now - began < timedelta(hours=28)
    assert own.reason == "arXiv gave no answer for a day. Submit it again once it does."
    assert own.reason in mails()[0]["body"]
    # And it may be submitted again.
    sources.instead = None
    assert submit_paper(reader, "arxiv", BOATS, now).state == "found"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_unexpectedly_leaves_no_other_behind_and_comes_again(
    reader: User, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.instead = BAD["answers 503"]
    own = submit_paper(reader, "arxiv", BOATS, timezone.now())
    look_again = submissions._look_again

    def and_then_fail(submission: Submission, moment: datetime) -> None:
        look_again(submission, moment)
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(submissions, "_look_again", and_then_fail)
    waiting = ProcrastinateJob.objects.filter(queue_name="submissions", status="todo")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE NOT args @> '{\"tries\": 1}'")
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(queues=["submissions"], wait=False, install_signal_handlers=False, listen_notify=False)
    assert list(waiting.values_list("args", "attempts")) == [({"number": own.pk, "tries": 1}, 1)]
    own.refresh_from_db()
    assert (own.state, own.tries) == ("queued", 1)


def test_what_was_taken_back_is_not_asked_for(reader_client: Client, sources: Sources) -> None:
    sources.instead = BAD["answers 503"]
    reader_client.post(PAGE, {"paper": BOATS})
    own = Submission.objects.get()
    reader_client.post(f"{PAGE}/{own.pk}/take-back")
    asked = len(sources.asked)
    assert look_up_later(own.pk, 1, timezone.now()) == "nothing to do"
    assert len(sources.asked) == asked
    assert mails() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["page", "job"])
def test_an_account_that_is_deleted_meanwhile_takes_it_along(how: str, reader: User, sources: Sources) -> None:
    client = Client()
    client.force_login(reader)
    if how == "job":
        sources.instead = BAD["answers 503"]
        submit_paper(reader, "arxiv", BOATS, timezone.now())

    def answer(request: Request) -> None:
        delete_account(User.objects.get(pk=reader.pk))
        connection.close()
        sources.instead = None
        sources(request)

    sources.instead = answer
    if how == "page":
        assert client.post(PAGE, {"paper": BOATS})["Location"] == "/accounts/login/?next=%2Fpapers%2Fsubmit"
    else:
        own = Submission.objects.get()
        assert look_up_later(own.pk, own.tries, timezone.now()) == "nothing to do"
    assert not Submission.objects.exists()


def test_the_command_does_what_the_jobs_do(reader: User, sources: Sources, capsys: Any) -> None:
    now = timezone.now()
    sources.instead = BAD["answers 503"]
    submit_paper(reader, "arxiv", BOATS, now)
    sources.instead = None
    call_command("look_up_submissions")
    assert capsys.readouterr().out == f"arXiv:{BOATS}: found\nfound=1\n"
    assert Submission.objects.get().state == "found"
    call_command("look_up_submissions")
    assert capsys.readouterr().out == "Nothing waits for its source.\n"


# Turns


@contextmanager
def held_by_another(key: int, seconds: float = 20) -> Iterator[None]:
    """Hold an advisory lock as another process would, until the block ends or the seconds are over."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
            held.set()
            done.wait(seconds)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_while_a_run_has_the_turn_nothing_is_asked(reader_client: Client, sources: Sources) -> None:
    with held_by_another(lock_key("arxiv.org")):
        page = reader_client.post(PAGE, {"paper": BOATS}, follow=True)
        assert "It is being asked something else at the moment." in page.text
        own = Submission.objects.get()
        # However long the run takes: that is no try in vain.
        for _ in range(30):
            assert look_up_later(own.pk, 0, timezone.now()) == "queued"
        assert sources.asked == []
        # Crossref has nothing to do with it.
        assert "Is it this one?" in reader_client.post(PAGE, {"paper": DOI}, follow=True).text
    assert look_up_later(own.pk, 0, timezone.now()) == "found"


def test_a_run_waits_for_the_question_under_way(sources: Sources) -> None:
    """It must not refuse to start because a reader asks something at that moment."""
    source = ArxivSource.from_options({"id": [BOATS], "endpoint": sources.server.address})
    with held_by_another(lock_key("arxiv.org question"), seconds=0.5):
        started = time.monotonic()
        assert run_source(source, report=lambda *_: None).created == 1
        assert time.monotonic() - started >= 0.4


def test_two_questions_keep_their_distance() -> None:
    with one_question("pond.example", patience=0.2, rest=60):
        pass
    with pytest.raises(Busy), one_question("pond.example", patience=0.2, rest=60):
        raise AssertionError("it was not our turn")
    with one_question("lake.example", patience=0.2):
        pass


def test_a_question_that_fails_keeps_the_distance_too() -> None:
    with pytest.raises(ZeroDivisionError), one_question("pond.example", patience=0.2, rest=60):
        raise ZeroDivisionError
    with pytest.raises(Busy), one_question("pond.example", patience=0.2):
        raise AssertionError("it was not our turn")


# Where requests go


def test_no_request_goes_to_an_address_that_the_reader_chose(reader_client: Client, sources: Sources) -> None:
    """One host alone is ever asked, with the name quoted; sockets to any other would fail this test."""
    typed = [
        f"{sources.server.address}/secret/{BOATS}",
        "http://localhost:1/10.1000/boats.7?x=/admin",
        "10.1000/../../admin?x=1#frag",
        "https://doi.org/10.1000/..%2f..%2fadmin%00",
        "10.1000/a@evil.example:80/\\..\\x",
        "//evil.example/10.1000/x",
    ]
    for paper in typed:
        assert reader_client.post(PAGE, {"paper": paper}).status_code in (302, 400, 422)
    assert sources.asked
    for path in sources.asked:
        crossref = re.fullmatch(r"/works/10\.1000%2F[^/?#]*\?mailto=ops%40portal\.example", path)
        assert crossref or re.fullmatch(r"/api/query\?id_list=[\w.]+&max_results=1", path), path


def test_trusted_readers_confirm_what_a_job_found_like_others(reader: User, sources: Sources, settings: Any) -> None:
    settings.SUBMISSIONS_UNTIL_TRUSTED = 0
    now = timezone.now()
    sources.instead = BAD["answers 503"]
    own = submit_paper(reader, "arxiv", BOATS, now)
    sources.instead = None
    look_up_later(own.pk, 1, now)
    own.refresh_from_db()
    assert (own.state, own.paper) == ("found", None)
    assert confirm_submission(own, with_upvote=False, now=now).state == "accepted"
    assert make_user().submissions.count() == 0
