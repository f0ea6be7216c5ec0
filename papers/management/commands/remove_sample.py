"""manage.py remove_sample: the bundled catalogue and its demo readers, gone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from papers.services.sample import remove_sample


class Command(BaseCommand):
    help = "Take away the sample papers that no real source knows, the demo readers, their votes and comments."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = remove_sample(timezone.now())
        self.stdout.write(f"papers={gone.papers} kept={gone.kept} readers={gone.readers}")
        if not gone.papers and not gone.readers:
            self.stdout.write("There was no sample.")
