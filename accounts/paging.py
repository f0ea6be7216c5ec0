"""Pages of admin's lists, of any length, without counting them to the end."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

# Rows that a list counts, and pages through, before it asks to be narrowed.
MOST_COUNTED = 10_000


class BoundedPaginator(Paginator[Any]):
    """Counts to MOST_COUNTED at most, so that neither the count nor the last page's OFFSET grows with the table."""

    @cached_property
    def _found(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST_COUNTED)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than it counts."""
        return self._found > MOST_COUNTED
