"""Every reusable read of papers that may be one, or became one."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from papers.models import Merge, PossibleDuplicate
else:
    # At run time the models are not there yet: papers.models imports this module.
    Merge, PossibleDuplicate = "Merge", "PossibleDuplicate"


class PossibleDuplicateQuerySet(QuerySet["PossibleDuplicate"]):
    def waiting(self) -> Self:
        """Not decided, and not put off."""
        return self.filter(decision="waiting")

    def different(self) -> Self:
        return self.filter(decision="different")

    def within(self, paper_ids: Collection[int]) -> Self:
        """Pairs of which both papers are among these."""
        return self.filter(first__in=paper_ids, second__in=paper_ids)

    def about(self, paper_id: int) -> Self:
        return self.filter(Q(first=paper_id) | Q(second=paper_id))


class MergeQuerySet(QuerySet["Merge"]):
    def standing(self) -> Self:
        """Those that were not undone."""
        return self.filter(undone_at=None)
