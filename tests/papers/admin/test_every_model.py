"""Every model has a plain form in admin, and no list asks more for more rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from papers import models
from papers.models import IngestRun
from tests.factories import NOON, make_comment, make_paper, make_source_record

pytestmark = pytest.mark.django_db

OURS = [getattr(models, name) for name in models.__all__]
# Shown inside the form of what they belong to.
INLINE = {models.Classification, models.CommentEdit, models.PaperVersion, models.PaperRedirect}
# Numbers and lexemes, which jobs and triggers write anew; the list of models says how many vectors there are.
FOR_MACHINES = {
    *(models.PaperEmbedding, models.PaperSearch, models.SearchLexeme, models.SearchStatistics, models.SearchWord),
    models.FieldMap,
}
# Of no concern to staff.
PRIVATE = {models.SavedSearch}


@pytest.mark.parametrize(
    "model", [m for m in OURS if m not in INLINE | FOR_MACHINES | PRIVATE], ids=lambda model: model.__name__
)
def test_every_model_is_there_and_its_list_costs_the_same_for_more_rows(
    model: type[Model], client: Client, staff: User, count_queries: Callable[..., int]
) -> None:
    assert admin.site.is_registered(model)
    client.force_login(staff)
    address = reverse(f"admin:papers_{model._meta.model_name}_changelist")
    IngestRun.objects.create(source="hf", started_at=NOON, heartbeat_at=NOON)
    paper = make_paper(authors=("Ada Byron",), categories=("cs.LG",))
    make_source_record(paper)
    make_comment(paper)
    assert client.get(address).status_code == 200
    before = count_queries(client.get, address)
    for _ in range(3):
        more = make_paper(authors=("Emmy Noether",), categories=("cs.LG",))
        make_source_record(more)
        make_comment(more)
    assert count_queries(client.get, address) == before


def test_a_paper_can_be_corrected_but_its_counts_cannot(client: Client, staff: User) -> None:
    paper = make_paper(authors=("Ada Byron",), categories=("cs.LG",), upvote_count=3)
    client.force_login(staff)
    page = client.get(reverse("admin:papers_paper_change", args=[paper.pk])).content.decode()
    assert 'name="title"' in page
    assert 'name="upvote_count"' not in page


def test_staff_only(client: Client, reader_client: Client) -> None:
    address = reverse("admin:papers_paper_changelist")
    assert client.get(address).status_code == 302
    assert reader_client.get(address).status_code == 302
