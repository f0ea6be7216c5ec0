"""Papers that readers suggest: named, looked up, confirmed, taken back.

Looking up asks arXiv or Crossref, in the request where that is quick, else in a job that comes again for a day.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.enqueuing import enqueue
from accounts.models import User
from papers.identifiers import ARXIV, DOI
from papers.ingest.asking import FOR_A_JOB, FOR_A_PAGE, Endpoints, NoSuchPaper, ask_for, turn_of
from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord
from papers.ingest.turns import Busy, one_question
from papers.models import Paper, Submission
from papers.services.submission_mail import tell

State = Submission.State

# How long after a try in vain the next one comes: about a day in all, then it is given up.
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60, 120, 240, 480, 480))
# While a long run has the service's turn, we look again so often; that is no try.
_BUSY_PAUSE = timedelta(minutes=2)
_PATIENCE_FOR_A_PAGE, _PATIENCE_FOR_A_JOB = 2.0, 15.0  # seconds until it must be our turn
_REST = {ARXIV: 3.0, DOI: 0.2}  # seconds between two questions; Crossref takes several a second
# What a source said so shortly ago is not asked again, whoever wanted to know.
_FRESH = timedelta(days=1)
_QUOTA_LOCK = 0x73756271  # any number, the same in every process
HERE_ALREADY = "It is here already."
NOT_SHOWN = "Staff have decided not to show this paper here."


class SubmissionRefused(Exception):
    """Why nothing was submitted, in a sentence for the reader."""


class QuotaReached(SubmissionRefused):
    """As many as a day takes."""


def known_paper(names: list[tuple[str, str]]) -> Paper | None:
    """The paper that has one of these identifiers, or had it before a merge, whatever its state."""
    for scheme, value in names:
        if found := Paper.objects.filter(identifiers__scheme=scheme, identifiers__value=value).first():
            return found
    arxiv_ids = [value for scheme, value in names if scheme == ARXIV]
    return Paper.objects.filter(redirects__public_id__in=arxiv_ids).first() if arxiv_ids else None


def submit_paper(user: User, scheme: str, value: str, now: datetime) -> Submission:
    """The reader's submission of this paper, looked up while they wait; QUEUED where the source can't answer now.

    One that they have open already is only shown again. Raise QuotaReached.
    """
    submission, is_new = _begin(user, scheme, value, now)
    return _look_up(submission, now, in_page=True) if is_new else submission


@transaction.atomic
def _begin(user: User, scheme: str, value: str, now: datetime) -> tuple[Submission, bool]:
    """(the reader's open submission, whether it is still to be looked up).

    Counted under a lock, so that twenty requests at once make no more than the day takes. A job is enqueued with it,
    so that it is looked up even where this request ends before that.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_QUOTA_LOCK, user.pk % 2**31])
    mine = Submission.objects.open().by(user).filter(scheme=scheme, value=value).first()
    if mine is not None and not mine.has_expired(now):
        return mine, False
    if mine is not None:
        mine.state, mine.tries, mine.found_at = State.QUEUED, 0, None
        mine.save(update_fields=["state", "tries", "found_at"])
    else:
        _count(user, now)
        mine = Submission.objects.create(user=user, scheme=scheme, value=value, created_at=now)
    _look_again(mine, now + _PAUSES[0])
    return mine, True


def _count(user: User, now: datetime) -> None:
    """Raise QuotaReached where today's number is used up."""
    today = timezone.localdate(now)
    midnight = timezone.make_aware(datetime.combine(today, time()))
    limit = settings.SUBMISSIONS_PER_DAY
    if Submission.objects.by(user).counted_since(midnight).count() >= limit:
        papers = "one paper" if limit == 1 else f"{limit} papers"
        raise QuotaReached(
            f"You have submitted {papers} today, and a day takes no more. You may again tomorrow, "
            f"from midnight ({settings.TIME_ZONE})."
        )


def look_up_later(number: int, tries: int, now: datetime) -> str:
    """Ask in a job, and tell the reader by mail what came of it. Return the state, for the log of jobs.

    `tries` is how often the source had been asked when the job was enqueued: a job that others overtook does nothing.
    """
    submission = Submission.objects.queued().filter(pk=number, tries=tries).first()
    # It may go with its reader's account while the source is asked.
    with suppress(Submission.DoesNotExist):
        if submission is not None:
            return _look_up(submission, now, in_page=False).state
    return "nothing to do"


def _look_up(submission: Submission, now: datetime, *, in_page: bool) -> Submission:
    try:
        facts = _fresh_facts(submission, now) or _asked(submission, in_page=in_page).facts()
    except Busy as busy:
        return _put_off(submission.pk, str(busy), now, counts=False, in_page=in_page)
    except SourceError as error:
        return _put_off(submission.pk, str(error), now, counts=True, in_page=in_page)
    except NoSuchPaper as error:
        return _end(submission.pk, str(error), now, in_page=in_page)
    return _found(submission.pk, facts, now, in_page=in_page)


def _fresh_facts(submission: Submission, now: datetime) -> dict[str, object] | None:
    rows = Submission.objects.filter(scheme=submission.scheme, value=submission.value, found_at__gt=now - _FRESH)
    found: dict[str, object] | None = rows.exclude(facts={}).values_list("facts", flat=True).first()
    return found


def _asked(submission: Submission, *, in_page: bool) -> PaperRecord:
    """What the source says of it; raise Busy, SourceError, or NoSuchPaper for what can't be submitted."""
    endpoints = Endpoints(settings.ARXIV_ENDPOINT, settings.CROSSREF_ENDPOINT, settings.CONTACT_EMAIL)
    patience = _PATIENCE_FOR_A_PAGE if in_page else _PATIENCE_FOR_A_JOB
    with one_question(turn_of(submission.scheme), patience, _REST[submission.scheme]):
        record = ask_for(submission.scheme, submission.value, endpoints, FOR_A_PAGE if in_page else FOR_A_JOB)
    if record.withdrawn_at:
        day = f"{record.withdrawn_at.day} {record.withdrawn_at:%B %Y}"
        raise NoSuchPaper(f"“{record.title}” was withdrawn on {day}, so it can’t be submitted.")
    return record


@transaction.atomic
def _found(number: int, facts: dict[str, object], now: datetime, *, in_page: bool) -> Submission:
    submission = _locked(number)
    if submission.state != State.QUEUED:
        return submission
    submission.facts, submission.title, submission.found_at = facts, str(facts["title"]), now
    names = [(scheme, value) for scheme, value in submission.facts.get("identifiers", [])]
    if paper := known_paper([*names, (submission.scheme, submission.value)]):
        end_as_known(submission, paper, now)
    else:
        submission.state = State.FOUND
    submission.save(update_fields=["facts", "title", "found_at", "state", "reason", "paper", "decided_at"])
    if not in_page:
        tell(submission)
    return submission


def end_as_known(submission: Submission, paper: Paper, now: datetime) -> None:
    """Nothing to submit: the paper is here, or was and is not to be; the caller saves."""
    is_shown = paper.state == Paper.State.LISTED
    submission.state, submission.decided_at = State.FAILED, now
    submission.reason, submission.paper = (HERE_ALREADY, paper) if is_shown else (NOT_SHOWN, None)


@transaction.atomic
def _end(number: int, reason: str, now: datetime, *, in_page: bool) -> Submission:
    submission = _locked(number)
    if submission.state == State.QUEUED:
        submission.state, submission.reason, submission.decided_at = State.FAILED, reason, now
        submission.save(update_fields=["state", "reason", "decided_at"])
        if not in_page:
            tell(submission)
    return submission


@transaction.atomic
def _put_off(number: int, trouble: str, now: datetime, *, counts: bool, in_page: bool) -> Submission:
    """Let a job ask again, or give up after a day of it."""
    submission = _locked(number)
    if submission.state != State.QUEUED:
        return submission
    submission.trouble = trouble
    submission.tries += counts
    if submission.tries > len(_PAUSES):
        source = "arXiv" if submission.scheme == ARXIV else "Crossref"
        submission.state, submission.decided_at = State.FAILED, now
        submission.reason = f"{source} gave no answer for a day. Submit it again once it does."
    submission.save(update_fields=["trouble", "tries", "state", "reason", "decided_at"])
    if submission.state == State.FAILED:
        tell(submission)
    elif counts or not in_page:  # else the job that came with it is still to do
        _look_again(submission, now + (_PAUSES[submission.tries - 1] if counts else _BUSY_PAUSE))
    return submission


def _look_again(submission: Submission, moment: datetime) -> None:
    """Enqueue the job, in the caller's transaction; by name, since papers.tasks calls us."""
    enqueue(
        "papers.tasks.look_up_submission",
        queue="submissions",
        schedule_at=moment,
        number=submission.pk,
        tries=submission.tries,
    )


@transaction.atomic
def take_back(submission: Submission, now: datetime) -> Submission:
    """The reader changed their mind; what was decided stays decided."""
    locked = _locked(submission.pk)
    if locked.state in (State.QUEUED, State.FOUND, State.PENDING):
        locked.state, locked.decided_at = State.WITHDRAWN, now
        locked.save(update_fields=["state", "decided_at"])
    return locked


def _locked(number: int) -> Submission:
    return Submission.objects.select_for_update(of=("self",)).get(pk=number)
