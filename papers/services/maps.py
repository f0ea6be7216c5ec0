"""Maps of the field: drawn by a job, since a page must not wait for one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from accounts.enqueuing import enqueue
from papers.models import Edition, EmbeddingModel, FieldMap, Paper, PaperEmbedding
from papers.periods import Kind, parse_period, period_of
from papers.querysets.papers import PaperQuerySet

JOB = "papers.tasks.draw_map"
# Fewer need no map; more are a cloud that nobody reads, and take long to draw.
FEWEST, MOST = 8, 300
# Editions whose maps are drawn before anybody asks.
_LATEST = 7
# Raised whenever the same vectors would be drawn otherwise.
_EDITION = 2


def mapped_papers(scope: str, key: str, today: date) -> PaperQuerySet:
    """The papers that a map is of, the first first. ValueError where there is no such day or week."""
    listed = Paper.objects.listed()
    if scope == FieldMap.Scope.CATEGORY:
        return listed.in_category(key).newest_first()[:MOST]
    kind: Kind = "day" if scope == FieldMap.Scope.DAY else "week"
    period = parse_period(kind, key)
    return listed.printed(today).in_editions(period.first, period.last).most_upvoted()[:MOST]


def request_map(scope: str, key: str) -> None:
    """Have a map drawn once the caller's transaction is committed. One job a map waits at most."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        enqueue(JOB, queue="embed", lock="map", queueing_lock=f"map {scope} {key}", scope=scope, key=key)


def request_latest_maps() -> None:
    """Have the latest maps drawn, once papers have got their vectors."""
    for scope, key in latest_maps(timezone.localdate()):
        request_map(scope, key)


def latest_maps(today: date) -> list[tuple[str, str]]:
    """The latest editions that are out and their weeks, as (scope, key)."""
    latest = list(Edition.objects.filter(date__lte=today).order_by("-date").values_list("date", flat=True)[:_LATEST])
    weeks = sorted({period_of("week", day).code for day in latest})
    return [*(("day", day.isoformat()) for day in latest), *(("week", code) for code in weeks)]


def draw_map(scope: str, key: str, now: datetime) -> FieldMap | None:
    """Draw the map of a day, a week or a category; see draw_papers."""
    return draw_papers(scope, key, mapped_papers(scope, key, timezone.localdate(now)), now)


def draw_papers(scope: str, key: str, mapped: PaperQuerySet, now: datetime) -> FieldMap | None:
    """Draw one map, or leave it as it is where nothing has changed; None where too few papers have a vector.

    Papers stay about where they were on the map before.
    """
    # Here, since these bring numpy along, which no page needs.
    import numpy as np

    from papers.search.drawing import draw
    from papers.search.layout import lay_out
    from papers.search.themes import find_themes

    model = EmbeddingModel.objects.serving()
    if model is None:
        return None
    while True:
        papers = list(mapped.values_list("pk", "title", "abstract"))
        wanted = [pk for pk, _, _ in papers]
        rows = PaperEmbedding.objects.filter(model=model, paper__in=wanted)
        vectors = dict(rows.values_list("paper_id", "vector"))
        papers = sorted((paper for paper in papers if paper[0] in vectors), key=lambda paper: paper[0])
        if len(papers) < FEWEST:
            return None
        meanings = np.array([vectors[pk] for pk, _, _ in papers], np.float64)
        known = FieldMap.objects.filter(scope=scope, key=key).first()
        fingerprint = _fingerprint(model, papers, meanings.tobytes())
        if known is not None and bytes(known.fingerprint) == fingerprint:
            return known
        before = known.drawing["places"] if known else {}
        previous = np.array([before.get(str(pk), (np.nan, np.nan)) for pk, _, _ in papers])
        places = lay_out(meanings, previous)
        themes = find_themes(meanings, places, [(title, abstract) for _, title, abstract in papers])
        shown = [pk for pk, _, _ in papers]
        drawing = draw(shown, places, themes)
        if drawn := _keep(scope, key, shown, drawing=drawing, fingerprint=fingerprint, made_at=now):
            return drawn


@transaction.atomic
def _keep(scope: str, key: str, shown: Sequence[int], **drawn: object) -> FieldMap | None:
    """Keep a map, unless one of its papers has been hidden while it was drawn: whoever hid it found no map to delete.

    Locked in the order of their numbers, as everywhere; whoever hides one from now on waits, and finds this map.
    """
    papers = Paper.objects.listed().filter(pk__in=shown).order_by("pk").select_for_update(no_key=True)
    if len(papers.values_list("pk")) < len(shown):
        return None
    return FieldMap.objects.update_or_create(scope=scope, key=key, defaults=drawn)[0]


def _fingerprint(model: EmbeddingModel, papers: list[tuple[int, str, str]], vectors: bytes) -> bytes:
    names = f"{_EDITION} {model.name} {[pk for pk, _, _ in papers]}"
    return hashlib.sha256(names.encode() + vectors).digest()
