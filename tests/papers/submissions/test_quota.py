"""How much one reader may submit: exactly, however many requests come at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, Submission
from papers.services.submission_decisions import confirm_submission
from papers.services.submissions import QuotaReached, submit_paper, take_back
from tests.factories import make_user
from tests.papers.submissions.sources import BOATS, Sources, entry

pytestmark = pytest.mark.django_db

PAGE = "/papers/submit"
NOON = datetime(2025, 12, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _many(sources: Sources) -> None:
    for number in range(30):
        value = f"2510.{number:05}"
        sources.entries[value] = entry(value, f"Boats, Part {number}: Still Afloat")


def test_a_day_takes_five_and_says_when_the_next_may_come(reader_client: Client, sources: Sources) -> None:
    for number in range(5):
        assert reader_client.post(PAGE, {"paper": f"2510.{number:05}"}).status_code == 302
    response = reader_client.post(PAGE, {"paper": "2510.00005"})
    assert response.status_code == 429
    assert "You have submitted 5 papers today, and a day takes no more." in response.text
    assert "You may again tomorrow, from midnight (UTC)." in response.text
    assert 'value="2510.00005"' in response.text
    assert len(sources.asked) == 5
    # What is open already is shown all the same.
    assert reader_client.post(PAGE, {"paper": "2510.00004"}).status_code == 302


def test_the_number_is_the_readers_own_and_the_days(reader: User, settings: Any) -> None:
    settings.SUBMISSIONS_PER_DAY = 1
    submit_paper(reader, "arxiv", "2510.00001", NOON)
    with pytest.raises(QuotaReached):
        submit_paper(reader, "arxiv", "2510.00002", NOON + timedelta(hours=11, minutes=59))
    submit_paper(make_user(), "arxiv", "2510.00002", NOON)
    submit_paper(reader, "arxiv", "2510.00002", NOON + timedelta(hours=12))


def test_the_day_is_the_portals(reader: User, settings: Any) -> None:
    settings.SUBMISSIONS_PER_DAY = 1
    settings.TIME_ZONE = "Pacific/Auckland"  # 13 hours ahead: its day ends at 11:00 UTC
    with timezone.override("Pacific/Auckland"):
        submit_paper(reader, "arxiv", "2510.00001", NOON - timedelta(hours=2))
        with pytest.raises(QuotaReached, match="Pacific/Auckland"):
            submit_paper(reader, "arxiv", "2510.00002", NOON - timedelta(hours=1, minutes=1))
        submit_paper(reader, "arxiv", "2510.00002", NOON - timedelta(hours=1))


def test_a_slip_costs_nothing_and_taking_back_gives_nothing_back(reader: User, settings: Any) -> None:
    settings.SUBMISSIONS_PER_DAY = 1
    for value in ("2509.99998", "2509.99999"):
        assert submit_paper(reader, "arxiv", value, NOON).state == "failed"
    take_back(submit_paper(reader, "arxiv", BOATS, NOON), NOON)
    with pytest.raises(QuotaReached):
        submit_paper(reader, "arxiv", BOATS, NOON)


def test_too_many_slips_a_minute_are_refused_with_a_sentence(reader_client: Client, settings: Any) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["submit"] == "10/m/user,100/d/user,60/h/ip"
    settings.ACCOUNT_RATE_LIMITS = {"submit": "2/m/user"}
    answers = [reader_client.post(PAGE, {"paper": f"2509.9999{number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "That is a lot at once." in answers[-1].text
    assert 'value="2509.99992"' in answers[-1].text
    settings.ACCOUNT_RATE_LIMITS = {"submit": "1/h/ip"}
    others = []
    for _ in range(2):
        other = Client()
        other.force_login(make_user())
        others.append(other.post(PAGE, {"paper": BOATS}, REMOTE_ADDR="192.0.2.7").status_code)
    assert others == [302, 429]


def test_the_database_holds_one_open_submission_of_a_paper_by_a_reader(reader: User) -> None:
    own = submit_paper(reader, "arxiv", BOATS, NOON)
    for state in ("queued", "pending"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.create(user=reader, scheme="arxiv", value=BOATS, state=state, created_at=NOON)
    take_back(own, NOON)
    Submission.objects.create(user=reader, scheme="arxiv", value=BOATS, created_at=NOON)
    for wrong in ({"value": ""}, {"scheme": "s2"}, {"state": "lost"}, {"state": "rejected"}):
        facts: dict[str, Any] = {"scheme": "arxiv", "value": "2510.00001", "state": "found"} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.create(user=reader, created_at=NOON, **facts)


# Many at once


def in_threads(calls: list[Callable[[], Any]]) -> list[Any]:
    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_no_more_than_a_day_takes(reader_client: Client, reader: User) -> None:
    def post(number: int) -> int:
        client = Client()
        client.force_login(reader)
        status: int = client.post(PAGE, {"paper": f"2510.{number:05}"}).status_code
        return status

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.ACCOUNT_RATE_LIMITS", {})
        answers = in_threads([lambda number=number: post(number) for number in range(20)])  # type: ignore[misc]
    assert sorted(answers) == [302] * 5 + [429] * 15
    assert Submission.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_ten_readers_who_confirm_one_paper_at_once_make_one_with_ten_upvotes(settings: Any) -> None:
    settings.SUBMISSIONS_UNTIL_TRUSTED = 0
    now = timezone.now()
    own = [submit_paper(make_user(), "arxiv", BOATS, now) for _ in range(10)]
    states = in_threads(
        [lambda one=one: confirm_submission(one, with_upvote=True, now=now).state for one in own]  # type: ignore[misc]
    )
    assert sorted(states) == ["accepted"] + ["failed"] * 9
    paper = Paper.objects.get()
    assert paper.upvote_count == paper.votes.count() == 10


@pytest.mark.django_db(transaction=True)
def test_one_name_sent_ten_times_at_once_is_one_submission(reader: User, sources: Sources) -> None:
    in_threads([lambda: submit_paper(reader, "arxiv", BOATS, NOON)] * 10)
    assert Submission.objects.get().state == "found"
    assert len(sources.asked) == 1
