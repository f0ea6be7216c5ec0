"""Whatever a test writes, the next one begins where it began."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection

from papers.models import Category, Paper
from papers.services.votes import cast_upvote
from papers.taxonomy import CATEGORIES
from tests.database import Beginning
from tests.factories import make_comment, make_paper, make_user


@pytest.mark.django_db(transaction=True)
def test_what_a_test_wrote_is_gone_and_what_it_took_away_is_back() -> None:
    beginning = Beginning()
    allowed = Permission.objects.count()
    paper = make_paper(authors=("Ada Byron",), categories=("cs.LG",))
    cast_upvote(paper, make_user())
    make_comment(paper, parent=make_comment(paper))
    beginning.restore()
    assert not Paper.objects.exists()
    assert Permission.objects.count() == allowed

    Group.objects.create(name="Onlookers").permissions.set(Permission.objects.all())
    Category.objects.filter(code="cs.LG").delete()
    Permission.objects.filter(codename="view_paper").delete()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (task_name, queue_name) VALUES ('stare', 'day')")
    beginning.restore()
    assert [group.name for group in Group.objects.all()] == ["Curators"]
    assert set(Category.objects.values_list("code", flat=True)) == set(CATEGORIES)
    assert Permission.objects.count() == allowed
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
