"""What staff know better: kept as a source of its own, so that later harvests can't undo it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from papers.ingest.composing import DENIED, STAFF
from papers.ingest.locking import lock_writer
from papers.ingest.recomposing import recompose
from papers.ingest.records import content_hash
from papers.models import Paper, SourceRecord
from papers.titles import title_key

# The fields of a paper that staff may correct; each is a fact of the same name in a source record.
CORRECTABLE = (
    "title",
    "abstract",
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
)


@transaction.atomic
def correct_paper(paper: Paper, corrections: dict[str, Any], now: datetime) -> None:
    """Let staff's word stand for some fields.

    An empty value takes staff's own word back, so that the sources speak again; where staff had said
    nothing, it means that there is none. `corrections` maps names of CORRECTABLE to values as the model has them.
    """
    if unknown := set(corrections) - set(CORRECTABLE):
        raise ValueError(f"Not for staff to correct: {', '.join(sorted(unknown))}.")
    lock_writer()
    # A merge may have brought the record along under the other paper's number.
    record = SourceRecord.objects.filter(source=STAFF, paper=paper).first()
    key = record.key if record else f"paper {paper.pk}"
    facts: dict[str, Any] = dict(record.facts) if record else {}
    denied = set(facts.pop(DENIED, []))
    for name, value in corrections.items():
        denied.discard(name)
        if value not in ("", None):
            facts[name] = value.isoformat() if isinstance(value, date) else value
        elif facts.pop(name, None) is None:
            denied.add(name)
    if denied:
        facts[DENIED] = sorted(denied)
    told = {
        "paper": paper,
        "facts": facts,
        "title_key": title_key(facts.get("title", paper.title)),
        "content_hash": content_hash(facts),
        "as_of": now.date(),
        "changed_at": now,
    }
    SourceRecord.objects.update_or_create(
        source=STAFF, key=key, defaults=told, create_defaults=told | {"first_seen_at": now}
    )
    recompose([paper.pk], now.date())
