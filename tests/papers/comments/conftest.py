"""A paper and a reader's comment on it."""

from __future__ import annotations

import pytest

from accounts.models import User
from papers.models import Comment, Paper
from papers.services.comments import post_comment
from tests.factories import NOON, make_paper


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper("Lamplight", arxiv_id="1706.03762")


@pytest.fixture
def mine(paper: Paper, reader: User) -> Comment:
    return post_comment(paper, reader, "First *thought*", now=NOON)
