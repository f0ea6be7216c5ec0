"""manage.py bench pages: how quick the pages are, as ratios to a baseline of the same run."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from papers.benchmarks.pages import NothingToMeasure, measure_pages
from papers.models import Paper

_HEAD = "| page | reader | caches | times the bare view | ms, median | ms, p95 | a second | queries | bytes sent |"


class Command(BaseCommand):
    help = "Measure the portal in this process, on the papers that it holds; prints a Markdown table."

    def add_arguments(self, parser: CommandParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True)
        pages = subjects.add_parser("pages", help="pages and votes, cold and warm, anonymous and signed in")
        pages.add_argument("--repetitions", type=int, default=50, metavar="N", help="requests a line (%(default)s)")

    def handle(self, *args: Any, repetitions: int, **options: Any) -> None:
        self.stdout.write(f"{Paper.objects.count():,} papers, {repetitions} requests a line, one thread.\n\n{_HEAD}")
        self.stdout.write("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        try:
            for found in measure_pages(max(repetitions, 1)):
                self.stdout.write(
                    f"| {found.page} | {found.reader} | {found.caches} | {found.ratio:.1f} | {found.median_ms:.1f} "
                    f"| {found.p95_ms:.1f} | {found.rate:.0f} | {found.queries} | {found.sent_bytes:,} |"
                )
        except NothingToMeasure as error:
            raise CommandError(str(error)) from None
