"""A reader takes along all that is kept about them, and nothing that opens their account."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import User
from papers.models import Paper, Vote
from papers.services.comments import delete_comment, edit_comment, post_comment
from papers.services.exporting import export_account
from papers.services.sightings import note_sighting
from papers.services.votes import cast_upvote
from tests.factories import DAY, NOON, make_paper, make_user

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery"


def exported(user: User) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(export_account(user)))
    return found


def test_everything_about_the_person_is_in_it(client: Client, reader: User) -> None:
    paper, unnamed = make_paper("Lamplight “by night”", arxiv_id="1706.03762"), make_paper(arxiv_id=None)
    client.post("/accounts/login/", {"login": "rosalind", "password": SECRET}, headers={"user-agent": "Lynx/2.9"})
    cast_upvote(paper, reader)
    note_sighting(unnamed, reader)
    comment = post_comment(paper, reader, "First.", now=NOON)
    edit_comment(comment, "Second.", NOON)
    reply = post_comment(paper, reader, "Third.", parent=comment, now=NOON)
    delete_comment(reply, NOON)
    SocialAccount.objects.create(user=reader, provider="github", uid="7", extra_data={"login": "rosa"})
    reader.about = "Crystals."
    reader.save(update_fields=["about"])
    told = exported(reader)
    assert told["account"]["username"] == "rosalind"
    assert told["account"]["about"] == "Crystals."
    assert told["account"]["has_password"] is True
    assert told["email_addresses"] == [{"email": "rosalind@example.org", "verified": True, "primary": True}]
    assert [(row["ip"], row["user_agent"]) for row in told["sessions"]] == [("127.0.0.1", "Lynx/2.9")]
    assert [(row["paper"], row["title"]) for row in told["upvotes"]] == [("1706.03762", "Lamplight “by night”")]
    assert [row["paper"] for row in told["seen_papers"]] == [f"bs-{unnamed.pk}"]
    first, second = told["comments"]
    assert (first["source"], [edit["source"] for edit in first["edits"]]) == ("Second.", ["First."])
    assert (second["in_reply_to"], second["deleted_at"]) == (comment.pk, "2025-12-25T12:00:00Z")
    assert told["connected_accounts"][0]["facts"] == {"login": "rosa"}


def test_no_secret_is_in_it(reader: User) -> None:
    Authenticator.objects.create(user=reader, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    Authenticator.objects.create(user=reader, type="recovery_codes", data={"seed": "hushhush", "used_mask": 0})
    Authenticator.objects.create(
        user=reader, type="webauthn", data={"name": "My phone", "credential": {"id": "hushkey"}}
    )
    text = "".join(export_account(reader))
    assert [(step["kind"], step["name"]) for step in json.loads(text)["sign_in_steps"]] == [
        ("totp", ""),
        ("recovery_codes", ""),
        ("webauthn", "My phone"),
    ]
    for secret in ("JBSWY3DPEHPK3PXP", "hush", reader.password):
        assert secret not in text


def test_nobody_elses_rows_are_in_it(reader: User) -> None:
    paper, other = make_paper(), make_user(username="stranger")
    cast_upvote(paper, other)
    post_comment(paper, other, "Theirs.", now=NOON)
    told = exported(reader)
    assert told["upvotes"] == told["comments"] == told["seen_papers"] == told["sessions"] == []


def test_it_is_downloaded_after_the_password(client: Client, reader: User) -> None:
    assert client.get("/accounts/data/export/")["Location"].startswith("/accounts/login/")
    client.force_login(reader)
    assert 'href="/accounts/data/export/"' in client.get("/accounts/data/").text
    response = client.get("/accounts/data/export/")
    assert response["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Fdata%2Fexport%2F"
    response = client.post(response["Location"], {"password": SECRET}, follow=True)
    assert response["Content-Disposition"] == 'attachment; filename="broadsheet-rosalind.json"'
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert response.streaming
    assert json.loads(response.getvalue())["account"]["username"] == "rosalind"


def test_ten_thousand_votes_take_the_memory_of_one_chunk_of_them(reader: User) -> None:
    Paper.objects.bulk_create(
        (Paper(title="x" * 500, arxiv_id=f"{n // 10_000:04}.{n % 10_000:05}", dated_on=DAY) for n in range(10_000)),
        batch_size=5_000,
    )
    Vote.objects.bulk_create(
        (Vote(user=reader, paper_id=pk) for pk in Paper.objects.values_list("pk", flat=True).iterator()),
        batch_size=5_000,
    )
    tracemalloc.start()
    size = sum(len(piece) for piece in export_account(reader))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 5_000_000
    # A chunk of rows, however many there are.
    assert peak < 3_500_000
