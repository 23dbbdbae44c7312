"""Space: sampling, editing, naming and checking rows of small integers, on spaces with unequal choices."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from nassim.core.errors import ArchitectureError, SettingError
from nassim.core.random_streams import Streams
from nassim.core.space import Space
from tests.toys import toy_space

CHOICES = (3, 1, 2, 4)
some_choices = st.lists(st.integers(1, 5), min_size=1, max_size=6).map(tuple).filter(lambda choices: max(choices) > 1)


def streams_of(runs: int, seed: int = 0) -> Streams:
    """Return streams for so many runs."""
    return Streams(seed, "test", range(runs))


def everything(space: Space) -> np.ndarray:
    """Return every architecture of a space, in the order of itertools."""
    return np.array(list(product(*map(range, space.choices))), dtype=np.int8)


def edits(arch: np.ndarray, choices: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Return by brute force all rows that differ from `arch` in exactly one gene."""
    rows = (tuple(row) for row in product(*map(range, choices)))
    return {row for row in rows if sum(a != b for a, b in zip(row, arch, strict=True)) == 1}


def uniform_p(rows: np.ndarray, space: Space) -> float:
    """Return the chi-square p-value of rows being uniform over the whole space."""
    counts = np.bincount(space.index(rows), minlength=space.size)
    expected = len(rows) / space.size
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), space.size - 1))


def test_shape_of_a_space():
    """Choices, width, size and the table of existing options follow from the options."""
    space = toy_space(CHOICES)
    assert space.choices == CHOICES
    assert (space.widest, space.size) == (4, 24)
    assert space.option_mask.tolist() == [[option < count for option in range(4)] for count in CHOICES]


@given(some_choices)
@settings(deadline=None, max_examples=40)
def test_index_and_at_are_inverse_and_in_lexicographic_order(choices):
    """Ids count all architectures in the order of their genes, the first most significant."""
    space = toy_space(choices)
    archs = everything(space)
    assert space.index(archs).tolist() == list(range(space.size))
    assert np.array_equal(space.at(np.arange(space.size)), archs)
    assert space.at(np.arange(2)).dtype == np.int8


@pytest.mark.parametrize("choices", [(5,) * 20, (2,) * 53, (7,) * 22, (127, 2, 127)])
def test_index_is_exact_in_large_spaces(choices):
    """Spaces below and beyond 2**53 architectures have exact ids too."""
    space = toy_space(choices)
    archs = space.sample(np.arange(200), streams_of(200))
    last = np.array([choices], dtype=np.int8) - 1
    by_hand = [sum(int(gene) * prod(choices[at + 1 :]) for at, gene in enumerate(arch)) for arch in archs]
    assert space.index(archs).tolist() == by_hand
    assert np.array_equal(space.at(space.index(archs)), archs)
    assert space.index(last)[0] == space.size - 1


def test_samples_are_uniform_over_all_architectures():
    """Every architecture is equally likely, by chi-square over the whole space."""
    space = toy_space(CHOICES)
    archs = space.sample(np.arange(24_000), streams_of(24_000))
    assert archs.dtype == np.int8
    assert 1e-3 < uniform_p(archs, space) < 1 - 1e-3


def test_samples_that_need_several_words_are_uniform_too():
    """Genes that do not fit one word are drawn from more, independently: pairs of genes are uniform."""
    space = toy_space((60, 60, 60, 2, 3))
    archs = space.sample(np.arange(40_000), streams_of(40_000)).astype(np.int64)
    assert space.valid(archs).all()
    for first, second in ((2, 0), (3, 2), (4, 0), (4, 3)):
        counts = np.zeros((space.choices[first], space.choices[second]))
        np.add.at(counts, (archs[:, first], archs[:, second]), 1)
        statistic = ((counts - counts.mean()) ** 2 / counts.mean()).sum()
        assert 1e-3 < chi2.sf(statistic, counts.size - 1) < 1 - 1e-3, (first, second)


def test_a_sample_is_one_digit_expansion_of_one_word():
    """A sample reads its genes, first to last, as the mixed-radix digits of word / 2**32."""
    space = toy_space(CHOICES)
    word = int(streams_of(1).random_words(np.zeros(1, dtype=np.intp), 1)[0, 0])
    digits, rest = [], word
    for choices in CHOICES:
        digits.append(rest * choices >> 32)
        rest = rest * choices & 0xFFFFFFFF
    assert space.sample(np.zeros(1, dtype=np.intp), streams_of(1))[0].tolist() == digits


@given(some_choices, st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_mutation_changes_exactly_one_gene(choices, seed):
    """A mutant is valid and differs from its parent, which is left alone, in exactly one gene."""
    space, streams, rows = toy_space(choices), streams_of(50, seed), np.arange(50)
    parents = space.sample(rows, streams)
    kept = parents.copy()
    mutants = space.mutate(parents, rows, streams)
    assert mutants.dtype == np.int8
    assert space.valid(mutants).all()
    assert ((mutants != parents).sum(axis=1) == 1).all()
    assert np.array_equal(parents, kept)


def test_mutation_draws_the_gene_and_then_its_option_uniformly():
    """Genes with a choice are equally likely, then each other option: chi-square over all neighbours."""
    space, rows = toy_space(CHOICES), np.arange(30_000)
    parents = np.repeat(np.array([[2, 0, 1, 1]], dtype=np.int8), rows.size, axis=0)
    mutants = space.mutate(parents, rows, streams_of(rows.size))
    found, counts = np.unique(space.index(mutants), return_counts=True)
    changed = (space.at(found) != parents[0]).argmax(axis=1)
    expected = rows.size / 3 / (np.array(CHOICES)[changed] - 1)
    assert len(found) == 2 + 0 + 1 + 3
    assert 1e-3 < chi2.sf(((counts - expected) ** 2 / expected).sum(), len(found) - 1) < 1 - 1e-3


@given(some_choices, st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_crossover_takes_every_gene_from_a_parent(choices, seed):
    """Each gene of a child is the first parent's or the second's, and the parents are left alone."""
    space, streams, rows = toy_space(choices), streams_of(50, seed), np.arange(50)
    first, second = space.sample(rows, streams), space.sample(rows, streams)
    kept = first.copy(), second.copy()
    child = space.crossover(first, second, rows, streams)
    assert child.dtype == np.int8
    assert ((child == first) | (child == second)).all()
    assert np.array_equal(first, kept[0])
    assert np.array_equal(second, kept[1])


@pytest.mark.parametrize("genes", [3, 40, 70])
def test_crossover_takes_either_parent_with_equal_chance(genes):
    """Also beyond 32 genes, each gene is a fair coin, and neighbouring genes toss their own."""
    space, rows = toy_space((5,) * genes), np.arange(4000)
    first = np.zeros((rows.size, genes), dtype=np.int8)
    took = space.crossover(first, first + np.int8(4), rows, streams_of(rows.size)) == 4
    error = 0.5 / np.sqrt(rows.size)
    assert np.abs(took.mean(axis=0) - 0.5).max() < 4.5 * error
    agree = [(took[:, gene] == took[:, other]).mean() for gene in range(genes) for other in range(gene)]
    assert np.abs(np.array(agree) - 0.5).max() < 5 * error


@given(some_choices, st.data())
@settings(deadline=None, max_examples=40)
def test_neighbours_are_all_single_edits(choices, data):
    """The neighbours of an architecture are, once each, all that differ in one gene; degree counts them."""
    space = toy_space(choices)
    arch = np.array([data.draw(st.integers(0, count - 1)) for count in choices], dtype=np.int8)
    found = [tuple(row) for row in space.neighbours(arch).tolist()]
    assert len(found) == len(set(found)) == int(space.degree(arch[None])[0])
    assert set(found) == edits(arch, choices)


def test_neighbour_is_a_row_of_neighbours():
    """Neighbour number k of many architectures at once is row k of each one's neighbours."""
    space = toy_space(CHOICES)
    archs = everything(space)
    which = np.arange(len(archs)) % 6
    asked = space.neighbour(archs, which)
    assert [row.tolist() for row in asked] == [
        space.neighbours(arch)[k].tolist() for arch, k in zip(archs, which, strict=True)
    ]


def test_without_isomorphism_every_architecture_stands_for_itself():
    """The default representative is the architecture, and canonical its own index."""
    space = toy_space(CHOICES)
    archs = everything(space)
    assert np.array_equal(space.representative(archs), archs)
    assert np.array_equal(space.canonical(archs), np.arange(space.size))


def test_encoding_is_one_hot_per_gene():
    """Features are 0 or 1, one per existing option, and tell every two architectures apart."""
    space = toy_space(CHOICES)
    archs = everything(space)
    features = space.encode(archs)
    by_hand = [
        [float(gene == option) for gene, count in zip(arch, CHOICES, strict=True) for option in range(count)]
        for arch in archs
    ]
    assert features.tolist() == by_hand


@pytest.mark.parametrize("row", [[3, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 4], [-1, 0, 0, 0], [127, 0, 0, 0]])
def test_check_names_the_impossible_row(row):
    """A row with an option that its gene lacks is invalid, and the message shows it."""
    space = toy_space(CHOICES)
    archs = np.array([[0, 0, 0, 0], row], dtype=np.int8)
    assert space.valid(archs).tolist() == [True, False]
    with pytest.raises(ArchitectureError) as caught:
        space.check(archs)
    assert str(row) in str(caught.value)
    assert space.name in str(caught.value)


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 5), (1, 1, 4)])
def test_check_refuses_other_shapes(shape):
    """Anything but (n, genes) is refused with both shapes."""
    with pytest.raises(ArchitectureError, match="4"):
        toy_space(CHOICES).check(np.zeros(shape, dtype=np.int8))


def test_check_accepts_every_architecture_and_none():
    """All architectures pass, and so does an empty batch."""
    space = toy_space(CHOICES)
    space.check(everything(space))
    space.check(np.empty((0, 4), dtype=np.int8))


def test_unknown_mutation_is_refused_with_a_suggestion():
    """A misspelt kind of mutation gets one line with what was meant."""
    space = toy_space(CHOICES)
    with pytest.raises(SettingError, match="did you mean 'uniform'"):
        space.mutate(everything(space)[:1], np.zeros(1, dtype=np.intp), streams_of(1), "unifrom")
