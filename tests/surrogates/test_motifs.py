"""Motifs, against brute force over all combinations of options."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.errors import ArchitectureError, DataError, SettingError
from nassim.surrogates.motifs import find_motifs
from tests.surrogates.boosters import SMALL
from tests.toys import toy_space


def brute_force(space, archs, error, size):
    """Return (genes, options) -> (support, mean error, effect alone) of every motif that occurs, one at a time."""
    found = {}
    for genes in combinations(range(len(space.choices)), size):
        for options in product(*(range(space.choices[gene]) for gene in genes)):
            match = np.all([archs[:, gene] == option for gene, option in zip(genes, options, strict=True)], axis=0)
            singles = [error[archs[:, gene] == option] for gene, option in zip(genes, options, strict=True)]
            if match.any():
                alone = sum(single.mean() - error.mean() for single in singles)
                found[genes, options] = match.sum(), error[match].mean(), alone
    return found


@given(
    st.lists(st.integers(1, 4), min_size=2, max_size=5).map(tuple),
    st.integers(0, 1000),
    st.integers(1, 3),
    st.integers(1, 12),
)
@settings(max_examples=40, deadline=None)
def test_motifs_are_those_of_brute_force(choices, seed, size, support):
    """Support, mean error, effect together and alone, ranked from both ends; nan does not count."""
    space, generator = toy_space(choices), np.random.default_rng(seed)
    archs, error = space.at(generator.integers(0, space.size, 60)), generator.normal(30, 5, 60)
    error[:5] = np.nan
    size = min(size, len(choices))
    everything = brute_force(space, archs[5:], error[5:], size)
    allowed = sorted(value[1] for value in everything.values() if value[0] >= support)
    best, worst = find_motifs(space, archs, error, size=size, support=support, top=4)
    assert np.allclose([motif.error for motif in best], allowed[:4])
    assert np.allclose([motif.error for motif in worst], allowed[::-1][:4])
    for motif in best + worst:
        count, mean, alone = everything[motif.genes, motif.options]
        assert motif.support == count
        assert np.isclose(motif.effect, mean - error[5:].mean())
        assert np.isclose(motif.alone, alone)


def test_an_interaction_shows_as_more_than_its_parts():
    """Two options that are good only together."""
    archs = SMALL.at(np.repeat(np.arange(SMALL.size), 4))
    together = (archs[:, 0] == 2) & (archs[:, 3] == 1)
    best, _ = find_motifs(SMALL, archs, 50 - 10.0 * together, support=1, top=1)
    assert best[0].show(SMALL) == "gene0 = 2, gene3 = 1"
    assert best[0].error == 40
    assert best[0].effect < best[0].alone - 3


def test_what_is_no_question_is_refused():
    """Sizes that there are not, no error that is known, rows of another space."""
    archs, error = SMALL.at(np.arange(9)), np.arange(9.0)
    with pytest.raises(SettingError, match="1 to 4 genes of toy-3x1x2x4, got 5"):
        find_motifs(SMALL, archs, error, size=5)
    with pytest.raises(DataError, match="got none"):
        find_motifs(SMALL, archs, np.full(9, np.nan))
    with pytest.raises(ArchitectureError):
        find_motifs(SMALL, archs + 3, error)
    assert find_motifs(SMALL, archs, error, support=1000) == ([], [])
