"""Configurations of a space's ConfigurationSpace are its architectures."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.bridges.naming import arch_of
from nassim.core.errors import ArchitectureError
from nassim.spaces.nb201 import NB201
from tests.toys import toy_space

SPACE = toy_space((3, 2, 5))


def test_every_sample_is_an_architecture() -> None:
    """Names are those of genes and options; each option comes."""
    pytest.importorskip("ConfigSpace")
    from nassim.bridges.configspace import configuration_space

    for space in (SPACE, NB201()):
        archs = np.stack(
            [arch_of(space, dict(one)) for one in configuration_space(space, seed=0).sample_configuration(80)]
        )
        space.check(archs)
        assert (archs.max(axis=0) + 1).tolist() == list(space.choices)


def test_what_is_no_configuration_is_refused() -> None:
    """A missing gene and an unknown option are named."""
    with pytest.raises(ArchitectureError, match="no 'gene2'"):
        arch_of(SPACE, {"gene0": "1", "gene1": "1"})
    with pytest.raises(ArchitectureError, match="'gene1' has no option '2'"):
        arch_of(SPACE, {"gene0": "1", "gene1": "2", "gene2": "0"})
