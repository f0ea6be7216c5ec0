"""Two rows that are one paper: nothing that people did on either is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper, PaperRedirect
from papers.services.corrections import correct_paper
from papers.services.merging import merge_papers
from papers.services.votes import cast_upvote
from tests.factories import NOON, make_comment, make_paper, make_source_record, make_user

pytestmark = pytest.mark.django_db


def pair(**gone: Any) -> tuple[Paper, Paper]:
    kept = make_paper("Lamplight", arxiv_id="2512.00042")
    make_source_record(kept, "hf", title="Lamplight", identifiers=[["arxiv", "2512.00042"]], listed_on="2025-12-25")
    other = make_paper("Lamplight, once more", arxiv_id=None, **gone)
    make_source_record(other, "page", title="Lamplight, once more", listed_on="2025-12-24", source_comment_count=4)
    return kept, other


def test_votes_comments_and_facts_come_along_and_are_counted_once() -> None:
    kept, gone = pair()
    both, one = make_user(), make_user()
    cast_upvote(kept, both)
    cast_upvote(gone, both)
    cast_upvote(gone, one)
    answered = make_comment(gone, one)
    make_comment(gone, both, parent=answered)
    merge_papers(kept, gone, timezone.now())
    paper = Paper.objects.get()
    assert (paper.upvote_count, paper.votes.count()) == (2, 2)
    assert (paper.comment_count, paper.comments.filter(parent=answered).count()) == (2, 1)
    assert (paper.listed_on, paper.source_comment_count) == (date(2025, 12, 24), 4)


def test_old_addresses_lead_to_the_kept_paper_over_a_chain_of_merges(client: Client) -> None:
    kept, middle = pair()
    first = make_paper("The first of all", arxiv_id=None)
    make_source_record(first, "page")
    numbers = (first.pk, middle.pk)
    merge_papers(middle, first, NOON)
    merge_papers(kept, middle, NOON)
    for number in numbers:
        assert client.get(f"/papers/bs-{number}")["Location"] == "/papers/2512.00042"
    assert PaperRedirect.objects.count() == 2


def test_nothing_hidden_comes_back_and_a_pick_stays() -> None:
    kept, gone = pair(state="hidden", picked_at=NOON)
    merge_papers(kept, gone, NOON)
    paper = Paper.objects.get()
    assert (paper.state, paper.picked_at) == ("hidden", NOON)


def test_staffs_later_word_stands_after_a_merge() -> None:
    kept, gone = pair()
    correct_paper(gone, {"title": "The earlier word", "organisation": "Nowhere"}, NOON)
    correct_paper(kept, {"title": "The later word"}, timezone.now())
    merge_papers(kept, gone, timezone.now())
    paper = Paper.objects.get()
    assert (paper.title, paper.organisation) == ("The later word", "Nowhere")
    correct_paper(paper, {"title": "The last word"}, timezone.now())
    assert Paper.objects.get().title == "The last word"
    assert paper.source_records.filter(source="staff").count() == 1


def test_staffs_word_on_the_latest_version_stands() -> None:
    kept, gone = pair()
    make_source_record(kept, "snapshot", updated_at="2026-01-01T00:00:00+02:00")
    correct_paper(kept, {"updated_at": NOON}, NOON)
    assert Paper.objects.get(pk=kept.pk).updated_at == NOON
    assert gone.pk


def test_an_emptied_field_means_none_and_staff_can_take_their_own_word_back() -> None:
    kept, _ = pair()
    make_source_record(kept, "snapshot", code_url="https://wrong.example.org/", title="Lamplight")
    correct_paper(kept, {"code_url": "", "title": "A better title"}, NOON)
    kept.refresh_from_db()
    assert (kept.code_url, kept.title) == ("", "A better title")
    correct_paper(kept, {"title": ""}, NOON)
    kept.refresh_from_db()
    assert (kept.code_url, kept.title) == ("", "Lamplight")
    correct_paper(kept, {"code_url": "https://right.example.org/"}, NOON)
    correct_paper(kept, {"code_url": "", "listed_on": None}, NOON)
    kept.refresh_from_db()
    assert (kept.code_url, kept.listed_on) == ("https://wrong.example.org/", None)


def test_correcting_a_sample_paper_keeps_the_rest_of_it() -> None:
    paper = make_paper(arxiv_id="1412.6980")
    make_source_record(paper, "sample", updated_at="2017-01-30T00:00:00+00:00", identifiers=[["arxiv", "1412.6980"]])
    correct_paper(paper, {"title": "Adam"}, NOON)
    paper.refresh_from_db()
    assert paper.updated_at is not None
    assert paper.updated_at.year == 2017
