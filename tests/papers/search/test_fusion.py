"""Two scores become one."""

from __future__ import annotations

import pytest

from papers.search.fusion import MEANING, fuse


def test_both_sides_count_by_their_share() -> None:
    first, second, third = fuse({1: 10.0, 2: 5.0}, {1: 0.2, 2: 0.8, 3: 0.5})
    assert [hit.paper for hit in (first, second, third)] == [2, 1, 3]
    assert first.score == pytest.approx((1 - MEANING) * 0.5 + MEANING * 0.8)
    assert third.score == pytest.approx(MEANING * 0.5)


def test_words_alone_keep_their_order() -> None:
    assert [(hit.paper, hit.score) for hit in fuse({1: 2.0, 2: 8.0}, {})] == [(2, 1.0), (1, 0.25)]


def test_a_paper_without_a_vector_is_neither_near_nor_far() -> None:
    hits = {hit.paper: hit for hit in fuse({1: 5.0, 2: 5.0, 3: 5.0}, {1: 0.9, 3: 0.1})}
    assert hits[3].score < hits[2].score < hits[1].score
    assert hits[2].meaning is None


def test_a_title_beats_all_and_ties_go_to_the_newer_paper() -> None:
    hits = fuse({1: 5.0, 2: 5.0, 3: 9.0}, {3: 1.0, 1: 0.5, 2: 0.5}, frozenset({1}))
    assert [hit.paper for hit in hits] == [1, 3, 2]
    assert [hit.paper for hit in fuse({1: 5.0, 2: 5.0}, {})] == [2, 1]
    assert fuse({}, {}) == []
