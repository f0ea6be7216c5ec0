"""The one place where ingested papers are written: identity, merging, and bulk writes, by batch."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from papers.identifiers import ARXIV, DOI, arxiv_month, parse_doi
from papers.ingest import rows
from papers.ingest.composing import Composition, Statement, compose
from papers.ingest.identity import Work, same_work
from papers.ingest.records import PaperRecord, RejectedItem, content_hash
from papers.models import Identifier, IngestRun, Paper, RejectedRecord, SourceRecord
from papers.titles import title_key

# Any number, the same in every process: one batch is written at a time, so that two runs can't
# both decide that a paper is new.
_WRITER_LOCK = 0x62726F61
# What is kept of a rejected item; longer ones are cut, which their reason then says.
_RAW_LIMIT = 1_000_000


@dataclass(slots=True)
class Counts:
    """What became of the items of a batch or a run."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def add(self, other: Counts) -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += other.rejected

    @property
    def total(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected

    def __str__(self) -> str:
        return (
            f"created={self.created} updated={self.updated} "
            f"unchanged={self.unchanged} rejected={self.rejected}"
        )


@dataclass(slots=True)
class _Item:
    """A record on its way: what it says, and the paper that it turned out to be about."""

    record: PaperRecord
    facts: dict[str, Any]
    hash: bytes
    stored: SourceRecord | None = None
    paper: Paper | None = None
    work: Work = field(init=False)

    def __post_init__(self) -> None:
        self.work = _work_of_record(self.record)


@transaction.atomic
def write_batch(source: str, items: Iterable[PaperRecord | RejectedItem], run: IngestRun, now: datetime) -> Counts:
    """Write one batch of a source's items, in its order; items that changed nothing cost no write.

    Of two items with the same key the last counts.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITER_LOCK])
    counts = Counts()
    records: dict[str, PaperRecord] = {}
    rejected: list[RejectedItem] = []
    for item in items:
        if isinstance(item, RejectedItem):
            rejected.append(item)
        else:
            counts.unchanged += item.key in records
            records[item.key] = item
    changed = _changed(source, records.values(), counts)
    conflicts = _find_papers(changed)
    rejected += [RejectedItem(item.record.raw or str(item.facts), reason, item.record.key) for item, reason in conflicts]
    changed = [item for item in changed if item.paper is not None]
    _write(source, changed, now, counts)
    _reject(source, rejected, run)
    counts.rejected += len(rejected)
    return counts


def _changed(source: str, records: Iterable[PaperRecord], counts: Counts) -> list[_Item]:
    records = list(records)
    stored = {
        row.key: row for row in SourceRecord.objects.filter(source=source, key__in=[record.key for record in records])
    }
    changed = []
    for record in records:
        facts = record.facts()
        item = _Item(record, facts, content_hash(facts), stored.get(record.key))
        if item.stored and bytes(item.stored.content_hash) == item.hash:
            counts.unchanged += 1
        else:
            changed.append(item)
    return changed


def _find_papers(items: Sequence[_Item]) -> list[tuple[_Item, str]]:
    """Set each item's paper, a known or a new one; return those whose identifiers contradict, with the reason."""
    papers = _known_papers(items)
    by_identifier = _known_identifiers(items, papers)
    by_title: dict[str, list[tuple[Work, Paper]]] = defaultdict(list)
    for paper in papers.values():
        by_title[paper.title_key].append((_work_of_paper(paper), paper))
    conflicts = []
    for item in items:
        names = _names(item.record)
        found = {id(by_identifier[name]): by_identifier[name] for name in names if name in by_identifier}
        owner = next((by_identifier[name] for name in names if name[0] == ARXIV and name in by_identifier), None)
        if item.stored:
            item.paper = papers[item.stored.paper_id]
        elif owner is not None:
            item.paper = owner
        elif len(found) > 1:
            conflicts.append((item, "Its identifiers belong to different papers: " + _list(found.values())))
            continue
        elif found:
            item.paper = next(iter(found.values()))
        else:
            item.paper = _by_title(item.work, by_title) or Paper(title=item.record.title)
        if reason := _contradiction(item, owner):
            conflicts.append((item, reason))
            item.paper = None
            continue
        if not item.paper.arxiv_id:
            item.paper.arxiv_id = item.work.arxiv_id
        for name in names:
            by_identifier.setdefault(name, item.paper)
        by_title[item.work.title_key].append((item.work, item.paper))
    return conflicts


def _contradiction(item: _Item, owner: Paper | None) -> str:
    assert item.paper is not None
    if owner is not None and owner is not item.paper:
        return f"arXiv {item.work.arxiv_id} is already {owner.public_id}, not {item.paper.public_id}."
    known = item.paper.arxiv_id
    if known and item.work.arxiv_id and known != item.work.arxiv_id:
        return f"It says it is arXiv {item.work.arxiv_id}, but is known as {known}."
    return ""


def _known_papers(items: Sequence[_Item]) -> dict[int, Paper]:
    """All papers that an item may be about, locked: votes recount on the same rows."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for scheme, value in _names(item.record):
            wanted[scheme].add(value)
    ids = {item.stored.paper_id for item in items if item.stored}
    for scheme, values in wanted.items():
        ids |= set(Identifier.objects.filter(scheme=scheme, value__in=values).values_list("paper_id", flat=True))
    keys = {item.work.title_key for item in items}
    ids |= set(Paper.objects.filter(title_key__in=keys).values_list("pk", flat=True))
    return {paper.pk: paper for paper in Paper.objects.select_for_update().filter(pk__in=ids).order_by("pk")}


def _known_identifiers(items: Sequence[_Item], papers: dict[int, Paper]) -> dict[tuple[str, str], Paper]:
    wanted = {name for item in items for name in _names(item.record)}
    found = Identifier.objects.filter(paper__in=papers.keys())
    return {
        (row.scheme, row.value): papers[row.paper_id] for row in found if (row.scheme, row.value) in wanted
    }


def _names(record: PaperRecord) -> list[tuple[str, str]]:
    return [
        (scheme, (parse_doi(value) or value.lower()) if scheme == DOI else value)
        for scheme, value in record.identifiers
    ]


def _by_title(work: Work, by_title: dict[str, list[tuple[Work, Paper]]]) -> Paper | None:
    """The one paper of this title that is the same work; None when there is none, or doubt between several."""
    same = {id(paper): paper for known, paper in by_title.get(work.title_key, ()) if same_work(known, work)}
    return next(iter(same.values())) if len(same) == 1 else None


def _work_of_record(record: PaperRecord) -> Work:
    arxiv_id = next((value for scheme, value in record.identifiers if scheme == ARXIV), None)
    dated = record.submitted_at or (arxiv_month(arxiv_id) if arxiv_id else record.recorded_on)
    names = [author.name for author in record.authors]
    return Work(
        title_key(record.title),
        arxiv_id,
        names,
        record.author_count or len(names) or None,
        dated.year if dated else None,
        record.abstract,
    )


def _work_of_paper(paper: Paper) -> Work:
    dated = paper.submitted_at or (arxiv_month(paper.arxiv_id) if paper.arxiv_id else None)
    names = [name for name in paper.authors_text.split(", ") if name]
    year = dated.year if dated else None
    return Work(paper.title_key, paper.arxiv_id, names, paper.author_count, year, paper.abstract)


def _list(papers: Iterable[Paper]) -> str:
    return ", ".join(sorted(paper.public_id if paper.pk else "a new one" for paper in papers)) + "."


def _write(source: str, items: Sequence[_Item], now: datetime, counts: Counts) -> None:
    grouped: dict[int, list[_Item]] = defaultdict(list)
    for item in items:
        grouped[id(item.paper)].append(item)
    known = [item.paper.pk for item in items if item.paper and item.paper.pk]
    said = _statements(known)
    new: list[tuple[Paper, Composition]] = []
    old: list[tuple[Paper, Composition]] = []
    for group in grouped.values():
        paper = group[0].paper
        assert paper is not None
        statements = said.get(paper.pk, {}) if paper.pk else {}
        for item in group:
            statements[(source, item.record.key)] = Statement(source, item.record.key, item.facts, item.record.as_of)
        composition = compose(statements.values(), now.date())
        if paper.pk:
            old.append((paper, composition))
            counts.updated += len(group)
        else:
            new.append((paper, composition))
            counts.created += 1
            counts.updated += len(group) - 1
    rows.insert_papers(new)
    rows.update_papers(old)
    rows.write_related(new, old)
    rows.write_source_records(
        [
            SourceRecord(
                paper=item.paper,
                source=source,
                key=item.record.key,
                facts=item.facts,
                content_hash=item.hash,
                as_of=item.record.as_of,
                first_seen_at=now,
                changed_at=now,
            )
            for item in items
        ]
    )


def _statements(paper_ids: Iterable[int]) -> dict[int, dict[tuple[str, str], Statement]]:
    said: dict[int, dict[tuple[str, str], Statement]] = defaultdict(dict)
    for row in SourceRecord.objects.filter(paper__in=set(paper_ids)):
        said[row.paper_id][(row.source, row.key)] = Statement(row.source, row.key, row.facts, row.as_of)
    return said


def _reject(source: str, items: Iterable[RejectedItem], run: IngestRun) -> None:
    """Keep what could not be taken; the same item rejected again only moves to the newest run."""
    kept = {}
    for item in items:
        raw = item.raw.replace("\x00", "\ufffd")
        reason = item.reason if len(raw) <= _RAW_LIMIT else f"{item.reason} (The item is cut at {_RAW_LIMIT:,} characters.)"
        fingerprint = hashlib.sha256(raw.encode(errors="surrogatepass")).digest()
        kept[fingerprint] = RejectedRecord(
            run=run,
            source=source,
            key=item.key[:200],
            raw=raw[:_RAW_LIMIT].encode(errors="replace").decode(),
            fingerprint=fingerprint,
            reason=reason,
        )
    RejectedRecord.objects.bulk_create(
        kept.values(),
        update_conflicts=True,
        unique_fields=["source", "fingerprint"],
        update_fields=["run", "reason"],
    )


def recompose(paper_ids: Iterable[int], today: date) -> None:
    """Write papers anew from the source records that they have left, inside the caller's transaction."""
    papers = {paper.pk: paper for paper in Paper.objects.select_for_update().filter(pk__in=list(paper_ids))}
    said = _statements(papers)
    pairs = [(papers[pk], compose(statements.values(), today)) for pk, statements in said.items()]
    rows.update_papers(pairs)
    rows.write_related([], pairs)
