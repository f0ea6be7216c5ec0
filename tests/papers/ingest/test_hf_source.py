"""Hugging Face's daily lists, saved and fetched."""

from __future__ import annotations

import copy
import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.http import Limits, PoliteSession
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.hf import HuggingFaceSource
from papers.ingest.sources.hf_entries import read_entry
from tests.papers.ingest.server import Request, Respond, serving
from tests.shared_data import shared

DAY = date(2026, 3, 2)
ENTRY: dict[str, Any] = {
    "paper": {
        "id": "2603.00001",
        "authors": [
            {"_id": "1", "name": "Ada Alder", "hidden": False, "user": {"fullname": "ada", "user": "ada"}},
            {"_id": "2", "name": "Ben\n Birch", "hidden": True},
        ],
        "publishedAt": "2026-02-27T09:30:00.000Z",
        "submittedOnDailyAt": "2026-03-02T00:00:00.000Z",
        "submittedOnDailyBy": {"fullname": "Cleo Cedar", "user": "cleo"},
        "title": "Boats on\n  Small Ponds",
        "summary": "We fold boats and\nfloat them.\n  They float.",
        "upvotes": 7,
        "githubRepo": "https://github.com/boats/ponds",
        "githubStars": 12,
        "projectPage": " https://boats.example.org ",
        "ai_summary": "Boats float.",
        "ai_keywords": ["boats", "ponds", "boats", ""],
        "organization": {"name": "pond-lab", "fullname": "Pond Lab"},
    },
    "publishedAt": "2026-02-27T04:30:00.000Z",
    "title": "Boats on Small Ponds",
    "thumbnail": "https://pictures.example.org/2603.00001.png",
    "numComments": 3,
    "submittedBy": {"fullname": "Dora Dorn", "name": "dora"},
}


def entry(**changes: Any) -> dict[str, Any]:
    """The entry with facts of its paper changed; None removes one."""
    changed = copy.deepcopy(ENTRY)
    for name, value in changes.items():
        changed["paper"].pop(name, None)
        changed.pop(name, None)
        if value is not None:
            changed["paper"][name] = value
    return changed


def read(entry: object) -> PaperRecord:
    item = read_entry(entry, DAY)
    assert isinstance(item, PaperRecord), item
    return item


def test_every_fact_of_an_entry_is_kept() -> None:
    record = read(ENTRY)
    assert record.key == "2603.00001@2026-03-02"
    assert record.identifiers == (("arxiv", "2603.00001"),)
    assert record.title == "Boats on Small Ponds"
    assert record.abstract == "We fold boats and float them.\n\nThey float."
    assert [author.name for author in record.authors] == ["Ada Alder", "Ben Birch"]
    assert record.submitted_at == datetime(2026, 2, 27, 9, 30, tzinfo=UTC)
    assert (record.listed_on, record.as_of) == (DAY, DAY)
    assert (record.source_score, record.source_comment_count) == (7, 3)
    assert (record.code_url, record.code_stars) == ("https://github.com/boats/ponds", 12)
    assert record.project_url == "https://boats.example.org"
    assert record.thumbnail_url == "https://pictures.example.org/2603.00001.png"
    assert (record.organisation, record.submitter) == ("Pond Lab", "Dora Dorn")
    assert (record.source_summary, record.source_keywords) == ("Boats float.", ("boats", "ponds"))
    assert record.address == "https://huggingface.co/papers/2603.00001"
    assert json.loads(record.raw) == ENTRY


def test_older_and_smaller_shapes_are_read() -> None:
    older = {
        "paper": {
            "id": "2405.00001",
            "title": "T",
            "authors": [{"name": "A"}],
            "summary": "S",
            "publishedAt": "2024-05-01T00:00:00Z",
        },
        "mediaUrl": "https://pictures.example.org/2405.00001.png",
    }
    assert read(older).thumbnail_url == "https://pictures.example.org/2405.00001.png"
    assert read({**older, "mediaUrl": "https://films.example.org/film.mp4"}).thumbnail_url == ""
    assert read(older).submitter == ""
    flat = {"id": "2405.00001v2", "title": "T"}
    assert read(flat).key == "2405.00001@2026-03-02"
    assert (
        read({"title": "T", "paper": {"id": "2405.00001"}, "ai_summary": "On the entry."}).source_summary
        == "On the entry."
    )
    without = entry(submittedBy=None)
    assert read(without).submitter == "Cleo Cedar"


def test_paper_that_is_not_arxivs_keeps_its_own_identifier() -> None:
    assert read(entry(id="acme-report_1")).identifiers == (("hf", "acme-report_1"),)


def test_entry_without_a_list_day_tells_its_own() -> None:
    item = read_entry(ENTRY)
    assert isinstance(item, PaperRecord)
    assert item.listed_on == date(2026, 3, 2)
    item = read_entry(entry(submittedOnDailyAt=None))
    assert isinstance(item, RejectedItem)
    assert "which day" in item.reason


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("githubRepo", "javascript:alert(1)"),
        ("githubRepo", ["https://x.org"]),
        ("githubStars", -1),
        ("githubStars", "12"),
        ("githubStars", True),
        ("upvotes", 10**12),
        ("projectPage", "not an address"),
        ("ai_keywords", "boats"),
        ("ai_summary", 5),
        ("organization", "Pond Lab"),
    ],
)
def test_broken_ornament_is_dropped_alone(name: str, value: Any) -> None:
    fields = {
        "githubRepo": "code_url",
        "githubStars": "code_stars",
        "upvotes": "source_score",
        "projectPage": "project_url",
        "ai_keywords": "source_keywords",
        "ai_summary": "source_summary",
        "organization": "organisation",
    }
    record = read(entry(**{name: value}))
    assert getattr(record, fields[name]) in ("", (), None)
    assert record.title == "Boats on Small Ponds"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (None, "not a JSON object"),
        ([], "not a JSON object"),
        ("2603.00001", "not a JSON object"),
        ({"paper": None}, "paper is not"),
        ({"paper": "2603.00001"}, "paper is not"),
        (entry(id=None), "no id"),
        (entry(id=" "), "no id"),
        (entry(id=2603.00001), "id is not text"),
        (entry(id="../../etc"), "not one that a paper can have"),
        (entry(id="x" * 200), "not one that a paper can have"),
        (entry(title=None), "no title"),
        (entry(title=" \n "), "no title"),
        (entry(title=["Boats"]), "title is not text"),
        (entry(title="x" * 6_000), "6,000 characters"),
        (entry(summary={"text": "x"}), "summary is not text"),
        (entry(authors="Ada Alder"), "authors are not a list"),
        (entry(authors=[{"name": None}]), "no name"),
        (entry(authors=[7]), "no name"),
        (entry(publishedAt="soon"), "publishedAt is not a time"),
    ],
)
def test_broken_entry_is_rejected_with_its_reason(broken: Any, reason: str) -> None:
    item = read_entry(broken, DAY)
    assert isinstance(item, RejectedItem)
    assert reason in item.reason
    assert json.loads(item.raw) == broken


def test_rejected_text_can_be_stored() -> None:
    item = read_entry({"paper": {"id": "2603.00001\x00", "title": "\ud800"}}, DAY)
    assert isinstance(item, RejectedItem)
    assert "\x00" not in item.raw + item.key
    (item.raw + item.key).encode()


def saved(folder: Path, name: str, content: Any) -> None:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / name).write_bytes(data)


def from_folder(path: Path, **options: Any) -> list[PaperRecord | RejectedItem]:
    return list(HuggingFaceSource.from_options({"path": str(path), **options}).items())


def test_folder_is_read_by_day_and_broken_files_do_not_stop_it(tmp_path: Path) -> None:
    saved(tmp_path, "2026-03-02.json", [ENTRY])
    saved(tmp_path, "2026-03-03.json.gz", gzip.compress(json.dumps([entry(id="2603.00002")]).encode()))
    saved(tmp_path, "2026-03-04.json", b'[{"paper": ')
    saved(tmp_path, "2026-03-05.json", {"error": "busy"})
    saved(tmp_path, "2026-03-06.json", "Ü".encode("latin-1"))
    saved(tmp_path, "2026-03-09.json", [])
    saved(tmp_path, "2026-03-10.json.gz", b"\x1f\x8b\x08\x00broken")
    saved(tmp_path, "list.json", [ENTRY])
    saved(tmp_path, "notes.txt", b"not read")
    found = from_folder(tmp_path)
    assert [item.key for item in found if isinstance(item, PaperRecord)] == [
        "2603.00001@2026-03-02",
        "2603.00002@2026-03-03",
    ]
    reasons = {item.key: item.reason for item in found if isinstance(item, RejectedItem)}
    assert "not whole JSON" in reasons["2026-03-04.json"]
    assert "not a list" in reasons["2026-03-05.json"]
    assert "not UTF-8" in reasons["2026-03-06.json"]
    assert "can't be read" in reasons["2026-03-10.json.gz"]
    assert "does not tell its day" in reasons["list.json"]
    assert len(reasons) == 5


def test_days_asked_for_limit_the_folder(tmp_path: Path) -> None:
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        saved(tmp_path, f"{day}.json", [ENTRY])
    keys = [item.key for item in from_folder(tmp_path, **{"from": "2026-03-03", "to": "2026-03-04"})]
    assert keys == ["2603.00001@2026-03-03", "2603.00001@2026-03-04"]


def test_single_file_takes_its_day_from_the_option(tmp_path: Path) -> None:
    saved(tmp_path, "list.json", [ENTRY])
    assert [item.key for item in from_folder(tmp_path / "list.json", date="2026-03-05")] == ["2603.00001@2026-03-05"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "Say which days"),
        ({"path": "/nowhere/at/all"}, "no file or folder"),
        ({"date": "2026-03-02", "week": "2026-W10"}, "not several"),
        ({"date": "March"}, "is not a day"),
        ({"week": "2026-W99"}, "is not a week"),
        ({"month": "2026-13"}, "is not a month"),
        ({"to": "2026-03-02"}, "needs --from"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "ends before"),
        ({"month": "2999-01"}, "has not come yet"),
        ({"date": "2026-03-02", "endpoint": "ftp://x"}, "not the address"),
    ],
)
def test_contradicting_options_are_refused_with_a_sentence(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        list(HuggingFaceSource.from_options(options).items())


def test_arguments_name_the_days() -> None:
    source = HuggingFaceSource.from_options({"week": "2025-W52"})
    assert source.arguments() == {"endpoint": "https://huggingface.co", "from": "2025-12-22", "to": "2025-12-28"}
    assert json.dumps(source.arguments())


def fetched(respond: Respond, first: date, last: date) -> tuple[list[PaperRecord | RejectedItem], list[str]]:
    with serving(respond) as server:
        session = PoliteSession(limits=Limits(interval=0, attempts=2, first_pause=0), sleep=lambda seconds: None)
        source = HuggingFaceSource(first=first, last=last, endpoint=server.address, session=session)
        return list(source.items()), [path for path, _ in server.requests]


def test_span_is_fetched_by_weekdays() -> None:
    found, paths = fetched(lambda request: request.answer_json([ENTRY]), date(2026, 3, 5), date(2026, 3, 9))
    assert [item.key for item in found] == [f"2603.00001@2026-03-{day}" for day in ("05", "06", "09")]
    assert paths[0] == "/api/daily_papers?date=2026-03-05&limit=100&p=0"
    assert len(paths) == 3


def test_single_day_is_asked_for_even_on_a_weekend() -> None:
    found, paths = fetched(lambda request: request.answer_json([]), date(2026, 3, 7), date(2026, 3, 7))
    assert (found, len(paths)) == ([], 1)


def numbered(*numbers: int) -> list[dict[str, Any]]:
    return [entry(id=f"2603.{number:05}") for number in numbers]


def test_long_day_is_fetched_page_by_page_and_nothing_twice() -> None:
    pages = {"0": numbered(*range(1, 101)), "1": numbered(*range(100, 200)), "2": numbered(*range(200, 211))}
    found, paths = fetched(lambda request: request.answer_json(pages[request.query["p"]]), DAY, DAY)
    assert [item.key for item in found] == [f"2603.{number:05}@2026-03-02" for number in range(1, 211)]
    assert len(paths) == 3


def test_server_that_gives_less_than_asked_is_followed_by_its_link() -> None:
    def respond(request: Request) -> None:
        if request.query["p"] == "0":
            request.answer_json(numbered(1, 2), Link='</api/daily_papers?p=1>; rel="next"')
        else:
            request.answer_json(numbered(3))

    found, _ = fetched(respond, DAY, DAY)
    assert len(found) == 3


def test_list_without_end_is_given_up() -> None:
    with pytest.raises(SourceError, match="no end"):
        fetched(lambda request: request.answer_json(numbered(*range(1, 101))), DAY, DAY)


def test_answer_that_is_no_list_stops_the_run() -> None:
    with pytest.raises(SourceError, match="did not answer with a list"):
        fetched(lambda request: request.answer_json({"error": "busy"}), DAY, DAY)
    with pytest.raises(SourceError, match="not JSON"):
        fetched(lambda request: request.answer("<html>", kind="text/html"), DAY, DAY)


def test_broken_entry_of_a_fetched_list_is_rejected_alone() -> None:
    found, _ = fetched(lambda request: request.answer_json([ENTRY, {"paper": {}}, 3]), DAY, DAY)
    assert [type(item) for item in found] == [PaperRecord, RejectedItem, RejectedItem]


def test_real_lists_give_every_entry() -> None:
    found = from_folder(shared("hf/daily_api"))
    assert {type(item) for item in found} == {PaperRecord}
    records = [item for item in found if isinstance(item, PaperRecord)]
    assert len(records) == len({record.key for record in records}) == 3_173
    assert len({record.listed_on for record in records}) == 174
    assert sum(len(record.authors) for record in records) == 32_703
    assert sum((record.source_score or 0) > 0 for record in records) == 3_002
    assert sum(record.source_comment_count or 0 for record in records) == 3_631
    present = {
        name: sum(getattr(record, name) not in ("", (), None) for record in records)
        for name in ("abstract", "source_summary", "code_url", "code_stars", "project_url", "organisation", "submitter")
    }
    assert present == {
        "abstract": 3_173,
        "source_summary": 1_969,
        "code_url": 1_182,
        "code_stars": 942,
        "project_url": 935,
        "organisation": 968,
        "submitter": 3_134,
    }
    assert not any("\n" in record.title or "\n" in record.abstract.replace("\n\n", "") for record in records)


def test_real_list_is_the_same_over_http() -> None:
    file = shared("hf/daily_api/2025-03-17.json")
    found, _ = fetched(lambda request: request.answer(file.read_bytes()), date(2025, 3, 17), date(2025, 3, 17))
    assert found == from_folder(file)
