"""What staff decide about accounts, which sessions go on, and forgetting those that ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.models import User


@transaction.atomic
def deactivate_users(ids: Collection[int], by: User, now: datetime) -> list[User]:
    """Shut accounts out, and end their sessions; what they wrote stays. Return those that were active.

    Nobody can shut themselves out, and only a superuser can shut out a superuser.
    """
    users = User.objects.select_for_update().filter(pk__in=ids, is_active=True).exclude(pk=by.pk).order_by("pk")
    if not by.is_superuser:
        users = users.filter(is_superuser=False)
    changed = list(users)
    User.objects.filter(pk__in=[user.pk for user in changed]).update(is_active=False)
    end_sessions({user.pk for user in changed}, now)
    return changed


@transaction.atomic
def reactivate_users(ids: Collection[int], by: User) -> list[User]:
    """Let accounts in again, to sign in anew. Return those that were shut out."""
    users = User.objects.select_for_update().filter(pk__in=ids, is_active=False).order_by("pk")
    if not by.is_superuser:
        users = users.filter(is_superuser=False)
    changed = list(users)
    User.objects.filter(pk__in=[user.pk for user in changed]).update(is_active=True)
    return changed


def end_sessions(user_ids: Collection[int], now: datetime) -> None:
    """Delete the sessions of some users.

    Sessions do not say whose they are until they are read, so all that have not run out are read once. A shut account
    is refused at once even so; this is for the day on which it is let in again.
    """
    if not user_ids:
        return
    wanted = {str(number) for number in user_ids}
    found = Session.objects.filter(expire_date__gt=now).iterator(chunk_size=2_000)
    keys = [session.session_key for session in found if session.get_decoded().get(SESSION_KEY) in wanted]
    Session.objects.filter(session_key__in=keys).delete()


def live_sessions(user: User, now: datetime) -> list[UserSession]:
    """The reader's sessions that still open the account, the last used first; the others are forgotten.

    Three queries at most, where allauth asks thrice for each session. A changed password ends a session without
    removing it, so what a session holds is looked at too.
    """
    known = list(UserSession.objects.filter(user=user).order_by("-last_seen_at", "-pk"))
    stored = Session.objects.filter(session_key__in=[session.session_key for session in known], expire_date__gt=now)
    fingerprint = user.get_session_auth_hash()
    live = {
        row.session_key
        for row in stored
        if constant_time_compare(str(row.get_decoded().get(HASH_SESSION_KEY, "")), fingerprint)
    }
    if ended := [session.pk for session in known if session.session_key not in live]:
        UserSession.objects.filter(pk__in=ended).delete()
    return [session for session in known if session.session_key in live]


def forget_ended_sessions() -> None:
    """Forget from where sessions came that are no longer stored."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
