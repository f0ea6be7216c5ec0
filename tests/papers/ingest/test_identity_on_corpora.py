"""The rule on pairs of the Anthology and arXiv that people looked at; docs/identity.md has the whole measurement."""

from __future__ import annotations

from pathlib import Path

import pytest

from papers.benchmarks.identity import at_least, draw_pairs, read_acl, read_arxiv, read_labels, score_labelled
from papers.ingest.identity import Work
from papers.titles import title_key
from tests.shared_data import shared

LABELS = Path(__file__).parents[2] / "data" / "identity" / "pairs.tsv"


def test_labelled_pairs_are_told_as_people_told_them() -> None:
    data = shared("corpus/acl.jsonl.gz").parents[1]
    shared("corpus/scale/arxiv-00.jsonl.gz")
    labels = read_labels(LABELS)
    score = score_labelled(labels, read_acl(data), read_arxiv(data, {other for _, other, _ in labels}))
    assert sum(score.said.values()) == len(labels) == 260
    assert score.errors == []
    assert score.recall == (21, 21)


@pytest.mark.parametrize(("found", "of", "least"), [(21, 21, 0.845), (0, 10, 0.0), (50, 100, 0.404), (0, 0, 0.0)])
def test_a_share_of_few_is_not_sure(found: int, of: int, least: float) -> None:
    assert at_least(found, of) == pytest.approx(least, abs=0.001)


def test_pairs_are_drawn_that_the_rule_would_not_find() -> None:
    def works(*titles: str) -> dict[str, Work]:
        return {str(n): Work(title=title, title_key=title_key(title)) for n, title in enumerate(titles)}

    ones = works("Weighing small planets by lamplight", "Boats in winter")
    others = works("Small planets weighed by lamplight again", "Quite another thing", "Boats")
    assert set(draw_pairs(ones, others)) == {("0", "0"), ("1", "2")}
