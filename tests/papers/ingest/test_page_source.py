"""Copied and saved listing pages."""

from __future__ import annotations

import csv
import gzip
import html
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.page import PageSource
from tests.shared_data import shared

PAGE = Path(__file__).parents[2] / "data" / "ingest" / "page.txt"
SENTENCES = "We look at it for a long time and from every side, and then we write down what we saw. " * 4


def items(*files: Path, captured: str | None = "2024-03-05") -> list[PaperRecord | RejectedItem]:
    return list(PageSource.from_options({"files": [str(file) for file in files], "captured": captured}).items())


def records(*files: Path, captured: str | None = "2024-03-05") -> list[PaperRecord]:
    return [item for item in items(*files, captured=captured) if isinstance(item, PaperRecord)]


def rejected(*files: Path, captured: str | None = "2024-03-05") -> list[RejectedItem]:
    return [item for item in items(*files, captured=captured) if isinstance(item, RejectedItem)]


def page(folder: Path, text: str) -> Path:
    file = folder / "page.txt"
    file.write_text(text, encoding="utf-8")
    return file


def test_papers_of_a_copied_page_are_told_apart() -> None:
    sheep, boats, bath, cheese = records(PAGE)
    assert sheep.title == "Counting Sheep with Small Networks: A Field Study"
    assert sheep.abstract.startswith("We count sheep.")
    assert (sheep.author_count, sheep.source_comment_count) == (3, 4)
    assert sheep.submitted_at == datetime(2023, 11, 12, tzinfo=UTC)
    assert boats.title == "Paper Boats Float Longer"
    assert (boats.author_count, boats.submitted_at, boats.source_comment_count) == (None, None, None)
    assert bath.title == "A Bath of Known Temperature"
    assert (bath.author_count, bath.source_comment_count) == (12, 0)
    assert cheese.title == "semi-soft Cheese in Orbit?"
    assert (
        cheese.abstract
        == "It melts.\n\nThe second paragraph says so again, and at greater length than the first one did."
    )
    assert rejected(PAGE) == []


def test_day_without_a_year_belongs_to_the_year_of_the_capture_or_the_one_before() -> None:
    _, _, bath, cheese = records(PAGE, captured="2024-03-05")
    assert (bath.submitted_at, cheese.submitted_at) == (
        datetime(2024, 3, 5, tzinfo=UTC),
        datetime(2024, 1, 2, tzinfo=UTC),
    )
    _, _, bath, cheese = records(PAGE, captured="2024-03-04")
    assert (bath.submitted_at, cheese.submitted_at) == (
        datetime(2023, 3, 5, tzinfo=UTC),
        datetime(2024, 1, 2, tzinfo=UTC),
    )


def test_edition_is_the_pages_own_day() -> None:
    assert {record.listed_on for record in records(PAGE, captured="2024-03-05")} == {date(2024, 3, 4)}
    assert {record.listed_on for record in records(PAGE, captured="2024-03-01")} == {date(2023, 3, 4)}


def test_page_without_a_day_is_of_the_day_of_the_capture(tmp_path: Path) -> None:
    file = page(tmp_path, f"Daily Papers\n\nA Title of Two Words\n\n{SENTENCES}\n\n• 2 authors\n·\nMar 1, 2023\n")
    assert [record.listed_on for record in records(file)] == [date(2024, 3, 5)]


def test_key_stays_when_the_page_is_read_again_and_differs_by_day(tmp_path: Path) -> None:
    spaced = page(tmp_path, PAGE.read_text().replace("Paper Boats Float", "Paper   boats float"))
    keys = [record.key for record in records(PAGE)]
    assert [record.key for record in records(spaced)] == keys
    assert len(set(keys)) == 4
    later = page(tmp_path, PAGE.read_text().replace("\nMar 4\n", "\nMar 3\n"))
    assert not set(keys) & {record.key for record in records(later)}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("  • ", "•\u00a0"), id="other bullets"),
        pytest.param(lambda text: text.replace("  • ", ""), id="no bullets"),
        pytest.param(lambda text: text.replace(" authors\n·\n", " authors · "), id="footer on one line"),
        pytest.param(
            lambda text: text.replace("\n\n  •", "\n  •").replace("2023 4\n\n", "2023 4\n"), id="no blank lines"
        ),
        pytest.param(lambda text: text.replace("2023 4", "2023\n4"), id="count on its own line"),
        pytest.param(lambda text: text.replace("Subscribe\n", "Subscribe\n\nLog In\n\nSign Up\n"), id="longer header"),
        pytest.param(lambda text: text[text.index("Mar 4") :], id="header is a date alone"),
        pytest.param(lambda text: text + "\nPrevious\nNext\nCompany\n© Somebody\n", id="page's foot"),
        pytest.param(lambda text: text.replace("\n\n", "\n \t\n\n\n"), id="blanks on empty lines"),
    ],
)
def test_ways_of_pasting_make_no_difference(tmp_path: Path, change: Any) -> None:
    file = tmp_path / "page.txt"
    file.write_bytes(change(PAGE.read_text()).encode())
    assert [record.facts() for record in records(file)] == [record.facts() for record in records(PAGE)]
    assert rejected(file) == []


def test_page_without_any_empty_line_is_read(tmp_path: Path) -> None:
    one = f"First Title Here\n{SENTENCES}\n• 2 authors\n·\nMar 1\n"
    text = f"Daily Papers\nMar 4\n{one}Second Title Here\n{SENTENCES}\n• 5 authors\n·\nMar 2 7\n"
    first, second = records(page(tmp_path, text))
    assert (first.title, first.author_count, first.abstract) == ("First Title Here", 2, SENTENCES.strip())
    assert (second.title, second.author_count, second.source_comment_count) == ("Second Title Here", 5, 7)


def test_hard_wrapped_page_is_read(tmp_path: Path) -> None:
    text = "Mar 4\n\nA Wrapped Title\n\nWe wrap our\nlines at a\nfew words.\n\n• 2 authors\n·\nMar 1\n"
    assert [record.abstract for record in records(page(tmp_path, text))] == ["We wrap our lines at a few words."]


@pytest.mark.parametrize(
    "paragraph",
    [
        "1. A numbered claim of some words",
        "(ii) A numbered claim of some words",
        "- a point in a list",
        "where all of it is small",
        "$$ x = y + z $$",
        "Keywords: sheep, counting",
        "This sentence ends as sentences do.",
    ],
)
def test_paragraph_of_an_abstract_is_no_title(tmp_path: Path, paragraph: str) -> None:
    text = f"Mar 4\n\nThe Only Title\n\n{SENTENCES}\n\n{paragraph}\n\n{SENTENCES}\n\n• 2 authors\n·\nMar 1\n"
    (record,) = records(page(tmp_path, text))
    assert record.abstract.split("\n\n") == [SENTENCES.strip(), paragraph, SENTENCES.strip()]


def test_line_after_a_colon_is_no_title(tmp_path: Path) -> None:
    abstract = f"We show the following theorem:\n\nAll Sheep Are Equal\n\n{SENTENCES}"
    text = f"Mar 4\n\nThe Only Title\n\n{abstract}\n\n• 1 author\n·\nMar 1\n"
    assert [record.title for record in records(page(tmp_path, text))] == ["The Only Title"]


def test_text_that_is_no_paper_is_rejected_with_a_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    fine = PAGE.read_text().partition("Mar 4")[2]
    text = f"Mar 4\n\n{SENTENCES}\n\n• 2 authors\n·\nMar 1\n\n{fine}\n\nA line left over\n"
    file = page(tmp_path, text)
    assert len(records(file)) == 4
    long, left = rejected(file)
    assert "too long for a title" in long.reason
    assert long.raw == SENTENCES.strip()
    assert left.raw == "A line left over"


def test_votes_above_a_title_are_not_the_comments_of_the_paper_before(tmp_path: Path) -> None:
    text = PAGE.read_text().replace("\nPaper Boats", "\n72\n\nPaper Boats").replace("\nsemi-soft", "\n15\n\nsemi-soft")
    found = records(page(tmp_path, text))
    assert [record.facts() for record in found] == [record.facts() for record in records(PAGE)]


def test_footer_without_a_paper_is_rejected(tmp_path: Path) -> None:
    file = page(tmp_path, PAGE.read_text() + "\n\n• 2 authors\n·\nMar 1\n")
    assert len(records(file)) == 4
    assert [item.reason for item in rejected(file)] == ["A footer without a paper."]


def test_day_that_the_calendar_lacks_is_rejected(tmp_path: Path) -> None:
    file = page(tmp_path, f"Mar 4\n\nA Title of Words\n\n{SENTENCES}\n\n• 2 authors\n·\nFeb 31, 2023\n")
    assert [item.reason for item in rejected(file)] == ["Its date is not one that the calendar has."]


def test_leap_day_without_a_year_is_found(tmp_path: Path) -> None:
    file = page(tmp_path, f"Mar 4\n\nA Title of Words\n\n{SENTENCES}\n\n• 2 authors\n·\nFeb 29\n")
    assert records(file, captured="2025-01-10")[0].submitted_at == datetime(2024, 2, 29, tzinfo=UTC)
    assert "calendar" in rejected(file, captured="2023-03-10")[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "blank"),
        (b" \r\n\t\n", "blank"),
        ("Daily Papers\n\nÜber".encode("latin-1"), "not UTF-8"),
        (b"Daily Papers\n\nMar 4\n\n", "no paper"),
        (b"\x1f\x8b\x08\x00broken", "can't be read"),
        (b"<!doctype html><p>Nothing here</p>", "no list of papers"),
        (b"<html><div data-target='DailyPapers' data-props='{'></div>", "not whole"),
        (b"<html><div data-target='DailyPapers' data-props='[]'></div>", "no list of papers"),
    ],
)
def test_file_that_is_no_page_is_rejected_and_the_others_are_read(tmp_path: Path, data: bytes, reason: str) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(data)
    assert len(records(broken, PAGE)) == 4
    (item,) = rejected(broken, PAGE)
    assert reason in item.reason


def test_utf_16_and_compressed_pages_are_read(tmp_path: Path) -> None:
    wide, small = tmp_path / "a.txt", tmp_path / "b.txt.gz"
    wide.write_bytes(PAGE.read_text().encode("utf-16"))
    small.write_bytes(gzip.compress(PAGE.read_bytes()))
    assert len(records(tmp_path)) == 8


def test_missing_file_missing_day_and_bad_day_stop_the_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file or folder"):
        items(tmp_path / "nothing.txt")
    with pytest.raises(SourceError, match="no file ending in"):
        items(tmp_path)
    with pytest.raises(SourceError, match="--captured"):
        items(PAGE, captured=None)
    with pytest.raises(SourceError, match="is not a day"):
        items(PAGE, captured="25 Dec")


def html_page(folder: Path, **props: Any) -> Path:
    entry = {
        "paper": {"id": "2403.00001", "title": "Boats", "submittedOnDailyAt": "2024-03-01T09:00:00.000Z"},
        "numComments": 2,
    }
    data = html.escape(json.dumps({"dailyPapers": [entry], "periodType": "day", **props}))
    file = folder / "page.html"
    file.write_text(f'<!doctype html>\n<html><body><div data-target="DailyPapers" data-props="{data}"></div>')
    return file


def test_saved_page_tells_its_own_day(tmp_path: Path) -> None:
    (record,) = records(html_page(tmp_path, dateString="2024-03-04"), captured=None)
    assert (record.key, record.listed_on) == ("2403.00001@2024-03-04", date(2024, 3, 4))
    assert record.identifiers == (("arxiv", "2403.00001"),)


def test_papers_of_a_saved_week_tell_their_own_days(tmp_path: Path) -> None:
    (record,) = records(html_page(tmp_path, periodType="week", dateString="2024-W09"), captured="2024-03-09")
    assert record.listed_on == date(2024, 3, 1)


def test_real_copied_page_gives_what_is_expected_of_it() -> None:
    found = items(shared("seed/daily-papers-page.txt"), captured="2025-12-25")
    with shared("seed/expected.tsv").open(encoding="utf-8", newline="") as file:
        expected = [tuple(row.values()) for row in csv.DictReader(file, delimiter="\t")]
    assert [_row(item) for item in found] == expected
    assert len(found) == 45
    assert {item.listed_on for item in found if isinstance(item, PaperRecord)} == {date(2025, 12, 25)}


def _row(item: PaperRecord | RejectedItem) -> tuple[str, ...]:
    assert isinstance(item, PaperRecord)
    published = item.submitted_at.date().isoformat() if item.submitted_at else ""
    counts = ["" if count is None else str(count) for count in (item.author_count, item.source_comment_count)]
    return (item.title, str(len(item.abstract)), counts[0], published, counts[1])


def test_real_saved_pages_give_139_papers() -> None:
    found = items(shared("hf/daily_html"), captured=None)
    assert len(found) == 139
    assert {type(item) for item in found} == {PaperRecord}
    assert len({item.listed_on for item in found if isinstance(item, PaperRecord)}) == 6
