"""What staff do with submissions, and what readers hear of it."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.ingest.records import json_text
from papers.ingest.retrying import retry_records
from papers.models import Paper, RejectedRecord, Submission
from papers.services.curation import hide_papers
from papers.services.exporting import export_account
from papers.services.leaving import delete_account
from papers.services.merging import merge_papers
from papers.services.submission_decisions import accept_submissions, confirm_submission, reject_submissions
from papers.services.submissions import submit_paper, take_back
from papers.services.trust import accepted_so_far, is_trusted
from tests.factories import make_paper, make_user
from tests.papers.admin.conftest import client_with
from tests.papers.admin.filling import act, logged, said
from tests.papers.submissions.sources import BOATS, DOI, TITLE, Sources, entry

pytestmark = pytest.mark.django_db

DESK = "/admin/papers/submission/"
REASON = {"answered": "yes", "reason": "We print no boats."}


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture(autouse=True)
def _quota(settings: Any) -> None:
    settings.SUBMISSIONS_PER_DAY = 50


def pending(user: User, scheme: str = "arxiv", value: str = BOATS, *, with_upvote: bool = True) -> Submission:
    now = timezone.now()
    own = confirm_submission(submit_paper(user, scheme, value, now), with_upvote=with_upvote, now=now)
    assert own.state == "pending"
    return own


def test_the_desk_shows_what_waits(desk: Client, reader: User, sources: Sources) -> None:
    assert "No submission waits for a look." in desk.get("/admin/").text
    own = pending(reader)
    assert f'<a href="{DESK}{own.pk}/change/">{TITLE}</a>' in desk.get("/admin/").text
    assert TITLE in desk.get(f"{DESK}?state__exact=pending").text
    page = desk.get(f"{DESK}{own.pk}/change/").text
    for words in ("Ada Alder, Bo Birch", "We fold boats", f'href="https://arxiv.org/abs/{BOATS}"', "rosalind"):
        assert words in page


def test_an_accepted_paper_is_in_todays_edition_and_its_reader_hears(
    desk: Client, reader: User, sources: Sources
) -> None:
    own = pending(reader)
    assert "1 submission decided." in said(act(desk, "accept", own, where=DESK))
    paper = Paper.objects.get()
    assert (paper.listed_on, paper.state, paper.upvote_count) == (timezone.localdate(), "listed", 1)
    assert logged(own) == ["Accepted."]
    (message,) = mail.outbox
    assert message.to == ["rosalind@example.org"]
    assert message.subject == "Accepted: the paper that you submitted"
    assert f"http://127.0.0.1:8000/papers/{BOATS}" in message.body
    # Twice is once.
    assert "1 submission left: not waiting for staff." in said(act(desk, "accept", own, where=DESK))
    assert len(mail.outbox) == 1


def test_a_rejected_one_tells_its_reader_why(
    desk: Client, reader: User, reader_client: Client, sources: Sources
) -> None:
    own = pending(reader)
    asked = act(desk, "reject", own, where=DESK)
    assert "Why reject it?" in asked.text
    own.refresh_from_db()
    assert own.state == "pending"
    assert "1 submission rejected." in said(act(desk, "reject", own, where=DESK, **REASON))
    assert not Paper.objects.exists()
    assert logged(own) == ["Rejected: We print no boats."]
    (message,) = mail.outbox
    assert message.subject == "Not accepted: the paper that you submitted"
    assert "They say:\n\nWe print no boats.\n" in message.body
    assert "We print no boats." in reader_client.get("/papers/submit").text
    assert "Staff say: We print no boats." in reader_client.get(own.get_absolute_url()).text


def test_acts_need_the_right_to_them(reader: User, sources: Sources) -> None:
    own = pending(reader)
    onlooker = client_with("papers.view_submission")
    assert onlooker.get(f"{DESK}{own.pk}/change/").status_code == 200
    assert onlooker.post(f"{DESK}{own.pk}/act/accept/").status_code == 403
    assert Client().post(f"{DESK}{own.pk}/act/accept/").status_code == 302
    client = client_with("papers.change_submission")
    assert client.get(f"{DESK}{own.pk}/act/accept/").status_code == 405
    assert client.post(f"{DESK}{own.pk}/act/accept/").status_code == 302
    own.refresh_from_db()
    assert own.state == "accepted"
    assert client.get(f"{DESK}add/").status_code == 403


def test_all_who_wait_for_one_paper_are_told_together(reader: User, sources: Sources) -> None:
    sources.entries[BOATS] = entry(doi=DOI)
    first, second, third = pending(reader), pending(make_user()), pending(make_user(), "doi", DOI)
    EmailAddress.objects.create(user=second.user, email="second@example.org", primary=True, verified=True)
    changed = accept_submissions([second.pk], timezone.now())
    assert {row.pk for row in changed} == {first.pk, second.pk, third.pk}
    assert set(Submission.objects.values_list("state", "paper")) == {("accepted", Paper.objects.get().pk)}
    assert sorted(message.to[0] for message in mail.outbox) == ["rosalind@example.org", "second@example.org"]
    assert Paper.objects.get().upvote_count == 3


def test_a_trusted_reader_brings_what_another_suggested(reader: User, sources: Sources, staff: User) -> None:
    waiting = pending(reader)
    now = timezone.now()
    mine = confirm_submission(submit_paper(staff, "arxiv", BOATS, now), with_upvote=False, now=now)
    assert mine.state == "accepted"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.paper) == ("accepted", mine.paper)
    assert [message.to for message in mail.outbox] == [["rosalind@example.org"]]


def test_a_paper_that_came_by_itself_stays_in_its_edition(reader: User, sources: Sources) -> None:
    own = pending(reader)
    paper = make_paper(arxiv_id=BOATS)
    assert accept_submissions([own.pk], timezone.now()) == [own]
    own.refresh_from_db()
    before = paper.listed_on
    paper.refresh_from_db()
    assert (own.state, own.paper, paper.listed_on) == ("accepted", paper, before)
    assert paper.upvote_count == 1


def test_a_paper_that_staff_hid_meanwhile_stays_hidden(reader: User, sources: Sources) -> None:
    own = pending(reader)
    paper = make_paper(arxiv_id=BOATS, state="hidden")
    accept_submissions([own.pk], timezone.now())
    own.refresh_from_db()
    paper.refresh_from_db()
    assert (own.state, own.paper, paper.state) == ("failed", None, "hidden")
    assert "Staff have decided not to show this paper here." in mail.outbox[0].body


def test_what_the_writer_refuses_is_kept_with_its_reason_for_staff(reader: User, sources: Sources) -> None:
    own = pending(reader)
    Submission.objects.update(facts=own.facts | {"code_url": f"https://code.example.org/{'x' * 600}"})
    accept_submissions([own.pk], timezone.now())
    own.refresh_from_db()
    assert (own.state, own.paper) == ("failed", None)
    assert own.trouble.startswith("The database refused it: ")
    assert RejectedRecord.objects.get().reason == own.trouble
    assert "It could not be taken in. Staff see why" in mail.outbox[0].body
    assert "database" not in mail.outbox[0].body
    assert not Paper.objects.exists()


@pytest.mark.parametrize(("scheme", "value"), [("arxiv", BOATS), ("doi", DOI)])
def test_what_the_writer_refused_is_tried_again_from_what_was_kept(
    scheme: str, value: str, reader: User, sources: Sources
) -> None:
    own = pending(reader, scheme, value)
    facts = own.facts | {"code_url": f"https://code.example.org/{'x' * 600}"}
    Submission.objects.update(facts=facts)
    accept_submissions([own.pk], timezone.now())
    record = RejectedRecord.objects.get()
    reason = record.reason
    # Still refused, it keeps its reason.
    assert retry_records([record.pk], timezone.now()).first_reason == reason
    record = RejectedRecord.objects.get()
    assert (record.reason, json.loads(record.raw)) == (reason, facts)
    # What was wrong is mended.
    RejectedRecord.objects.update(raw=json_text(own.facts))
    assert retry_records([record.pk], timezone.now()).taken == [record]
    assert not RejectedRecord.objects.exists()
    assert list(Paper.objects.values_list("title", "identifiers__value")) == [(own.title, value)]


def test_what_was_taken_back_is_not_decided(reader: User, sources: Sources) -> None:
    own = pending(reader)
    take_back(own, timezone.now())
    assert accept_submissions([own.pk], timezone.now()) == []
    assert reject_submissions([own.pk], "No.", timezone.now()) == []
    assert mail.outbox == []


# Trust


def test_curators_decide_and_are_trusted() -> None:
    migration = import_module("papers.migrations.0019_submissions_for_curators")
    # Another test's flush may have taken the group that the migrations made.
    group, _ = Group.objects.get_or_create(name="Curators")
    migration.allow(apps, None)
    held = set(group.permissions.filter(content_type__model="submission").values_list("codename", flat=True))
    assert held == {"view_submission", "change_submission", "submit_at_once"}
    curator = make_user(is_staff=True)
    curator.groups.add(group)
    assert is_trusted(curator)


def test_three_accepted_papers_that_stand_make_a_reader_trusted(reader: User, sources: Sources) -> None:
    for number in range(3):
        assert not is_trusted(reader)
        value = f"2509.0000{number}"
        sources.entries[value] = entry(value, f"Boats of the {number}th Kind Altogether")
        accept_submissions([pending(reader, value=value).pk], timezone.now())
    assert is_trusted(reader)
    hide_papers([Paper.objects.first().pk])  # type: ignore[union-attr]
    assert not is_trusted(reader)


def test_one_paper_by_two_names_counts_once(reader: User) -> None:
    paper, now = make_paper(), timezone.now()
    for scheme, value in (("arxiv", BOATS), ("doi", DOI)):
        Submission.objects.create(
            user=reader, scheme=scheme, value=value, state="accepted", paper=paper, created_at=now, decided_at=now
        )
    assert accepted_so_far(reader) == 1


def test_staff_make_a_reader_trusted_by_a_right(reader: User, settings: Any) -> None:
    assert not is_trusted(reader)
    reader.user_permissions.add(Permission.objects.get(codename="submit_at_once"))
    assert is_trusted(User.objects.get(pk=reader.pk))
    settings.SUBMISSIONS_UNTIL_TRUSTED = 0
    assert is_trusted(make_user())


def test_the_page_says_who_is_trusted(reader_client: Client, reader: User, staff: User, settings: Any) -> None:
    page = reader_client.get("/papers/submit").text
    assert "You are trusted once staff have accepted 3 papers of yours, or when" in page
    client = Client()
    client.force_login(staff)
    assert "You are a trusted reader." in client.get("/papers/submit").text
    settings.SUBMISSIONS_UNTIL_TRUSTED = 0
    assert "It appears in the day’s edition at once" in reader_client.get("/papers/submit").text


# A person's data, and papers that become one


def test_submissions_are_in_the_export_and_go_with_the_account(reader: User, sources: Sources) -> None:
    own = pending(reader)
    accept_submissions([own.pk], timezone.now())
    told = json.loads("".join(export_account(reader)))["submissions"]
    assert [(row["name"], row["title"], row["state"], row["paper"]) for row in told] == [
        (f"arXiv:{BOATS}", TITLE, "accepted", BOATS)
    ]
    assert json.loads("".join(export_account(make_user())))["submissions"] == []
    delete_account(reader)
    assert not Submission.objects.exists()
    assert Paper.objects.get().upvote_count == 0


def test_a_merge_takes_submissions_along(reader: User, sources: Sources) -> None:
    own = pending(reader)
    accept_submissions([own.pk], timezone.now())
    kept = make_paper(arxiv_id=None)
    merge_papers(kept, Paper.objects.get(arxiv_id=BOATS), timezone.now())
    own.refresh_from_db()
    assert own.paper == kept
