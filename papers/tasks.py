"""Jobs of the papers; Procrastinate finds them here."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from papers.ingest.retrying import retry_records
from papers.search.embedder import embedder_trouble
from papers.services.embeddings import embed_papers as embed
from papers.services.embeddings import request_embeddings, turn


@app.task(queue="ingest", pass_context=False)
def retry_rejected(ids: list[int]) -> str:
    """Try rejected records again; the run in admin says what came of it."""
    return str(retry_records(ids, timezone.now()).counts)


# Short, so that a worker that was told to stop does so in time, and one that does all jobs gets to the next mail.
_EMBED_SECONDS = 2


@app.periodic(cron="*/10 * * * *", periodic_id="embed_papers")
@app.task(queue="embed", lock="embed", queueing_lock="embed", priority=-10, pass_context=False)
def embed_papers(timestamp: int = 0) -> str:
    """Embed some of the papers that lack a vector, and ask for the next round; see `manage.py embed`.

    Due now and then as well (at `timestamp`): the portal may have been set to another embedder, or a request may
    have come between a round's last look and its end.
    """
    if trouble := embedder_trouble():
        return trouble
    with turn(wait=False) as is_ours:
        if not is_ours:
            return "Another is at it."
        outcome = embed(seconds=_EMBED_SECONDS)
    if not outcome.is_complete:
        request_embeddings()
    return f"embedded={outcome.embedded}"
