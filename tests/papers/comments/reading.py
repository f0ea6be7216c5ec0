"""What stands on the commented paper's page, and in its row."""

from __future__ import annotations

from django.test import Client

from papers.models import Paper

PAGE = "/papers/1706.03762"


def state(paper: Paper) -> tuple[int, int]:
    """(stored count, comments that are there and not deleted)"""
    paper.refresh_from_db()
    return paper.comment_count, paper.comments.filter(deleted_at=None).count()


def shown(client: Client) -> str:
    return client.get(PAGE).content.decode()
