"""What a batch has shown of papers that exist: mergers made, joined records taken apart, doubts held for staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from papers.ingest.loosening import Loose
from papers.ingest.recomposing import recompose
from papers.ingest.shelf import Shelf
from papers.models import Identifier, Paper, PossibleDuplicate, SourceRecord
from papers.services.merging import merge_papers
from papers.services.recounting import recount_papers


def settle(shelf: Shelf, source: str, now: datetime) -> None:
    """Write what the shelf found beside its items; the caller has written these, and is in a transaction."""
    into: dict[int, Paper] = {}
    for kept, gone in shelf.mergers:
        # A new paper all of whose records were loosened was never written.
        if gone.pk and kept.pk:
            # Those are the kept one's already, since what they say now is.
            written = [item.stored.pk for item in shelf.items if item.stored and item.stored.paper_id == gone.pk]
            merge_papers(kept, gone, now, found_by=source, written=written)
            into[gone.pk] = kept
    for loose in shelf.loosened:
        _loosen(loose, now)
    _tidy_behind(shelf, into, now)
    pairs = ((_last(held.one, into), _last(held.other, into), held.reason) for held in shelf.held.values())
    hold_pairs(pairs, source, now)


def hold_pairs(pairs: Iterable[tuple[Paper, Paper, str]], found_by: str, now: datetime) -> None:
    """Hold pairs for staff, in one statement; a pair that is held or decided already stays as it is."""
    rows = {}
    for one, other, reason in pairs:
        if one.pk and other.pk and one.pk != other.pk:
            first, second = sorted((one.pk, other.pk))
            rows[(first, second)] = PossibleDuplicate(
                first_id=first, second_id=second, reason=reason, found_by=found_by, first_seen_at=now
            )
    PossibleDuplicate.objects.bulk_create(rows.values(), ignore_conflicts=True)


def _loosen(loose: Loose, now: datetime) -> None:
    paper, origin = loose.paper, loose.origin
    if not paper.pk:
        paper.dated_on = now.date()
        paper.save()
    SourceRecord.objects.filter(pk__in=loose.records).update(paper=paper)
    for scheme, value in loose.names:
        Identifier.objects.filter(paper=origin, scheme=scheme, value=value).update(paper=paper)
    recompose([pk for pk in (origin.pk, paper.pk) if pk], now.date())
    recount_papers(Paper.objects.filter(pk__in=[pk for pk in (origin.pk, paper.pk) if pk]))


def _tidy_behind(shelf: Shelf, gone: Collection[int], now: datetime) -> None:
    """Compose anew the papers that a record has left for another: what it said of them is no longer theirs."""
    left = {
        item.stored.paper_id
        for item in shelf.items
        if item.stored and item.paper and item.stored.paper_id != item.paper.pk
    }
    if left := left.difference(gone):
        recompose(left, now.date())


def _last(paper: Paper, into: dict[int, Paper]) -> Paper:
    while paper.pk in into:
        paper = into[paper.pk]
    return paper
