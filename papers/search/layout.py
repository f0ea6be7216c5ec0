"""Where papers lie on a map: near what they resemble. Pure, and the same for the same vectors.

An exact t-SNE (van der Maaten and Hinton, 2008) over all pairs, which is quick enough for a thousand papers and needs
numpy alone. It begins at the principal components, or where the papers lay before, so that a few new papers don't turn
the whole map round. docs/maps.md says what it keeps of the neighbourhoods, and what it costs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ROUNDS = 400
# Neighbourhoods are drawn together harder at first, so that groups form before they settle.
_EXAGGERATED_ROUNDS = 100
# A map that has been drawn before needs no forming: it begins at about the size that it settles at, so it moves less.
_ROUNDS_AGAIN, _SIZE_AGAIN = 150, 0.4
_EXAGGERATION = 8.0
_PERPLEXITY = 25.0
# How much room a paper has beside its neighbours, in parts of the map's side: a finger's on a phone where there are
# few, and less where there are many.
_MOST_ROOM = 0.085
_TINY = 1e-12


def lay_out(vectors: Array, previous: Array | None = None) -> Array:
    """Return a place in the unit square for each row of `vectors` (of length 1).

    `previous` holds the places on the map before this one, with NaN for papers that it did not have.
    """
    count = len(vectors)
    if count < 3:
        return np.column_stack(
            (np.linspace(0.3, 0.7, count) if count > 1 else np.full(count, 0.5), np.full(count, 0.5))
        )
    centred = vectors - vectors.mean(axis=0)
    known = np.zeros(count, bool) if previous is None else np.logical_not(np.isnan(previous).any(axis=1))
    if previous is None or known.sum() < 3:
        return _spread(_to_square(_upright(_embed(centred, principal_components(centred, 2)))))
    places = _embed(centred, _begun_at(centred, previous, known), again=True)
    return _spread(_to_square(aligned(places, previous, known)))


def principal_components(centred: Array, most: int) -> Array:
    """The rows along the directions in which they differ most; each direction's sign is settled by its largest part."""
    left, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    largest = np.abs(directions).argmax(axis=1)
    signs = np.where(directions[np.arange(len(directions)), largest] < 0, -1.0, 1.0)
    found: Array = (left * sizes * signs)[:, :most]
    missing = most - found.shape[1]
    return np.pad(found, ((0, 0), (0, missing))) if missing > 0 else found


def aligned(places: Array, previous: Array, known: NDArray[np.bool_]) -> Array:
    """Turn, mirror, size and move `places` so that the known ones lie as near as can be to where they lay."""
    mine, theirs = places[known], previous[known]
    centre, target = mine.mean(axis=0), theirs.mean(axis=0)
    left, sizes, right = np.linalg.svd((mine - centre).T @ (theirs - target))
    scale = sizes.sum() / max(float(((mine - centre) ** 2).sum()), _TINY)
    turned: Array = (places - centre) @ (left @ right) * scale + target
    return turned


def trustworthiness(vectors: Array, places: Array, neighbours: int = 5) -> float:
    """How far the nearest on the map are near in meaning too: 1 when all are, .5 by chance (Venna and Kaski, 2001)."""
    count = len(vectors)
    ranks = _distances(vectors).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    near = _distances(places)
    np.fill_diagonal(near, np.inf)
    shown = near.argsort(axis=1, kind="stable")[:, :neighbours]
    excess = np.maximum(np.take_along_axis(ranks, shown, axis=1) - neighbours, 0).sum()
    most = count * neighbours * (2 * count - 3 * neighbours - 1) / 2
    return float(1 - excess / most)


def _distances(points: Array) -> Array:
    """Squared, between all pairs."""
    squares = (points**2).sum(axis=1)
    found: Array = np.maximum(squares[:, None] + squares[None, :] - 2 * points @ points.T, 0.0)
    np.fill_diagonal(found, 0.0)
    return found


def _embed(centred: Array, start: Array, *, again: bool = False) -> Array:
    """Move the papers from `start` until near ones are near: gradient descent with momentum and gains."""
    count = len(centred)
    wanted = _affinities(_distances(centred), min(_PERPLEXITY, (count - 1) / 3))
    spread = max(float(start.std()), _TINY)
    places = start / spread * (_SIZE_AGAIN * np.sqrt(count) if again else 1e-4)
    moving, gains = np.zeros_like(places), np.ones_like(places)
    step = max(count / _EXAGGERATION / 4, 10.0)
    closeness, pull = np.empty_like(wanted), np.empty_like(wanted)
    for number in range(_ROUNDS_AGAIN if again else _ROUNDS):
        early = not again and number < _EXAGGERATED_ROUNDS
        # 1 / (1 + distance²), in place: for a thousand papers, memory is what takes the time.
        squares = (places**2).sum(axis=1)
        np.matmul(places * -2.0, places.T, out=closeness)
        closeness += squares[:, None] + 1.0
        closeness += squares[None, :]
        np.reciprocal(closeness, out=closeness)
        np.fill_diagonal(closeness, 0.0)
        np.multiply(wanted, _EXAGGERATION if early else 1.0, out=pull)
        np.multiply(pull, closeness, out=pull)
        total = closeness.sum()
        np.square(closeness, out=closeness)
        closeness /= total
        pull -= closeness
        gradient = 4.0 * (pull.sum(axis=1)[:, None] * places - pull @ places)
        gains = np.maximum(np.where(np.sign(gradient) != np.sign(moving), gains + 0.2, gains * 0.8), 0.01)
        moving = (0.5 if early else 0.8) * moving - step * gains * gradient
        places = places + moving
        places -= places.mean(axis=0)
    return places


def _affinities(distances: Array, perplexity: float) -> Array:
    """How much each pair belongs together: about `perplexity` neighbours for each paper, crowded or lonely."""
    count = len(distances)
    wanted, low, high = np.log(perplexity), np.zeros(count), np.full(count, np.inf)
    sharpness = np.full(count, 1.0 / max(float(distances.mean()), _TINY))
    # Nobody is their own neighbour.
    others = np.where(np.eye(count, dtype=bool), np.inf, distances)
    others -= others.min(axis=1, keepdims=True)
    for _ in range(50):
        weights = np.exp(-others * sharpness[:, None])
        shares = weights / weights.sum(axis=1, keepdims=True)
        entropy = -(shares * np.log(np.maximum(shares, _TINY))).sum(axis=1)
        flat = entropy > wanted
        low, high = np.where(flat, sharpness, low), np.where(flat, high, sharpness)
        sharpness = np.where(np.isinf(high), sharpness * 2, (low + np.where(np.isinf(high), low, high)) / 2)
    both: Array = np.maximum((shares + shares.T) / (2 * count), _TINY)
    return both


def _begun_at(centred: Array, previous: Array, known: NDArray[np.bool_]) -> Array:
    """Where the papers lay; a new one begins among the three that it resembles most."""
    start = previous - np.nanmean(previous, axis=0)
    for new in np.flatnonzero(~known):
        alike = (centred[known] @ centred[new]).argsort(kind="stable")[-3:]
        start[new] = start[known][alike].mean(axis=0)
    # Two that begin at one place would never part.
    begun: Array = start + principal_components(centred, 2) * 1e-3
    return begun


def _upright(places: Array) -> Array:
    """The longer way across; the sheet is wider than it is high."""
    return principal_components(places - places.mean(axis=0), 2)


def _to_square(places: Array) -> Array:
    low, high = places.min(axis=0), places.max(axis=0)
    squared: Array = (places - low) / np.maximum(high - low, _TINY)
    return squared


def _spread(places: Array) -> Array:
    """Push apart what would cover each other, and keep all in the square."""
    count = len(places)
    room = min(_MOST_ROOM, 0.68 / np.sqrt(count))
    # A spiral as fine as dust parts those that lie at the very same place, in the same way each time.
    turns = np.arange(count) * 2.399963
    dust = np.column_stack((np.cos(turns) ** 2, np.sin(turns) ** 2)) * (1e-6 * np.arange(count))[:, None]
    for _ in range(200):
        places = np.clip(places, 0.0, 1.0)
        places += dust * np.sign(0.5 - places)
        apart = places[:, None, :] - places[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        lacking = np.maximum(room - distance, 0.0)
        if lacking.max() < room * 0.02:
            break
        places = places + (apart * (lacking / np.maximum(distance, _TINY) / 2.2)[:, :, None]).sum(axis=1)
    return np.clip(places, 0.0, 1.0)
