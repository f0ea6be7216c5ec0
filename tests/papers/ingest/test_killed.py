"""A run that is killed, whenever that is, and begun again ends with the rows of a run that nobody disturbed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from papers.benchmarks.invented import invented_records
from papers.benchmarks.scratch import database_url
from papers.ingest.records import AuthorRecord, PaperRecord
from papers.ingest.writer import write_batch
from papers.models import Author, IngestRun, Paper, Vote

PAPERS = 2_600
KILLS = 11  # of each of the two files
SEED = int(os.environ.get("BROADSHEET_KILL_SEED", time.time_ns() % 1_000_000))
# What tells when something was written, and not what.
MOMENTS = {"created_at", "changed_at", "first_seen_at", "merged_at"}
# And numbers that the database gives; a merge keeps those of the rows that it moved.
NUMBERS = ("id", "run", "kept_number", "gone_number", "gone_name", "moved")


def files(folder: Path) -> tuple[Path, Path]:
    """The first harvest, and one of a month later, in which every third paper has changed; some lines are broken."""
    first, second = [], []
    for number, record in enumerate(invented_records(PAPERS)):
        first.append(record)
        day = {"update_date": "2025-06-01"}
        if number % 3 == 0:
            again = record | day | {"abstract": record["abstract"] + "\nRevised.", "categories": "cs.LG math.CO"}
            # By their new titles these are papers that were known by title alone.
            second.append(again | ({"title": f"Known by this title alone {number}"} if number % 30 == 0 else {}))
        else:
            second.append(record)
    for broken in (200, 1_700):
        first.insert(broken, {"id": f"broken {broken}"})
        second.insert(broken, {"id": f"broken {broken}"})
    paths = folder / "first.jsonl", folder / "second.jsonl"
    for path, records in zip(paths, (first, second), strict=True):
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return paths


def know_some_by_title() -> None:
    """What a copied page would leave between the harvests: papers without an identifier, one with an upvote."""
    now = timezone.now()
    run = IngestRun.objects.create(source="page", started_at=now, heartbeat_at=now, state="done")
    records = [
        PaperRecord(
            key=f"page {number}",
            title=f"Known by this title alone {number}",
            authors=tuple(AuthorRecord(name) for name in record["authors"].split(", ")),
        )
        for number, record in enumerate(invented_records(PAPERS))
        if number % 30 == 0
    ]
    write_batch("page", records, run, now)
    reader = User.objects.create_user("rosalind", "rosalind@example.org", "correct horse battery")
    Vote.objects.create(paper=Paper.objects.get(title="Known by this title alone 30"), user=reader)


def all_rows() -> dict[str, Counter[str]]:
    """Every row of every table of ours, without numbers and times of writing."""
    tables = [model for model in apps.get_app_config("papers").get_models() if model is not IngestRun]
    return {model.__name__: Counter(map(written, model._default_manager.all().iterator())) for model in tables}


def written(row: Model) -> str:
    facts = {}
    for column in row._meta.concrete_fields:
        value: Any = getattr(row, column.attname)
        if column.name in MOMENTS or column.name in NUMBERS or (column.name == "public_id" and value[:3] == "bs-"):
            continue
        if column.related_model is Paper:
            value = PAPER_NAMES.get(value)
        elif column.related_model is Author:
            value = AUTHOR_NAMES.get(value)
        facts[column.name] = bytes(value) if isinstance(value, memoryview) else value
    return repr(facts)


PAPER_NAMES: dict[int, str] = {}
AUTHOR_NAMES: dict[int, str] = {}


def look() -> dict[str, Counter[str]]:
    PAPER_NAMES.clear()
    AUTHOR_NAMES.clear()
    PAPER_NAMES.update(
        {pk: arxiv_id or title for pk, arxiv_id, title in Paper.objects.values_list("pk", "arxiv_id", "title")}
    )
    AUTHOR_NAMES.update(Author.objects.values_list("pk", "slug"))
    return all_rows()


def items_in(line: str) -> int:
    """How many items a line of progress tells of."""
    number = re.match(r"[\d,]+(?= items)", line)
    return int(number[0].replace(",", "")) if number else 0


@dataclass
class Harvest:
    """`manage.py ingest snapshot FILE` in a process of its own, killed at moments that chance chooses."""

    file: Path
    chance: Random
    moments: Counter[str] = field(default_factory=Counter)

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "ingest", "snapshot", str(self.file)]
        environ = os.environ | {"DATABASE_URL": database_url()}
        return subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def kill_once(self) -> None:
        """Kill a run while it starts, within its first batch of news, or after that batch."""
        moment = self.chance.choices(["starting", "first batch", "later"], [1, 6, 3])[0]
        while not self.killed_at(moment):
            # The machine was quicker than chance.
            pass
        self.moments[moment] += 1

    def killed_at(self, moment: str) -> bool:
        runs = IngestRun.objects.filter(source="snapshot", arguments={"file": str(self.file)})
        reached = max(runs.values_list("cursor", flat=True), default=0)
        process = self.start()
        assert process.stdout
        said: list[str] = []
        try:
            if moment == "starting":
                self.wait(0.8)
            else:
                for line in process.stdout:
                    said.append(line)
                    if items_in(line) >= min(reached + (500 if moment == "later" else 0), PAPERS - 1_000):
                        break
                self.wait(0.12)
        finally:
            process.kill()
            said += process.stdout.readlines()
            process.stdout.close()
            code = process.wait()
        assert code in (-9, 3), "".join(said)
        return code == -9

    def wait(self, seconds: float) -> None:
        # Not for something to happen: the moment of the kill is what is being tried.
        time.sleep(self.chance.uniform(0, seconds))

    def finish(self) -> str:
        process = self.start()
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 3, said  # two lines are broken
        return said


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_killed_run_begun_again_ends_with_the_rows_of_an_undisturbed_one(tmp_path: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    first, second = files(tmp_path)
    for file in (first, second):
        with pytest.raises(CommandError, match="2 items were rejected"):
            call_command("ingest", "snapshot", str(file), verbosity=0)
        if file is first:
            know_some_by_title()
    undisturbed = look()
    call_command("flush", interactive=False, verbosity=0)

    chance = Random(SEED)
    harvests = Harvest(first, chance), Harvest(second, chance)
    for harvest in harvests:
        for _ in range(KILLS):
            harvest.kill_once()
        harvest.finish()
        if harvest.file is first:
            know_some_by_title()
    disturbed = look()

    told = f"BROADSHEET_KILL_SEED={SEED}: killed {[dict(harvest.moments) for harvest in harvests]}"
    for table, rows in undisturbed.items():
        assert disturbed[table] == rows, f"{table} differs. {told}"
    assert undisturbed["PaperRedirect"].total() == PAPERS // 30 + 1, "the second harvest was to merge papers"
    assert sum(harvest.moments.total() for harvest in harvests) >= 20
    states = Counter(IngestRun.objects.filter(source="snapshot").values_list("state", flat=True))
    assert states["done"] >= 2
    assert states["running"] == 0
