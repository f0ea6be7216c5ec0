"""Procrastinate's jobs, without its inline styles (our content security policy) and its query per row."""

from __future__ import annotations

import json

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils import timezone
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
        written = json.dumps(instance.args, indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", written[:_LONGEST] + "…" * (len(written) > _LONGEST))

    @admin.display(description="Summary")
    def summary(self, instance: ProcrastinateJob) -> str:
        # Prefetched, the latest first; first() would ask the database again.
        events = list(instance.procrastinateevent_set.all())
        if not events:
            return ""
        context = {"last_event": events[0], "job": instance, "now": timezone.now()}
        return render_to_string("procrastinate/admin/summary.html", context)
