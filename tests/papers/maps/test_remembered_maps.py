"""Strangers are sent a map from memory until anything changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from papers.models import Paper
from papers.services.maps import draw_map
from papers.views.strangers import forget_pages
from tests.factories import NOON
from tests.papers.maps.themes import make_fields

# Outside of a transaction, as requests are.
pytestmark = pytest.mark.django_db(transaction=True)

MAP = "/papers/date/2025-12-25/map"


def test_a_map_is_rendered_once_and_sent_again_until_a_paper_is_hidden(
    client: Client, count_queries: Callable[..., int]
) -> None:
    forget_pages()
    papers = make_fields(4)
    draw_map("day", "2025-12-25", NOON)
    first = client.get(MAP)
    assert papers[0].title in first.text
    # One query: which snapshot the database is at. At best, since its own housekeeping may fall between two requests.
    assert min(count_queries(client.get, MAP) for _ in range(3)) == 1
    assert client.get(MAP).content == first.content
    Paper.objects.filter(pk=papers[0].pk).update(state="hidden")
    assert papers[0].title not in client.get(MAP).text
