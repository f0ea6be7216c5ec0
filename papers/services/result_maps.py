"""Maps of what a search found: asked for by whoever searches, so few at a time, and kept for a day."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from accounts.enqueuing import enqueue
from papers.models import FieldMap, Paper
from papers.services.maps import draw_papers

JOB = "papers.tasks.draw_result_map"
_QUEUE = "embed"
_WAITING = "map result "
# Each takes a second or two, and the last in line has a reader in front of it.
_MOST_WAITING = 20
# Some 15 kB each.
_MOST_KEPT, _KEPT_FOR = 500, timedelta(days=1)


def result_key(query: str) -> str:
    """What the map of a search is kept under, from its canonical query string, which can't be read back from it."""
    digest = salted_hmac("papers.services.result_maps", query, algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:18]).decode()


def is_requested(key: str) -> bool:
    """Whether its job waits, or is being done."""
    return _jobs("todo", "doing").filter(queueing_lock=_WAITING + key).exists()


def request_result_map(key: str, papers: Sequence[int]) -> bool:
    """Have the map of these papers drawn once the caller's transaction is committed; False where many wait already.

    The job is told the papers, not the words by which they were found: a failed job is kept for staff to see.
    """
    if _jobs("todo").count() >= _MOST_WAITING:
        return False
    # Behind every map of an edition, and in turn with what embeds papers.
    with suppress(AlreadyEnqueued), transaction.atomic():
        enqueue(JOB, queue=_QUEUE, lock="map", queueing_lock=_WAITING + key, priority=-10, key=key, papers=list(papers))
    return True


def draw_result_map(key: str, papers: Sequence[int], now: datetime) -> FieldMap | None:
    """Draw the map of those of the papers that are listed still, and make room for it."""
    drawn = draw_papers(FieldMap.Scope.RESULT, key, Paper.objects.listed().filter(pk__in=papers), now)
    forget_result_maps(now)
    return drawn


def forget_result_maps(now: datetime) -> int:
    """Remove maps of results that were drawn a day ago, and the oldest of too many. Return how many went.

    Whoever still looks at one has it drawn again; a note of each look would be a write with each page.
    """
    results = FieldMap.objects.filter(scope=FieldMap.Scope.RESULT)
    kept = results.order_by("-made_at", "-pk").values("pk")[:_MOST_KEPT]
    count, _ = results.filter(Q(made_at__lte=now - _KEPT_FOR) | ~Q(pk__in=kept)).delete()
    return count


def _jobs(*states: str) -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(queue_name=_QUEUE, status__in=states, queueing_lock__startswith=_WAITING)
