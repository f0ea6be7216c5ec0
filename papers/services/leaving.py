"""A reader's account goes: what they did is taken back or left without a name, and every count stays right."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string

from accounts.models import RetiredName, User
from papers.models import Comment, CommentEdit, Paper, Sighting, Submission, Vote
from papers.services.recounting import recount_papers

# A vote cast between our steps, or a paper submitted, makes us begin again; nobody does so much in so short a time.
_ATTEMPTS = 10
# Who did what staff did that left: the log needs somebody, and must not lose its lines.
FORMER_STAFF = "former staff"
_NAMELESS = "deleted user"
# In place of words that their author had deleted: a source may not be empty.
_NO_WORDS = "Deleted, and later its author’s account too."


class LeavingRefused(Exception):
    """Why the account can't be deleted, in a sentence for its owner or for staff."""


class _ActedMeanwhile(Exception):
    """A vote was cast, or a paper submitted, after we had taken back all that we saw."""


def delete_account(user: User) -> bool:
    """Delete the account and what belongs to it alone; return False where it was deleted before.

    Its votes, sightings, submissions, sessions, addresses, second steps and connections go; the papers that it
    submitted stay. Its comments stay without a name,
    their earlier versions and the words of deleted ones go. Its name is not given out again. All in one transaction,
    in a number of statements that does not grow with the votes but by one batch of papers each thousand.
    Raise LeavingRefused for the last superuser.
    """
    for _ in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _delete(user)
        except _ActedMeanwhile:
            continue
    raise LeavingRefused("This account is being used at this moment. Try again.")


def _delete(user: User) -> bool:
    """One attempt, rolled back as a whole where a vote or a submission came in between.

    Casting a vote locks the paper first and the reader's row last, when PostgreSQL checks the foreign key; accepting
    a submission locks it before it casts its upvote. We keep that order, so that nobody waits for us in a circle: no
    paper is locked once we hold the reader, and no open submission once we hold a paper. Decided ones come last, as
    where papers are merged.
    """
    submissions = Submission.objects.open().by(user)
    held_back = list(submissions.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    _take_votes_back(user)
    # All superusers, so that the last two can't leave at once, each seeing the other.
    held = Q(pk=user.pk) | Q(is_superuser=True, is_active=True) if user.is_superuser else Q(pk=user.pk)
    locked = {row.pk: row for row in User.objects.select_for_update().filter(held).order_by("pk")}
    current = locked.get(user.pk)
    if current is None:
        return False
    if Vote.objects.filter(user=user).exists() or submissions.exclude(pk__in=held_back).exists():
        raise _ActedMeanwhile
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if current.is_superuser and not others.exists():
        raise LeavingRefused("This is the only superuser: without it nobody could look after the portal.")
    address = _address(current)
    Sighting.objects.filter(user=user).delete()
    CommentEdit.objects.filter(comment__user=user).delete()
    # Nor can staff restore what they had removed: there are no words left.
    Comment.objects.filter(user=user, deleted_at__isnull=False).update(source=_NO_WORDS, deleted_by_staff=False)
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    RetiredName.objects.retire(current.username)
    _leave_the_log(current)
    # Comments lose their author here, and all else that points to the reader goes.
    current.delete()
    if address:
        _say_farewell(current.username, address)
    return True


def _leave_the_log(user: User) -> None:
    """What a member of staff did stays in admin's log, without their name; so does what was done to the account."""
    done = LogEntry.objects.filter(user_id=user.pk)
    if done.exists():
        # No sign-up gives out a name with a blank in it.
        stand_in, _ = User.objects.get_or_create(username=FORMER_STAFF, defaults={"is_active": False})
        done.update(user=stand_in)
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    about.update(object_repr=_NAMELESS)


def _take_votes_back(user: User) -> None:
    voted = Vote.objects.filter(user=user).values("paper_id")
    # NO KEY: a reader who opens one of these papers meanwhile need not wait.
    papers = Paper.objects.filter(pk__in=voted).select_for_update(no_key=True)
    ids = list(papers.order_by("pk").values_list("pk", flat=True))
    Vote.objects.filter(user=user, paper__in=ids).delete()
    recount_papers(Paper.objects.filter(pk__in=ids))


def _address(user: User) -> str:
    """Where the farewell goes: to the main address if it was confirmed, else to nobody."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    return str(found.email) if found else ""


def _say_farewell(username: str, address: str) -> None:
    context = {"username": username, "site_name": settings.SITE_NAME, "site_url": settings.BROADSHEET_URL}
    context["contact"] = settings.CONTACT_EMAIL
    body = render_to_string("account/email/account_gone_message.txt", context)
    send_mail("Your account is deleted", body, None, [address])
