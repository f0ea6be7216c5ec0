"""manage.py bench SUBJECT: how quick Broadsheet is, beside a baseline of the same run; how often it is right."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from papers.benchmarks import reports
from papers.benchmarks.pages import NothingToMeasure
from papers.benchmarks.scratch import NoScratch
from papers.ingest.sources.base import SourceError


class Command(BaseCommand):
    help = "Measure Broadsheet in this process; prints Markdown."

    def add_arguments(self, parser: CommandParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True)
        for subject in reports.SUBJECTS:
            options = subjects.add_parser(subject.name, help=subject.help)
            subject.add_arguments(options)

    def handle(self, *args: Any, subject: str, **options: Any) -> None:
        chosen = next(one for one in reports.SUBJECTS if one.name == subject)
        try:
            for line in chosen.lines(options, self.stderr.write):
                self.stdout.write(line)
        except (NothingToMeasure, NoScratch, SourceError, OSError) as error:
            raise CommandError(str(error)) from None
