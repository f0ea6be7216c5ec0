"""Two rows that are one paper become one, and nothing that people did on either is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from papers.identifiers import ARXIV
from papers.ingest.composing import DENIED, DENIED_NAMES, STAFF
from papers.ingest.locking import lock_writer
from papers.ingest.recomposing import recompose
from papers.ingest.records import content_hash
from papers.models import Identifier, Merge, Paper, PaperRedirect, SourceRecord
from papers.services.belongings import Journal, carry_over, rows_as_written
from papers.services.corrections import Facts, amend
from papers.services.duplicates import move_pairs
from papers.services.recounting import recount_papers

_STRICTNESS = [Paper.State.LISTED, Paper.State.PENDING, Paper.State.HIDDEN]


class MergeRefused(Exception):
    """Why two papers can't be merged, in a sentence for staff."""


class MergeOutdated(MergeRefused):
    """Something changed since the preview was shown."""


@dataclass(frozen=True, slots=True)
class Side:
    """What there is to see of a paper when it is compared with another."""

    number: int
    public_id: str
    title: str
    abstract: str
    authors: str
    categories: str
    identifiers: tuple[tuple[str, str], ...]
    addresses: tuple[str, ...]  # the names that redirect to it
    sources: tuple[str, ...]
    upvotes: int
    comments: int
    listed_on: date | None
    submitted_at: datetime | None
    state: str
    picked_at: datetime | None


@dataclass(frozen=True, slots=True)
class MergePreview:
    kept: Side
    gone: Side
    result: Side
    seen: str  # changes when what decides about the merge does


@transaction.atomic
def preview_merge(kept_id: int, gone_id: int, now: datetime) -> MergePreview:
    """Merge the two, look, and undo it, so that what is shown is what will be; raise MergeRefused."""
    with transaction.atomic():
        kept, gone = _lock(kept_id, gone_id)
        seen = _seen(kept, gone)
        before = side_of(kept), side_of(gone)
        merge_papers(kept, gone, now)
        result = side_of(Paper.objects.get(pk=kept.pk))
        transaction.set_rollback(True)
    return MergePreview(*before, result, seen)


@transaction.atomic
def merge_as_seen(kept_id: int, gone_id: int, seen: str, now: datetime, by: User | None = None) -> tuple[Paper, Paper]:
    """Merge what a preview showed, and return (kept, gone as it was).

    Raise MergeOutdated where the facts, identifiers, state or pick of either have changed since. Votes and comments
    may have come meanwhile: they come along, all of them.
    """
    kept, gone = _lock(kept_id, gone_id)
    if _seen(kept, gone) != seen:
        raise MergeOutdated("One of the two has changed meanwhile: this is what would come of it now.")
    merge_papers(kept, gone, now, by=by)
    return Paper.objects.get(pk=kept_id), gone


@transaction.atomic
def merge_papers(
    kept: Paper,
    gone: Paper,
    now: datetime,
    *,
    found_by: str = STAFF,
    by: User | None = None,
    written: Collection[int] = (),
) -> Merge:
    """Move all of `gone` to `kept`: votes, comments, identifiers, what sources said; its old address redirects.

    Of two states the stricter one stays, so that nothing hidden comes back by a merge. Where both have an arXiv id,
    the kept one's stays, and the other's leads to it: for readers, and for later harvests (papers.ingest.shelf).
    What is returned is what `papers.services.unmerging` takes them apart by; `written` are source records that were
    the other's until its caller wrote them to the kept one.
    """
    # As they are now: a reader may have acted on either since the caller looked.
    kept, gone = _lock(kept.pk, gone.pk)
    names = {f"bs-{gone.pk}", gone.public_id}
    moved: Journal = {
        "paper": rows_as_written(Paper.objects.filter(pk=gone.pk)),
        "kept": _decisions(kept.state, kept.picked_at),
        "staff": rows_as_written(SourceRecord.objects.filter(source=STAFF, paper__in=[kept, gone])),
        **carry_over(kept.pk, gone.pk),
        "identifier": list(gone.identifiers.values_list("scheme", "value")),
        "redirect": {
            "moved": list(gone.redirects.values_list("public_id", flat=True)),
            "taken": dict(PaperRedirect.objects.filter(public_id__in=names).values_list("public_id", "paper_id")),
        },
        "possibleduplicate": move_pairs(kept.pk, gone.pk),
    }
    moved["sourcerecord"] = {"moved": sorted({*written, *_move_source_records(kept, gone)})}
    if kept.arxiv_id:
        gone.identifiers.filter(scheme=ARXIV).delete()
    Identifier.objects.filter(paper=gone).update(paper=kept)
    PaperRedirect.objects.filter(paper=gone).update(paper=kept)
    state = max(kept.state, gone.state, key=lambda state: _STRICTNESS.index(Paper.State(state)))
    picked_at = kept.picked_at or gone.picked_at
    Paper.objects.filter(pk=gone.pk).delete()
    # A name may lead elsewhere already, where staff had taken it from another paper: now it is this one's.
    PaperRedirect.objects.bulk_create(
        [PaperRedirect(public_id=name, paper=kept) for name in names],
        update_conflicts=True,
        unique_fields=["public_id"],
        update_fields=["paper"],
    )
    Paper.objects.filter(pk=kept.pk).update(state=state, picked_at=picked_at)
    if kept.arxiv_id and gone.arxiv_id:
        _pin_arxiv_id(kept, now)
    recompose([kept.pk], now.date())
    recount_papers(Paper.objects.filter(pk=kept.pk))
    word = SourceRecord.objects.filter(source=STAFF, paper=kept).first()
    moved["after"] = _decisions(state, picked_at)
    moved["staff_after"] = word.facts if word else {}
    return Merge.objects.create(
        kept_number=kept.pk,
        gone_number=gone.pk,
        kept_name=kept.public_id,
        gone_name=gone.public_id,
        title=gone.title,
        found_by=found_by,
        merged_at=now,
        merged_by=by,
        moved=moved,
    )


def _move_source_records(kept: Paper, gone: Paper) -> list[int]:
    """Give `kept` all that was said; staff's words on both become one record, the later word first.

    Return the records that were moved, staff's aside.
    """
    words = list(SourceRecord.objects.filter(source=STAFF, paper__in=[kept, gone]).order_by("changed_at"))
    if len(words) > 1:
        facts = {name: value for record in words for name, value in record.facts.items()}
        # What the later record says of a field takes back an earlier "none".
        if denied := set(facts.pop(DENIED, [])) - set(words[-1].facts):
            facts[DENIED] = sorted(denied)
        # Each had identifiers of its own, and what was not the one's may be the other's.
        names = _gathered(words, "identifiers")
        facts |= {"identifiers": names, DENIED_NAMES: [n for n in _gathered(words, DENIED_NAMES) if n not in names]}
        facts = {name: value for name, value in facts.items() if value != []}
        SourceRecord.objects.filter(pk=words[-1].pk).update(facts=facts, content_hash=content_hash(facts))
        SourceRecord.objects.filter(pk__in=[record.pk for record in words[:-1]]).delete()
    said = SourceRecord.objects.filter(paper=gone)
    moved = list(said.exclude(source=STAFF).order_by("pk").values_list("pk", flat=True))
    said.update(paper=kept)
    return moved


def _gathered(words: list[SourceRecord], name: str) -> list[list[str]]:
    found = (tuple(pair) for record in words for pair in record.facts.get(name, []))
    return [list(pair) for pair in dict.fromkeys(found)]


def _pin_arxiv_id(kept: Paper, now: datetime) -> None:
    """Say that the kept paper's arXiv id is the one, or the other's source could be asked first and rename it."""
    pin = [ARXIV, kept.arxiv_id]

    def put_first(facts: Facts) -> None:
        facts["identifiers"] = [pin, *(name for name in facts.get("identifiers", []) if name != pin)]

    amend([kept], put_first, now)


def _decisions(state: str, picked_at: datetime | None) -> Journal:
    return {"state": state, "picked_at": picked_at.isoformat() if picked_at else None}


def _lock(kept_id: int, gone_id: int) -> tuple[Paper, Paper]:
    if kept_id == gone_id:
        raise MergeRefused("That is the same paper twice.")
    lock_writer()
    papers = {
        paper.pk: paper for paper in Paper.objects.select_for_update().filter(pk__in=[kept_id, gone_id]).order_by("pk")
    }
    if len(papers) < 2:
        raise MergeRefused("One of the two is no longer there; perhaps they have been merged already.")
    return papers[kept_id], papers[gone_id]


def _seen(kept: Paper, gone: Paper) -> str:
    """A mark of all that decides about the merge; the same two the other way round are another merge."""
    parts: list[object] = []
    for paper in (kept, gone):
        records = paper.source_records.order_by("pk").values_list("pk", "content_hash")
        parts += [paper.pk, paper.state, paper.picked_at, [(pk, bytes(mark)) for pk, mark in records]]
        parts += sorted(paper.identifiers.values_list("scheme", "value"))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def side_of(paper: Paper) -> Side:
    """What there is to see of a paper; five queries."""
    return Side(
        number=paper.pk,
        public_id=paper.public_id,
        title=paper.title,
        abstract=paper.abstract,
        authors=paper.authors_text,
        categories=" ".join(paper.classifications.values_list("category_id", flat=True)),
        identifiers=tuple(paper.identifiers.order_by("scheme", "value").values_list("scheme", "value")),
        addresses=tuple(paper.redirects.order_by("public_id").values_list("public_id", flat=True)),
        sources=tuple(paper.source_records.order_by("source").values_list("source", flat=True).distinct()),
        upvotes=paper.upvote_count,
        comments=paper.comment_count,
        listed_on=paper.listed_on,
        submitted_at=paper.submitted_at,
        state=paper.state,
        picked_at=paper.picked_at,
    )
