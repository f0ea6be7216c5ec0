"""manage.py draw_maps: what the job draws, at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from papers.models import Category
from papers.periods import Kind, parse_period
from papers.services.maps import draw_map, latest_maps


class Command(BaseCommand):
    help = "Draw the maps of the latest editions and their weeks, or those that are named. What is unchanged is left."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", action="append", default=[], metavar="DATE", help="such as 2025-12-25")
        parser.add_argument("--week", action="append", default=[], metavar="WEEK", help="such as 2025-W52")
        parser.add_argument("--category", action="append", default=[], metavar="CODE", help="such as cs.LG")

    def handle(self, *args: Any, day: list[str], week: list[str], category: list[str], **options: Any) -> None:
        for code in category:
            if not Category.objects.filter(code=code).exists():
                raise CommandError(f"There is no category “{code}”.", returncode=2)
        named = [("day", _checked("day", key)) for key in day] + [("week", _checked("week", key)) for key in week]
        named += [("category", code) for code in category]
        now = timezone.now()
        drawn = unchanged = too_few = 0
        for scope, key in named or latest_maps(timezone.localdate(now)):
            found = draw_map(scope, key, now)
            drawn += found is not None and found.made_at == now
            unchanged += found is not None and found.made_at != now
            too_few += found is None
            if options["verbosity"] > 1:
                self.stdout.write(f"{scope} {key}")
        self.stdout.write(f"drawn={drawn} unchanged={unchanged} too_few={too_few}")


def _checked(kind: Kind, code: str) -> str:
    try:
        return parse_period(kind, code).code
    except ValueError as error:
        raise CommandError(str(error), returncode=2) from None
