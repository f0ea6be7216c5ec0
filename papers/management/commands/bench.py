"""manage.py bench: how quick pages and search are, beside a baseline of the same run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from papers.benchmarks.pages import NothingToMeasure, measure_pages
from papers.benchmarks.search import Sizes, Timing, measure_search
from papers.models import Paper

_HEAD = "| page | reader | caches | times the bare view | ms, median | ms, p95 | a second | queries | bytes sent |"


class Command(BaseCommand):
    help = "Measure the portal in this process, on the papers that it holds; prints a Markdown table."

    def add_arguments(self, parser: CommandParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True)
        pages = subjects.add_parser("pages", help="pages and votes, cold and warm, anonymous and signed in")
        pages.add_argument("--repetitions", type=int, default=50, metavar="N", help="requests a line (%(default)s)")

        search = subjects.add_parser("search", help="search by words, filtered or not, beside a full scan; and sizes")
        search.add_argument("--repetitions", type=int, default=60, metavar="N", help="queries a line (%(default)s)")
        search.add_argument(
            "--corpus",
            type=Path,
            nargs="+",
            default=[],
            metavar="FILE",
            help="gzipped JSON lines as in arXiv's snapshot",
        )

    def handle(self, *args: Any, subject: str, repetitions: int, **options: Any) -> None:
        try:
            if subject == "search":
                self._search(max(repetitions, 1), options["corpus"])
            else:
                self._pages(max(repetitions, 1))
        except NothingToMeasure as error:
            raise CommandError(str(error)) from None

    def _pages(self, repetitions: int) -> None:
        self.stdout.write(f"{Paper.objects.count():,} papers, {repetitions} requests a line, one thread.\n\n{_HEAD}")
        self.stdout.write("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for found in measure_pages(repetitions):
            self.stdout.write(
                f"| {found.page} | {found.reader} | {found.caches} | {found.ratio:.1f} | {found.median_ms:.1f} "
                f"| {found.p95_ms:.1f} | {found.rate:.0f} | {found.queries} | {found.sent_bytes:,} |"
            )

    def _search(self, repetitions: int, files: list[Path]) -> None:
        self.stdout.write("| papers | query | queries | ms, median | ms, p95 | database’s processor, median | p95 |")
        self.stdout.write("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
        notes = []
        for found in measure_search(repetitions, files):
            if isinstance(found, Timing):
                self.stdout.write(
                    f"| {found.papers:,} | {found.kind} | {found.queries} | {found.median_ms:.1f} | {found.p95_ms:.1f} "
                    f"| {found.processor_median_ms:.1f} | {found.processor_p95_ms:.1f} |"
                )
            elif isinstance(found, Sizes):
                notes.append(
                    f"{found.papers:,} papers, bytes a paper: documents {found.documents:.0f}, "
                    f"their index {found.index:.0f}, counts {found.counts:.0f}, vectors {found.vectors:.0f}."
                )
            else:
                notes.append(found)
        self.stdout.write("\n" + "\n\n".join(notes))
