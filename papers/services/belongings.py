"""What hangs on a paper and goes where the paper goes: moved by a merge, given back when it is undone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core import serializers
from django.db.models import Model, QuerySet

from papers.models import (
    Authorship,
    Classification,
    Comment,
    Dismissal,
    Enquiry,
    Identifier,
    Paper,
    PaperEmbedding,
    PaperRedirect,
    PaperSearch,
    PaperVersion,
    PossibleDuplicate,
    Sighting,
    SourceRecord,
    Submission,
    Vote,
)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Rows of one model with a key `paper`; of some there is one a paper and, say, reader."""

    model: type[Model]
    once_by: str = ""  # the column of which each value stands on a paper once

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    def of(self, paper_id: int) -> QuerySet[Any]:
        return self.model._default_manager.filter(paper=paper_id)


# A new model with a key to papers joins this line, or one of the two below with a rule of its own.
BELONGINGS = (
    Belonging(Vote, "user"),
    Belonging(Sighting, "user"),
    Belonging(Dismissal, "user"),
    Belonging(Comment),
    Belonging(Submission),
    Belonging(Enquiry, "source"),
)
# Written anew from what the sources said, and from what was written.
COMPOSED = (Authorship, Classification, PaperEmbedding, PaperSearch, PaperVersion)
BY_RULES_OF_THEIR_OWN = (Identifier, PaperRedirect, PossibleDuplicate, SourceRecord)  # merging, unmerging

Journal = dict[str, Any]


def carry_over(kept_id: int, gone_id: int) -> Journal:
    """Move everything that hangs on the one to the other; who acted on both acted once. Return what was done."""
    journal: Journal = {}
    for belonging in BELONGINGS:
        rows = belonging.of(gone_id)
        dropped: list[dict[str, Any]] = []
        if belonging.once_by:
            known = belonging.of(kept_id).values_list(belonging.once_by, flat=True)
            doubles = rows.filter(**{f"{belonging.once_by}__in": list(known)})
            dropped = rows_as_written(doubles)
            doubles.delete()
        moved = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(paper=kept_id)
        journal[belonging.name] = {"moved": moved, "dropped": dropped}
    return journal


def give_back(journal: Journal, kept_id: int, gone_id: int) -> None:
    """Move back what was moved and is still there, and what was dropped as a double where the other still stands.

    A reader who took the one vote back meant the work, so that reader's other vote does not come back either.
    """
    for belonging in BELONGINGS:
        done = journal.get(belonging.name, {})
        belonging.of(kept_id).filter(pk__in=done.get("moved", ())).update(paper=gone_id)
        dropped = done.get("dropped", ())
        if dropped:
            whose = [row["fields"][belonging.once_by] for row in dropped]
            left = belonging.of(kept_id).filter(**{f"{belonging.once_by}__in": whose})
            still = set(left.values_list(belonging.once_by, flat=True))
            write_rows([row for row in dropped if row["fields"][belonging.once_by] in still])


def rows_as_written(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """Rows as plain JSON values, all of their columns."""
    # Not by the serializer to JSON, which cuts moments to milliseconds.
    plain = json.dumps(serializers.serialize("python", rows), default=lambda moment: moment.isoformat())
    written: list[dict[str, Any]] = json.loads(plain)
    return written


def write_rows(rows: list[dict[str, Any]]) -> None:
    """Write rows again, under the numbers that they had."""
    for row in serializers.deserialize("python", rows):
        row.save()


def paper_models() -> set[type[Model]]:
    """Every model with a key to papers."""
    return {relation.related_model for relation in Paper._meta.related_objects if relation.related_model is not Paper}
