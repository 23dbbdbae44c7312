"""Mutations, samples and neighbours of cells of NAS-Bench-201."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from nassim.core.arrays import Archs
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from tests.spaces.cells import ALL, INCOMING, SPACE


@pytest.mark.parametrize("how", [how for how in SPACE.mutations if how not in SPACE.loose])
def test_a_mutation_changes_exactly_one_edge(how: str) -> None:
    """Every mutation is a neighbour, and the parent stays as it was."""
    before = ALL.copy()
    mutated = SPACE.mutate(ALL, np.arange(SPACE.size), Streams(0, "mutation", np.arange(SPACE.size)), how)
    assert mutated.dtype == np.int8
    assert SPACE.valid(mutated).all()
    assert ((mutated != ALL).sum(axis=1) == 1).all()
    assert (before == ALL).all()


@pytest.mark.parametrize(
    ("how", "shares"),
    [("uniform", [1 / 6] * 6), ("node", [1 / 3, 1 / 6, 1 / 6, 1 / 9, 1 / 9, 1 / 9])],
)
def test_mutations_draw_edges_and_operations_as_documented(how: str, shares: list[float]) -> None:
    """Edges come in the stated shares, and the four other operations equally often."""
    runs = 120_000
    parents = np.zeros((runs, 6), dtype=np.int8)
    mutated = SPACE.mutate(parents, np.arange(runs), Streams(1, "shares", np.arange(runs)), how)
    for edge, share in enumerate(shares):
        counts = np.bincount(mutated[:, edge], minlength=5)[1:]
        assert counts.sum() / runs == pytest.approx(share, abs=0.006)
        assert counts / counts.sum() == pytest.approx([1 / 4] * 4, abs=0.02)


def test_node_mutation_draws_node_then_edge_then_operation() -> None:
    """The published mutation, spelt out for one run at a time with the words of its stream, agrees."""
    runs = np.arange(500)
    words = Streams(2, "words", runs).random_words(runs, 3).astype(object)
    parents = SPACE.sample(runs, Streams(2, "parents", runs))
    expected = parents.copy()
    for run, (first, second, third) in enumerate(words):
        node = 1 + (first * 3 >> 32)
        edge = INCOMING[node][second * node >> 32]
        expected[run, edge] = (parents[run, edge] + 1 + (third * 4 >> 32)) % 5
    assert (SPACE.mutate(parents, runs, Streams(2, "words", runs), "node") == expected).all()


@pytest.mark.parametrize("how", SPACE.mutations)
def test_mutation_does_not_depend_on_who_is_asked_together(how: str) -> None:
    """Some rows alone get what they get among all."""
    runs, some = np.arange(300), np.arange(0, 300, 7)
    parents = SPACE.sample(runs, Streams(3, "parents", runs))
    together = SPACE.mutate(parents, runs, Streams(3, "mutation", runs), how)
    apart = SPACE.mutate(parents[some], some, Streams(3, "mutation", runs), how)
    assert (together[some] == apart).all()


def test_an_unknown_mutation_is_an_error() -> None:
    """The error suggests the one that was meant."""
    one = np.arange(1)
    with pytest.raises(SettingError, match="has no mutation 'nodes'; did you mean 'node'"):
        SPACE.mutate(ALL[:1], one, Streams(0, "wrong", one), "nodes")


def test_samples_are_uniform_over_cells_and_independent_of_the_batch() -> None:
    """All cells come about equally often, and some rows alone get what they get among all."""
    runs, some = np.arange(200_000), np.arange(0, 200_000, 1001)
    samples = SPACE.sample(runs, Streams(4, "sample", runs))
    counts = np.bincount(SPACE.index(samples), minlength=SPACE.size)
    chi_squared = ((counts - counts.mean()) ** 2 / counts.mean()).sum()
    assert abs(chi_squared - (SPACE.size - 1)) < 5 * np.sqrt(2 * (SPACE.size - 1))
    assert (SPACE.sample(some, Streams(4, "sample", runs)) == samples[some]).all()


@pytest.mark.parametrize("arch", [ALL[0], ALL[7777], ALL[-1]])
def test_a_cell_has_24_neighbours(arch: Archs) -> None:
    """Six edges times four other operations, each once."""
    neighbours = SPACE.neighbours(arch)
    assert ((neighbours != arch).sum(axis=1) == 1).all()
    assert np.unique(SPACE.index(neighbours)).size == 24
    assert Counter((neighbours != arch).argmax(axis=1).tolist()) == dict.fromkeys(range(6), 4)
