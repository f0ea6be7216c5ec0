"""Runs as they go, and what was rejected: read, tried again, put aside."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.retrying import retry_records
from papers.ingest.sources.hf import HuggingFaceSource
from papers.ingest.sources.page import PageSource
from papers.ingest.sources.sample import SampleSource
from papers.ingest.sources.snapshot import SnapshotSource
from papers.ingest.writer import write_batch
from papers.models import IngestRun, Paper, RejectedRecord
from papers.tasks import retry_rejected
from tests.papers.admin.conftest import client_with
from tests.papers.admin.filling import act, logged, said
from tests.papers.ingest.test_writer import write
from tests.papers.ingest.waiting import waiting_for_the_writer

pytestmark = pytest.mark.django_db

RECORDS, RUNS = "/admin/papers/rejectedrecord/", "/admin/papers/ingestrun/"
GOOD = json.dumps({"id": "2512.00042", "title": "On Lamplight", "authors": "Ada Byron", "abstract": "It is bright."})
BAD = json.dumps({"id": "nonsense", "title": "A boat"})


def reject(
    raw: str, reason: str = "It was refused by an older reader.", source: str = "snapshot", **context: Any
) -> RejectedRecord:
    write(source, RejectedItem(raw, reason, "the key", context))
    return RejectedRecord.objects.latest("pk")


def test_a_record_is_read_whole_and_prettily(desk: Client) -> None:
    record = reject(GOOD)
    page = BeautifulSoup(desk.get(f"{RECORDS}{record.pk}/change/").text, "html.parser")
    shown = page.select_one("pre.raw")
    assert shown is not None
    assert '\n  "title": "On Lamplight",' in shown.get_text()
    assert page.select_one(f'a[href="{RUNS}{record.run_id}/change/"]') is not None
    assert record.reason in page.get_text()


def test_a_record_that_can_be_read_now_becomes_a_paper(desk: Client) -> None:
    record = reject(GOOD)
    response = act(desk, "retry", record, where=RECORDS)
    assert "1 record taken in: created=1" in said(response)
    assert Paper.objects.get().title == "On Lamplight"
    assert not RejectedRecord.objects.exists()
    assert logged(record) == ["Tried again: taken in."]
    run = IngestRun.objects.latest("pk")
    assert (run.state, run.created, run.arguments) == ("done", 1, {"retried": 1})


def test_a_record_that_still_cannot_keeps_its_place_with_the_new_reason(desk: Client) -> None:
    record = reject(BAD)
    address = f"{RECORDS}{record.pk}/act/retry/"
    for _ in range(2):
        response = desk.post(address, follow=True)
        assert "1 record still rejected: Its id is neither" in said(response)
        assert response.redirect_chain[-1][0] == f"{RECORDS}{record.pk}/change/"
    record.refresh_from_db()
    assert "Its id is neither" in record.reason
    assert record.run == IngestRun.objects.latest("pk")
    assert RejectedRecord.objects.count() == 1
    assert logged(record) == ["Tried again: still rejected."] * 2


def test_the_button_leads_to_the_list_once_the_record_is_gone(desk: Client) -> None:
    record = reject(GOOD)
    assert desk.post(f"{RECORDS}{record.pk}/act/retry/")["Location"] == RECORDS
    assert desk.post(f"{RECORDS}{record.pk}/act/retry/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_record_that_a_run_rejects_again_meanwhile_keeps_neither_waiting_for_ever() -> None:
    record = reject(GOOD)
    with waiting_for_the_writer(lambda: retry_records([record.pk], timezone.now())):
        RejectedRecord.objects.select_for_update(nowait=True).get()
    assert Paper.objects.get().title == "On Lamplight"
    assert not RejectedRecord.objects.exists()


def test_many_are_left_to_a_job_with_the_log_in_one_transaction(desk: Client) -> None:
    records = [reject(json.dumps({"id": f"2512.{n:05}", "title": f"Boat {n}", "authors": "Ada"})) for n in range(1, 23)]
    response = act(desk, "retry", *records, where=RECORDS)
    assert "22 rejected records are being tried again" in said(response)
    assert response.redirect_chain[-1][0] == RUNS
    job = ProcrastinateJob.objects.get()
    assert job.task_name == "papers.tasks.retry_rejected"
    assert logged(records[0]) == ["To be tried again."]
    assert retry_rejected(**job.args).startswith("created=22")
    assert Paper.objects.count() == 22
    assert retry_rejected(**job.args) == "created=0 updated=0 unchanged=0 rejected=0"


def test_a_record_put_aside_stays_aside_when_it_is_rejected_again(desk: Client) -> None:
    record = reject(BAD)
    assert record.reason in desk.get(RECORDS).text
    assert "1 rejected record put aside" in said(act(desk, "dismiss", record, where=RECORDS))
    assert logged(record) == ["Put aside."]
    reject(BAD)
    assert RejectedRecord.objects.get().dismissed_at is not None
    assert "0 rejected records" in desk.get(RECORDS).text
    assert record.reason in desk.get(RECORDS, {"put": "aside"}).text
    assert "left" in said(act(desk, "dismiss", record, where=f"{RECORDS}?put=all"))
    act(desk, "take-up", record, where=f"{RECORDS}?put=aside")
    assert logged(record) == ["Taken up again.", "Put aside."]
    assert RejectedRecord.objects.get().dismissed_at is None


def test_records_are_narrowed_by_source_and_reason(desk: Client) -> None:
    reject(GOOD, "One reason.")
    reject(BAD, "Another reason.", source="hf")
    assert "1 rejected record" in desk.get(RECORDS, {"reason": "One reason."}).text
    assert "Another reason." in desk.get(RECORDS, {"source": "hf"}).text
    assert "1 rejected record" in desk.get(RECORDS, {"source": "hf"}).text
    assert "1 rejected record" in desk.get(RECORDS, {"q": "Another"}).text


@pytest.mark.parametrize("name", ["retry", "dismiss"])
def test_acts_on_records_need_the_right_and_a_post(onlooker: Client, desk: Client, name: str) -> None:
    record = reject(GOOD)
    address = f"{RECORDS}{record.pk}/act/{name}/"
    assert onlooker.post(address).status_code == 403
    assert desk.get(address).status_code == 405
    act(onlooker, name, record, where=RECORDS)
    assert RejectedRecord.objects.get().dismissed_at is None
    assert not Paper.objects.exists()
    curator = client_with("papers.view_rejectedrecord", "papers.change_rejectedrecord")
    assert curator.post(address).status_code == 302


def test_lists_spend_no_more_queries_on_more_rows(desk: Client, count_queries: Callable[..., int]) -> None:
    def add(number: int) -> None:
        reject(json.dumps({"id": f"nonsense {number}"}), f"Reason {number}.")

    add(0)
    few = count_queries(desk.get, RECORDS), count_queries(desk.get, RUNS)
    for number in range(1, 6):
        add(number)
    assert (count_queries(desk.get, RECORDS), count_queries(desk.get, RUNS)) == few


# What a source needs to read its own items again


def again(source: Any, item: PaperRecord | RejectedItem) -> list[PaperRecord | RejectedItem]:
    return list(source.reread(item.raw, json.loads(json.dumps(item.context))))


def test_an_entry_of_a_days_list_remembers_its_day(tmp_path: Any) -> None:
    entry = {"paper": {"id": "2512.00042", "title": "On Lamplight"}}
    (tmp_path / "2025-12-24.json").write_text(json.dumps([entry, {"paper": {"id": "2512.00043", "title": " "}}]))
    good, bad = HuggingFaceSource(path=str(tmp_path)).items()
    assert again(HuggingFaceSource, good) == [good]
    assert isinstance(good, PaperRecord)
    assert good.listed_on == date(2025, 12, 24)
    assert again(HuggingFaceSource, bad) == [bad]


def test_a_chunk_of_a_copied_page_remembers_its_footer_and_days(tmp_path: Any) -> None:
    file = tmp_path / "page.txt"
    file.write_text(
        "On Small Lamps\n\nThey are small, and bright enough to read by.\n\n·\n4 authors\n·\nDec 23, 2025 7\n"
    )
    items = list(PageSource((str(file),), date(2025, 12, 25)).items())
    assert isinstance(items[0], PaperRecord)
    assert again(PageSource, items[0]) == [items[0]]
    assert items[0].author_count == 4


def test_sample_and_snapshot_items_are_read_again() -> None:
    sample = next(iter(SampleSource(until=date(2025, 12, 24)).items()))
    assert again(SampleSource, sample) == [sample]
    assert isinstance(next(iter(SnapshotSource.reread(GOOD, {}))), PaperRecord)


def test_an_item_of_which_only_the_beginning_was_kept_says_so(desk: Client) -> None:
    record = reject('{"id": "2512.00042", "abstract": "' + "x" * 1_000_001)
    assert "Only its first 1,000,000 characters are kept" in record.reason
    act(desk, "retry", record, where=RECORDS)
    record.refresh_from_db()
    assert "run the source again" in record.reason


@pytest.mark.parametrize("source", ["hf", "page", "sample"])
def test_a_file_that_was_rejected_whole_says_what_to_do(desk: Client, source: str) -> None:
    record = reject("2025-12-24.json", source=source)
    act(desk, "retry", record, where=RECORDS)
    record.refresh_from_db()
    assert "again" in record.reason


def test_a_source_that_is_gone_is_said_so(desk: Client) -> None:
    record = reject(GOOD, source="gazette")
    act(desk, "retry", record, where=RECORDS)
    record.refresh_from_db()
    assert "There is no source gazette any more" in record.reason


# The command


def test_the_command_tries_again_what_waits() -> None:
    reject(GOOD)
    reject(BAD)
    reject(json.dumps({"id": "x"}), source="hf")
    out = StringIO()
    with pytest.raises(CommandError, match="1 record is still rejected: Its id is neither") as caught:
        call_command("ingest", retry_rejected="snapshot", stdout=out)
    assert caught.value.returncode == 3
    assert "created=1 updated=0 unchanged=0 rejected=1" in out.getvalue()
    assert RejectedRecord.objects.filter(source="hf").count() == 1


def test_the_command_refuses_nothing_and_both() -> None:
    for source, options in (((), {}), (("sample",), {"retry_rejected": "all"})):
        with pytest.raises(CommandError) as caught:
            call_command("ingest", *source, **options)
        assert caught.value.returncode == 2


# Runs


def test_a_run_is_followed_until_it_has_ended(desk: Client) -> None:
    now = timezone.now()
    run = IngestRun.objects.create(source="hf", cursor=1500, started_at=now - timedelta(seconds=75), heartbeat_at=now)
    page = desk.get(f"{RUNS}{run.pk}/change/")
    assert page["Refresh"] == "5"
    assert "1500" in page.text
    assert "1 min 15 s" in page.text
    run.state, run.error, run.finished_at = "failed", "It ended without a word.", now
    run.save()
    page = desk.get(f"{RUNS}{run.pk}/change/")
    assert "Refresh" not in page
    assert "It ended without a word." in page.text


def test_a_run_that_says_nothing_any_more_is_told_from_one_that_goes_on(desk: Client) -> None:
    long_ago = timezone.now() - timedelta(hours=3)
    IngestRun.objects.create(source="hf", started_at=long_ago, heartbeat_at=long_ago)
    assert "Running, but silent" in desk.get(RUNS).text


def test_a_runs_rejected_records_are_one_step_away(desk: Client) -> None:
    now = timezone.now()
    run = IngestRun.objects.create(source="snapshot", started_at=now, heartbeat_at=now, rejected=1)
    write_batch("snapshot", [RejectedItem(BAD, "One reason.")], run, now)
    reject(GOOD, "Another reason.")
    link = BeautifulSoup(desk.get(RUNS).text, "html.parser").select_one(f'a[href*="run__id__exact={run.pk}"]')
    assert link is not None
    page = desk.get(str(link["href"])).text
    assert "One reason." in page
    assert "1 rejected record" in page
