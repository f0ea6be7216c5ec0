"""Which papers a reader has opened."""

from __future__ import annotations

from contextlib import suppress

from django.db import IntegrityError

from accounts.models import User
from papers.models import Paper, Sighting


def note_sighting(paper: Paper, user: User) -> None:
    """Remember that the reader opened the paper's page; one small insert, repeated without effect."""
    # The paper merged, or the account deleted, this moment: then there is nothing to remember.
    with suppress(IntegrityError):
        Sighting.objects.bulk_create([Sighting(paper=paper, user=user)], ignore_conflicts=True)
