"""manage.py run_schedules, for portals without a worker."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from papers.models import IngestRun, IngestTrouble
from tests.papers.schedules.portal import Lists, jobs, make_schedule

pytestmark = pytest.mark.django_db


def command(*arguments: Any) -> str:
    out = StringIO()
    call_command("run_schedules", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_what_is_due_is_run_here_and_once(lists: Lists) -> None:
    make_schedule(timezone.now() - timedelta(hours=2), arguments=lists.options)
    make_schedule(timezone.now(), name="Not due", arguments=lists.options)
    assert command() == "The daily list: created=3 updated=0 unchanged=0 rejected=0\n"
    assert command() == "Nothing is due.\n"
    assert (IngestRun.objects.count(), jobs()) == (1, [])


def test_one_is_run_by_its_name(lists: Lists) -> None:
    make_schedule(timezone.now(), arguments=lists.options, is_on=False)
    assert command("The daily list").startswith("The daily list: created=3")
    with pytest.raises(CommandError, match="There is no schedule") as refused:
        command("Another")
    assert refused.value.returncode == 2


def test_a_failing_run_exits_with_1_and_is_told(lists: Lists) -> None:
    lists.is_down = True
    make_schedule(timezone.now() - timedelta(hours=2), arguments=lists.options)
    with pytest.raises(CommandError, match="1 of 1 runs failed") as refused:
        command()
    assert refused.value.returncode == 1
    assert IngestTrouble.objects.get().kind == "failed"


def test_the_list_says_what_each_does_and_when(lists: Lists) -> None:
    make_schedule(name="On", arguments="--days 1")
    make_schedule(name="Off", arguments="--days 1", is_on=False)
    off, on = command("--list").splitlines()
    assert on == "On: ingest hf --days 1; every hour, UTC; due 2025-12-25 09:00 UTC"
    assert off == "Off: ingest hf --days 1; every hour, UTC; off"
