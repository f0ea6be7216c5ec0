"""manage.py ingest SOURCE …: bring papers in."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from textwrap import indent
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from papers.ingest.arguments import build_source, declare_options, positive
from papers.ingest.retrying import retry_records
from papers.ingest.runner import AlreadyRunning, Stopped, resumed, run_source
from papers.ingest.sources import ENRICHERS, SOURCES
from papers.ingest.sources.base import OptionError, Source, SourceError
from papers.ingest.sources.enriching import add_age
from papers.ingest.writer import Counts
from papers.models import RejectedRecord

USED_WRONGLY = 2  # exit code: as Django's own for options that make no sense
EVERY = "all"  # of --retry-rejected
ENRICH = "enrich"  # all sources that add to known papers, in turn
REJECTED = 3  # exit code: some items were rejected, the rest is in


class Trouble(CommandError):
    """A run that failed, was stopped as wished, or rejected something, with what it did before."""

    def __init__(self, told: str, *, returncode: int = 1, counts: Counts | None = None, is_wish: bool = False) -> None:
        super().__init__(told, returncode=returncode)
        self.counts, self.is_wish = counts or Counts(), is_wish


class Command(BaseCommand):
    help = "Bring papers in from a source. Safe to repeat: what is known and unchanged costs no write."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--retry-rejected",
            nargs="?",
            const=EVERY,
            choices=[EVERY, *SOURCES],
            metavar="SOURCE",
            help="Try what was rejected and not put aside again, of one source or of all, and fetch nothing.",
        )
        parser.add_argument("--list-sources", action="store_true", help="Explain each source and its options.")
        sources = parser.add_subparsers(dest="source", metavar="SOURCE")
        for name, source in SOURCES.items():
            options = sources.add_parser(name, help=source.description, description=source.description)
            declare_options(options, source)
        told = f"Ask {_listed([source.title for source in ENRICHERS.values()])} in turn about the papers that are here."
        options = sources.add_parser(ENRICH, help=told, description=told)
        options.add_argument("--dry-run", action="store_true", help="Do all the work, then undo it.")
        options.add_argument("--limit", type=positive, metavar="N", help="Ask each about N papers only.")
        add_age(options)

    def handle(self, *args: Any, source: str | None = None, retry_rejected: str | None = None, **options: Any) -> None:
        if options.get("list_sources"):
            self.stdout.write("\n".join(map(_explained, SOURCES.values())), ending="")
            self.stdout.write(f"\n{ENRICH}\n  {', '.join(ENRICHERS)}, one after the other.")
            return
        if source and retry_rejected:
            raise CommandError("Either bring a source in, or try again what was rejected.", returncode=USED_WRONGLY)
        if retry_rejected:
            self._retry(retry_rejected)
        elif source == ENRICH:
            self._enrich(**options)
        elif source:
            self._ingest(source, **options)
        else:
            raise CommandError("Say which source; --list-sources explains each.", returncode=USED_WRONGLY)

    def _retry(self, source: str) -> None:
        waiting = RejectedRecord.objects.waiting()
        if source != EVERY:
            waiting = waiting.filter(source=source)
        retried = retry_records(list(waiting.values_list("pk", flat=True)), timezone.now())
        if not retried.counts.total:
            self.stdout.write("Nothing that was rejected waits.")
        self.stdout.write(str(retried.counts))
        if retried.still:
            noun = "record is" if len(retried.still) == 1 else "records are"
            raise CommandError(
                f"{len(retried.still):,} {noun} still rejected: {retried.first_reason}", returncode=REJECTED
            )

    def _enrich(self, **options: Any) -> None:
        """Where one service fails the others are asked all the same."""
        counts, troubles = Counts(), []
        for name, source in ENRICHERS.items():
            self.stdout.write(f"{source.title}:")
            try:
                counts.add(self._ingest(name, **options))
            except Trouble as trouble:
                counts.add(trouble.counts)
                troubles.append((f"{source.title}: {trouble}", trouble.returncode))
                if trouble.is_wish:
                    break
        self.stdout.write(str(counts))
        if troubles:
            # A failure is more than a rejected item, whose number is the greater.
            raise CommandError(
                " ".join(told for told, _ in troubles), returncode=min(returncode for _, returncode in troubles)
            )

    def _ingest(self, source: str, *, dry_run: bool, limit: int | None, **options: Any) -> Counts:
        try:
            chosen = build_source(source, options)
            if chosen.can_resume and not options.get("restart"):
                chosen = self._resumed(chosen)
        except SourceError as error:
            raise CommandError(str(error), returncode=USED_WRONGLY) from None
        try:
            progress = _Progress(self, chosen, limit, verbosity=options.get("verbosity", 1))
            run = run_source(chosen, limit=limit, dry_run=dry_run, report=progress)
        except OptionError as error:
            raise CommandError(str(error), returncode=USED_WRONGLY) from None
        except (SourceError, AlreadyRunning, Stopped) as error:
            raise Trouble(str(error), is_wish=isinstance(error, Stopped)) from None
        progress.finish()
        counts = Counts(run.created, run.updated, run.unchanged, run.rejected)
        if not counts.total:
            self.stdout.write("There was nothing to read.")
        elif counts.unchanged == counts.total:
            self.stdout.write("Nothing new: all of it was known and unchanged.")
        for reason in run.rejected_records.values_list("reason", flat=True)[:5] if run.rejected and not dry_run else ():
            self.stderr.write(f"Rejected: {reason}")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was kept.")
        self.stdout.write(str(counts))
        if counts.rejected:
            noun = "item was" if counts.rejected == 1 else "items were"
            kept = "" if dry_run else " and kept with the reason in admin"
            told = f"{counts.rejected:,} {noun} rejected{kept}; the rest is in."
            raise Trouble(told, returncode=REJECTED, counts=counts)
        return counts

    def _resumed(self, source: Source) -> Source:
        going_on = resumed(source)
        if going_on is not source:
            self.stdout.write(
                f"Going on from {going_on.position()}, which the last run with these options reached; "
                "--restart begins anew."
            )
        return going_on


def _explained(source: type[Source]) -> str:
    """A source's name, description and options, as `--list-sources` prints them."""
    parser = ArgumentParser(prog=f"manage.py ingest {source.name}", add_help=False)
    source.add_arguments(parser)
    resumes = "With --restart it begins anew, not where its last run ended.\n" if source.can_resume else ""
    examples = "".join(f"  manage.py ingest {source.name} {line}".rstrip() + "\n" for line in source.examples)
    told = (
        f"{source.description}\n{resumes}{f'For example:{chr(10)}{examples}' if examples else ''}{parser.format_help()}"
    )
    return f"{source.name}\n{indent(told, '  ')}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class _Progress:
    """A line a batch; on a terminal one line that rewrites itself."""

    def __init__(self, command: BaseCommand, source: Source, limit: int | None, verbosity: int) -> None:
        self.out = command.stdout
        self.total = source.total()
        if self.total is not None and limit is not None:
            self.total = min(self.total, limit)
        self.silent = verbosity < 1
        self.rewrites = self.out.isatty()
        self.started = time.monotonic()

    def __call__(self, done: int, counts: Counts) -> None:
        if self.silent:
            return
        of = f" of {self.total:,}" if self.total else ""
        rate = done / max(time.monotonic() - self.started, 0.001)
        line = f"{done:,}{of} items, {rate:,.0f} a second: {counts}"
        self.out.write(f"\r{line}" if self.rewrites else line, ending="\x1b[K" if self.rewrites else "\n")
        sys.stdout.flush()

    def finish(self) -> None:
        if self.rewrites and not self.silent:
            self.out.write("")
