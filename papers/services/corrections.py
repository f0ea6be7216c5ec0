"""What staff know better: kept as a source of its own, so that later harvests can't undo it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from papers.ingest.composing import DENIED, STAFF
from papers.ingest.locking import lock_writer
from papers.ingest.recomposing import recompose
from papers.ingest.records import hash_of, json_text
from papers.ingest.rows import SourceRow, write_source_records
from papers.models import Paper, SourceRecord
from papers.titles import title_key

# The facts that staff may correct, by their names in a source record. All but the authors and the
# categories are fields of a paper of the same name.
CORRECTABLE = (
    "title",
    "abstract",
    "authors",
    "categories",
    "author_note",
    "journal_reference",
    "report_number",
    "licence",
    "organisation",
    "submitted_at",
    "updated_at",
    "withdrawn_at",
    "listed_on",
    "submitter",
    "source_summary",
    "code_url",
    "project_url",
    "thumbnail_url",
    "venue",
    "open_access_url",
)

Facts = dict[str, Any]


def correct_paper(paper: Paper, corrections: dict[str, Any], now: datetime) -> None:
    """Let staff's word stand for some fields of one paper; see `correct_papers`."""
    correct_papers([paper], corrections, now)


@transaction.atomic
def correct_papers(papers: Iterable[Paper], corrections: dict[str, Any], now: datetime) -> None:
    """Let staff's word stand for some fields, the same on each paper.

    An empty value takes staff's own word back, so that the sources speak again; where staff had said
    nothing, it means that there is none. `corrections` maps names of CORRECTABLE to values as the model has them;
    authors are a list of {name, affiliation}, categories a list of codes, the primary first.
    """
    _only_correctable(corrections)

    def correct(facts: Facts) -> None:
        denied = set(facts.pop(DENIED, []))
        for name, value in corrections.items():
            denied.discard(name)
            if value not in ("", None, []):
                facts[name] = value.isoformat() if isinstance(value, date) else value
            elif facts.pop(name, None) is None:
                denied.add(name)
        if denied:
            facts[DENIED] = sorted(denied)

    amend(papers, correct, now)


@transaction.atomic
def take_back(papers: Iterable[Paper], names: Collection[str], now: datetime) -> None:
    """Let the sources speak again on some fields; where staff said nothing of them, nothing changes."""
    _only_correctable(names)

    def forget(facts: Facts) -> None:
        for name in names:
            facts.pop(name, None)
        if denied := set(facts.pop(DENIED, [])) - set(names):
            facts[DENIED] = sorted(denied)

    amend(papers, forget, now)


def corrected_fields(paper: Paper) -> dict[str, Any]:
    """What staff say of the paper, by field; "" where they say that there is none."""
    record = SourceRecord.objects.filter(source=STAFF, paper=paper).first()
    facts = record.facts if record else {}
    said = {name: facts[name] for name in CORRECTABLE if name in facts}
    return said | dict.fromkeys(facts.get(DENIED, []), "")


def amend(papers: Iterable[Paper], change: Callable[[Facts], None], now: datetime) -> None:
    """Change what staff say of some papers, and compose them again; the caller is in a transaction."""
    lock_writer()
    papers = list(papers)
    known = {record.paper_id: record for record in SourceRecord.objects.filter(source=STAFF, paper__in=papers)}
    said: list[SourceRow] = []
    unsaid = []
    for paper in papers:
        record = known.get(paper.pk)
        facts = dict(record.facts) if record else {}
        change(facts)
        if facts:
            text = json_text(facts)
            said.append(
                SourceRow(
                    paper_id=paper.pk,
                    source=STAFF,
                    # A merge may have brought the record along under the other paper's number.
                    key=record.key if record else f"paper {paper.pk}",
                    facts=text,
                    title_key=title_key(facts.get("title", paper.title)),
                    content_hash=hash_of(text),
                    raw_hash=None,
                    as_of=now.date(),
                    first_seen_at=now,
                    changed_at=now,
                )
            )
        elif record:
            unsaid.append(record.pk)
    write_source_records(
        [row for row in said if row.paper_id not in known], [row for row in said if row.paper_id in known]
    )
    SourceRecord.objects.filter(pk__in=unsaid).delete()
    recompose([paper.pk for paper in papers], now.date())


def _only_correctable(names: Iterable[str]) -> None:
    if unknown := set(names) - set(CORRECTABLE):
        raise ValueError(f"Not for staff to correct: {', '.join(sorted(unknown))}.")
