"""Which papers a source is asked about, and what is remembered of having asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain

from papers.ingest.records import AnyItem, RejectedItem, UnreadItem
from papers.ingest.sources.enriching import Enricher, Enrichment, Known, Unknown
from papers.models import Enquiry, IngestRun, Paper, RejectedRecord
from papers.paging import after


def due(source: Enricher, now: datetime) -> Iterator[list[Known]]:
    """Groups of papers to ask about: never asked ones first, the newest first; then the longest ago.

    One or two queries a group, by keyset: what is asked meanwhile changes neither order behind it.
    """
    for papers in chain(_never_asked(source), _asked_before(source, now)):
        yield [Known(paper.pk, paper.title, _names(paper, source.schemes)) for paper in papers]


def _names(paper: Paper, schemes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    names = [(row.scheme, row.value) for row in paper.identifiers.all() if row.scheme in schemes]
    return tuple(sorted(names, key=lambda name: (schemes.index(name[0]), name[1])))


def _never_asked(source: Enricher) -> Iterator[list[Paper]]:
    waiting = Paper.objects.listed().known_by(source.schemes).never_asked_of(source.name).newest_first()
    papers = waiting
    while page := list(papers.for_asking()[: source.most]):
        yield page
        papers = after(waiting, page[-1])


def _asked_before(source: Enricher, now: datetime) -> Iterator[list[Paper]]:
    before = now - timedelta(days=source.older_than)
    enquiries = Enquiry.objects.older_than(source.name, before)
    rest = enquiries
    while page := list(rest[: source.most]):
        asked = {enquiry.paper_id: enquiry for enquiry in page}
        papers = Paper.objects.listed().known_by(source.schemes).filter(pk__in=asked).for_asking()
        if found := sorted(papers, key=lambda paper: (asked[paper.pk].asked_at, paper.pk)):
            yield found
        rest = enquiries.after(page[-1])


def remember(run: IngestRun, items: Sequence[AnyItem | Unknown], now: datetime) -> int:
    """Note of which papers a run asked; return how many were not known there. In the transaction of the items.

    The writer's lock is held, so no paper of them is merged away now.
    """
    asked = [item for item in items if not isinstance(item, UnreadItem) and "paper" in item.context]
    if not asked:
        return 0
    answers = {item.context["paper"]: _answer(item) for item in asked}
    here = Paper.objects.filter(pk__in=answers).values_list("pk", flat=True)
    Enquiry.objects.bulk_create(
        [Enquiry(paper_id=pk, source=run.source, answer=answers[pk], asked_at=now) for pk in here],
        update_conflicts=True,
        unique_fields=["paper", "source"],
        update_fields=["answer", "asked_at"],
    )
    _replace_rejected(run, {item.key for item in asked})
    return sum(isinstance(item, Unknown) for item in asked)


def _replace_rejected(run: IngestRun, keys: set[str]) -> None:
    """A new answer on a paper takes the place of one that was rejected; what staff put aside stays aside."""
    of_source = RejectedRecord.objects.filter(source=run.source, key__in=keys)
    earlier = of_source.exclude(run=run)
    aside = earlier.dismissed().values_list("key", "dismissed_at")
    for key, dismissed_at in aside:
        of_source.filter(run=run, key=key, dismissed_at=None).update(dismissed_at=dismissed_at)
    earlier.delete()


def written(items: Sequence[AnyItem | Unknown]) -> list[AnyItem]:
    """What there is to write of a batch."""
    return [item for item in items if not isinstance(item, Unknown)]


def _answer(item: Enrichment) -> str:
    if isinstance(item, Unknown):
        return Enquiry.Answer.UNKNOWN
    return Enquiry.Answer.REJECTED if isinstance(item, RejectedItem) else Enquiry.Answer.TOLD
