"""What a reader says is not for them."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from papers.models import Dismissal, Paper


@transaction.atomic
def dismiss_paper(paper: Paper, user: User) -> None:
    """Suggest the paper no more; saying it twice changes nothing."""
    Dismissal.objects.bulk_create([Dismissal(paper=paper, user=user)], ignore_conflicts=True)


@transaction.atomic
def take_dismissal_back(paper: Paper, user: User) -> None:
    Dismissal.objects.filter(paper=paper, user=user).delete()
