"""What staff decide about papers as a whole: whether they are shown, picked, and in which edition they stand.

Each takes the numbers of many papers and is a few statements, however many. Each changes only what is not so already,
and returns the papers that it changed, for the log.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from papers.ingest.composing import STAFF
from papers.ingest.locking import lock_writer
from papers.models import FieldMap, Paper, SourceRecord
from papers.querysets.papers import PaperQuerySet
from papers.services.corrections import correct_papers, take_back

LISTED, PENDING, HIDDEN = Paper.State.LISTED, Paper.State.PENDING, Paper.State.HIDDEN


def hide_papers(ids: Collection[int]) -> list[Paper]:
    """Take papers off the site. Their votes, comments and pick stay, and come back with them."""
    return _set_state(ids, HIDDEN, LISTED, PENDING)


def restore_papers(ids: Collection[int]) -> list[Paper]:
    """Show hidden papers again."""
    return _set_state(ids, LISTED, HIDDEN)


def accept_papers(ids: Collection[int]) -> list[Paper]:
    """Show papers that waited for somebody's look."""
    return _set_state(ids, LISTED, PENDING)


def reject_papers(ids: Collection[int]) -> list[Paper]:
    """Refuse papers that waited: they are hidden, never deleted, since a source would only bring them again."""
    return _set_state(ids, HIDDEN, PENDING)


def hold_papers(ids: Collection[int]) -> list[Paper]:
    """Set papers aside until somebody has looked; also what undoes a rejection."""
    return _set_state(ids, PENDING, LISTED, HIDDEN)


@transaction.atomic
def feature_papers(ids: Collection[int], now: datetime) -> list[Paper]:
    """Make papers picks of their editions; only a listed paper in an edition can be one."""
    papers = _locked(ids).listed().in_an_edition().filter(picked_at=None)
    return _update(list(papers), picked_at=now)


@transaction.atomic
def unfeature_papers(ids: Collection[int]) -> list[Paper]:
    return _update(list(_locked(ids).exclude(picked_at=None)), picked_at=None)


@transaction.atomic
def move_papers(ids: Collection[int], day: date, now: datetime) -> list[Paper]:
    """Put papers into the edition of a day, as staff's word, so that no later harvest moves them back."""
    lock_writer()
    said = SourceRecord.objects.filter(paper=OuterRef("pk"), source=STAFF, facts__listed_on=day.isoformat())
    papers = list(_locked(ids).filter(~Exists(said)))
    correct_papers(papers, {"listed_on": day}, now)
    return papers


@transaction.atomic
def move_papers_back(ids: Collection[int], now: datetime) -> list[Paper]:
    """Take staff's word on the edition back, so that the sources decide again."""
    lock_writer()
    said = SourceRecord.objects.filter(paper=OuterRef("pk"), source=STAFF)
    said = said.filter(facts__has_key="listed_on") | said.filter(facts__denied__contains="listed_on")
    papers = list(_locked(ids).filter(Exists(said)))
    take_back(papers, ["listed_on"], now)
    return papers


@transaction.atomic
def _set_state(ids: Collection[int], state: Paper.State, *before: Paper.State) -> list[Paper]:
    papers = _update(list(_locked(ids).filter(state__in=before)), state=state)
    if papers and state != Paper.State.LISTED:
        # Themes are named by the words of their papers; such a map is drawn anew when somebody asks for it.
        FieldMap.objects.filter(drawing__places__has_any_keys=[str(paper.pk) for paper in papers]).delete()
    return papers


def _locked(ids: Collection[int]) -> PaperQuerySet:
    # In the order of their numbers, as everywhere, so that two never wait for each other.
    return Paper.objects.select_for_update().filter(pk__in=ids).order_by("pk").only("title", "arxiv_id")


def _update(papers: list[Paper], **columns: object) -> list[Paper]:
    if papers:
        Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(**columns)
    return papers
