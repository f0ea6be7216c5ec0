"""manage.py recount: counts and ranks from the rows they count."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from papers.models import Paper
from papers.services.recounting import recount_papers


class Command(BaseCommand):
    help = "Recount upvotes and comments and recompute every hot rank. Safe to run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = recount_papers(Paper.objects.all())
        self.stdout.write(f"updated={wrong}")
