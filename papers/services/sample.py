"""The sample catalogue's readers: who upvotes and says what of the bundled papers, and how all of it goes."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from papers.ingest.composing import ASKED, SAMPLE, STAFF
from papers.ingest.locking import lock_writer
from papers.ingest.recomposing import recompose
from papers.models import Author, Comment, Edition, IngestRun, Paper, RejectedRecord, SourceRecord
from papers.services.comments import post_comment
from papers.services.recounting import recount_papers
from papers.services.votes import cast_upvote

_FOLDER = Path(__file__).resolve().parent.parent / "sample"


@dataclass(frozen=True, slots=True)
class Removal:
    """What `remove_sample` took away."""

    papers: int
    kept: int  # papers that a real source knows too
    readers: int


def sample_is_present() -> bool:
    """Whether anything on show is sample: one indexed look."""
    return SourceRecord.objects.filter(source=SAMPLE).exists()


def catalogue_was_ever_filled() -> bool:
    """Whether there are papers, or the sample was here once and was removed."""
    return Paper.objects.exists() or IngestRun.objects.filter(source=SAMPLE).exists()


@transaction.atomic
def add_sample_readers(now: datetime) -> int:
    """Create the demo readers with their votes and comments; return how many readers there are now.

    They can't sign in: their passwords are unusable.
    """
    told: dict[str, Any] = _read("readers.json")
    scores = {entry["arxiv_id"]: entry["score"] for entry in _read("catalogue.json")}
    papers = {paper.arxiv_id: paper for paper in Paper.objects.filter(source_records__source=SAMPLE).distinct()}
    readers = {reader["username"]: _reader(reader) for reader in told["readers"]}
    # A fixed seed: everybody's first start shows the same front page.
    chance = random.Random(1991)  # noqa: S311  (nothing secret hangs on it)
    for paper in sorted(papers.values(), key=lambda paper: paper.arxiv_id or ""):
        # The higher the catalogue's (invented) score, the more of its readers upvote the paper.
        share = min(0.95, 0.08 + scores.get(paper.arxiv_id, 0) / 160)
        for reader in readers.values():
            if chance.random() < share:
                cast_upvote(paper, reader)
    _comments(told["comments"], papers, readers, now)
    return len(readers)


def _read(name: str) -> Any:
    return json.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _reader(told: dict[str, str]) -> User:
    reader, _ = User.objects.get_or_create(
        username=told["username"], defaults={"first_name": told["name"], "is_sample": True, "password": "!"}
    )
    return reader


def _comments(
    told: list[dict[str, Any]], papers: dict[str | None, Paper], readers: dict[str, User], now: datetime
) -> None:
    written: list[Comment | None] = []
    for number, comment in enumerate(told):
        paper = papers.get(comment["arxiv_id"])
        answered = comment.get("reply_to")
        parent = written[answered] if answered is not None else None
        if paper is None or paper.listed_on is None or (answered is not None and parent is None):
            written.append(None)
            continue
        morning = datetime.combine(paper.listed_on, time(8), tzinfo=UTC)
        start = parent.created_at if parent else morning
        moment = min(start + timedelta(minutes=17 + 13 * (number % 23)), now)
        reader = readers[comment["reader"]]
        known = Comment.objects.filter(paper=paper, user=reader, source=comment["text"]).first()
        written.append(known or post_comment(paper, reader, comment["text"], parent=parent, now=moment))


@transaction.atomic
def remove_sample(now: datetime) -> Removal:
    """Take the sample away: its readers, their acts, and every paper that only the sample knows.

    A paper that a real source knows too stays, told by that source alone.
    """
    # No run may find a paper here that is about to go.
    lock_writer()
    ids = set(SourceRecord.objects.filter(source=SAMPLE).values_list("paper_id", flat=True))
    real = SourceRecord.objects.filter(paper__in=ids).exclude(source__in=[SAMPLE, STAFF])
    # Who was asked about a paper did not bring it.
    real = real.exclude(facts__has_key=ASKED)
    shared = set(real.values_list("paper_id", flat=True))
    SourceRecord.objects.filter(source=SAMPLE).delete()
    RejectedRecord.objects.filter(source=SAMPLE).delete()
    Paper.objects.filter(pk__in=ids - shared).delete()
    readers = User.objects.filter(is_sample=True)
    reader_count = readers.count()
    # Their comments go with them, and real readers' answers to those: the sample was their subject.
    Comment.objects.filter(user__in=readers).delete()
    readers.delete()
    recompose(shared, now.date())
    recount_papers(Paper.objects.filter(pk__in=shared))
    Author.objects.filter(authorships=None).delete()
    Edition.objects.exclude(date__in=Paper.objects.exclude(listed_on=None).values("listed_on")).filter(note="").delete()
    return Removal(papers=len(ids - shared), kept=len(shared), readers=reader_count)
