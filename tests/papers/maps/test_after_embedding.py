"""Once papers have got their vectors, the latest maps are drawn without anybody asking."""

from __future__ import annotations

from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from papers import tasks
from papers.models import Edition
from papers.services import embeddings, maps
from tests.factories import make_paper
from tests.papers.search.fixtures import WordEmbedder

pytestmark = pytest.mark.django_db


def test_the_job_that_embeds_asks_for_the_latest_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "configured_embedder", WordEmbedder)
    monkeypatch.setattr(embeddings, "_calmly", lambda work: work())
    monkeypatch.setattr(tasks, "embedder_trouble", lambda: "")
    make_paper("Cats")
    Edition.objects.create(date=date(2025, 12, 25))
    for _ in range(2):
        tasks.embed_papers()
    jobs = ProcrastinateJob.objects.filter(task_name=maps.JOB).order_by("pk")
    assert [job.args for job in jobs] == [
        {"scope": "day", "key": "2025-12-25"},
        {"scope": "week", "key": "2025-W52"},
    ]
