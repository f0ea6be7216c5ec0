"""manage.py embed: what the job does, at once and for all that lacks a vector."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from papers.ingest.arguments import positive
from papers.search.embedder import EmbedderUnavailable
from papers.services.embeddings import BATCH_SIZE, embed_papers, outdate_changed, progress, turn


class Command(BaseCommand):
    help = (
        "Embed the papers that lack a vector, newest first, so that search and similar papers go by meaning. "
        "Stopped, it goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=positive, metavar="N", help="stop after N papers")
        parser.add_argument(
            "--batch-size", type=positive, default=BATCH_SIZE, metavar="N", help="papers a transaction (%(default)s)"
        )
        parser.add_argument(
            "--threads",
            type=positive,
            default=settings.EMBEDDER_THREADS,
            metavar="N",
            help="processors to take (BROADSHEET_EMBEDDER_THREADS, %(default)s)",
        )

    def handle(self, *args: Any, limit: int | None, batch_size: int, threads: int, **options: Any) -> None:
        settings.EMBEDDER_THREADS = threads
        self._silent = options["verbosity"] == 0
        self._stop = False
        before = signal.signal(signal.SIGTERM, self._ask)
        try:
            with turn(wait=True):
                if outdated := outdate_changed():
                    self.stdout.write(f"{outdated:,} papers have changed since they were embedded.")
                self._embed(limit, batch_size)
        finally:
            signal.signal(signal.SIGTERM, before)

    def _embed(self, limit: int | None, batch_size: int) -> None:
        found = progress()
        self._left, self._started, self._printed = found.papers, time.monotonic(), 0.0
        self._done = 0
        try:
            outcome = embed_papers(limit=limit, batch_size=batch_size, report=self._report)
        except EmbedderUnavailable as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError(f"Stopped as asked; run it again to go on. embedded={self._done}") from None
        left = progress()
        self.stdout.write(f"embedded={outcome.embedded} lacking={left.papers - left.embedded}")

    def _report(self, done: int) -> None:
        self._done = done
        now = time.monotonic()
        if not self._silent and now - self._printed >= 5:
            self._printed = now
            found = progress()
            rate = done / max(now - self._started, 0.001)
            self.stdout.write(f"{found.embedded:,} of {found.papers:,} papers, {rate:,.1f} a second")
            sys.stdout.flush()
        if self._stop:
            raise KeyboardInterrupt

    def _ask(self, signum: int, frame: FrameType | None) -> None:
        self._stop = True
