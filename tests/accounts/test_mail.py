from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection, send_mail
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.mail import read_message, write_message
from accounts.tasks import clear_sessions, forget_mail


@pytest.fixture
def queued(settings: Any, tmp_path: Path, db: None) -> Iterator[Path]:
    """Mail is enqueued, and delivered into this folder."""
    settings.EMAIL_BACKEND = "accounts.mail.QueuedEmailBackend"
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    yield tmp_path
    # Django does not manage the tables of jobs, so its flush leaves them alone.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def a_message() -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        "Grüße",
        "Text",
        "Paper <paper@example.org>",
        ["a@example.org"],
        bcc=["b@example.org"],
        cc=["c@example.org"],
        reply_to=["r@example.org"],
        headers={"List-Unsubscribe": "<https://x.org>"},
    )
    message.attach_alternative("<p>Text</p>", "text/html")
    return message


def test_a_message_survives_being_written_and_read() -> None:
    original = a_message()
    read = read_message(write_message(original))
    for field in ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to", "content_subtype"):
        assert getattr(read, field) == getattr(original, field), field
    assert [tuple(part) for part in read.alternatives] == [("<p>Text</p>", "text/html")]
    assert read.extra_headers["List-Unsubscribe"] == "<https://x.org>"
    assert read.recipients() == original.recipients()


def test_a_message_keeps_its_identity_when_it_is_sent_again() -> None:
    written = write_message(a_message())
    assert read_message(written).message()["Message-ID"] == read_message(written).message()["Message-ID"]
    assert write_message(a_message())["headers"]["Message-ID"] != written["headers"]["Message-ID"]


def test_an_attachment_is_refused_loudly() -> None:
    message = EmailMessage("a", "b", None, ["a@example.org"])
    message.attach("x.txt", "x", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        write_message(message)


@pytest.mark.django_db
def test_mail_of_a_transaction_that_is_rolled_back_was_never_sent(queued: Path) -> None:
    with transaction.atomic():
        assert send_mail("a", "b", None, ["a@example.org"]) == 1
        assert ProcrastinateJob.objects.filter(task_name="accounts.tasks.deliver_mail").count() == 1
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db
def test_a_message_to_nobody_makes_no_job(queued: Path) -> None:
    assert get_connection().send_messages([EmailMessage("a", "b")]) == 0
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_delivers_what_was_enqueued(queued: Path) -> None:
    a_message().send()
    assert list(queued.iterdir()) == []
    _work()
    (file,) = queued.iterdir()
    delivered = file.read_text()
    assert "To: a@example.org" in delivered
    assert "Bcc" not in delivered
    assert "<p>Text</p>" in delivered
    assert ProcrastinateJob.objects.get(queue_name="mail").status == "succeeded"


@pytest.mark.django_db(transaction=True)
def test_a_failed_delivery_is_tried_again_later(queued: Path, settings: Any) -> None:
    settings.DELIVERY_EMAIL_BACKEND = "tests.accounts.test_mail.BrokenBackend"
    a_message().send()
    _work()
    job = ProcrastinateJob.objects.get(queue_name="mail")
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None


@pytest.mark.django_db(transaction=True)
def test_mail_is_forgotten_a_week_after_it_was_delivered(queued: Path) -> None:
    a_message().send()
    _work()
    forget_mail.configure().defer(timestamp=0)
    _work()
    assert ProcrastinateJob.objects.filter(queue_name="mail").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '8 days'")
    a_message().send()
    forget_mail.configure().defer(timestamp=0)
    _work()
    assert ProcrastinateJob.objects.filter(queue_name="mail").count() == 1
    periodic = app.periodic_registry.periodic_tasks.values()
    assert [task.cron for task in periodic if task.task.name == "accounts.tasks.forget_mail"] == ["27 4 * * *"]


class BrokenBackend:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("no server")


def _work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def test_the_folder_of_mail_is_for_our_own_eyes(queued: Path, settings: Any) -> None:
    settings.EMAIL_FILE_PATH = str(queued / "mail")
    read_message(write_message(a_message())).send()
    assert stat.S_IMODE((queued / "mail").stat().st_mode) == 0o700
    assert list((queued / "mail").iterdir())


def test_sessions_that_ran_out_are_forgotten_by_a_daily_job(db: None) -> None:
    ended, going = SessionStore(), SessionStore()
    for session, seconds in ((ended, -1), (going, 60)):
        session.set_expiry(seconds)
        session.create()
    clear_sessions(timestamp=0)
    assert list(Session.objects.values_list("session_key", flat=True)) == [going.session_key]
    periodic = app.periodic_registry.periodic_tasks.values()
    assert [task.cron for task in periodic if task.task.name == "accounts.tasks.clear_sessions"] == ["17 4 * * *"]
