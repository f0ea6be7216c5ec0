"""A paper that is hidden while its map is drawn is not on it: themes are named by the words of their papers."""

from __future__ import annotations

from threading import Thread
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from papers.models import FieldMap, Paper
from papers.search import themes
from papers.services.curation import hide_papers
from papers.services.maps import draw_map
from tests.factories import NOON
from tests.papers.maps.themes import make_fields

DAY = "2025-12-25"


@pytest.mark.django_db
def test_a_map_whose_paper_was_hidden_meanwhile_is_drawn_again_without_it() -> None:
    papers = make_fields(3)
    find_themes = themes.find_themes

    def hide_and_find(*args: Any) -> Any:
        hide_papers([papers[0].pk])
        return find_themes(*args)

    with mock.patch.object(themes, "find_themes", side_effect=hide_and_find) as finding:
        drawn = draw_map("day", DAY, NOON)
    assert drawn is not None
    assert finding.call_count == 2
    assert drawn.drawing["places"].keys() == {str(paper.pk) for paper in papers[1:]}
    assert FieldMap.objects.get().drawing["places"].keys() == drawn.drawing["places"].keys()


@pytest.mark.django_db
def test_too_few_papers_left_have_no_map() -> None:
    papers = make_fields(3)
    find_themes = themes.find_themes

    def hide_and_find(*args: Any) -> Any:
        hide_papers([paper.pk for paper in papers[:2]])
        return find_themes(*args)

    with mock.patch.object(themes, "find_themes", side_effect=hide_and_find):
        assert draw_map("day", DAY, NOON) is None
    assert not FieldMap.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_hides_a_paper_as_its_map_is_written_deletes_that_map() -> None:
    papers = make_fields(3)
    write = FieldMap.objects.update_or_create

    def hide() -> None:
        hide_papers([papers[0].pk])
        connection.close()

    hiding = Thread(target=hide)

    def hide_and_write(**values: Any) -> Any:
        hiding.start()
        # Time enough, were there nothing to wait for.
        hiding.join(0.5)
        return write(**values)

    with mock.patch.object(FieldMap.objects, "update_or_create", side_effect=hide_and_write):
        assert draw_map("day", DAY, NOON) is not None
    hiding.join()
    assert Paper.objects.get(pk=papers[0].pk).state == "hidden"
    assert not FieldMap.objects.exists()
