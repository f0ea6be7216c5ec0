"""What is wrong with schedules, and who is told: by one mail when it begins and one when it has ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from papers.formats import short_day, short_moment
from papers.ingest.standing import HEARTBEAT_LOST, LOOKED_BACK, busy_schedules, latest_runs
from papers.models import AnnouncedDay, IngestRun, IngestSchedule, IngestTrouble

FAILED, LATE, MISSING = IngestTrouble.Kind.FAILED, IngestTrouble.Kind.LATE, IngestTrouble.Kind.MISSING


@transaction.atomic
def look_for_troubles(now: datetime) -> tuple[list[IngestTrouble], list[IngestTrouble]]:
    """Note which troubles have begun and which have ended since the last look, and enqueue the mail about them.

    Two looks at once wait for each other at the schedules' rows, so nothing is told twice.
    """
    schedules = list(
        IngestSchedule.objects.running_by_themselves()
        .select_for_update()
        .order_by("pk")
        .prefetch_related(Prefetch("troubles", IngestTrouble.objects.filter(ended_at=None)))
    )
    ids = [schedule.pk for schedule in schedules]
    ended, done = latest_runs("schedule_id", ids, ["done", "failed"]), latest_runs("schedule_id", ids, ["done"])
    running = latest_runs("schedule_id", ids, ["running"])
    incomplete, busy = _incomplete(now), busy_schedules()
    begun: list[IngestTrouble] = []
    over: list[IngestTrouble] = []
    for schedule in schedules:
        found = {
            FAILED: _failed(ended.get(schedule.pk), schedule.pk in busy),
            LATE: _late(schedule, done.get(schedule.pk), running.get(schedule.pk), now),
            MISSING: _missing(schedule, incomplete[schedule.source], now),
        }
        known = {trouble.kind: trouble for trouble in schedule.troubles.all()}
        for kind, note in found.items():
            if note and kind not in known:
                begun.append(IngestTrouble(schedule=schedule, kind=kind, note=note, began_at=now))
            elif note == "" and kind in known:
                over.append(known[kind])
    IngestTrouble.objects.bulk_create(begun)
    IngestTrouble.objects.filter(pk__in=[trouble.pk for trouble in over]).update(ended_at=now)
    _tell([one for one in begun if one.schedule.sends_alerts], [one for one in over if one.schedule.sends_alerts])
    return begun, over


# Each says what is wrong, "" when all is well, and None when that can't be told yet: then it stays as it was.


def _failed(last: IngestRun | None, is_busy: bool) -> str | None:
    if last is None or last.state == IngestRun.State.DONE:
        return ""
    # One that was stopped, or that another run kept from beginning, is still to be done.
    return None if is_busy else last.error or "It gave no reason."


def _late(schedule: IngestSchedule, done: IngestRun | None, running: IngestRun | None, now: datetime) -> str | None:
    due = schedule.done_by_now(now)
    if due is None or (done and done.finished_at and done.finished_at >= due):
        return ""
    if running and now - running.heartbeat_at <= HEARTBEAT_LOST:
        return None
    last = f"the last ended well on {_moment(done.finished_at)}" if done and done.finished_at else "none ended well yet"
    return f"A run was due on {_moment(due)}; {last}."


def _missing(schedule: IngestSchedule, days: Iterable[AnnouncedDay], now: datetime) -> str | None:
    told = [day for day in days if day.first_read_at < now - schedule.patience]
    if not told:
        return ""
    return (
        "; ".join(f"{day.missing:,} of the {day.announced:,} announced for {short_day(day.day)}" for day in told) + "."
    )


def _incomplete(now: datetime) -> dict[str, list[AnnouncedDay]]:
    days: dict[str, list[AnnouncedDay]] = defaultdict(list)
    today: date = timezone.localdate(now)
    for day in AnnouncedDay.objects.between(today - timedelta(days=LOOKED_BACK), today).incomplete().order_by("day"):
        days[day.source].append(day)
    return days


def alert_addresses() -> list[str]:
    """BROADSHEET_ALERTS, else the confirmed addresses of the staff who may see runs."""
    if settings.ALERT_ADDRESSES:
        return list(settings.ALERT_ADDRESSES)
    staff = User.objects.filter(is_active=True, is_staff=True).order_by("pk")
    confirmed = dict(
        EmailAddress.objects.filter(user__in=staff, verified=True, primary=True).values_list("user", "email")
    )
    return [confirmed[user.pk] for user in staff if user.pk in confirmed and user.has_perm("papers.view_ingestrun")]


def _tell(begun: list[IngestTrouble], over: list[IngestTrouble]) -> None:
    if not begun and not over:
        return
    context = {
        "begun": begun,
        "over": over,
        "site_name": settings.SITE_NAME,
        "site_url": settings.BROADSHEET_URL,
    }
    body = render_to_string("papers/email/troubles.txt", context).strip() + "\n"
    for address in alert_addresses():
        EmailMessage(_subject(begun, over), body, to=[address]).send()


def _subject(begun: list[IngestTrouble], over: list[IngestTrouble]) -> str:
    lines = list(_lines(begun, over))
    return lines[0] if len(lines) == 1 else f"{lines[0]}, and {len(lines) - 1} more"


def _lines(begun: list[IngestTrouble], over: list[IngestTrouble]) -> Iterator[str]:
    yield from map(str, begun)
    yield from (f"{trouble.schedule}: well again" for trouble in over)


def _moment(moment: datetime | None) -> str:
    return short_moment(timezone.localtime(moment)) if moment else ""
