"""manage.py bench: what the portal costs and finds, beside a baseline of the same run."""

from __future__ import annotations

from pathlib import Path
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

        for_you = subjects.add_parser("for-you", help="what readers would upvote, on a judged collection")
        for_you.add_argument("collection", type=Path, help="a folder with corpus.jsonl and qrels.tsv")
        for_you.add_argument("--draws", type=int, default=3, metavar="N", help="halvings of each reader (%(default)s)")

    def handle(self, *args: Any, subject: str, **options: Any) -> None:
        if subject == "for-you":
            self._for_you(options["collection"], options["draws"])
        else:
            self._pages(options["repetitions"])

    def _for_you(self, collection: Path, draws: int) -> None:
        # Here, since it brings numpy along.
        from papers.benchmarks.for_you import CanNotMeasure, measure_for_you

        try:
            for method, ndcg in measure_for_you(collection, max(draws, 1)):
                self.stdout.write(f"{method}: nDCG@10 {ndcg:.3f}")
        except (CanNotMeasure, OSError) as error:
            raise CommandError(str(error)) from None

    def _pages(self, repetitions: int) -> None:
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
