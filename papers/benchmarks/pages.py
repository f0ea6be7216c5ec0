"""How quick the pages are, each cold and warm, for a stranger and for a reader, beside a bare Django view."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from papers.formulas import formula
from papers.mathematics import render_abstract
from papers.models import Paper
from papers.periods import period_of
from papers.rows import forget_rows
from papers.views.strangers import forget_pages

Ask = Callable[[], Any]  # one request; returns the test client's response


@dataclass(frozen=True, slots=True)
class Measurement:
    """One page under one condition; times in milliseconds, bytes as sent with gzip."""

    page: str
    reader: str  # anonymous, signed in
    caches: str  # cold, warm
    median_ms: float
    p95_ms: float
    queries: int
    sent_bytes: int
    ratio: float  # median to the bare view's under the same condition

    @property
    def rate(self) -> float:
        """Requests a second that one thread answers."""
        return 1000 / self.median_ms


class NothingToMeasure(Exception):
    """The portal holds too few papers for a page to be a page."""


def measure_pages(repetitions: int) -> Iterator[Measurement]:
    """Measure through the whole stack of middleware, in this process; what the reader does is undone."""
    # Plain names of static files, so that no `collectstatic` is needed first.
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(ROOT_URLCONF="papers.benchmarks.bare", ALLOWED_HOSTS=["*"], STORAGES=storages):
        pages = _pages()
        # Outside of any transaction, as requests are: within one no page is remembered for strangers.
        client = Client(headers={"accept-encoding": "gzip"})
        yield from _measure_all(client, "anonymous", pages, repetitions)
        with transaction.atomic():
            client.force_login(User.objects.create(username="bench-reader"))
            pages["upvote"] = pages["paper"]
            yield from _measure_all(client, "signed in", pages, repetitions)
            transaction.set_rollback(True)


def _measure_all(client: Client, reader: str, pages: dict[str, str], repetitions: int) -> Iterator[Measurement]:
    for caches in ("warm", "cold"):
        baseline = 0.0
        for name, address in pages.items():
            found = _measure((name, reader, caches), _request(client, name, address), repetitions, baseline)
            baseline = baseline or found.median_ms
            yield found


def _pages() -> dict[str, str]:
    papers = Paper.objects.listed()
    latest = papers.in_an_edition().newest_first().first()
    if latest is None or papers.count_up_to(100) <= 100:
        raise NothingToMeasure("Bring in some papers first: `manage.py ingest`.")
    day = latest.dated_on
    return {
        "bare view": "/bare",
        "front page": "/",
        "week": f"/papers/week/{period_of('week', day).code}",
        "trending": "/papers/trending",
        "category": "/categories/cs.LG",
        "filtered": "/papers/new?category=cs.LG&author=wang&sort=top",
        "paper": latest.get_absolute_url(),
    }


def _request(client: Client, name: str, address: str) -> Ask:
    if name != "upvote":
        return lambda: client.get(address)
    actions = {True: "withdraw", False: "upvote"}
    state = {"upvoted": True}

    def vote() -> Any:
        state["upvoted"] = not state["upvoted"]
        return client.post(f"{address}/{actions[state['upvoted']]}", headers={"HX-Request": "true"})

    return vote


def _measure(condition: tuple[str, str, str], ask: Ask, repetitions: int, baseline: float) -> Measurement:
    name, who, caches = condition
    empty_caches = _empty_caches if caches == "cold" else lambda: None
    ask()
    times = sorted(_time(ask, empty_caches) for _ in range(repetitions))
    empty_caches()
    with CaptureQueriesContext(connection) as queries:
        response = ask()
    if response.status_code != 200:
        raise NothingToMeasure(f"The {name} answered {response.status_code}.")
    is_packed = response.get("Content-Encoding") == "gzip"
    sent = len(response.content) if is_packed else len(gzip.compress(response.content, 6))
    median, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    return Measurement(name, who, caches, median, p95, len(queries), sent, median / (baseline or median))


def _empty_caches() -> None:
    cache.clear()
    formula.cache_clear()
    render_abstract.cache_clear()
    forget_rows()
    forget_pages()


def _time(ask: Ask, prepare: Callable[[], None]) -> float:
    prepare()
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1000
