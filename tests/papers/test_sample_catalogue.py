"""The bundled sample: that its facts are well formed and its words are our own."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import papers
from papers.taxonomy import CATEGORIES
from tests.shared_data import shared

_FOLDER = Path(papers.__file__).parent / "sample"
CATALOGUE: list[dict[str, Any]] = json.loads((_FOLDER / "catalogue.json").read_text(encoding="utf-8"))
READERS: dict[str, list[dict[str, Any]]] = json.loads((_FOLDER / "readers.json").read_text(encoding="utf-8"))
COMMENTS = READERS["comments"]

# Ten words in a row are shared by chance next to never; a shorter run may be a term of the field.
_RUN = 10

each_entry = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry["arxiv_id"])


def _month_of(arxiv_id: str) -> int:
    """Months since year 0 by the identifier, which carries two digits of the year and then the month."""
    digits = re.fullmatch(r"(?:[a-z-]+/(?=\d{7}$))?(\d\d)(\d\d)(?:\d{3}|\.\d{4,5})", arxiv_id)
    assert digits, arxiv_id
    year, month = int(digits[1]), int(digits[2])
    assert 1 <= month <= 12
    return (year + (1900 if year > 90 else 2000)) * 12 + month


def _words(text: str) -> list[str]:
    """The words without formulas, which everyone writes alike."""
    return re.findall(r"\w+", re.sub(r"\$[^$]*\$", " ", text).lower())


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}


def test_the_catalogue_is_large_and_names_each_paper_once() -> None:
    assert len(CATALOGUE) >= 120
    assert len({entry["arxiv_id"] for entry in CATALOGUE}) == len(CATALOGUE)
    assert len({entry["title"].casefold() for entry in CATALOGUE}) == len(CATALOGUE)


def test_the_catalogue_is_ordered_by_date() -> None:
    keys = [(entry["submitted"], entry["arxiv_id"]) for entry in CATALOGUE]
    assert keys == sorted(keys)


def test_old_identifiers_and_tex_are_well_represented() -> None:
    assert sum("/" in entry["arxiv_id"] for entry in CATALOGUE) >= 12
    assert sum("$" in entry["summary"] for entry in CATALOGUE) >= 30


@each_entry
def test_the_identifier_agrees_with_the_dates(entry: dict[str, Any]) -> None:
    submitted = date.fromisoformat(entry["submitted"])
    # A paper sent in on a month's last days may be numbered in the next month.
    assert abs(_month_of(entry["arxiv_id"]) - (submitted.year * 12 + submitted.month)) <= 1
    assert submitted <= date.fromisoformat(entry.get("updated", entry["submitted"]))


@each_entry
def test_the_categories_are_known_and_distinct(entry: dict[str, Any]) -> None:
    assert entry["categories"]
    assert set(entry["categories"]) <= set(CATEGORIES)
    assert len(set(entry["categories"])) == len(entry["categories"])


@each_entry
def test_the_fields_are_filled_and_typed(entry: dict[str, Any]) -> None:
    assert entry["title"] == " ".join(entry["title"].split()) != ""
    assert entry["authors"]
    assert all(name == " ".join(name.split()) != "" for name in entry["authors"])
    assert isinstance(entry["score"], int)
    assert 0 <= entry["score"] <= 400
    assert entry.get("versions", 1) >= 1
    assert all(entry[key].startswith("https://") for key in ("code", "project") if key in entry)
    assert entry.get("code", "https://github.com/").startswith("https://github.com/")


@each_entry
def test_the_summary_is_one_short_paragraph_with_balanced_tex(entry: dict[str, Any]) -> None:
    summary = entry["summary"]
    assert 40 <= len(summary.split()) <= 130
    assert "\n" not in summary
    assert summary.count("$") % 2 == 0
    assert summary.count("{") == summary.count("}")


def test_the_readers_are_marked_as_samples() -> None:
    usernames = [reader["username"] for reader in READERS["readers"]]
    assert len(set(usernames)) == len(usernames)
    assert all(username.startswith("sample-") for username in usernames)


def test_the_comments_refer_to_known_papers_and_readers() -> None:
    assert {comment["arxiv_id"] for comment in COMMENTS} <= {entry["arxiv_id"] for entry in CATALOGUE}
    usernames = {reader["username"] for reader in READERS["readers"]}
    assert {comment["reader"] for comment in COMMENTS} == usernames


def test_the_comments_have_balanced_tex() -> None:
    for comment in COMMENTS:
        assert comment["text"].strip()
        assert comment["text"].count("$") % 2 == 0, comment["text"]


def test_a_reply_follows_a_comment_on_the_same_paper() -> None:
    for place, comment in enumerate(COMMENTS):
        if "reply_to" in comment:
            assert 0 <= comment["reply_to"] < place
            assert COMMENTS[comment["reply_to"]]["arxiv_id"] == comment["arxiv_id"]


def test_some_threads_are_three_levels_deep() -> None:
    depths: list[int] = []
    for comment in COMMENTS:
        depths.append(1 + depths[comment["reply_to"]] if "reply_to" in comment else 1)
    assert max(depths) >= 3


@pytest.mark.parametrize(
    "name",
    ["arxiv.jsonl.gz", "acl.jsonl.gz", *(f"scale/arxiv-0{part}.jsonl.gz" for part in range(4))],
)
def test_no_summary_shares_a_long_run_of_words_with_an_abstract(name: str) -> None:
    ours = {run: entry["arxiv_id"] for entry in CATALOGUE for run in _runs(entry["summary"])}
    # A cheap sieve first: most abstracts hold none of our runs' opening triples.
    openings = {run[:3] for run in ours}
    with gzip.open(shared(f"corpus/{name}"), "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            words = _words(record["abstract"])
            for place, opening in enumerate(zip(words, words[1:], words[2:], strict=False)):
                if opening in openings:
                    found = ours.get(tuple(words[place : place + _RUN]))
                    assert found is None, f"the summary of {found} repeats words of {record['id']}"
