"""Kernel densities of many genes are sums of products, gene by gene."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from nassim.strategies._density import TOGETHER, Density
from tests.toys import Toy


@pytest.mark.parametrize("bandwidth", ["published", "categorical"])
def test_a_density_is_the_mean_of_products(bandwidth: Literal["published", "categorical"]) -> None:
    """Of more genes than are looked up at once, and of rows that have different numbers of observations."""
    space, generator, count = Toy((3, 2, 4) * 4), np.random.default_rng(0), np.array([15, 40])
    assert len(space.choices) > TOGETHER
    archs, asked = (space.at(generator.integers(space.size, size=(many, 2))) for many in (40, 6))
    density = Density(archs, count, space.choices, bandwidth)
    found = density.at(asked)
    for row in range(2):
        own, other = 1 - density.width[row], density.other[row]
        for place in range(6):
            same = archs[: count[row], row] == asked[place, row]
            expected = np.where(same, own, other).prod(axis=1).mean()
            np.testing.assert_allclose(found[place, row], expected, rtol=1e-10)
