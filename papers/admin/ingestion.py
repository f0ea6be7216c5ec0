from __future__ import annotations

from django.contrib import admin

from papers.admin.people import RecordAdmin
from papers.models import IngestRun, RejectedRecord, SourceRecord


@admin.register(IngestRun)
class IngestRunAdmin(RecordAdmin):
    list_display = ["source", "started_at", "state", "created", "updated", "unchanged", "rejected", "error"]
    list_filter = ["source", "state"]


@admin.register(SourceRecord)
class SourceRecordAdmin(RecordAdmin):
    list_display = ["source", "key", "paper", "as_of", "changed_at"]
    list_filter = ["source"]
    list_select_related = ["paper"]
    search_fields = ["key__startswith"]
    exclude = ["content_hash"]
    ordering = ["-id"]


@admin.register(RejectedRecord)
class RejectedRecordAdmin(RecordAdmin):
    list_display = ["source", "reason", "key", "created_at"]
    list_filter = ["source"]
    list_select_related = ["run"]
