"""What staff decide about accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

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
