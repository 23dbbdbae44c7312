"""Supernet noise: by how much a supernet is wrong of each architecture, as a hash of the run's training seed.

A run has one supernet: asked again, or beside other runs, the noise is the same.
"""

from __future__ import annotations

from functools import cached_property
from math import sqrt

import numpy as np

from nassim.core.arrays import Archs, Floats, Ids, RandomWords
from nassim.core.hashing import GOLDEN, hash32, normal_of, words_of
from nassim.core.space import Space

OWN = np.uint32(0x7FEB352D)  # sets the noise of networks apart from that of options


class SupernetNoise:
    """Normal noise of variance `shared` that networks with the same option on the same gene have in common, and `own`.

    Standard deviations are over the architectures of the space, in the unit of the error.
    """

    def __init__(self, space: Space, shared: float, own: float) -> None:
        self.space, self.shared, self.own = space, shared, own

    def of_options(self, training_seed: RandomWords | None, options: Ids) -> Floats:
        """Return what options (m or 1, ...), numbered over all genes, add to an error, (m, ...); 0 without a seed."""
        if training_seed is None:
            return np.zeros(options.shape)
        words = hash32(options.astype(np.uint32) * GOLDEN + GOLDEN)
        drawn = normal_of(hash32(words ^ training_seed.reshape(-1, *(1,) * (options.ndim - 1))))
        noise: Floats = drawn * self._deviation.take(options)
        return noise

    def of_networks(self, training_seed: RandomWords | None, archs: Archs) -> Floats:
        """Return what each network adds to its own error, (m,); none without a training seed."""
        if training_seed is None:
            return np.zeros(len(archs))
        words = hash32(words_of(self.space.index(archs)) * GOLDEN ^ OWN)
        return normal_of(hash32(words ^ training_seed)) * self.own

    @cached_property
    def _deviation(self) -> Floats:
        """Standard deviation of each option's noise, (genes * widest,): a gene with k of them has 1 - 1/k of it."""
        of_all = sum(1.0 - 1.0 / count for count in self.space.choices)
        return np.where(self.space.option_mask.ravel(), self.shared / sqrt(of_all), 0.0)
