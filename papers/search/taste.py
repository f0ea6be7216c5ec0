"""What sets a reader's papers apart from all others, as a direction among the vectors. Needs numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# How much is added to the background's variance: few vectors tell little of it. Chosen on CISI and CACM, where half
# and double of it do as well (docs/for-you.md).
RIDGE = 0.005
# What a dismissed paper counts beside an upvoted one.
DISMISSED = 0.5

Vectors = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Background:
    """How papers lie in general: their middle, and how they spread around it."""

    middle: NDArray[np.float64]
    evening: NDArray[np.float64]  # the inverse of their covariance, with the ridge

    @classmethod
    def of(cls, vectors: Vectors | NDArray[Any]) -> Background:
        rows = np.asarray(vectors, np.float64)
        middle = rows.mean(axis=0)
        apart = rows - middle
        spread = apart.T @ apart / len(rows) + RIDGE * np.eye(rows.shape[1])
        return cls(middle, np.linalg.inv(spread))

    def direction(self, liked: Vectors | NDArray[Any], disliked: Vectors | NDArray[Any] = ()) -> NDArray[np.float64]:
        """The direction along which liked papers differ most from the rest; of length 1.

        A linear discriminant: directions in which papers differ anyway count less than those that are the reader's.
        """
        wanted = np.asarray(liked, np.float64).mean(axis=0) - self.middle
        if len(disliked):
            wanted = wanted - DISMISSED * (np.asarray(disliked, np.float64).mean(axis=0) - self.middle)
        found: NDArray[np.float64] = self.evening @ wanted
        length = float(np.linalg.norm(found))
        return found / length if length else found

    def nearest(self, vectors: Vectors, among: Vectors) -> list[int]:
        """For each vector the place of the nearest among others, as seen from the middle."""
        return [int(place) for place in (self._seen(vectors) @ self._seen(among).T).argmax(axis=1)]

    def _seen(self, vectors: Vectors) -> NDArray[np.float64]:
        rows = np.asarray(vectors, np.float64) - self.middle
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(lengths > 0, lengths, 1))
