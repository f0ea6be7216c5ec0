"""Schedules of sources, and the page on which staff see how each source stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms.renderers import BaseRenderer
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from papers.admin.acts import Act, ActingAdmin, told
from papers.admin.filters import KindFilter
from papers.admin.people import RecordAdmin
from papers.formats import short_day, short_moment
from papers.ingest.arguments import SourceError, read_line
from papers.ingest.sources import SOURCES
from papers.ingest.sources.sample import SampleSource
from papers.ingest.standing import ScheduleStanding, SourceStanding, how, source_standings
from papers.models import AnnouncedDay, AnnouncedPaper, IngestRun, IngestSchedule, IngestTrouble
from papers.provenance import source_title
from papers.rhythms import SUGGESTIONS, BadRhythm, read_rhythm
from papers.services.alerts import alert_addresses
from papers.services.schedules import run_now, save_schedule, turn_off, turn_on
from papers.spans import ago, span, until


class Suggesting(forms.TextInput):
    """A field for free text with a few suggestions, which browsers offer without a script."""

    def __init__(self, suggestions: tuple[str, ...]) -> None:
        super().__init__(attrs={"size": 44})
        self.suggestions = suggestions

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        known = f"{(attrs or {}).get('id', name)}_suggestions"
        options = format_html_join("", '<option value="{}"></option>', ((words,) for words in self.suggestions))
        field = super().render(name, value, {**(attrs or {}), "list": known}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, known, options)


def _source_choices() -> list[tuple[str, str]]:
    return [(name, f"{name}: {source.description}") for name, source in SOURCES.items() if name != SampleSource.name]


class ScheduleForm(forms.ModelForm[IngestSchedule]):
    source = forms.ChoiceField(choices=_source_choices)
    rhythm = forms.CharField(
        label="When",
        max_length=80,
        widget=Suggesting(SUGGESTIONS),
        help_text="For example: "
        + "; ".join(f"“{words}”" for words in SUGGESTIONS)
        + "; or a cron line of five fields.",
    )
    time_zone = forms.CharField(
        max_length=40,
        initial=settings.TIME_ZONE,
        widget=Suggesting(("UTC", "America/New_York", "Europe/Berlin", "Asia/Tokyo")),
        help_text="Whose clock that is. A daily run stays at its time of day when clocks change.",
    )
    late_after_hours = forms.IntegerField(
        label="Late after, in hours",
        min_value=1,
        max_value=720,
        initial=6,
        help_text="How long after it was due a run may still be on its way, and announced papers missing.",
    )

    class Meta:
        model = IngestSchedule
        fields = ("name", "source", "arguments", "rhythm", "time_zone", "late_after_hours", "sends_alerts", "is_on")
        widgets = {"arguments": forms.TextInput(attrs={"size": 60, "class": "vTextField"})}

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        known = {name.casefold(): name for name in available_timezones()}
        if zone.casefold() not in known:
            raise forms.ValidationError(f"There is no time zone “{zone}”; one is Europe/Paris.")
        return known[zone.casefold()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("rhythm") and cleaned.get("time_zone"):
            try:
                cleaned["rhythm"] = read_rhythm(cleaned["rhythm"], cleaned["time_zone"]).words
            except BadRhythm as error:
                self.add_error("rhythm", str(error))
        if cleaned.get("source") and "arguments" in cleaned:
            try:
                read_line(cleaned["source"], cleaned["arguments"])
            except SourceError as error:
                self.add_error("arguments", str(error))
        return cleaned


TURN_ON = Act(
    name="on",
    menu="Turn on",
    button="Turn on",
    done="turned on",
    left="on already",
    run=lambda ids, cleaned, now: turn_on(ids, now),
    log=told("Turned on."),
    offered=lambda schedule: not schedule.is_on,
)
TURN_OFF = Act(
    name="off",
    menu="Turn off",
    button="Turn off",
    done="turned off",
    left="off already",
    run=lambda ids, cleaned, now: turn_off(ids, now),
    log=told("Turned off."),
    offered=lambda schedule: schedule.is_on,
)
RUN_NOW = Act(
    name="run",
    menu="Run now",
    button="Run now",
    done="to be run now",
    left="waiting or under way already",
    run=lambda ids, cleaned, now: run_now(ids),
    log=told("To be run now."),
)


@admin.register(IngestSchedule)
class IngestScheduleAdmin(ActingAdmin):
    form = ScheduleForm
    list_display = ["name", "who", "arguments", "rhythm", "is_on", "next_run"]
    list_filter = [KindFilter, "is_on"]
    search_fields = ["name"]
    ordering = ("name",)
    sortable_by = ()
    readonly_fields = ("coming",)
    acts = (RUN_NOW, TURN_ON, TURN_OFF)
    fields = (*ScheduleForm.Meta.fields, "coming")
    change_list_template = "admin/papers/schedule_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.standing_view)
        return [path("standing/", view, name="papers_ingestschedule_standing"), *super().get_urls()]

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Its troubles go with it, and its runs stay."""
        names = [str(schedule) for schedule in objs]
        return names, {"schedules": len(names)}, set(), []

    def save_model(self, request: HttpRequest, obj: IngestSchedule, form: Any, change: bool) -> None:
        save_schedule(obj, timezone.now())

    def standing_view(self, request: HttpRequest) -> HttpResponse:
        """How every source stands; for those who may see runs."""
        user: Any = request.user
        if not user.has_perm("papers.view_ingestrun"):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": "How each source stands",
            "opts": self.opts,
            "sources": [_shown(standing, now) for standing in source_standings()],
            "addresses": alert_addresses(),
            "may_act": self.may_act(request),
            "may_add": self.has_add_permission(request),
            "now": now,
        }
        return TemplateResponse(request, "admin/papers/standing.html", context)

    @admin.display(description="source", ordering="source")
    def who(self, schedule: IngestSchedule) -> str:
        return schedule.source

    @admin.display(description="next run")
    def next_run(self, schedule: IngestSchedule) -> str:
        return until(schedule.due_at - timezone.now()) if schedule.due_at else "–"

    @admin.display(description="the next three times")
    def coming(self, schedule: IngestSchedule) -> str | SafeString:
        if not schedule.pk:
            return "Shown once it is saved."
        times = schedule.times().coming(timezone.now())
        lines = ((f"{time:%A} {short_moment(time)} {time:%Z}",) for time in times)
        note = "" if schedule.is_on else " It is off, so none of them comes."
        return format_html("{}{}", format_html_join("", "{}<br>", lines), note)


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    words: str
    address: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A source or a schedule as the page prints it."""

    title: str
    address: str
    facts: list[Fact]
    acts: list[tuple[str, str]]
    parts: list[Shown]


def _shown(standing: SourceStanding, now: datetime) -> Shown:
    facts = [_last_run(standing.last, now)]
    if standing.done and standing.done != standing.last:
        facts.append(_run_fact("Last that ended well", standing.done, now))
    if standing.complete_until:
        behind = timezone.localdate(now) - standing.complete_until
        facts.append(Fact("Complete up to", f"{short_day(standing.complete_until)}, {_days(behind)}"))
    if standing.position:
        facts.append(Fact("Goes on from", standing.position))
    address = f"{reverse('admin:papers_rejectedrecord_changelist')}?source={standing.name}"
    facts.append(Fact("Rejected, waiting", f"{standing.rejected:,}", address if standing.rejected else ""))
    runs = f"{reverse('admin:papers_ingestrun_changelist')}?source={standing.name}"
    parts = [
        _schedule(one, now, is_told=one.last is not None and one.last == standing.last) for one in standing.schedules
    ]
    return Shown(f"{standing.title} ({standing.name})", runs, facts, [], parts)


def _schedule(standing: ScheduleStanding, now: datetime, *, is_told: bool) -> Shown:
    """`is_told` when its last run stands above already, as its source's."""
    schedule = standing.schedule
    facts = [Fact("When", f"{schedule.rhythm}, {schedule.times().zone.key}")]
    if standing.has_job and not (standing.last and standing.last.state == IngestRun.State.RUNNING):
        facts.append(Fact("Next run", "waits for its turn"))
    elif schedule.due_at:
        facts.append(Fact("Next run", until(schedule.due_at - now)))
    else:
        facts.append(Fact("Next run", "none: it is off"))
    if not is_told:
        facts.append(_last_run(standing.last, now))
    facts += [
        Fact(
            "Trouble", f"{trouble.get_kind_display()}, since {short_day(trouble.began_at)}: {trouble.note}", is_bad=True
        )
        for trouble in standing.troubles
    ]
    acts = [
        (reverse("admin:papers_ingestschedule_act", args=[schedule.pk, act.name]), act.button)
        for act in IngestScheduleAdmin.acts
        if act.offered(schedule)
    ]
    address = reverse("admin:papers_ingestschedule_change", args=[schedule.pk])
    return Shown(schedule.name, address, facts, acts, [])


def _last_run(run: IngestRun | None, now: datetime) -> Fact:
    return _run_fact("Last run", run, now) if run else Fact("Last run", "none yet")


def _run_fact(name: str, run: IngestRun, now: datetime) -> Fact:
    is_running = run.state == IngestRun.State.RUNNING
    moment = run.heartbeat_at if is_running else run.finished_at or run.heartbeat_at
    took = span((run.finished_at or now) - run.started_at)
    when = f"for {took}, heard of {ago(now - moment)}" if is_running else f"{ago(now - moment)}, in {took}"
    counts = f"{run.created:,} new, {run.updated:,} changed, {run.unchanged:,} known, {run.rejected:,} rejected"
    words = f"{how(run, now)}, {when}: {counts}."
    is_bad = run.state == IngestRun.State.FAILED or how(run, now) == "running, but silent"
    error = f" {run.error}" if run.error else ""
    return Fact(name, words + error, reverse("admin:papers_ingestrun_change", args=[run.pk]), is_bad)


def _days(behind: timedelta) -> str:
    return {0: "today", 1: "yesterday"}.get(behind.days, f"{behind.days} days ago")


@admin.register(IngestTrouble)
class IngestTroubleAdmin(RecordAdmin):
    list_display = ["schedule", "kind", "note", "began_at", "ended_at"]
    list_filter = ["kind"]
    list_select_related = ["schedule"]
    sortable_by = ()
    ordering = ("-began_at", "-id")


@admin.register(AnnouncedDay)
class AnnouncedDayAdmin(RecordAdmin):
    list_display = ["day", "who", "announced", "here", "read_at"]
    list_filter = [KindFilter]
    date_hierarchy = "day"
    sortable_by = ()
    ordering = ("-day", "source")

    @admin.display(description="source")
    def who(self, day: AnnouncedDay) -> str:
        return f"{source_title(day.source)} ({day.source})"


@admin.register(AnnouncedPaper)
class AnnouncedPaperAdmin(RecordAdmin):
    list_display = ["value", "scheme", "on", "arrived_at"]
    list_select_related = ["on"]
    search_fields = ["value__exact"]
    search_help_text = "A whole identifier."
    sortable_by = ()
