"""Jobs of the papers; Procrastinate finds them here."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from papers.ingest.retrying import retry_records


@app.task(queue="ingest", pass_context=False)
def retry_rejected(ids: list[int]) -> str:
    """Try rejected records again; the run in admin says what came of it."""
    return str(retry_records(ids, timezone.now()).counts)
