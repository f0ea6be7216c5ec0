"""manage.py load_sample: the bundled catalogue, with demo readers."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from papers.services.sample import add_sample_readers, catalogue_was_ever_filled, sample_is_present


class Command(BaseCommand):
    help = "Fill an empty portal with the bundled sample: papers, demo readers, votes and comments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--first-start",
            action="store_true",
            help="Do nothing where papers were ever ingested, the sample included.",
        )

    def handle(self, *args: Any, first_start: bool, **options: Any) -> None:
        if first_start and catalogue_was_ever_filled():
            return
        if sample_is_present():
            self.stdout.write("The sample is here already; `manage.py remove_sample` takes it away.")
            return
        # All or nothing: a first start that is cut off begins again.
        with transaction.atomic():
            self._load()

    def _load(self) -> None:
        call_command("ingest", "sample", stdout=self.stdout, stderr=self.stderr)
        count = add_sample_readers(timezone.now())
        self.stdout.write(f"{count} demo readers have voted and commented.")
