"""Admin's own log: who did what on the desk, when, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from papers.admin.people import RecordAdmin


@admin.register(LogEntry)
class LogEntryAdmin(RecordAdmin):
    list_display = ["action_time", "user", "kind", "row", "message"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    search_fields = ["user__username__exact", "object_id__exact", "object_repr__icontains", "change_message__icontains"]
    search_help_text = "A whole user name, a row’s number, or words of the row’s name or of what was done."
    sortable_by = ()
    fields = readonly_fields = ("action_time", "user", "kind", "row", "message")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        entries: QuerySet[LogEntry] = super().get_queryset(request)
        return entries.order_by("-pk")

    @admin.display(description="kind")
    def kind(self, entry: LogEntry) -> str:
        return str(entry.content_type.name) if entry.content_type else "–"

    @admin.display(description="what it was done to")
    def row(self, entry: LogEntry) -> str | SafeString:
        words = Truncator(entry.object_repr).chars(90)
        address: Any = None if entry.is_deletion() else entry.get_admin_url()
        return format_html('<a href="{}">{}</a>', address, words) if address else words

    @admin.display(description="what was done")
    def message(self, entry: LogEntry) -> str:
        return entry.get_change_message() or entry.get_action_flag_display()
