"""Which papers filters and conditions let through, as scoring asks for it.

There are two ways to score only papers that pass, and either is dear in the other's place: to read which ones pass
before anything is scored, or to score first and to look up each of the best.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from papers.querysets.papers import PaperQuerySet

# So few papers are compared with a query one by one, without the vectors' index: where these are not near to the query,
# the index would be read from one end to the other.
_FEW = 6_000
# What it costs to look one paper up, in the planner's own measure: by this, the quicker of the two was chosen for each
# kind of filter among 147,000 papers.
_LOOKING_UP = 1.2


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The papers of a queryset; `passing` is about how many, as PostgreSQL's statistics have it."""

    papers: PaperQuerySet
    passing: int
    is_wide: bool  # so many pass that it costs less to look up each of the best

    @property
    def is_narrow(self) -> bool:
        """Whether so few pass that all of them may be compared with the query."""
        return self.passing <= _FEW

    def checking(self, column: str) -> tuple[str, list[Any]]:
        """A condition that looks one paper up. The planner cannot turn it into a reading of all of them."""
        sql, parameters = _selected(self.papers.filter(pk=RawSQL(column, ())))  # noqa: S611 - a name of ours
        return f"{column} = ({sql})", parameters

    def within(self, column: str) -> tuple[str, list[Any]]:
        """A condition that reads all that pass, once. IS TRUE: the planner is to keep them in a table of hashes.

        It would look up the document of each instead, since it knows little of how many hold the words.
        """
        sql, parameters = _selected(self.papers)
        return f"({column} IN ({sql})) IS TRUE", parameters

    def first(self, column: str) -> tuple[str, list[Any]]:
        """A condition of which the planner decides how it is checked: for words that stand in more than pass."""
        sql, parameters = _selected(self.papers)
        return f"{column} IN ({sql})", parameters


def narrowing_to(papers: PaperQuerySet, among: int, *, best: int, most: int) -> Narrowing:
    """A narrowing of `among` papers, of which the `best` that pass are taken; no more than `most` are scored.

    One query, which reads no papers.
    """
    sql, parameters = _selected(papers)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        plan = cursor.fetchone()[0]
    plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    passing = max(int(plan["Plan Rows"]), 1)
    looked_up = min(best * among / passing, most)
    return Narrowing(papers, passing, is_wide=plan["Total Cost"] > _LOOKING_UP * looked_up)


def _selected(papers: PaperQuerySet) -> tuple[str, list[Any]]:
    try:
        sql, parameters = papers.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        # Django sees that nothing can pass.
        return "SELECT NULL::bigint WHERE false", []
    return sql, list(parameters)
