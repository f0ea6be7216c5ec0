"""Procrastinate's jobs, without the inline style that our content security policy refuses."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

_LONGEST = 2_000

admin.site.unregister(ProcrastinateJob)


@admin.register(ProcrastinateJob)
class JobAdmin(ProcrastinateJobAdmin):
    show_full_result_count = False
    list_filter = ["status", "queue_name", "task_name"]

    @admin.display(description="Args")
    def pretty_args(self, instance: ProcrastinateJob) -> SafeString:
        # A message holds links that let whoever has them into an account.
        args = {"message": "not shown"} if instance.task_name.endswith("deliver_mail") else instance.args
        written = json.dumps(args, indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", written[:_LONGEST] + "…" * (len(written) > _LONGEST))
