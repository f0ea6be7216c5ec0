"""Comments that staff remove and restore, jobs that they try again, and the desk that says what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.mail import QueuedEmailBackend
from papers.models import Comment, IngestRun, Paper
from papers.services.comments import delete_comment, post_comment
from papers.services.embeddings import request_embeddings
from tests.factories import NOON, make_comment, make_paper, make_user
from tests.papers.admin.conftest import client_with
from tests.papers.admin.filling import act, logged, said
from tests.papers.admin.test_ingestion_pages import BAD, reject

pytestmark = pytest.mark.django_db

COMMENTS, JOBS = "/admin/papers/comment/", "/admin/procrastinate/procrastinatejob/"
WHY = {"answered": "yes", "reason": "It insults the authors."}


@pytest.fixture
def comment(db: None) -> Comment:
    return post_comment(make_paper(), make_user(), "An *unkind* word.", now=NOON)


def test_a_removed_comments_words_go_and_its_place_and_count_are_right(desk: Client, comment: Comment) -> None:
    paper = comment.paper
    post_comment(paper, make_user(), "An answer.", parent=comment, now=NOON)
    assert "1 comment removed" in said(act(desk, "remove", comment, where=COMMENTS, **WHY))
    comment.refresh_from_db()
    assert (comment.html, comment.deleted_by_staff) == ("", True)
    assert Paper.objects.get().comment_count == 1
    page = Client().get(paper.get_absolute_url()).text
    assert "unkind" not in page
    assert "An answer." in page
    assert logged(comment) == ["Removed: It insults the authors."]
    assert "left" in said(act(desk, "remove", comment, where=COMMENTS, **WHY))
    assert len(logged(comment)) == 1


def test_a_removed_comment_is_restored_with_its_words(desk: Client, comment: Comment) -> None:
    act(desk, "remove", comment, where=COMMENTS, **WHY)
    assert desk.post(f"{COMMENTS}{comment.pk}/act/restore/").status_code == 302
    comment.refresh_from_db()
    assert (comment.deleted_at, comment.deleted_by_staff) == (None, False)
    assert Paper.objects.get().comment_count == 1
    assert "<em>unkind</em>" in Client().get(comment.paper.get_absolute_url()).text
    assert logged(comment)[0] == "Restored."


def test_what_its_author_deleted_is_not_restored(desk: Client, comment: Comment) -> None:
    delete_comment(comment, NOON)
    assert "left" in said(act(desk, "restore", comment, where=COMMENTS))
    comment.refresh_from_db()
    assert comment.deleted_at is not None
    assert "Deleted by its author" in desk.get(COMMENTS).text


def test_comments_on_a_hidden_paper_are_removed_too(desk: Client, comment: Comment) -> None:
    Paper.objects.update(state="hidden")
    act(desk, "remove", comment, where=COMMENTS, **WHY)
    assert Paper.objects.get().comment_count == 0


@pytest.mark.parametrize("name", ["remove", "restore"])
def test_acts_on_comments_need_the_right_and_a_post(
    onlooker: Client, desk: Client, comment: Comment, name: str
) -> None:
    address = f"{COMMENTS}{comment.pk}/act/{name}/"
    assert onlooker.post(address, WHY).status_code == 403
    assert desk.get(address).status_code == 405
    act(onlooker, name, comment, where=COMMENTS, **WHY)
    assert Comment.objects.get().deleted_at is None
    curator = client_with("papers.view_comment", "papers.change_comment")
    assert curator.post(address, WHY).status_code == 302


def test_comments_are_found_and_narrowed(desk: Client, comment: Comment) -> None:
    make_comment(comment.paper, source="Another thing.", deleted_at=NOON)
    assert "1 comment\n" in desk.get(COMMENTS, {"q": "unkind"}).text
    assert comment.user is not None
    assert "1 comment\n" in desk.get(COMMENTS, {"q": comment.user.username}).text
    for fate in ("stands", "deleted"):
        assert "1 comment\n" in desk.get(COMMENTS, {"fate": fate}).text
    act(desk, "remove", comment, where=COMMENTS, **WHY)
    assert "1 comment\n" in desk.get(COMMENTS, {"fate": "removed"}).text
    assert "1 comment\n" in desk.get(COMMENTS, {"fate": "deleted"}).text


# Jobs


@pytest.fixture
def job(db: None) -> ProcrastinateJob:
    QueuedEmailBackend().send_messages([EmailMessage("Subject", "Body", None, ["a@example.org"])])
    job: ProcrastinateJob = ProcrastinateJob.objects.get()
    return job


def fail(job: ProcrastinateJob) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job.pk])
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job.pk])


def test_a_failed_job_is_tried_again_once(desk: Client, job: ProcrastinateJob) -> None:
    fail(job)
    assert "1 job to be tried again" in said(act(desk, "retry", job, where=JOBS)).replace("procrastinate ", "")
    assert ProcrastinateJob.objects.get().status == "todo"
    assert logged(job) == ["To be tried again."]
    assert "left" in said(act(desk, "retry", job, where=JOBS))
    assert len(logged(job)) == 1


def test_a_failed_job_that_waits_anew_already_is_left(desk: Client) -> None:
    request_embeddings()
    failed = ProcrastinateJob.objects.get()
    fail(failed)
    request_embeddings()
    waiting = ProcrastinateJob.objects.get(status="todo")
    assert "1 procrastinate job left: not failed, or waiting anew already" in said(
        act(desk, "retry", failed, where=JOBS)
    )
    assert ProcrastinateJob.objects.get(status="failed") == failed
    # Of two that failed one may wait.
    fail(waiting)
    assert "1 procrastinate job to be tried again" in said(act(desk, "retry", failed, waiting, where=JOBS))
    assert sorted(ProcrastinateJob.objects.values_list("status", flat=True)) == ["failed", "todo"]


def test_a_job_that_waits_is_cancelled(desk: Client, job: ProcrastinateJob) -> None:
    assert desk.post(f"{JOBS}{job.pk}/act/cancel/").status_code == 302
    assert ProcrastinateJob.objects.get().status == "cancelled"
    assert logged(job) == ["Cancelled."]
    desk.post(f"{JOBS}{job.pk}/act/cancel/")
    assert len(logged(job)) == 1


def test_acts_on_jobs_need_the_right(job: ProcrastinateJob, desk: Client) -> None:
    looker = client_with("procrastinate.view_procrastinatejob")
    assert looker.get(f"{JOBS}{job.pk}/change/").status_code == 200
    assert looker.post(f"{JOBS}{job.pk}/act/cancel/").status_code == 403
    assert desk.get(f"{JOBS}{job.pk}/act/cancel/").status_code == 405
    act(looker, "cancel", job, where=JOBS)
    assert ProcrastinateJob.objects.get().status == "todo"


def test_a_message_is_not_shown(desk: Client, job: ProcrastinateJob) -> None:
    for page in (JOBS, f"{JOBS}{job.pk}/change/"):
        assert "a@example.org" not in desk.get(page).text


# The desk


def sections(client: Client) -> dict[str, str]:
    found = BeautifulSoup(client.get("/admin/").text, "html.parser").select(".desk-section")
    texts = [" ".join(section.get_text(" ").split()) for section in found]
    titles = ("Pending papers", "Rejected records", "Each source’s last run", "Failed jobs", "Latest comments")
    return {title: text.removeprefix(title).strip() for text in texts for title in titles if text.startswith(title)}


def test_an_empty_desk_says_that_all_is_done(desk: Client) -> None:
    assert sections(desk) == {
        "Pending papers": "0 No paper waits for a look.",
        "Rejected records": "0 Everything could be read.",
        "Each source’s last run": "Nothing has been brought in yet.",
        "Failed jobs": "0 Every job was done.",
        "Latest comments": "Nobody has said anything yet.",
    }


def test_the_desk_says_what_waits(desk: Client, comment: Comment, job: ProcrastinateJob) -> None:
    make_paper("On Lamplight", state="pending")
    reject(BAD, "It was refused.")
    fail(job)
    now = timezone.now()
    old = now - timedelta(days=3)
    IngestRun.objects.create(source="hf", state="failed", started_at=old, heartbeat_at=old, finished_at=old)
    shown = sections(desk)
    assert shown["Pending papers"] == "1 On Lamplight 25 Dec 2025"
    assert shown["Rejected records"] == "1 It was refused. arXiv"
    assert shown["Failed jobs"].startswith("1 deliver mail")
    assert "1 failed" in shown["Each source’s last run"]
    assert "Hugging Face failed, 3 days ago" in shown["Each source’s last run"]
    assert "An *unkind* word." in shown["Latest comments"]


def test_the_desk_spends_no_more_queries_on_more(desk: Client, count_queries: Callable[..., int]) -> None:
    def add(number: int) -> None:
        make_comment(make_paper(state="pending"))
        reject(f"{number}", "It was refused.")

    add(0)
    few = count_queries(desk.get, "/admin/")
    for number in range(1, 12):
        add(number)
    assert count_queries(desk.get, "/admin/") == few


def test_each_sees_what_they_may(onlooker: Client) -> None:
    assert set(sections(onlooker)) == {"Pending papers", "Rejected records", "Latest comments"}


def test_people_stand_together_on_the_desk(desk: Client) -> None:
    captions = [
        c.get_text(strip=True)
        for c in BeautifulSoup(desk.get("/admin/").text, "html.parser").select("#content-main caption")
    ]
    assert captions == ["Papers", "People", "Jobs", "Log"]


# The log


def test_the_log_says_who_did_what_and_why(desk: Client, comment: Comment, count_queries: Callable[..., int]) -> None:
    desk.get("/admin/admin/logentry/")
    act(desk, "remove", comment, where=COMMENTS, **WHY)
    few = count_queries(desk.get, "/admin/admin/logentry/")
    page = desk.get("/admin/admin/logentry/").text
    assert "Removed: It insults the authors." in page
    assert f'href="{COMMENTS}{comment.pk}/change/"' in page
    assert "1 log entry" in desk.get("/admin/admin/logentry/", {"q": "insults"}).text
    for _ in range(4):
        act(desk, "hide", make_paper(), **WHY, where="/admin/papers/paper/")
    assert count_queries(desk.get, "/admin/admin/logentry/") == few
    assert client_with("papers.view_paper").get("/admin/admin/logentry/").status_code == 403
