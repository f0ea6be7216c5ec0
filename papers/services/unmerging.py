"""A merge taken back: two papers again, each with its own, and what came since stays with the kept one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from papers.identifiers import ARXIV
from papers.ingest.composing import ASKED, DENIED_NAMES, STAFF, Statement
from papers.ingest.locking import lock_writer
from papers.ingest.recomposing import recompose, statements_of
from papers.ingest.records import content_hash
from papers.ingest.works import Name, bare_names
from papers.models import Identifier, Merge, Paper, PaperRedirect, SourceRecord
from papers.services.belongings import Journal, give_back, write_rows
from papers.services.corrections import Facts, amend
from papers.services.duplicates import keep_apart, move_pairs_back
from papers.services.recounting import recount_papers
from papers.titles import title_key


class UndoRefused(Exception):
    """Why a merge can't be undone, or not yet, in a sentence for staff."""


@transaction.atomic
def undo_merge(merge_id: int, now: datetime, by: User | None = None) -> tuple[Merge, Paper, Paper]:
    """Bring the paper that went back under its number and address; return (the merge, kept, what is back).

    Its votes, comments, identifiers and source records come back, those votes too that were dropped because their
    readers had upvoted both. What came to the merged paper since then stays with the kept one, but for records that
    name the other's arXiv id, and for what a source was asked by one of the other's identifiers. From now on the two
    are known to be different. Raise UndoRefused.
    """
    lock_writer()
    merge = Merge.objects.select_for_update(of=["self"]).filter(pk=merge_id).first()
    if merge is None:
        raise UndoRefused("There is no such merge.")
    kept, row = _may_undo(merge)
    moved, number, arxiv_id = merge.moved, merge.gone_number, row["fields"]["arxiv_id"]
    row["fields"]["arxiv_id"] = None  # until the kept paper has let go of it
    write_rows([row])
    _give_back_redirects(moved["redirect"], kept.pk, number, {f"bs-{number}", merge.gone_name})
    give_back(moved, kept.pk, number)
    _give_back_records(moved, kept, number, arxiv_id)
    _give_back_words(moved, kept, number, now)
    _restore_decisions(moved, kept)
    _give_back_names(moved, kept.pk, number)
    recompose([kept.pk], now.date())
    kept.refresh_from_db()
    _deny_the_others_id(kept, number, now)
    recompose([number], now.date())
    gone = Paper.objects.get(pk=number)
    if arxiv_id and gone.arxiv_id is None and not gone.source_records.exists():
        Paper.objects.filter(pk=number).update(arxiv_id=arxiv_id)
    recount_papers(Paper.objects.filter(pk__in=[kept.pk, number]))
    pairs = moved["possibleduplicate"]
    others = {pk for pair in pairs["was"] for pk in (pair["fields"]["first"], pair["fields"]["second"])}
    move_pairs_back(pairs, Paper.objects.filter(pk__in=others).values_list("pk", flat=True))
    keep_apart(kept.pk, number, "They were merged, and the merge was undone.", now, by)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    return merge, Paper.objects.get(pk=kept.pk), Paper.objects.get(pk=number)


def _may_undo(merge: Merge) -> tuple[Paper, dict[str, Any]]:
    """The kept paper, locked, and the row of the other; or the reason why not."""
    if merge.undone_at is not None:
        raise UndoRefused("This merge has been undone already.")
    standing = Merge.objects.standing()
    further = standing.filter(gone_number=merge.kept_number).first()
    if further is not None:
        raise UndoRefused(f"Since then {merge.kept_name} was itself merged into {further.kept_name}: undo that first.")
    later = standing.filter(kept_number=merge.kept_number, pk__gt=merge.pk).order_by("-pk").first()
    if later is not None:
        # Whose vote was a double then can be told only from the last to the first.
        raise UndoRefused(f"Since then {later.gone_name} was merged into {merge.kept_name}: undo that first.")
    kept = Paper.objects.select_for_update().filter(pk=merge.kept_number).first()
    if kept is None:
        raise UndoRefused(f"The kept paper, {merge.kept_name}, is no longer there.")
    row: dict[str, Any] = merge.moved["paper"][0]
    arxiv_id = row["fields"]["arxiv_id"]
    other = Paper.objects.filter(arxiv_id=arxiv_id).exclude(pk=kept.pk).first() if arxiv_id else None
    if other is not None:
        raise UndoRefused(f"arXiv {arxiv_id} has become another paper since: {other.title}.")
    return kept, row


def _give_back_redirects(done: Journal, kept_id: int, number: int, names: set[str]) -> None:
    PaperRedirect.objects.filter(paper=kept_id, public_id__in=names).delete()
    PaperRedirect.objects.filter(paper=kept_id, public_id__in=done["moved"]).update(paper=number)
    there = set(Paper.objects.filter(pk__in=done["taken"].values()).values_list("pk", flat=True))
    PaperRedirect.objects.bulk_create(
        [PaperRedirect(public_id=name, paper_id=pk) for name, pk in done["taken"].items() if pk in there],
        ignore_conflicts=True,
    )


def _give_back_records(moved: Journal, kept: Paper, number: int, arxiv_id: str | None) -> None:
    records = SourceRecord.objects.filter(paper=kept).exclude(source=STAFF)
    records.filter(pk__in=moved["sourcerecord"]["moved"]).update(paper=number)
    if arxiv_id:
        records.filter(facts__identifiers__contains=[[ARXIV, arxiv_id]]).update(paper=number)
    _give_back_answers(moved["identifier"], kept.pk, number)


def _give_back_answers(names: Iterable[Iterable[str]], kept_id: int, number: int) -> None:
    """Records of sources that were asked about the merged paper by one of the names."""
    asked = [":".join(name) for name in names]
    SourceRecord.objects.filter(**{"paper": kept_id, f"facts__{ASKED}__in": asked}).update(paper=number)


def _give_back_words(moved: Journal, kept: Paper, number: int, now: datetime) -> None:
    """Restore what staff said of each; what they have said of the merged paper since then stays with the kept one."""
    was = {row["fields"]["paper"]: row for row in moved["staff"]}
    record = SourceRecord.objects.filter(source=STAFF, paper=kept).first()
    said, after = (record.facts if record else {}), moved["staff_after"]
    before = was[kept.pk]["fields"]["facts"] if kept.pk in was else {}
    facts: Facts = {}
    for name in said.keys() | before.keys():
        is_as_merged = said.get(name) == after.get(name)
        value = before.get(name) if is_as_merged else said.get(name)
        if value is not None:
            facts[name] = value
    SourceRecord.objects.filter(source=STAFF, paper=kept).delete()
    if number in was:
        write_rows([was[number]])
    if facts:
        known = was[kept.pk]["fields"]["key"] if kept.pk in was else f"paper {kept.pk}"
        SourceRecord.objects.create(
            paper=kept,
            source=STAFF,
            key=known,
            facts=facts,
            title_key=title_key(facts.get("title", kept.title)),
            content_hash=content_hash(facts),
            as_of=record.as_of if record else now.date(),
            first_seen_at=record.first_seen_at if record else now,
            changed_at=record.changed_at if record else now,
        )


def _restore_decisions(moved: Journal, kept: Paper) -> None:
    """The kept paper's state and pick as they were before, unless staff have decided anew."""
    now = {"state": kept.state, "picked_at": kept.picked_at.isoformat() if kept.picked_at else None}
    changes = {name: moved["kept"][name] for name, value in moved["after"].items() if now[name] == value}
    if changes:
        Paper.objects.filter(pk=kept.pk).update(**changes)


def _give_back_names(moved: Journal, kept_id: int, number: int) -> None:
    """The identifiers that it had, and those that only its own records name."""
    names: set[Name] = {(scheme, value) for scheme, value in moved["identifier"]}
    told = {
        pk: {name for statement in said.values() for name in _names_told(statement)}
        for pk, said in statements_of([kept_id, number]).items()
    }
    names |= told.get(number, set())
    names -= told.get(kept_id, set()) - {(scheme, value) for scheme, value in moved["identifier"]}
    for scheme, value in names:
        Identifier.objects.filter(paper=kept_id, scheme=scheme, value=value).update(paper=number)
    _give_back_answers(names, kept_id, number)
    known = set(Identifier.objects.filter(paper=number).values_list("scheme", "value"))
    missing = [(scheme, value) for scheme, value in moved["identifier"] if (scheme, value) not in known]
    Identifier.objects.bulk_create(
        [Identifier(paper_id=number, scheme=scheme, value=value) for scheme, value in missing], ignore_conflicts=True
    )


def _names_told(statement: Statement) -> list[Name]:
    """The identifiers that it tells; who was asked by one only repeats that."""
    names = bare_names(statement.facts.get("identifiers", []))
    return [name for name in names if ":".join(name) != statement.facts.get(ASKED)]


def _deny_the_others_id(kept: Paper, number: int, now: datetime) -> None:
    """Where a record had joined them by naming the kept paper's arXiv id, say that it is not this one's."""
    names = [ARXIV, kept.arxiv_id]
    records = statements_of([number]).get(number, {}).values()
    if not kept.arxiv_id or not any(names in statement.facts.get("identifiers", []) for statement in records):
        return

    def deny(facts: Facts) -> None:
        facts[DENIED_NAMES] = [*(name for name in facts.get(DENIED_NAMES, []) if name != names), names]

    amend([Paper.objects.get(pk=number)], deny, now)
