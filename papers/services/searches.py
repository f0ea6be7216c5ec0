"""Keeping searches, and letting them go."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from papers.models import SavedSearch

# More than anybody looks through.
MOST = 200
# Characters of a query string.
LONGEST = 2_000
_NAME = 120


class TooManySearches(Exception):
    """Why another search can't be kept, in a sentence for the reader."""


@transaction.atomic
def save_search(user: User, query: str, name: str) -> SavedSearch:
    """Keep a search, whose name may be anything; keeping it again changes nothing. Raises TooManySearches."""
    # One at a time for each reader, or two could both be the last one allowed.
    User.objects.select_for_update().get(pk=user.pk)
    if known := SavedSearch.objects.filter(user=user, query=query).first():
        return known
    if SavedSearch.objects.filter(user=user).count() >= MOST:
        raise TooManySearches(f"You keep {MOST} searches already. Let one go first.")
    return SavedSearch.objects.create(user=user, query=query, name=name.strip()[:_NAME] or "All papers")


def forget_search(user: User, number: int) -> SavedSearch | None:
    """Let a search go, and return it as it was; one that is not there, or another’s, changes nothing."""
    search = SavedSearch.objects.filter(user=user, pk=number).first()
    if search is not None:
        SavedSearch.objects.filter(pk=search.pk).delete()
    return search
