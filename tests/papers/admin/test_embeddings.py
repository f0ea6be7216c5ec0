"""Staff see whether search goes by meaning, and how far."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import EmbeddingModel, PaperEmbedding
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def make_model(embedded: int, papers: int) -> EmbeddingModel:
    now = timezone.now()
    model = EmbeddingModel.objects.create(
        name="words", setting="bundled", is_serving=True, started_at=now, embedded_at=now, papers_per_second=0.01
    )
    rows = [make_paper() for _ in range(papers)][:embedded]
    PaperEmbedding.objects.bulk_create(
        [PaperEmbedding(paper=paper, model=model, vector=[0.1] * 384, content_hash=b"x") for paper in rows]
    )
    return model


def test_before_the_first_vector_search_goes_by_words(desk: Client) -> None:
    assert "Search goes by words. No paper has been embedded yet." in desk.get("/admin/").text


def test_where_nothing_can_be_embedded_the_desk_says_why(desk: Client, settings: Any) -> None:
    settings.EMBEDDER = "none"
    assert "Search goes by words. It is turned off" in desk.get("/admin/").text
    make_model(1, 2)
    assert "1 of 2 papers; no more for now. It is turned off" in desk.get("/admin/").text


def test_the_desk_says_how_far_it_is_and_how_long_it_takes(desk: Client) -> None:
    model = make_model(1, 7)
    assert "1 of 7 papers, 0 a second, 10 min left" in desk.get("/admin/").text
    EmbeddingModel.objects.filter(pk=model.pk).update(embedded_at=timezone.now() - timedelta(hours=1))
    assert "1 of 7 papers<" in desk.get("/admin/").text


def test_the_list_says_it_for_each_model(desk: Client) -> None:
    make_model(2, 3)
    page = desk.get("/admin/papers/embeddingmodel/").text
    assert "2 of 3" in page
    assert "Search and similar papers go by it" in page
    assert desk.get("/admin/papers/embeddingmodel/1/change/").status_code == 200
    assert desk.get("/admin/papers/embeddingmodel/add/").status_code == 403


def test_curators_see_it_too(client: Client) -> None:
    curator = make_user(is_staff=True)
    curator.groups.add(Group.objects.get(name="Curators"))
    client.force_login(curator)
    assert client.get("/admin/papers/embeddingmodel/").status_code == 200
