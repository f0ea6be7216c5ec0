"""All that is kept about a reader, as one JSON document, written row by row so that its length costs no memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch

from accounts.models import User
from papers.models import Comment, CommentEdit, Dismissal, Paper, Sighting, Submission, Vote

_CHUNK = 2_000
_ACCOUNT = (
    *("id", "username", "email", "first_name", "last_name", "about", "link"),
    *("has_public_upvotes", "has_public_comments", "is_staff", "date_joined", "last_login"),
)


def export_account(user: User) -> Iterator[str]:
    """The document in pieces. Times are in UTC (ISO 8601); papers are called as their addresses call them.

    {"account": {"id", "username", "email", "first_name", "last_name", "about", "link", "has_public_upvotes",
                 "has_public_comments", "is_staff", "date_joined", "last_login", "has_password"},
     "email_addresses": [{"email", "verified", "primary"}],
     "sign_in_steps": [{"kind": "totp" | "recovery_codes" | "webauthn", "name", "created_at", "last_used_at"}],
     "connected_accounts": [{"provider", "uid", "date_joined", "last_login", "facts": what that site said}],
     "sessions": [{"ip", "user_agent", "created_at", "last_seen_at"}],
     "upvotes": [{"paper", "title", "created_at"}],
     "comments": [{"id", "paper", "title", "in_reply_to", "source", "created_at", "edited_at", "deleted_at",
                   "edits": [{"source": what it said before, "edited_at"}]}],
     "seen_papers": [{"paper", "title", "created_at"}],
     "not_for_me": [{"paper", "title", "created_at"}],
     "saved_searches": [{"name", "query", "created_at"}],
     "submissions": [{"name", "title", "state", "reason", "paper", "with_upvote", "created_at", "confirmed_at",
                      "decided_at"}]}

    Passwords, codes, keys and tokens are not in it: who holds the file must not be able to sign in with it.
    """
    yield "{" + f'"account": {_json(_account(user))}'
    for name, rows in _lists(user).items():
        yield f',\n"{name}": ['
        separator = "\n"
        for row in rows:
            yield separator + _json(row)
            separator = ",\n"
        yield "]"
    yield "}\n"


def _account(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in _ACCOUNT} | {"has_password": user.has_usable_password()}


def _lists(user: User) -> dict[str, Iterator[dict[str, Any]]]:
    addresses = EmailAddress.objects.filter(user=user).order_by("pk").values("email", "verified", "primary")
    sessions = UserSession.objects.filter(user=user).order_by("pk")
    connected = SocialAccount.objects.filter(user=user).order_by("pk")
    return {
        "email_addresses": iter(addresses),
        "sign_in_steps": (_step(step) for step in Authenticator.objects.filter(user=user).order_by("pk")),
        "connected_accounts": (
            row | {"facts": row.pop("extra_data")}
            for row in connected.values("provider", "uid", "date_joined", "last_login", "extra_data")
        ),
        "sessions": iter(sessions.values("ip", "user_agent", "created_at", "last_seen_at")),
        "upvotes": _papers(Vote, user),
        "comments": _comments(user),
        "seen_papers": _papers(Sighting, user),
        "saved_searches": iter(user.saved_searches.order_by("pk").values("name", "query", "created_at")),
        "not_for_me": _papers(Dismissal, user),
        "submissions": _submissions(user),
    }


def _step(step: Authenticator) -> dict[str, Any]:
    name = step.wrap().name if step.type == Authenticator.Type.WEBAUTHN else ""
    return {"kind": step.type, "name": name, "created_at": step.created_at, "last_used_at": step.last_used_at}


def _papers(model: type[Vote | Sighting | Dismissal], user: User) -> Iterator[dict[str, Any]]:
    rows = model._default_manager.filter(user=user).order_by("pk")
    for pk, arxiv_id, title, created_at in rows.values_list(
        "paper_id", "paper__arxiv_id", "paper__title", "created_at"
    ).iterator(chunk_size=_CHUNK):
        yield {"paper": Paper(pk=pk, arxiv_id=arxiv_id).public_id, "title": title, "created_at": created_at}


def _comments(user: User) -> Iterator[dict[str, Any]]:
    comments = (
        Comment.objects.filter(user=user)
        .select_related("paper")
        .only("source", "created_at", "edited_at", "deleted_at", "parent_id", "paper__arxiv_id", "paper__title")
        .prefetch_related(Prefetch("edits", CommentEdit.objects.order_by("edited_at", "pk")))
        .order_by("pk")
    )
    for comment in comments.iterator(chunk_size=_CHUNK):
        yield {
            "id": comment.pk,
            "paper": comment.paper.public_id,
            "title": comment.paper.title,
            "in_reply_to": comment.parent_id,
            "source": comment.source,
            "created_at": comment.created_at,
            "edited_at": comment.edited_at,
            "deleted_at": comment.deleted_at,
            "edits": [{"source": edit.source, "edited_at": edit.edited_at} for edit in comment.edits.all()],
        }


def _submissions(user: User) -> Iterator[dict[str, Any]]:
    rows = Submission.objects.by(user).select_related("paper").defer("facts").order_by("pk")
    for row in rows.iterator(chunk_size=_CHUNK):
        yield {
            "name": row.name,
            "title": row.title,
            "state": row.state,
            "reason": row.reason,
            "paper": row.paper.public_id if row.paper else None,
            "with_upvote": row.with_upvote,
            "created_at": row.created_at,
            "confirmed_at": row.confirmed_at,
            "decided_at": row.decided_at,
        }


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
