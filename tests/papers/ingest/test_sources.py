"""What all sources have in common: the registry, the ranking, and runs that go on where another ended."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from io import StringIO
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from papers.ingest.arguments import build_source, declare_options
from papers.ingest.composing import SAMPLE, Statement, compose
from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.runner import AlreadyRunning, Stopped, lock_key, run_source
from papers.ingest.sources import SOURCES
from papers.ingest.sources.base import Bookmark, Source
from papers.models import IngestRun, SourceRecord
from tests.papers.ingest.server import serving

# Options of the sources that can't be built without any.
EXAMPLES = {
    "arxiv": ["--category", "cs.LG", "--from", "2026-03-02"],
    "arxiv-oai": ["--from", "2026-03-02", "--set", "cs"],
    "arxiv-rss": ["cs.LG", "math"],
    "arxiv-listing": ["cs.LG", "--which", "2026-03"],
    "arxiv-abs": ["2603.00001", "math/0309136"],
    "snapshot": [__file__],
    "hf": ["--date", "2026-03-02"],
    "page": [__file__],
    "acl": [__file__],
    "bibtex": [__file__],
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_declares_options_that_parse(name: str) -> None:
    source = SOURCES[name]
    parser = argparse.ArgumentParser()
    source.add_arguments(parser)
    built = source.from_options(vars(parser.parse_args(EXAMPLES.get(name, []))))
    assert built.name == name
    assert json.dumps(built.arguments())
    assert source.title
    assert source.description.endswith(".")


def test_each_source_explains_itself_and_its_options() -> None:
    out = StringIO()
    call_command("ingest", "--list-sources", stdout=out)
    told = out.getvalue()
    for name, source in SOURCES.items():
        assert f"\n{name}\n  {source.description}\n" in f"\n{told}"
        assert f"usage: manage.py ingest {name}" in told
        assert all(f"manage.py ingest {name} {line}".rstrip() in told for line in source.examples)
    for option in ("--backfill", "--set SET", "--which WHICH", "--captured DATE"):
        assert option in told


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, source in SOURCES.items() for line in source.examples]
)
def test_every_example_is_understood(name: str, line: str) -> None:
    parser = ArgumentParser()
    declare_options(parser, SOURCES[name])
    assert build_source(name, vars(parser.parse_args(shlex.split(line)))).name == name


def test_no_source_at_all_is_used_wrongly() -> None:
    with pytest.raises(CommandError, match="--list-sources explains") as refused:
        call_command("ingest")
    assert refused.value.returncode == 2


def test_a_source_without_a_rank_comes_after_all_that_have_one_and_before_the_sample() -> None:
    told = {name: Statement(name, "1", {"title": name}) for name in (SAMPLE, "pond", "bibtex", "lake")}
    for expected in ("bibtex", "lake", "pond", SAMPLE):
        paper = compose(told.values(), date(2026, 3, 2))
        assert paper.fields["title"] == paper.origins["title"] == expected
        del told[expected]


def test_the_guides_example_is_a_source_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "sources.md").read_text()
    # A module of its own, since a dataclass looks up its annotations there.
    module = ModuleType("pond")
    monkeypatch.setitem(sys.modules, "pond", module)
    exec(guide.partition("```python\n")[2].partition("```")[0], module.__dict__)
    answer = [{"number": 1, "title": "Schr\\\"odinger's\n  Boats", "authors": "Ada Alder and Ben Birch"}, {"number": 2}]
    with serving(lambda request: request.answer_json(answer)) as server:
        record, rejected = module.PondSource.from_options({"endpoint": server.address}).items()
    assert (record.key, record.title) == ("1", "Schrödinger's Boats")
    assert [author.name for author in record.authors] == ["Ada Alder", "Ben Birch"]
    assert isinstance(rejected, RejectedItem)


@dataclass(frozen=True, slots=True)
class Shelf(Source):
    """Five books a page; the third page may be missing."""

    name = "shelf"
    title = "Shelf"
    description = "A shelf."
    turn = "library"
    can_resume = True

    missing: bool = False
    bookmark: Bookmark = field(default_factory=Bookmark)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Shelf:
        return cls(bool(options.get("missing")))

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        for page in range(int(self.bookmark.position or 1), 5):
            self.bookmark.position = str(page)
            for number in range(5):
                yield PaperRecord(key=f"{page}-{number}", title=f"Book {number} of page {page}")
            if page == 3 and self.missing:
                raise SourceError("The page is missing.")

    def position(self) -> str:
        return self.bookmark.position

    def resumed(self, position: str) -> Shelf:
        return replace(self, bookmark=Bookmark(position))


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCES, "shelf", Shelf)
    monkeypatch.setattr("papers.ingest.runner.BATCH_SIZE", 5)


def ingest(*arguments: str) -> str:
    out = StringIO()
    call_command("ingest", "shelf", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_a_run_goes_on_where_the_last_one_with_the_same_options_ended() -> None:
    with pytest.raises(SourceError):
        run_source(Shelf(missing=True), report=lambda *_: None)
    failed = IngestRun.objects.get()
    assert (failed.state, failed.position, failed.cursor) == ("failed", "3", 15)
    assert "Going on from 3, which the last run with these options reached" in (told := ingest())
    assert told.splitlines()[-1] == "created=5 updated=0 unchanged=5 rejected=0"
    assert SourceRecord.objects.count() == 20
    done = IngestRun.objects.order_by("-started_at")[0]
    assert (done.state, done.position) == ("done", "4")
    assert "Going on" not in (told := ingest("--restart"))
    assert told.splitlines()[-1] == "created=0 updated=0 unchanged=20 rejected=0"


@pytest.mark.django_db
def test_a_source_that_waits_is_stopped_at_once_and_what_came_is_stored() -> None:
    class Waiting(Shelf):
        def items(self) -> Iterator[PaperRecord | RejectedItem]:
            yield from islice(super().items(), 7)
            os.kill(os.getpid(), signal.SIGTERM)
            # What a session does that waits for its turn: the signal ends it.
            time.sleep(10)
            yield PaperRecord(key="late", title="Late")

    started = time.monotonic()
    with pytest.raises(Stopped, match="after 7 items"):
        run_source(Waiting(), report=lambda *_: None)
    assert time.monotonic() - started < 5
    run = IngestRun.objects.get()
    assert (run.state, run.cursor, run.position, SourceRecord.objects.count()) == ("failed", 7, "2", 7)


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_a_run_that_fails_after_its_last_item_is_kept_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(now: object) -> None:
        raise OperationalError("The lock was not to be had.")

    monkeypatch.setattr("papers.ingest.runner.note_arrivals", fail)
    with pytest.raises(OperationalError):
        run_source(Shelf(), report=lambda *_: None)
    run = IngestRun.objects.get()
    assert (run.state, run.error, SourceRecord.objects.count()) == ("failed", "The lock was not to be had.", 20)


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_a_batch_that_is_being_written_is_finished_first() -> None:
    def report(*_: object) -> None:
        # While the runner is not with its source, the wish waits.
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Stopped, match="after 5 items"):
        run_source(Shelf(), report=report)
    assert SourceRecord.objects.count() == 5
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


@pytest.mark.django_db(transaction=True)
def test_sources_of_one_service_run_one_at_a_time() -> None:
    from django.db import connections

    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock_key("library")])
        with pytest.raises(AlreadyRunning, match="library is under way"):
            run_source(Shelf(), report=lambda *_: None)
    finally:
        other.close()
    assert not SourceRecord.objects.exists()
