"""Where papers lie: near what they resemble, always alike, never on top of each other."""

from __future__ import annotations

import numpy as np
import pytest

from papers.search.layout import aligned, lay_out, principal_components, trustworthiness
from tests.papers.maps.themes import field_vectors


def test_papers_of_a_field_lie_together() -> None:
    places = lay_out(field_vectors(10))
    middles = places.reshape(3, 10, 2).mean(axis=1)
    nearest = np.linalg.norm(places[:, None] - middles[None], axis=2).argmin(axis=1)
    assert nearest.tolist() == [0] * 10 + [1] * 10 + [2] * 10


def test_the_same_vectors_are_laid_out_alike() -> None:
    vectors = field_vectors(8)
    assert np.array_equal(lay_out(vectors), lay_out(vectors.copy()))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 60])
def test_every_place_is_in_the_square_and_nobody_elses(count: int) -> None:
    places = lay_out(field_vectors(count, fields=1))
    assert places.shape == (count, 2)
    assert places.min() >= 0
    assert places.max() <= 1
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(count)
    assert apart.min() > min(0.08, 0.6 / count**0.5)


def test_papers_of_the_same_words_are_parted_too() -> None:
    same = np.repeat(field_vectors(1, fields=1), 12, axis=0)
    places = lay_out(same)
    assert np.isfinite(places).all()
    assert (np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(12)).min() > 0.07


def test_new_papers_do_not_turn_the_map_round() -> None:
    vectors = field_vectors(15)
    order = np.arange(45) % 15 < 12
    before = lay_out(vectors[order])
    # Mirrored, so that agreement by chance is none.
    before = 1 - before
    previous = np.full((45, 2), np.nan)
    previous[order] = before
    after = lay_out(vectors, previous)
    moved = np.linalg.norm(after[order] - before, axis=1)
    assert np.median(moved) < 0.2
    # A new paper lies in its own field, where that field has always been.
    middles = np.array([before[field * 12 : field * 12 + 12].mean(axis=0) for field in range(3)])
    fields = np.repeat(np.arange(3), 15)[~order]
    assert np.linalg.norm(after[~order][:, None] - middles[None], axis=2).argmin(axis=1).tolist() == fields.tolist()


def test_aligning_undoes_a_turn_a_mirror_and_another_size() -> None:
    places = np.random.default_rng(1).random((9, 2))
    turned = (places[:, ::-1] * [1, -1]) * 3 + 5
    known = np.arange(9) < 6
    assert aligned(turned, np.where(known[:, None], places, np.nan), known) == pytest.approx(places)


def test_more_neighbours_are_kept_than_by_the_two_main_directions() -> None:
    # A ring that is wound in ten directions: flattened, it crosses itself.
    turns = np.linspace(0, 2 * np.pi, 60, endpoint=False)[:, None] * np.arange(1, 6)
    ring = np.hstack((np.cos(turns), np.sin(turns))) / 5**0.5
    flat = principal_components(ring, 2)
    assert trustworthiness(ring, lay_out(ring)) > trustworthiness(ring, flat) + 0.05


def test_trustworthiness_is_one_where_nothing_is_lost_and_a_half_by_chance() -> None:
    chance = np.random.default_rng(3)
    places = chance.random((200, 2))
    assert trustworthiness(places, places) == 1
    assert trustworthiness(places, chance.random((200, 2))) == pytest.approx(0.5, abs=0.05)
