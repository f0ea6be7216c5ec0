"""Casting and withdrawing upvotes."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from papers.models import Paper, Vote
from papers.ranking import hot_rank


@transaction.atomic
def cast_upvote(paper: Paper, user: User) -> int:
    """Record the user's upvote; casting it twice changes nothing. Return the new count.

    Raises Paper.DoesNotExist for a paper that has just been merged into another; withdrawing does too.
    """
    locked = _lock(paper)
    Vote.objects.bulk_create([Vote(paper=paper, user=user)], ignore_conflicts=True)
    return _recount(locked)


@transaction.atomic
def withdraw_upvote(paper: Paper, user: User) -> int:
    """Take the user's upvote back; withdrawing none changes nothing. Return the new count."""
    locked = _lock(paper)
    Vote.objects.filter(paper=paper, user=user).delete()
    return _recount(locked)


def _lock(paper: Paper) -> Paper:
    return Paper.objects.select_for_update().only("source_score", "listed_on").get(pk=paper.pk)


def _recount(paper: Paper) -> int:
    # Counted afresh, not incremented, so that a lost update heals itself.
    paper.upvote_count = paper.votes.count()
    paper.hot_rank = hot_rank(paper.upvote_count, paper.source_score, paper.listed_on)
    paper.save(update_fields=["upvote_count", "hot_rank"])
    return paper.upvote_count
