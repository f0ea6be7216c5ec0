"""What waits for staff, on the first page of admin: a few queries, whatever the portal holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from procrastinate.contrib.django.models import ProcrastinateJob

from papers.models import Comment, IngestRun, Paper, PossibleDuplicate, RejectedRecord, Submission
from papers.provenance import source_title
from papers.services.embeddings import progress
from papers.spans import ago

_SHOWN, _COUNTED = 5, 99


@dataclass(frozen=True, slots=True)
class Line:
    address: str
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """What waits of one kind: how much, the first of it, and where all of it is."""

    title: str
    address: str
    count: str
    lines: list[Line]
    empty: str


def desk(user: Any, now: datetime) -> list[Section]:
    """The sections that somebody may see."""
    sections = {
        "papers.view_submission": _submissions,
        "papers.view_paper": _pending,
        "papers.view_possibleduplicate": _duplicates,
        "papers.view_rejectedrecord": _rejected,
        "papers.view_ingestrun": _runs,
        "procrastinate.view_procrastinatejob": _failed_jobs,
        "papers.view_comment": _comments,
        "papers.view_embeddingmodel": _meaning,
    }
    return [section(now) for permission, section in sections.items() if user.has_perm(permission)]


def _submissions(now: datetime) -> Section:
    waiting = Submission.objects.pending().select_related("user").only("title", "confirmed_at", "user__username")
    lines = [
        Line(_form("submission", row.pk), _short(row.title), f"{row.user}, {ago(now - (row.confirmed_at or now))}")
        for row in waiting.order_by("pk")[:_SHOWN]
    ]
    address = f"{_list('submission')}?state__exact=pending"
    return Section("Submissions", address, _count(waiting), lines, "No submission waits for a look.")


def _pending(now: datetime) -> Section:
    papers = Paper.objects.for_desk().filter(state=Paper.State.PENDING).newest_first().prefetch_related(None)
    lines = [
        Line(_form("paper", paper.pk), _short(paper.title), f"{paper.dated_on.day} {paper.dated_on:%b %Y}")
        for paper in papers[:_SHOWN]
    ]
    address = f"{_list('paper')}?state__exact=pending"
    return Section("Pending papers", address, _count(papers), lines, "No paper waits for a look.")


def _duplicates(now: datetime) -> Section:
    pairs = PossibleDuplicate.objects.waiting().select_related("first").defer("first__abstract").order_by("-pk")
    lines = [
        Line(_form("possibleduplicate", pair.pk), _short(pair.first.title), _short(pair.reason))
        for pair in pairs[:_SHOWN]
    ]
    return Section(
        "Possible duplicates", _list("possibleduplicate"), _count(pairs), lines, "No two papers look like one."
    )


def _rejected(now: datetime) -> Section:
    records = RejectedRecord.objects.waiting().defer("raw").order_by("-pk")
    lines = [
        Line(_form("rejectedrecord", record.pk), _short(record.reason), source_title(record.source))
        for record in records[:_SHOWN]
    ]
    return Section("Rejected records", _list("rejectedrecord"), _count(records), lines, "Everything could be read.")


def _runs(now: datetime) -> Section:
    latest = IngestRun.objects.order_by("source", "-started_at", "-pk").distinct("source")
    runs = sorted(latest, key=lambda run: run.started_at, reverse=True)
    lines = [
        Line(
            _form("ingestrun", run.pk),
            source_title(run.source),
            f"{run.get_state_display().lower()}, {ago(now - (run.finished_at or run.heartbeat_at))}",
        )
        for run in runs
    ]
    failed = sum(run.state == IngestRun.State.FAILED for run in runs)
    count = f"{failed} failed" if failed else ""
    return Section(
        "Each source’s last run",
        reverse("admin:papers_ingestschedule_standing"),
        count,
        lines,
        "Nothing has been brought in yet.",
    )


def _failed_jobs(now: datetime) -> Section:
    jobs = ProcrastinateJob.objects.filter(status="failed").order_by("-pk")
    address = reverse("admin:procrastinate_procrastinatejob_changelist")
    lines = [
        Line(
            reverse("admin:procrastinate_procrastinatejob_change", args=[job.pk]),
            job.task_name.rsplit(".", 1)[-1].replace("_", " "),
            f"{job.attempts} tries",
        )
        for job in jobs[:_SHOWN]
    ]
    return Section("Failed jobs", f"{address}?status__exact=failed", _count(jobs), lines, "Every job was done.")


def _comments(now: datetime) -> Section:
    comments = Comment.objects.not_deleted().select_related("user").only("source", "created_at", "user__username")
    lines = [
        Line(
            _form("comment", comment.pk),
            _short(comment.source),
            f"{comment.user or 'deleted user'}, {ago(now - comment.created_at)}",
        )
        for comment in comments.order_by("-pk")[:_SHOWN]
    ]
    return Section("Latest comments", _list("comment"), "", lines, "Nobody has said anything yet.")


def _meaning(now: datetime) -> Section:
    """Whether search goes by meaning, and how far."""
    found = progress()
    address = _list("embeddingmodel")
    if found.model is None:
        why = found.trouble or "No paper has been embedded yet."
        return Section("Search by meaning", address, "", [], f"Search goes by words. {why}")
    note = f"{found.embedded:,} of {found.papers:,} papers"
    if found.trouble:
        note += f"; no more for now. {found.trouble}"
    elif found.is_under_way(now):
        note += f", {found.model.papers_per_second:.0f} a second, {_about(found.seconds_left)} left"
    line = Line(_form("embeddingmodel", found.model.pk), found.model.name, note)
    return Section("Search by meaning", address, "", [line], "")


def _about(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 2:
        return "a minute"
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"


def _list(model: str) -> str:
    return reverse(f"admin:papers_{model}_changelist")


def _form(model: str, number: int) -> str:
    return reverse(f"admin:papers_{model}_change", args=[number])


def _count(rows: QuerySet[Any]) -> str:
    found = rows.order_by()[: _COUNTED + 1].count()
    return f"{_COUNTED}+" if found > _COUNTED else str(found)


def _short(text: str) -> str:
    return Truncator(text).chars(90)
