"""Which source was asked about which paper, when, and what came of it."""

from __future__ import annotations

from django.contrib import admin

from papers.admin.filters import KindFilter
from papers.admin.people import RecordAdmin
from papers.models import Enquiry
from papers.provenance import source_title


@admin.register(Enquiry)
class EnquiryAdmin(RecordAdmin):
    list_display = ["paper", "who", "answer", "asked_at"]
    list_filter = [KindFilter, "answer"]
    list_select_related = ["paper"]
    search_fields = ["paper__arxiv_id__exact"]
    search_help_text = "A paper’s arXiv id."
    sortable_by = ()

    @admin.display(description="source")
    def who(self, enquiry: Enquiry) -> str:
        return source_title(enquiry.source)
