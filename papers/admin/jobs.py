"""Procrastinate's jobs in our words, without the inline style that our content security policy refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from procrastinate.contrib.django import app
from procrastinate.contrib.django.admin import ProcrastinateEventInline, ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

from papers.admin.acts import Act, ActingAdmin, told
from papers.services.jobs import cancel_jobs, retry_jobs

_LONGEST = 2_000

admin.site.unregister(ProcrastinateJob)


def _name(job: ProcrastinateJob) -> str:
    """What admin prints in titles, labels and its log, where the library's name of a job tells all its arguments."""
    return f"{_words(job.task_name)}, no. {job.pk}"


ProcrastinateJob.__str__ = _name  # type: ignore[method-assign]


class TaskFilter(admin.SimpleListFilter):
    """The tasks that there are, without asking every job for its own."""

    title = "task"
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, _words(name)) for name in sorted(app.tasks) if not name.startswith(("builtin", "procrastinate"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(task_name=self.value()) if self.value() else queryset


class EventInline(ProcrastinateEventInline):
    """What happened to it, and when: written by the worker alone."""

    extra = 0
    can_delete = False
    fields = readonly_fields = ("type", "at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _retry(ids: list[int], cleaned: dict[str, Any], now: datetime) -> Sequence[ProcrastinateJob]:
    return retry_jobs(ids, now)


@admin.register(ProcrastinateJob)
class JobAdmin(ActingAdmin, ProcrastinateJobAdmin):
    list_display = ["pk", "short_task_name", "pretty_args", "state", "summary"]
    list_filter = ["status", TaskFilter]
    search_fields = ["id__exact"]
    search_help_text = "The number of a job."
    ordering = ("-id",)
    sortable_by = ()
    actions = []
    inlines = [EventInline]
    fields = [
        "pk",
        "task_name",
        "pretty_args",
        "state",
        "queue_name",
        "lock",
        "queueing_lock",
        "priority",
        "scheduled_at",
        "attempts",
    ]
    acts = (
        Act(
            name="retry",
            menu="Try again what failed",
            button="Try again",
            done="to be tried again",
            left="not failed, or waiting anew already",
            run=_retry,
            log=told("To be tried again."),
            offered=lambda job: job.status == "failed",
        ),
        Act(
            name="cancel",
            menu="Cancel what has not begun",
            button="Cancel",
            done="cancelled",
            left="not waiting any more",
            run=lambda ids, cleaned, now: cancel_jobs(ids),
            log=told("Cancelled."),
            offered=lambda job: job.status == "todo",
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "pk", "pretty_args", "state"]

    @admin.display(description="task")
    def short_task_name(self, instance: ProcrastinateJob) -> SafeString:
        return format_html('<span title="{}">{}</span>', instance.task_name, _words(instance.task_name))

    @admin.display(description="state")
    def state(self, instance: ProcrastinateJob) -> str:
        return instance.status.capitalize()

    @admin.display(description="arguments")
    def pretty_args(self, instance: ProcrastinateJob) -> SafeString:
        # A message holds links that let whoever has them into an account.
        args = {"message": "not shown"} if instance.task_name.endswith("deliver_mail") else instance.args
        written = json.dumps(args, indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", written[:_LONGEST] + "…" * (len(written) > _LONGEST))


def _words(task_name: str) -> str:
    return task_name.rsplit(".", 1)[-1].replace("_", " ")
