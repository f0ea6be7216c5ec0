"""Maps are drawn by a job, once, and again when there is something new."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from papers import tasks
from papers.models import EmbeddingModel, FieldMap, Paper, PaperEmbedding
from papers.services import maps
from papers.services.maps import draw_map, latest_maps, request_map
from tests.factories import NOON, make_paper
from tests.papers.maps.themes import FIELDS, embed, field_vectors, make_fields

pytestmark = pytest.mark.django_db

DAY = "2025-12-25"


def waiting_jobs() -> list[tuple[str, str]]:
    jobs = ProcrastinateJob.objects.filter(task_name=maps.JOB, status="todo").order_by("pk")
    return [(job.args["scope"], job.args["key"]) for job in jobs]


def test_a_map_has_a_place_and_a_theme_for_every_paper() -> None:
    papers = make_fields(5)
    drawn = draw_map("day", DAY, NOON)
    assert drawn is not None
    assert drawn.drawing["places"].keys() == {str(paper.pk) for paper in papers}
    assert all(0 <= part <= 1 for place in drawn.drawing["places"].values() for part in place)
    assert sorted(pk for theme in drawn.drawing["themes"] for pk in theme["papers"]) == [paper.pk for paper in papers]
    assert {theme["terms"][0] for theme in drawn.drawing["themes"]} == set(FIELDS)


def test_a_map_is_drawn_once_while_nothing_changes() -> None:
    make_fields(4)
    draw_map("day", DAY, NOON)
    again = draw_map("day", DAY, NOON + timedelta(hours=1))
    assert again is not None
    assert again.made_at == NOON
    assert FieldMap.objects.count() == 1


@pytest.mark.parametrize("change", ["a paper more", "a paper hidden", "another vector", "another model"])
def test_a_map_is_drawn_again_when_what_it_shows_has_changed(change: str) -> None:
    papers = make_fields(5)
    draw_map("day", DAY, NOON)
    if change == "a paper more":
        embed([make_paper("On storks")], field_vectors(1, fields=1, seed=9))
    elif change == "a paper hidden":
        Paper.objects.filter(pk=papers[0].pk).update(state="hidden")
    elif change == "another vector":
        PaperEmbedding.objects.filter(paper=papers[0]).update(vector=[0.5] * 4 + [0.0] * 380)
    else:
        EmbeddingModel.objects.update(name="another")
    later = NOON + timedelta(hours=1)
    again = draw_map("day", DAY, later)
    assert again is not None
    assert again.made_at == later
    assert len(again.drawing["places"]) == {"a paper more": 16, "a paper hidden": 14}.get(change, 15)


def test_papers_stay_where_they_were_when_some_come() -> None:
    papers = make_fields(8)
    first = draw_map("day", DAY, NOON)
    assert first is not None
    # As if it had been drawn the other way round, so that nothing agrees by chance.
    turned = {pk: [1 - x, 1 - y] for pk, (x, y) in first.drawing["places"].items()}
    FieldMap.objects.update(drawing={**first.drawing, "places": turned})
    embed([make_paper("On storks")], field_vectors(1, fields=1, seed=9))
    again = draw_map("day", DAY, NOON)
    assert again is not None
    moved = [np.subtract(again.drawing["places"][str(paper.pk)], turned[str(paper.pk)]) for paper in papers]
    assert np.median(np.linalg.norm(moved, axis=1)) < 0.2


@pytest.mark.parametrize("missing", ["papers", "vectors", "model"])
def test_too_few_papers_have_no_map(missing: str) -> None:
    papers = make_fields(3)
    if missing == "papers":
        Paper.objects.filter(pk__in=[paper.pk for paper in papers[:2]]).update(state="pending")
    elif missing == "vectors":
        PaperEmbedding.objects.filter(paper__in=papers[:2]).delete()
    else:
        EmbeddingModel.objects.all().delete()
    assert draw_map("day", DAY, NOON) is None
    assert not FieldMap.objects.exists()


def test_a_map_of_a_week_and_of_a_category_are_drawn_as_well() -> None:
    make_fields(3)
    week, category = draw_map("week", "2025-W52", NOON), draw_map("category", "cs.LG", NOON)
    assert week is not None
    assert len(week.drawing["places"]) == 9
    assert category is None
    embed([make_paper(categories=("cs.LG",)) for _ in range(5)], field_vectors(5, fields=1, seed=2))
    category = draw_map("category", "cs.LG", NOON)
    assert category is not None
    assert len(category.drawing["places"]) == 8


def test_a_map_holds_no_more_than_anybody_could_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MOST", 10)
    papers = make_fields(5, upvote_count=0)
    Paper.objects.filter(pk=papers[-1].pk).update(upvote_count=3)
    drawn = draw_map("day", DAY, NOON)
    assert drawn is not None
    assert len(drawn.drawing["places"]) == 10
    assert str(papers[-1].pk) in drawn.drawing["places"]


def test_one_job_a_map_waits_at_most() -> None:
    for _ in range(2):
        request_map("day", DAY)
        request_map("week", "2025-W52")
    assert waiting_jobs() == [("day", DAY), ("week", "2025-W52")]


def test_the_job_draws() -> None:
    make_fields(3)
    assert tasks.draw_map("day", DAY) == "drawn"
    assert FieldMap.objects.filter(scope="day", key=DAY).exists()
    assert tasks.draw_map("day", "2025-12-24") == "too few papers"


def test_the_latest_editions_and_their_weeks_come_first() -> None:
    for day in (date(2025, 12, 22), date(2025, 12, 24), date(2025, 12, 30)):
        make_edition(day)
    assert latest_maps(date(2025, 12, 31)) == [
        ("day", "2025-12-30"),
        ("day", "2025-12-24"),
        ("day", "2025-12-22"),
        ("week", "2025-W52"),
        ("week", "2026-W01"),
    ]


def make_edition(day: date) -> None:
    from papers.models import Edition

    Edition.objects.create(date=day)


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("draw_maps", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_draws_what_is_named_and_says_what_came_of_it() -> None:
    make_fields(3)
    named = ("--day", DAY, "--week", "2025-W52", "--category", "cs.LG")
    assert command(*named) == "drawn=2 unchanged=0 too_few=1"
    assert command(*named) == "drawn=0 unchanged=2 too_few=1"


def test_the_command_draws_the_latest_unless_told_otherwise() -> None:
    make_fields(3)
    make_edition(date(2025, 12, 25))
    assert command() == "drawn=2 unchanged=0 too_few=0"


@pytest.mark.parametrize(
    "arguments", [("--day", "2025-13-01"), ("--week", "2025-W99"), ("--category", "cs.NONE"), ("--day", "today")]
)
def test_the_command_says_what_there_is_not(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError) as refused:
        command(*arguments)
    assert refused.value.returncode == 2
