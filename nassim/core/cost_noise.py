"""Costs that differ from measurement to measurement: which of them a run is told is a hash, as of its trainings.

A card that gives a cost a `noise` states the relative standard deviation of single measurements. They are taken for
log-normal, so they stay positive and their mean is the cost that is recorded:

    told = cost exp(s z - s**2 / 2),  s**2 = log(1 + noise**2),  z standard normal                                 (1)

Where a cost was measured several times, one of the measurements is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

import numpy as np

from nassim.core.arrays import Floats, Ids, Ints, RandomWords
from nassim.core.hashing import GOLDEN, below, hash32, normal_of, words_of


def with_noise(
    costs: Floats, names: Sequence[str], noise: Mapping[str, float], ids: Ids, training_seed: RandomWords | None
) -> Floats:
    """Return costs (m, k) as runs of these training seeds (m,) are told them, equation 1; None = as they are.

    Args:
        costs: In the order of `names`; nan stays nan.
        names: Of the costs.
        noise: Relative standard deviation of those that have noise.
        ids: Of the architectures, (m,); those of equal id share their measurements.
        training_seed: Of the runs, (m,).
    """
    if training_seed is None or not noise:
        return costs
    told = costs.copy()
    for column, name in enumerate(names):
        if name in noise:
            deviation = np.sqrt(np.log1p(noise[name] ** 2))
            told[:, column] *= np.exp(deviation * normal_of(_words(name, ids, training_seed)) - deviation**2 / 2)
    return told


def one_of(name: str, count: Ids, ids: Ids, training_seed: RandomWords) -> Ints:
    """Return which of the `count` (m,) measurements of a cost each run of these seeds (m,) is told, (m,)."""
    return below(_words(name, ids, training_seed), count)


def _words(name: str, ids: Ids, training_seed: RandomWords) -> RandomWords:
    """Return words that are independent of which training a run sees, and from cost to cost."""
    return hash32(hash32(words_of(ids) * GOLDEN ^ training_seed) + np.uint32(crc32(name.encode())))
