"""The sample: there on a first start, plainly marked, and gone with one command."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Author, Comment, IngestRun, Paper, SourceRecord, Vote
from papers.services.corrections import correct_paper
from papers.services.votes import cast_upvote
from tests.factories import make_paper, make_source_record, make_user

pytestmark = pytest.mark.django_db


def run(command: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_a_first_start_fills_the_front_page() -> None:
    run("load_sample", first_start=True)
    assert Paper.objects.count() >= 120
    days = Paper.objects.values_list("listed_on", flat=True).distinct()
    assert all(day is not None and day < timezone.localdate() and day.weekday() < 5 for day in days)
    readers = User.objects.filter(is_sample=True)
    assert readers.count() >= 5
    assert not any(reader.has_usable_password() for reader in readers)
    assert all(reader.username.startswith("sample-") for reader in readers)
    assert Comment.objects.filter(parent__parent__isnull=False).exists()
    for paper in Paper.objects.all():
        assert (paper.upvote_count, paper.comment_count) == (paper.votes.count(), paper.comments.count())
    assert IngestRun.objects.get().source == "sample"


def test_loading_it_again_changes_nothing() -> None:
    run("load_sample")
    before = (Vote.objects.count(), Comment.objects.count(), SourceRecord.objects.count())
    assert "here already" in run("load_sample")
    assert run("load_sample", first_start=True) == ""
    assert (Vote.objects.count(), Comment.objects.count(), SourceRecord.objects.count()) == before


def test_a_portal_that_has_papers_gets_no_sample() -> None:
    make_paper()
    run("load_sample", first_start=True)
    assert Paper.objects.count() == 1


def test_one_command_takes_all_of_it_away_for_good(client: Client) -> None:
    run("load_sample")
    assert "papers=159 kept=0 readers=8" in run("remove_sample")
    for model in (Paper, Vote, Comment, SourceRecord, Author):
        assert not model.objects.exists()
    assert not User.objects.exists()
    assert "remove_sample" not in client.get("/").content.decode()
    run("load_sample", first_start=True)
    assert not Paper.objects.exists()
    assert "There was no sample." in run("remove_sample")


def test_what_a_real_source_knows_stays_with_its_readers_votes() -> None:
    mine, reader = make_paper("Mine"), make_user()
    make_source_record(mine)
    run("load_sample")
    shared = Paper.objects.get(arxiv_id="1706.03762")
    make_source_record(shared, "hf", title="Attention", abstract="As the list has it.", listed_on="2025-12-24")
    cast_upvote(shared, reader)
    assert "kept=1" in run("remove_sample")
    shared.refresh_from_db()
    assert (shared.title, shared.abstract) == ("Attention", "As the list has it.")
    assert shared.listed_on == date(2025, 12, 24)
    assert (shared.upvote_count, shared.comment_count) == (1, 0)
    assert Paper.objects.count() == 2


def test_what_staff_corrected_goes_with_the_sample() -> None:
    run("load_sample")
    correct_paper(Paper.objects.get(arxiv_id="1706.03762"), {"title": "Attention"}, timezone.now())
    assert "kept=0" in run("remove_sample")
    assert not Paper.objects.exists()
