"""Conditions that Django's own lookups don't have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F, Func, Value


class IsOneOf(Func):
    """`IsOneOf("slug", slugs)`: like `slug__in`, for thousands of texts; they are one parameter and not one each."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, texts: Iterable[str]) -> None:
        wanted = list(texts)
        self.is_empty = not wanted
        # The driver writes a list of texts by itself; a field's value would be prepared one by one.
        super().__init__(F(column), Value(wanted))

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        if self.is_empty:
            # Django's own way to spare a query whose answer is known.
            raise EmptyResultSet
        return super().as_sql(*args, **kwargs)
