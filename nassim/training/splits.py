"""Which example is in which part of a data set, by hashes of positions; and orders in which classes are even."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


def stratified(labels: NDArray[np.int64], shares: tuple[float, ...]) -> NDArray[np.int8]:
    """Return which part each example is in, (n,): of each class, the share of the part, and the rest to the last."""
    order = _hashes(labels.size)
    part = np.empty(labels.size, dtype=np.int8)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        members = members[np.argsort(order[members])]
        ends = np.rint(np.cumsum(shares) * members.size).astype(np.int64)
        part[members] = np.searchsorted(ends[:-1], np.arange(members.size), side="right")
    return part


def balanced_order(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return an order (n,) of examples in every stretch of which each class has its share, as nearly as it can.

    Example k of the m of a class is (k + 1/2) / m of the way along; which is which, and who comes first where two are
    at the same place, is random.
    """
    shuffled = np.argsort(_hashes(labels.size))
    place = np.empty(labels.size)
    for label in np.unique(labels):
        members = np.flatnonzero(labels[shuffled] == label)
        place[members] = (np.arange(members.size) + 0.5) / members.size
    order: NDArray[np.int64] = shuffled[np.argsort(place, kind="stable")]
    return order


def _hashes(count: int) -> NDArray[np.uint64]:
    """Return a hash of each position, (count,)."""
    digests = (blake2b(str(position).encode(), digest_size=8).digest() for position in range(count))
    return np.array([int.from_bytes(digest, "little") for digest in digests], dtype=np.uint64)
