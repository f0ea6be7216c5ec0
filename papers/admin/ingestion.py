"""Where papers came from: runs as they go, what each source said, and what could not be taken."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from papers.admin.acts import Act, ActingAdmin, Deed, log, told
from papers.admin.filters import KindFilter
from papers.admin.people import RecordAdmin
from papers.ingest.retrying import retry_records
from papers.ingest.standing import how
from papers.models import IngestRun, RejectedRecord, SourceRecord
from papers.provenance import source_title
from papers.services.rejections import dismiss_records, take_up_records
from papers.spans import span
from papers.tasks import retry_rejected

# More than these are left to a job, so that nobody waits for a page.
_RETRIED_AT_ONCE = 20
_RAW_SHOWN = 100_000


@admin.register(IngestRun)
class IngestRunAdmin(RecordAdmin):
    list_display = ["who", "started_at", "how", "took", "created", "updated", "unchanged", "rejections", "what"]
    list_filter = [KindFilter, "state"]
    search_fields = ["error"]
    search_help_text = "Words of the error."
    ordering = ("-started_at", "-id")
    fields = readonly_fields = (
        "source",
        "schedule",
        "how",
        "started_at",
        "heartbeat_at",
        "finished_at",
        "took",
        "cursor",
        "created",
        "updated",
        "unchanged",
        "rejections",
        "options",
        "error",
    )

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        if IngestRun.objects.filter(pk=object_id, state=IngestRun.State.RUNNING).exists():
            # The browser looks again by itself, without a script, until the run has ended.
            response["Refresh"] = "5"
        return response

    @admin.display(description="source", ordering="source")
    def who(self, run: IngestRun) -> str:
        return source_title(run.source)

    @admin.display(description="state", ordering="state")
    def how(self, run: IngestRun) -> str:
        return how(run, timezone.now()).capitalize()

    @admin.display(description="took")
    def took(self, run: IngestRun) -> str:
        return span((run.finished_at or timezone.now()) - run.started_at)

    @admin.display(description="rejected", ordering="rejected")
    def rejections(self, run: IngestRun) -> str | SafeString:
        if not run.rejected:
            return "0"
        address = f"{reverse('admin:papers_rejectedrecord_changelist')}?run__id__exact={run.pk}"
        return format_html('<a href="{}">{}</a>', address, f"{run.rejected:,}")

    @admin.display(description="options, or error")
    def what(self, run: IngestRun) -> str:
        return Truncator(run.error or _written(run.arguments)).chars(80)

    @admin.display(description="options")
    def options(self, run: IngestRun) -> str:
        return _written(run.arguments) or "none"


@admin.register(SourceRecord)
class SourceRecordAdmin(RecordAdmin):
    list_display = ["source", "key", "paper", "as_of", "changed_at"]
    list_filter = [KindFilter]
    list_select_related = ["paper"]
    search_fields = ["key__startswith"]
    search_help_text = "The beginning of the item’s key at its source, mostly an arXiv id."
    fields = readonly_fields = ("source", "key", "paper_link", "as_of", "first_seen_at", "changed_at", "said")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceRecord]:
        records: QuerySet[SourceRecord] = super().get_queryset(request)
        is_list = str(getattr(request.resolver_match, "url_name", "")).endswith("_changelist")
        return records.defer("facts", "content_hash", "paper__abstract") if is_list else records

    @admin.display(description="paper")
    def paper_link(self, record: SourceRecord) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:papers_paper_change", args=[record.paper_id]), record.paper
        )

    @admin.display(description="what it said")
    def said(self, record: SourceRecord) -> SafeString:
        return _shown(json.dumps(record.facts, indent=2, ensure_ascii=False))


class DismissedFilter(admin.SimpleListFilter):
    """Those that wait, unless others are asked for."""

    title = "what became of it"
    parameter_name = "put"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("aside", "Put aside"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        choices = list(super().choices(changelist))
        return [choices[0] | {"display": "Waiting"}, *choices[1:]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RejectedRecord]) -> QuerySet[RejectedRecord]:
        match self.value():
            case "aside":
                return queryset.exclude(dismissed_at=None)
            case "all":
                return queryset
            case _:
                return queryset.filter(dismissed_at=None)


class ReasonFilter(admin.SimpleListFilter):
    """The most frequent reasons; others are found by search."""

    title = "reason"
    parameter_name = "reason"
    _most, _looked_at = 12, 5_000

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        newest = RejectedRecord.objects.waiting().order_by("-id").values("pk")[: self._looked_at]
        reasons = RejectedRecord.objects.filter(pk__in=newest).order_by().values_list("reason")
        counted = reasons.annotate(count=Count("pk")).order_by("-count", "reason")[: self._most]
        return [(reason, Truncator(reason).chars(60)) for reason, _ in counted]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RejectedRecord]) -> QuerySet[RejectedRecord]:
        return queryset.filter(reason=self.value()) if self.value() else queryset


class Retry(Deed):
    """Try rejected records again: some are taken in, others are rejected once more."""

    __slots__ = ()

    def answer(self, acting: ActingAdmin, request: HttpRequest, ids: list[int], back: str) -> HttpResponse:
        records = reverse("admin:papers_rejectedrecord_changelist")
        if len(ids) > _RETRIED_AT_ONCE:
            rows = list(RejectedRecord.objects.filter(pk__in=ids).defer("raw"))
            with transaction.atomic():
                retry_rejected.defer(ids=ids)
                log(request, rows, "To be tried again.")
            said = f"{len(ids):,} rejected records are being tried again. The runs below will say what came of it."
            acting.message_user(request, said, messages.INFO)
            return HttpResponseRedirect(reverse("admin:papers_ingestrun_changelist"))
        with transaction.atomic():
            retried = retry_records(ids, timezone.now())
            log(request, retried.taken, "Tried again: taken in.")
            log(request, retried.still, "Tried again: still rejected.")
        if taken := len(retried.taken):
            said = f"{taken} record{pluralize(taken)} taken in: {retried.counts}."
            acting.message_user(request, said, messages.SUCCESS)
        if still := len(retried.still):
            said = f"{still} record{pluralize(still)} still rejected: {retried.first_reason}"
            acting.message_user(request, said, messages.WARNING)
        # A form whose record is gone would be an error page.
        is_gone = "/act/" in request.path and bool(retried.taken)
        return HttpResponseRedirect(records if is_gone else back)


RETRY = Retry(name="retry", menu="Try again", button="Try again")
DISMISS = Act(
    name="dismiss",
    menu="Put aside",
    button="Put aside",
    done="put aside",
    left="put aside already",
    run=lambda ids, cleaned, now: dismiss_records(ids, now),
    log=told("Put aside."),
    offered=lambda record: record.dismissed_at is None,
)
TAKE_UP = Act(
    name="take-up",
    menu="Take up again what was put aside",
    button="Take up again",
    done="taken up again",
    left="not put aside",
    run=lambda ids, cleaned, now: take_up_records(ids),
    log=told("Taken up again."),
    offered=lambda record: record.dismissed_at is not None,
)


@admin.register(RejectedRecord)
class RejectedRecordAdmin(RecordAdmin):
    list_display = ["why", "who", "key", "created_at", "run"]
    list_display_links = ["why"]
    list_filter = [KindFilter, DismissedFilter, ReasonFilter]
    linked_lookups = ("run__id__exact",)
    list_select_related = ["run"]
    search_fields = ["key__startswith", "reason"]
    search_help_text = "The beginning of the item’s key, or words of the reason."
    ordering = ("-id",)
    sortable_by = ()
    acts = (RETRY, DISMISS, TAKE_UP)
    fields = readonly_fields = ("source", "reason", "key", "run_link", "created_at", "dismissed_at", "known", "item")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RejectedRecord]:
        records: QuerySet[RejectedRecord] = super().get_queryset(request)
        is_list = str(getattr(request.resolver_match, "url_name", "")).endswith("_changelist")
        return records.defer("raw") if is_list else records

    @admin.display(description="source")
    def who(self, record: RejectedRecord) -> str:
        return source_title(record.source)

    @admin.display(description="reason")
    def why(self, record: RejectedRecord) -> str:
        return Truncator(record.reason).chars(120)

    @admin.display(description="latest run")
    def run_link(self, record: RejectedRecord) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:papers_ingestrun_change", args=[record.run_id]), record.run
        )

    @admin.display(description="known beside it")
    def known(self, record: RejectedRecord) -> str:
        return _written(record.context) or "nothing"

    @admin.display(description="the item as it came")
    def item(self, record: RejectedRecord) -> SafeString:
        try:
            return _shown(json.dumps(json.loads(record.raw), indent=2, ensure_ascii=False))
        except (ValueError, RecursionError):
            return _shown(record.raw)


def _written(options: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in options.items())


def _shown(text: str) -> SafeString:
    cut = f"\n… and {len(text) - _RAW_SHOWN:,} characters more" if len(text) > _RAW_SHOWN else ""
    return format_html('<pre class="raw">{}</pre>', text[:_RAW_SHOWN] + cut)
