"""What readers suggest, and what staff make of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from papers.admin.acts import Act, Cleaned, told
from papers.admin.people import RecordAdmin
from papers.models import Submission
from papers.services.submission_decisions import accept_submissions, reject_submissions


class RejectionForm(forms.Form):
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="The reader is sent it, so write it to them: why the paper does not fit here.",
    )


def _rejected(cleaned: Cleaned) -> str:
    return f"Rejected: {cleaned['reason']}"


ACCEPT = Act(
    name="accept",
    menu="Accept: into today’s edition",
    button="Accept, into today’s edition",
    done="decided",
    left="not waiting for staff",
    run=lambda ids, cleaned, now: accept_submissions(ids, now),
    log=told("Accepted."),
    offered=lambda submission: submission.state == "pending",
)
REJECT = Act(
    name="reject",
    menu="Reject, and tell the reader why…",
    button="Reject…",
    question="Why reject it?",
    done="rejected",
    left="not waiting for staff",
    run=lambda ids, cleaned, now: reject_submissions(ids, cleaned["reason"], now),
    log=_rejected,
    form=RejectionForm,
    offered=lambda submission: submission.state == "pending",
)


@admin.register(Submission)
class SubmissionAdmin(RecordAdmin):
    list_display = ["what", "name", "user", "created_at", "state"]
    list_filter = ["state"]
    list_select_related = ["user"]
    search_fields = ["value__exact", "title__icontains", "user__username__exact"]
    search_help_text = "A whole arXiv id, DOI or user name, or words of the title."
    sortable_by = ()
    # Its page is its reader's alone.
    view_on_site = False
    acts = (ACCEPT, REJECT)
    fields = readonly_fields = (
        *("state", "what", "source", "authors", "abstract", "codes", "dated", "user", "reader", "paper_link"),
        *("created_at", "confirmed_at", "decided_at", "reason", "tries", "trouble", "with_upvote"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        rows: QuerySet[Submission] = super().get_queryset(request).select_related("user", "paper")
        is_list = str(getattr(request.resolver_match, "url_name", "")).endswith("_changelist")
        return rows.defer("facts", "paper__abstract") if is_list else rows

    @admin.display(description="paper")
    def what(self, submission: Submission) -> str:
        return Truncator(str(submission)).chars(140)

    @admin.display(description="at its source")
    def source(self, submission: Submission) -> SafeString:
        return format_html('<a href="{}" rel="noopener">{}</a>', submission.address, submission.name)

    @admin.display(description="authors")
    def authors(self, submission: Submission) -> str:
        names = [author["name"] for author in submission.facts.get("authors", [])]
        return Truncator(", ".join(names)).chars(500) or "–"

    @admin.display(description="abstract")
    def abstract(self, submission: Submission) -> str:
        return str(submission.facts.get("abstract") or "–")

    @admin.display(description="categories")
    def codes(self, submission: Submission) -> str:
        return ", ".join(submission.facts.get("categories", [])) or "–"

    @admin.display(description="dated")
    def dated(self, submission: Submission) -> str:
        return str(submission.facts.get("submitted_at") or submission.facts.get("recorded_on") or "–")[:10]

    @admin.display(description="the reader’s others")
    def reader(self, submission: Submission) -> SafeString:
        address = f"{reverse('admin:papers_submission_changelist')}?q={submission.user.username}"
        own = Submission.objects.by(submission.user)
        accepted, rejected = own.that_stand().count(), own.filter(state="rejected").count()
        return format_html('<a href="{}">{} accepted, {} rejected</a>', address, accepted, rejected)

    @admin.display(description="became")
    def paper_link(self, submission: Submission) -> Any:
        if submission.paper is None:
            return "–"
        address = reverse("admin:papers_paper_change", args=[submission.paper.pk])
        return format_html('<a href="{}">{}</a>', address, submission.paper)
