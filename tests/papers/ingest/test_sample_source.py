"""The bundled catalogue, dealt over the last weekdays."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.sample import CATALOGUE, SampleSource

FRIDAY = date(2026, 3, 6)
FIELDS = (
    ["cs.LG"] * 60 + ["math.NT"] * 20 + ["hep-th"] * 20 + ["q-bio.NC"] * 10 + ["stat.ML"] * 10 + ["astro-ph.GA"] * 6
)


def catalogue_entry(number: int, category: str = "cs.LG") -> dict[str, Any]:
    return {
        "arxiv_id": f"1706.{number:05}",
        "title": f"Boats {number}",
        "authors": ["Ada Alder", "Ben Birch"],
        "submitted": "2017-06-12",
        "updated": "2017-12-06",
        "versions": 3,
        "categories": [category],
        "doi": "10.1000/boat",
        "code": "https://github.com/boats/ponds",
        "summary": "Boats float.",
        "score": 1 + number * 7 % 199,
    }


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps([catalogue_entry(number, category) for number, category in enumerate(FIELDS, 1)]))
    return file


def dealt(catalogue: Path, until: date = FRIDAY) -> list[PaperRecord]:
    items = list(SampleSource(until, catalogue).items())
    assert not [item for item in items if isinstance(item, RejectedItem)]
    return [item for item in items if isinstance(item, PaperRecord)]


def test_catalogue_is_dealt_over_ten_weekdays(catalogue: Path) -> None:
    counts = Counter(record.listed_on for record in dealt(catalogue))
    assert sum(counts.values()) == len(FIELDS)
    assert sorted(day.isoformat() for day in counts if day)[0] == "2026-02-23"
    assert len(counts) == 10
    assert counts[FRIDAY] == 32
    assert {counts[day] for day in counts if day != FRIDAY} == {10, 11}
    assert all(day and day.weekday() < 5 for day in counts)


def test_every_day_has_its_share_of_the_best_and_of_the_fields(catalogue: Path) -> None:
    records = dealt(catalogue)
    scores = {entry["arxiv_id"]: entry["score"] for entry in json.loads(catalogue.read_text())}
    best = sorted(records, key=lambda record: -scores[record.key])[:20]
    assert len({record.listed_on for record in best}) == 10
    for day in {record.listed_on for record in records}:
        fields = Counter(record.categories[0] for record in records if record.listed_on == day)
        assert len(fields) >= 3
        assert fields["cs.LG"] <= 0.6 * fields.total()


def test_day_is_in_no_order_of_field(catalogue: Path) -> None:
    fields = [record.categories[0] for record in dealt(catalogue) if record.listed_on == FRIDAY]
    changes = sum(one != next_one for one, next_one in pairwise(fields))
    assert changes > 10


def test_dealing_again_gives_the_same(catalogue: Path) -> None:
    assert dealt(catalogue) == dealt(catalogue)


def test_facts_of_an_entry_are_kept(catalogue: Path) -> None:
    record = next(record for record in dealt(catalogue) if record.key == "1706.00001")
    assert record.identifiers == (("arxiv", "1706.00001"), ("doi", "10.1000/boat"))
    assert record.abstract == "Boats float."
    assert record.submitted_at == datetime(2017, 6, 12, tzinfo=UTC)
    assert record.updated_at == datetime(2017, 12, 6, tzinfo=UTC)
    assert [version.submitted_at for version in record.versions] == [record.submitted_at, None, record.updated_at]
    assert record.source_score is None  # the catalogue's scores are invented, and no source's count
    assert record.as_of == FRIDAY


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"arxiv_id": "nonsense"}, "arxiv_id is not one"),
        ({"categories": ["cs.XX"]}, "cs.XX"),
        ({"categories": []}, "none at all"),
        ({"submitted": "June"}, "not as a catalogue's entry"),
        ({"title": ""}, "no title"),
        ({"authors": None}, "not as a catalogue's entry"),
    ],
)
def test_broken_entry_is_rejected(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps([{**catalogue_entry(1), **change}, catalogue_entry(2)]))
    items = list(SampleSource(FRIDAY, file).items())
    (rejected,) = [item for item in items if isinstance(item, RejectedItem)]
    assert reason in rejected.reason
    assert len(items) == 2


def test_small_catalogue_still_fills_its_days(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps([catalogue_entry(number) for number in range(1, 13)]))
    assert len({record.listed_on for record in dealt(file)}) == 10


def test_newest_day_is_a_weekday_before_today_unless_told() -> None:
    told = SampleSource.from_options({"until": "2026-03-08"})
    assert (told.until, told.arguments()) == (FRIDAY, {"until": "2026-03-06"})
    until = SampleSource.from_options({}).until
    assert until < datetime.now(UTC).date()
    assert until.weekday() < 5
    with pytest.raises(SourceError, match="is not a day"):
        SampleSource.from_options({"until": "soon"})


def test_missing_or_broken_catalogue_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be read"):
        list(SampleSource(FRIDAY, tmp_path / "nothing.json").items())
    (tmp_path / "catalogue.json").write_text("{}")
    with pytest.raises(SourceError, match="not a list"):
        list(SampleSource(FRIDAY, tmp_path / "catalogue.json").items())


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue is not written yet")
def test_bundled_catalogue_has_no_fault() -> None:
    source = SampleSource(FRIDAY)
    items = list(source.items())
    assert [item.reason for item in items if isinstance(item, RejectedItem)] == []
    assert len(items) == source.total() >= 120
    assert len({item.key for item in items}) == len(items)
