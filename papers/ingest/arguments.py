"""A source from its options, as typed after `manage.py ingest`: by the command, or kept as a schedule's line."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from papers.ingest.errors import OptionError, SourceError
from papers.ingest.sources import SOURCES
from papers.ingest.sources.base import Source


def declare_options(parser: argparse.ArgumentParser, source: type[Source]) -> None:
    """What may follow a source's name on a command line."""
    parser.add_argument("--dry-run", action="store_true", help="Do all the work, then undo it.")
    if source.can_resume:
        parser.add_argument("--restart", action="store_true", help="Begin anew, not where the last run ended.")
    parser.add_argument("--limit", type=positive, metavar="N", help="Take the first N items only.")
    source.add_arguments(parser)


def build_source(name: str, options: dict[str, Any]) -> Source:
    """The source with its options and the operator's settings; raises SourceError for options that contradict."""
    ours = {
        "contact": settings.CONTACT_EMAIL,
        "memory": cache,
        "hf_endpoint": settings.HF_ENDPOINT,
        "keys": settings.INGEST_KEYS,
    }
    return SOURCES[name].from_options(options | ours)


def read_line(name: str, line: str) -> tuple[Source, int | None]:
    """A source and its limit from one line that may be run again and again; raises SourceError with a sentence."""
    if name not in SOURCES:
        raise OptionError(f"There is no source {name} any more.")
    parser = _Parser(prog=name, add_help=False, allow_abbrev=False)
    declare_options(parser, SOURCES[name])
    try:
        options = vars(parser.parse_args(shlex.split(line)))
    except ValueError:
        raise OptionError("A quotation mark is not closed.") from None
    if options["dry_run"] or options.get("restart"):
        raise OptionError("A schedule does the work and goes on where it ended: leave out --dry-run and --restart.")
    source = build_source(name, options)
    endpoint = str(source.arguments().get("endpoint") or "")
    if not endpoint:
        raise OptionError(f"{name} reads a file, and a schedule is for what a service says anew. Run it by hand.")
    if "@" in urlsplit(endpoint).netloc:
        raise OptionError("An address with a password is not kept: leave it out.")
    usual = build_source(name, options | {"endpoint": None}).arguments()["endpoint"]
    if endpoint != usual:
        # Who writes schedules need not run the machine: they could ask what only this machine reaches.
        raise OptionError(f"A schedule asks {usual} and no other address: leave out --endpoint.")
    return source, options["limit"]


def interruptible(source: Source, sleep: Callable[[float], None]) -> Source:
    """The same source, waiting for its service by that function, which may raise to end the wait."""
    session = getattr(source, "session", None)
    if session is not None:
        session.wait_by(sleep)
    return source


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a line instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise OptionError(f"{message[:1].upper()}{message[1:]}.")


def positive(text: str) -> int:
    """An argument's whole number from 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1")
    return int(text)


__all__ = ["OptionError", "SourceError", "build_source", "declare_options", "interruptible", "positive", "read_line"]
