"""What becomes of a submission that its reader has confirmed: the paper is listed, or staff decide.

Each takes the writer's lock before any row, since several submissions may be about one work: of two that come at once
the second finds the first one's paper.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils import timezone

from papers.ingest.asking import source_of_scheme
from papers.ingest.composing import SUBMISSION
from papers.ingest.locking import lock_writer, waited_in_vain
from papers.ingest.records import KEY_LENGTH, PaperRecord, record_of
from papers.ingest.retrying import kept_as_facts
from papers.ingest.writer import write_batch
from papers.models import IngestRun, Paper, Submission
from papers.services.submission_mail import tell
from papers.services.submissions import SubmissionRefused, end_as_known, known_paper
from papers.services.trust import is_trusted
from papers.services.votes import cast_upvote

State = Submission.State
# Seconds that a reader waits for a run that writes; one that is only tried out holds its locks until it ends.
_PATIENCE = 3
_DECIDED = ["state", "reason", "trouble", "paper", "decided_at", "confirmed_at", "with_upvote"]


class WriterBusy(Exception):
    """Why it can't be decided at this moment, in a sentence for the reader."""


def confirm_submission(submission: Submission, *, with_upvote: bool, now: datetime) -> Submission:
    """The reader's word that this is the paper: listed today for a trusted reader, else left to staff.

    Confirming twice is confirming once. Raise SubmissionRefused where it was looked up too long ago, WriterBusy where
    somebody else has been writing papers for too long.
    """
    try:
        return _confirm(submission, with_upvote=with_upvote, now=now)
    except OperationalError as error:
        if waited_in_vain(error):
            raise WriterBusy("Papers are being taken in at this moment. Nothing was sent; try again soon.") from error
        raise


@transaction.atomic
def _confirm(submission: Submission, *, with_upvote: bool, now: datetime) -> Submission:
    lock_writer(_PATIENCE)
    locked = Submission.objects.select_for_update(of=("self",)).select_related("user").get(pk=submission.pk)
    if locked.state != State.FOUND:
        return locked
    if locked.has_expired(now):
        raise SubmissionRefused("This was looked up more than a week ago. Look it up again first.")
    locked.with_upvote, locked.confirmed_at = with_upvote, now
    if paper := known_paper(_names(locked)):
        end_as_known(locked, paper, now)
    elif is_trusted(locked.user):
        _list(locked, now)
    else:
        locked.state = State.PENDING
    locked.save(update_fields=_DECIDED)
    _upvote_as_wished(locked)
    if locked.state == State.ACCEPTED:
        _accept_the_same(locked, now)
    return locked


@transaction.atomic
def accept_submissions(ids: Collection[int], now: datetime) -> list[Submission]:
    """List what waits, in today's edition; others who wait for the same paper are accepted with it.

    A paper that came otherwise meanwhile stays in its edition. Return those that changed; among them may be
    one that the writer refused.
    """
    lock_writer()
    changed: list[Submission] = []
    for submission in _pending(ids):
        if submission.pk in {other.pk for other in changed}:
            continue
        paper = known_paper(_names(submission))
        if paper is not None and paper.state == Paper.State.LISTED:
            submission.state, submission.paper, submission.decided_at = State.ACCEPTED, paper, now
        elif paper is not None:
            end_as_known(submission, paper, now)
        else:
            _list(submission, now)
        submission.save(update_fields=_DECIDED)
        changed.append(submission)
        tell(submission)
        _upvote_as_wished(submission)
        if submission.state == State.ACCEPTED:
            changed += _accept_the_same(submission, now)
    return changed


@transaction.atomic
def reject_submissions(ids: Collection[int], reason: str, now: datetime) -> list[Submission]:
    """Refuse what waits, with a sentence that each reader is sent; return those that changed."""
    lock_writer()
    changed = _pending(ids)
    for submission in changed:
        submission.state, submission.reason, submission.decided_at = State.REJECTED, reason, now
        submission.save(update_fields=["state", "reason", "decided_at"])
        tell(submission)
    return changed


def _pending(ids: Collection[int]) -> list[Submission]:
    rows = Submission.objects.pending().select_for_update(of=("self",)).select_related("user")
    return list(rows.filter(pk__in=ids).order_by("pk"))


def _names(submission: Submission) -> list[tuple[str, str]]:
    names = [(scheme, value) for scheme, value in submission.facts.get("identifiers", [])]
    return list(dict.fromkeys([*names, (submission.scheme, submission.value)]))


def _list(submission: Submission, now: datetime) -> None:
    """Write the paper by the ordinary writer, and put it into today's edition; the caller saves the submission."""
    names = _names(submission)
    record = kept_as_facts(record_of(names[0][1][:KEY_LENGTH], submission.facts))
    run = IngestRun.objects.create(
        source=SUBMISSION,
        arguments={"submission": submission.name},
        state=IngestRun.State.DONE,
        started_at=now,
        heartbeat_at=now,
        finished_at=now,
        cursor=1,
    )
    counts = write_batch(source_of_scheme(submission.scheme), [record], run, now)
    paper = known_paper(names)
    submission.decided_at = now
    if paper is None:
        submission.state = State.FAILED
        submission.reason = "It could not be taken in. Staff see why, and will look at it."
        submission.trouble = run.rejected_records.values_list("reason", flat=True).first() or ""
    elif counts.created:
        today = timezone.localdate(now)
        placed = PaperRecord(
            key=submission.name[:KEY_LENGTH], title=record.title, identifiers=tuple(names), listed_on=today, as_of=today
        )
        write_batch(SUBMISSION, [placed], run, now)
        submission.state, submission.paper = State.ACCEPTED, paper
    else:
        # It was known by its title, under other names.
        end_as_known(submission, paper, now)
    run.created, run.updated, run.rejected = counts.created, counts.updated, counts.rejected
    run.save(update_fields=["created", "updated", "rejected"])


def _upvote_as_wished(submission: Submission) -> None:
    if submission.with_upvote and submission.paper is not None:
        with suppress(Paper.DoesNotExist):
            cast_upvote(submission.paper, submission.user)


def _accept_the_same(listed: Submission, now: datetime) -> list[Submission]:
    """Others who wait for the paper that has just been listed hear of it.

    One that is locked is being taken back, or its reader leaves: waiting for that with the paper locked, by a vote,
    could be waiting in a circle.
    """
    paper = listed.paper
    names = list(paper.identifiers.values_list("scheme", "value")) if paper else []
    rows = Submission.objects.pending().about([*names, (listed.scheme, listed.value)])
    others = list(rows.select_for_update(of=("self",), skip_locked=True).select_related("user").order_by("pk"))
    for other in others:
        other.state, other.paper, other.decided_at = State.ACCEPTED, paper, now
        other.save(update_fields=["state", "paper", "decided_at"])
        tell(other)
        _upvote_as_wished(other)
    return others
