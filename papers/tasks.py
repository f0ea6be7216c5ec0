"""Jobs of the papers; Procrastinate finds them here."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from papers.ingest.retrying import retry_records
from papers.services.submissions import look_up_later


@app.task(queue="ingest", pass_context=False)
def retry_rejected(ids: list[int]) -> str:
    """Try rejected records again; the run in admin says what came of it."""
    return str(retry_records(ids, timezone.now()).counts)


@app.task(queue="submissions", pass_context=False)
def look_up_submission(number: int, tries: int) -> str:
    """Look up what a reader submitted, where the source gave no answer at once."""
    return look_up_later(number, tries, timezone.now())
