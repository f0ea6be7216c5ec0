"""manage.py bench SUBJECT: how quick Broadsheet is, as ratios to a baseline of the same run."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from papers.benchmarks.ingest import Phase, measure_ingest
from papers.benchmarks.invented import write_invented
from papers.benchmarks.pages import NothingToMeasure, measure_pages
from papers.benchmarks.readers import measure_readers
from papers.benchmarks.scratch import NoScratch
from papers.ingest.sources.base import SourceError
from papers.models import Paper

_PAGES = "| page | reader | caches | times the bare view | ms, median | ms, p95 | a second | queries | bytes sent |"
_INGEST = "| what | seconds | papers a second | speed beside the plain COPY | peak memory, MB |"

_READERS = "| who asks | meanwhile | requests | ms, median | ms, p95 | ms, longest |"


class Command(BaseCommand):
    help = "Measure Broadsheet in this process; prints a Markdown table."

    def add_arguments(self, parser: CommandParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True)
        pages = subjects.add_parser(
            "pages", help="pages and votes on the portal's papers, cold and warm, anonymous and signed in"
        )
        pages.add_argument("--repetitions", type=int, default=50, metavar="N", help="requests a line (%(default)s)")
        ingest = subjects.add_parser(
            "ingest", help="ingestion beside a plain COPY of the same rows, in a database of its own"
        )
        ingest.add_argument("files", nargs="*", metavar="FILE", help="arXiv's snapshot; without one, invented papers")
        ingest.add_argument("--limit", type=int, metavar="N", help="take the first N papers (invented: 20,000)")
        ingest.add_argument("--copies", type=int, default=3, metavar="N", help="plain COPYs, the best counts")
        ingest.add_argument(
            "--readers", action="store_true", help="instead: how long readers wait meanwhile, over HTTP, and while idle"
        )

    def handle(self, *args: Any, subject: str, **options: Any) -> None:
        try:
            if subject == "pages":
                self._pages(max(options["repetitions"], 1))
            else:
                with TemporaryDirectory(prefix="broadsheet-bench-") as folder:
                    files = options["files"] or [_invented(Path(folder), options["limit"])]
                    if options["readers"]:
                        self._readers(files, options["limit"])
                    else:
                        self._ingest(files, options["limit"], max(options["copies"], 1))
        except (NothingToMeasure, NoScratch, SourceError) as error:
            raise CommandError(str(error)) from None

    def _pages(self, repetitions: int) -> None:
        self.stdout.write(f"{Paper.objects.count():,} papers, {repetitions} requests a line, one thread.\n\n{_PAGES}")
        self.stdout.write("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for found in measure_pages(repetitions):
            self.stdout.write(
                f"| {found.page} | {found.reader} | {found.caches} | {found.ratio:.1f} | {found.median_ms:.1f} "
                f"| {found.p95_ms:.1f} | {found.rate:.0f} | {found.queries} | {found.sent_bytes:,} |"
            )

    def _ingest(self, files: list[str], limit: int | None, copies: int) -> None:
        phases = list(measure_ingest(files, limit, copies, self.stderr.write))
        copy = min(phase.seconds for phase in phases if phase.is_baseline)
        self.stdout.write(f"{phases[0].papers:,} papers.\n\n{_INGEST}\n| --- | ---: | ---: | ---: | ---: |")
        for phase in phases:
            self.stdout.write(_line(phase, copy))
        self.stdout.write(f"\nAgain is {phases[0].seconds / phases[1].seconds:.1f} times as quick as the first time.")

    def _readers(self, files: list[str], limit: int | None) -> None:
        self.stdout.write(f"{_READERS}\n| --- | --- | ---: | ---: | ---: | ---: |")
        for found in measure_readers(files, limit, self.stderr.write):
            self.stdout.write(
                f"| {found.reader} | {found.meanwhile} | {found.asked} | {found.median_ms:.0f} | {found.p95_ms:.0f} "
                f"| {found.longest_ms:.0f} |"
            )


def _invented(folder: Path, limit: int | None) -> str:
    file = folder / "invented.jsonl"
    write_invented(file, limit or 20_000)
    return str(file)


def _line(phase: Phase, copy_seconds: float) -> str:
    beside = copy_seconds / phase.seconds
    return f"| {phase.name} | {phase.seconds:.1f} | {phase.rate:,.0f} | {beside:.2f} | {phase.peak_mb} |"
