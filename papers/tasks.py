"""Jobs of the papers; Procrastinate finds them here."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from papers.ingest.retrying import retry_records
from papers.search.embedder import embedder_trouble
from papers.search.index import refresh_statistics, statistics_are_outdated
from papers.services.embeddings import embed_papers as embed
from papers.services.embeddings import request_embeddings, turn
from papers.services.maps import draw_map as draw
from papers.services.maps import request_latest_maps


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
    elif outcome.embedded:
        request_latest_maps()
    return f"embedded={outcome.embedded}"


@app.periodic(cron="7,22,37,52 * * * *", periodic_id="refresh_search")
@app.task(queue="ingest", lock="refresh_search", queueing_lock="refresh_search", pass_context=False)
def refresh_search(timestamp: int = 0) -> str:
    """Count how common words are, if enough papers came since the last time; see `manage.py refresh_search`."""
    return f"papers={refresh_statistics(timezone.now())}" if statistics_are_outdated() else "up to date"
@app.task(queue="embed", lock="map", pass_context=False)
def draw_map(scope: str, key: str) -> str:
    """Draw the map of a day, a week or a category; see `manage.py draw_maps`."""
    return "drawn" if draw(scope, key, timezone.now()) else "too few papers"
