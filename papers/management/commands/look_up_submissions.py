"""manage.py look_up_submissions: what the jobs do with submissions whose source gave no answer, at once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from papers.models import Submission
from papers.services.submissions import look_up_later


class Command(BaseCommand):
    help = "Look up the papers that readers submitted and whose source gave no answer. Safe to run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        for submission in Submission.objects.queued().only("scheme", "value", "tries").order_by("pk"):
            state = look_up_later(submission.pk, submission.tries, timezone.now())
            counts[state] += 1
            self.stdout.write(f"{submission.name}: {state}")
        self.stdout.write(
            " ".join(f"{state}={count}" for state, count in sorted(counts.items())) or "Nothing waits for its source."
        )
