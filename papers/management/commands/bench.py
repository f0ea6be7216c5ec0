"""manage.py bench: how quick the pages are, as ratios to a baseline of the same run; how well works are told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from papers.benchmarks.identity import (
    describe,
    draw_pairs,
    read_acl,
    read_arxiv,
    read_labels,
    score_labelled,
    score_withheld,
)
from papers.benchmarks.pages import NothingToMeasure, measure_pages
from papers.ingest.sources.base import SourceError
from papers.models import Paper

_HEAD = "| page | reader | caches | times the bare view | ms, median | ms, p95 | a second | queries | bytes sent |"


class Command(BaseCommand):
    help = "Measure the portal in this process; prints a Markdown table."

    def add_arguments(self, parser: CommandParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True)
        pages = subjects.add_parser("pages", help="pages and votes, cold and warm, anonymous and signed in")
        pages.add_argument("--repetitions", type=int, default=50, metavar="N", help="requests a line (%(default)s)")

        identity = subjects.add_parser("identity", help="how well one work is told from two, on corpora")
        identity.add_argument("data", type=Path, help="the folder that has corpus/ and hf/")
        identity.add_argument("labels", type=Path, help="pairs that people looked at: tests/data/identity/pairs.tsv")

    def handle(self, *args: Any, subject: str, **options: Any) -> None:
        if subject == "identity":
            self._identity(options["data"], options["labels"])
        else:
            self._pages(options["repetitions"])

    def _identity(self, data: Path, labels: Path) -> None:
        try:
            known, acl, arxiv = read_labels(labels), read_acl(data), read_arxiv(data)
            scores = [score_labelled(known, acl, arxiv), score_withheld(data, arxiv)]
        except (OSError, SourceError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write("| pairs of | pairs | of one work | precision | recall | held: of one work + of two |")
        self.stdout.write("| --- | ---: | ---: | ---: | ---: | ---: |")
        for score in scores:
            self.stdout.write(f"| {' | '.join(describe(score))} |")
            for one, other, found in score.errors:
                self.stderr.write(f"{one} and arXiv {other}: {found.verdict.value}. {found.reason}")
        looked_at = {(one, other) for one, other, _ in known}
        drawn = set(draw_pairs(acl, arxiv))
        self.stdout.write(f"{len(drawn):,} pairs drawn by rare words of titles, {len(drawn - looked_at):,} unlabelled.")

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
