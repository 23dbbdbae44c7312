"""Arrays that grow as a search goes on: room is made by copying, twice as much whenever it is used up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Scalar

FIRST = 64  # entries that there is room for at least


def with_room(values: NDArray[Scalar], used: int, fill: float = 0, axis: int = 1) -> NDArray[Scalar]:
    """Return an array that has room for one more entry along an axis, of which so many are used."""
    return values if used < values.shape[axis] else grown(values, max(FIRST, values.shape[axis]), fill, axis)


def grown(values: NDArray[Scalar], more: int, fill: float = 0, axis: int = 1) -> NDArray[Scalar]:
    """Return an array with so many `more` entries along an axis."""
    shape = [*values.shape[:axis], more, *values.shape[axis + 1 :]]
    return np.concatenate([values, np.full(shape, fill, dtype=values.dtype)], axis=axis)
