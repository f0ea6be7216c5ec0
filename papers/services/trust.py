"""Whose submissions appear at once. The one place that says what a trusted reader is."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from papers.models import Submission


def is_trusted(user: User) -> bool:
    """Whether staff gave the right to submit at once, or enough of the reader's submissions were accepted and stand."""
    if settings.SUBMISSIONS_UNTIL_TRUSTED == 0 or user.has_perm("papers.submit_at_once"):
        return True
    return accepted_so_far(user) >= settings.SUBMISSIONS_UNTIL_TRUSTED


def accepted_so_far(user: User) -> int:
    """How many papers: one that was submitted by two of its names counts once."""
    return Submission.objects.by(user).that_stand().values("paper").distinct().count()
