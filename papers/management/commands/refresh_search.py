"""manage.py refresh_search: how common words are, and how they are spelled, counted anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from papers.search.index import refresh_statistics


class Command(BaseCommand):
    help = (
        "Count anew how common every word is, for ranking and for 'did you mean'. A job does it whenever a tenth "
        "of the papers came or went."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"papers={refresh_statistics(timezone.now())}")
