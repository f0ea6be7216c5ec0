"""Pairs of papers that may be one: held, decided on, asked again, and followed through merges."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from papers.ingest.composing import STAFF
from papers.models import PossibleDuplicate
from papers.services.belongings import Journal, rows_as_written, write_rows

Decision = PossibleDuplicate.Decision


@transaction.atomic
def tell_apart(ids: Collection[int], now: datetime, by: User | None) -> list[PossibleDuplicate]:
    """Say that the papers of these pairs are different works, for good. Return the pairs that were not so."""
    return _decide(ids, Decision.DIFFERENT, now, by)


@transaction.atomic
def put_off(ids: Collection[int], now: datetime, by: User | None) -> list[PossibleDuplicate]:
    """Take pairs that wait off the desk, undecided."""
    waiting = PossibleDuplicate.objects.waiting().filter(pk__in=ids)
    return _decide(list(waiting.values_list("pk", flat=True)), Decision.LATER, now, by)


@transaction.atomic
def ask_again(ids: Collection[int]) -> list[PossibleDuplicate]:
    """Let pairs wait again that were put off or said to be different."""
    return _decide(ids, Decision.WAITING, None, None)


def _decide(
    ids: Collection[int], decision: PossibleDuplicate.Decision, now: datetime | None, by: User | None
) -> list[PossibleDuplicate]:
    pairs = PossibleDuplicate.objects.exclude(decision=decision).filter(pk__in=ids)
    rows = list(pairs.select_for_update(of=["self"]).order_by("pk"))
    PossibleDuplicate.objects.filter(pk__in=[row.pk for row in rows]).update(
        decision=decision, decided_at=now, decided_by=by
    )
    return rows


def keep_apart(one_id: int, other_id: int, reason: str, now: datetime, by: User | None) -> None:
    """Remember that two papers are different works, whether anybody asked or not; the caller is in a transaction."""
    first, second = sorted((one_id, other_id))
    decided = {"decision": Decision.DIFFERENT, "decided_at": now, "decided_by": by}
    PossibleDuplicate.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults=decided,
        create_defaults=decided | {"reason": reason, "found_by": STAFF, "first_seen_at": now},
    )


def move_pairs(kept_id: int, gone_id: int) -> Journal:
    """Let what was held or decided of the one paper hold of the other; a decision outweighs a question."""
    about = PossibleDuplicate.objects.about(gone_id)
    was = rows_as_written(about)
    known = {_other(pair, kept_id): pair for pair in PossibleDuplicate.objects.about(kept_id)}
    made = []
    for pair in list(about):
        other = _other(pair, gone_id)
        if other == kept_id:
            continue
        before = known.get(other)
        if before is None:
            first, second = sorted((kept_id, other))
            made.append(_copy(pair, first, second))
        elif before.decision == Decision.WAITING and pair.decision == Decision.DIFFERENT:
            PossibleDuplicate.objects.filter(pk=before.pk).update(
                decision=pair.decision, decided_at=pair.decided_at, decided_by=pair.decided_by_id
            )
    about.delete()
    made = PossibleDuplicate.objects.bulk_create(made)
    return {"was": was, "made": [pair.pk for pair in made]}


def move_pairs_back(journal: Journal, papers: Iterable[int]) -> None:
    """Undo `move_pairs`; `papers` are those of the old pairs that are still there."""
    there = set(papers)
    PossibleDuplicate.objects.filter(pk__in=journal.get("made", ())).delete()
    rows = [row for row in journal.get("was", ()) if {row["fields"]["first"], row["fields"]["second"]} <= there]
    write_rows(rows)


def _other(pair: PossibleDuplicate, paper_id: int) -> int:
    return pair.second_id if pair.first_id == paper_id else pair.first_id


def _copy(pair: PossibleDuplicate, first: int, second: int) -> PossibleDuplicate:
    return PossibleDuplicate(
        first_id=first,
        second_id=second,
        reason=pair.reason,
        found_by=pair.found_by,
        first_seen_at=pair.first_seen_at,
        decision=pair.decision,
        decided_at=pair.decided_at,
        decided_by_id=pair.decided_by_id,
    )
