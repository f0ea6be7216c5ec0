"""manage.py run_schedules: what the workers do each minute, and the runs that are due, here and now."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from papers.ingest.runner import AlreadyRunning, Stopped
from papers.ingest.writer import Counts
from papers.models import IngestRun, IngestSchedule
from papers.services.alerts import look_for_troubles
from papers.services.schedules import begin_due, run_schedule

USED_WRONGLY = 2  # exit code: as Django's own for options that make no sense


class Command(BaseCommand):
    help = (
        "Run the schedules that are due, one after another, and tell staff what is wrong. For portals without a "
        "worker: call it every few minutes. With a name, run that one now, due or not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="a schedule by its name")
        parser.add_argument("--list", action="store_true", help="Say which there are, and when each is due.")

    def handle(self, *args: Any, name: str | None, **options: Any) -> None:
        if options["list"]:
            for schedule in IngestSchedule.objects.order_by("name"):
                self.stdout.write(_line(schedule))
            return
        if name:
            schedules = list(IngestSchedule.objects.filter(name=name))
            if not schedules:
                raise CommandError(f"There is no schedule “{name}”; --list names them.", returncode=USED_WRONGLY)
        else:
            schedules = begin_due(timezone.now())
        failed = [schedule for schedule in schedules if not self._run(schedule)]
        look_for_troubles(timezone.now())
        if not schedules:
            self.stdout.write("Nothing is due.")
        if failed:
            raise CommandError(f"{len(failed)} of {len(schedules)} runs failed.")

    def _run(self, schedule: IngestSchedule) -> bool:
        """Run it and say what came of it; whether it ended well."""
        try:
            run = run_schedule(schedule.pk, timezone.now, wished=lambda: False, sleep=time.sleep)
        except AlreadyRunning as error:
            self.stderr.write(f"{schedule}: {error}")
            return False
        except Stopped as stopped:
            raise CommandError(str(stopped)) from None
        if run is None or run.state != IngestRun.State.DONE:
            self.stderr.write(f"{schedule}: {run.error if run else 'It is gone.'}")
            return False
        counts = Counts(run.created, run.updated, run.unchanged, run.rejected)
        self.stdout.write(f"{schedule}: {counts}")
        return True


def _line(schedule: IngestSchedule) -> str:
    due = f"due {schedule.due_at:%Y-%m-%d %H:%M} UTC" if schedule.due_at else "off"
    line = " ".join([schedule.source, schedule.arguments]).strip()
    return f"{schedule}: ingest {line}; {schedule.rhythm}, {schedule.time_zone}; {due}"
