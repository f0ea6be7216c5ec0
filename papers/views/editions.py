"""Editions: today's paper, any day, ISO week or month."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.models import Edition, Paper
from papers.periods import Kind, Period, long_day, parse_period, period_of
from papers.querysets.papers import PaperQuerySet
from papers.views.listing import Link, Listing, render_listing, wants_more_rows
from papers.views.strangers import remembered_for_strangers


@require_safe
@remembered_for_strangers
def front(request: HttpRequest) -> HttpResponse:
    """Today's edition, or the last that has papers, saying so."""
    today = timezone.localdate()
    latest = Paper.objects.listed().latest_edition(today)
    notice = ""
    if latest is None:
        notice = "No papers have come in yet."
    elif latest != today:
        notice = f"No papers yet today, {long_day(today)}. This is the last edition, of {long_day(latest)}."
    return _edition(request, period_of("day", latest or today), notice)


@require_safe
@remembered_for_strangers
def edition_day(request: HttpRequest, code: str) -> HttpResponse:
    return _edition(request, _parse("day", code))


@require_safe
@remembered_for_strangers
def edition_week(request: HttpRequest, code: str) -> HttpResponse:
    return _edition(request, _parse("week", code))


@require_safe
@remembered_for_strangers
def edition_month(request: HttpRequest, code: str) -> HttpResponse:
    return _edition(request, _parse("month", code))


@require_safe
def pick_a_day(request: HttpRequest) -> HttpResponse:
    """Where the masthead's date field leads: to the edition of the day that was picked."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        raise BadRequest("Pick a day, written like 2025-12-25.") from None
    return redirect("edition-day", day.isoformat())


def _parse(kind: Kind, code: str) -> Period:
    try:
        return parse_period(kind, code)
    except ValueError:
        raise Http404 from None


def _edition(request: HttpRequest, period: Period, notice: str = "") -> HttpResponse:
    today = timezone.localdate()
    is_to_come, is_staff = period.first > today, request.user.is_staff
    shown = Paper.objects.listed() if is_staff else Paper.objects.listed().printed(today)
    if is_to_come:
        notice = f"{'This edition is' if period.kind == 'day' else 'These editions are'} not printed yet."
        notice += " Staff alone see what is prepared." if is_staff else ""
    papers = shown.in_editions(period.first, period.last)
    listing = Listing(
        title=period.title,
        kind="edition",
        sort="top",
        notice=notice,
        has_lead=True,
        search={"since": period.first.isoformat(), "until": period.last.isoformat()},
        without_filters=("since", "until") if period.kind == "day" else (),
        map_url="" if is_to_come or period.kind == "month" else reverse(f"{period.kind}-map", args=[period.code]),
    )
    if not wants_more_rows(request):
        _complete(listing, period, papers, shown)
        if is_to_come and not is_staff:
            listing.note = ""
    return render_listing(request, listing, papers)


def _complete(listing: Listing, period: Period, papers: PaperQuerySet, shown: PaperQuerySet) -> None:
    """Add what stands around the rows: counts, the editions before and after, categories, staff's note."""
    counts = papers.counted()
    around = Edition.objects.around(shown, period.first, period.last)
    listing.summary = _summary(counts["papers"], counts["comments"])
    listing.total = counts["papers"]
    listing.earlier = _link(period, around.earlier)
    listing.later = _link(period, around.later)
    listing.counted_categories = papers.category_counts()
    listing.note = around.note


def _link(period: Period, day: date | None) -> Link | None:
    if day is None:
        return None
    try:
        there = period.containing(day)
    except ValueError:
        return None
    # Where the year changes between editions, the link says so.
    text = there.short_title if there.first.year == period.first.year else there.short_title_with_year
    return Link(text, reverse(f"edition-{there.kind}", args=[there.code]))


def _summary(papers: int, comments: int) -> str:
    text = "1 paper" if papers == 1 else f"{papers:,} papers"
    if comments:
        text += ", 1 comment" if comments == 1 else f", {comments:,} comments"
    return text
