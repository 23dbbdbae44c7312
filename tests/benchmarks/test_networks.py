"""A table of networks: one row for all forms of a network, a failure for what is none."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import nassim
from nassim import catalog
from nassim.benchmarks.monte_carlo import draw
from nassim.benchmarks.networks import NetworkTable
from nassim.core.benchmark import Card, Query
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture

SPACE = catalog.space("nb101")
ROWS = np.arange(300)
CARD = Card(title="Some cells", source="made up", licence="MIT", search_split="valid", report_split="test")


def table(*, test: bool = True, replicas: int = 2) -> NetworkTable:
    """Return a table of the networks of some random cells, two trainings each or one, after 1 and 2 epochs."""
    networks = np.unique(SPACE.canonical(SPACE.sample(ROWS, Streams(0, "cells", ROWS))))
    generator = np.random.default_rng(0)
    return NetworkTable(
        "toy/cells",
        SPACE,
        CARD,
        networks=networks,
        epochs=(1, 2),
        error=generator.uniform(5, 50, (2, networks.size, replicas)),
        seconds=np.array([1.0, 2.0])[:, None, None] * generator.uniform(5, 9, (1, networks.size, replicas)),
        counts=np.full(networks.size, replicas),
        costs={"params": generator.uniform(1, 2, networks.size)},
        **({"test": generator.uniform(5, 50, networks.size)} if test else {}),
    )


@pytest.mark.parametrize("test", [True, False])
def test_every_form_of_a_network_has_its_answer(test):
    """With and without a training seed, at either epoch, on both splits and of its costs."""
    bench, archs = table(test=test), SPACE.sample(ROWS, Streams(0, "cells", ROWS))
    training_seed = Streams(0, "luck", ROWS).random_words(ROWS, 1)[:, 0]
    for words in (None, training_seed):
        own = bench.evaluate(Query(archs), words)
        other = bench.evaluate(Query(SPACE.representative(archs)), words)
        assert all(np.array_equal(a, b) for a, b in zip(own, other, strict=True))
    assert np.array_equal(bench.truth(archs), bench.truth(SPACE.representative(archs)))
    assert np.isfinite(bench.truth(archs)).all()
    assert bench.optimum == bench.truth(bench.everything()).min()
    assert np.array_equal(bench.cost("params", archs), own.costs[:, 0])
    assert bench.per_network() is bench


def test_what_is_no_network_fails_in_a_second_and_is_never_handed_in():
    """Also when resumed; nothing is known of it."""
    bench, nothing = table(), np.zeros((3, 26), dtype=np.int8)
    found = bench.evaluate(Query(nothing, epochs=np.array([1, 2, 2]), since=np.array([0, 0, 1])))
    assert np.isnan(found.error).all()
    assert found.seconds.tolist() == [1, 1, 0]
    assert np.isnan(bench.truth(nothing)).all()


def test_gene_by_gene_strategies_search_it():
    """REINFORCE asks for rows that are no cells too; they fail, and what it hands in is a cell."""
    bench = table()
    trace = nassim.simulate("reinforce", bench, runs=5, evaluations=40)
    assert np.isnan(trace.error).any()
    assert np.isfinite(trace.incumbent_truth()[:, -1]).any()


def vertices(archs: np.ndarray) -> Mixture:
    """Return mixtures of one architecture each, at the cost of a whole training."""
    hot = (archs[:, :, None] == np.arange(SPACE.widest)).astype(np.float64)
    return Mixture(hot, np.full(len(archs), 2.0))


def worst_of(bench: NetworkTable) -> float:
    """Return the highest error that any luck meets."""
    every = bench.everything()
    training_seeds = (np.full(len(every), word, dtype=np.uint32) for word in range(9))
    return max(np.nanmax(bench.evaluate(Query(every), training_seed).error) for training_seed in training_seeds)


def errors_of(
    bench: NetworkTable, archs: np.ndarray, worst: float, training_seed: np.ndarray | None = None
) -> np.ndarray:
    """Return what each architecture counts in a mixture: failures as the table's worst."""
    found = bench.evaluate(Query(archs), training_seed).error
    return np.where(np.isnan(found), worst, found)


def test_a_mixture_of_one_architecture_is_answered_exactly():
    """As `evaluate` answers it and all its neighbours, with the same training seeds."""
    bench, archs = table(), SPACE.sample(ROWS[:5], Streams(0, "cells", ROWS))
    training_seed, worst = Streams(0, "luck", ROWS).random_words(ROWS, 1)[:5, 0], worst_of(bench)
    slope = bench.relax(vertices(archs), training_seed)
    assert slope.error == pytest.approx(errors_of(bench, archs, worst, training_seed))
    assert slope.seconds == pytest.approx(bench.evaluate(Query(archs)).seconds)
    for gene, option in zip(*np.nonzero(SPACE.option_mask), strict=True):
        changed = archs.copy()
        changed[:, gene] = option
        assert slope.gradient[:, gene, option] == pytest.approx(errors_of(bench, changed, worst, training_seed))
    assert not slope.gradient[:, ~SPACE.option_mask].any()


def test_estimates_are_unbiased():
    """Their mean over many lucks is the sum over all rows that a mixture has, within 4.5 standard errors."""
    bench = table(replicas=1)
    worst = worst_of(bench)
    base = bench.everything()[np.argmax(bench.everything()[:, :21].sum(axis=1))]
    free, generator = [0, 3, 9, 22, 24], np.random.default_rng(1)
    probabilities = vertices(base[None]).probabilities
    probabilities[0, free] = generator.dirichlet(np.ones(3), len(free)) * SPACE.option_mask[free]
    probabilities /= probabilities.sum(axis=2, keepdims=True)
    rows = np.repeat(base[None], 2**3 * 3**2, axis=0)
    rows[:, free] = list(product(*(range(SPACE.choices[gene]) for gene in free)))
    share = np.prod(probabilities[0, free, rows[:, free]], axis=1)
    assert 1 < np.isfinite(bench.evaluate(Query(rows)).error).sum() < len(rows)
    many = np.arange(800, dtype=np.uint32)
    slope = bench.relax(Mixture(np.repeat(probabilities, many.size, axis=0), np.full(many.size, 2.0)), many)
    exact = np.zeros_like(probabilities[0])
    for gene, option in zip(*np.nonzero(SPACE.option_mask), strict=True):
        changed = rows.copy()
        changed[:, gene] = option
        exact[gene, option] = share @ errors_of(bench, changed, worst)
    seconds = share @ bench.evaluate(Query(rows)).seconds
    for found, expected in (
        (slope.error, share @ errors_of(bench, rows, worst)),
        (slope.gradient, exact),
        (slope.seconds, seconds),
    ):
        within = 4.5 * found.std(axis=0) / np.sqrt(many.size) + 1e-9
        assert (abs(found.mean(axis=0) - expected) <= within).all()


def test_an_estimate_depends_on_its_question_alone():
    """Bit for bit in any batch; another mixture, or another luck, is another sample."""
    bench, generator = table(), np.random.default_rng(0)
    weights = generator.exponential(size=(90, *SPACE.option_mask.shape)) * SPACE.option_mask
    whole = Mixture(weights / weights.sum(axis=2, keepdims=True), np.full(90, 2.0))
    training_seed = Streams(0, "luck", ROWS).random_words(ROWS, 1)[:90, 0]
    for words in (None, training_seed):
        told = bench.relax(whole, words)
        for rows in (generator.permutation(90), np.array([77]), np.arange(60, 70)):
            part = bench.relax(Mixture(*(f[rows] for f in whole[:2])), None if words is None else words[rows])
            assert all(np.array_equal(a, b[rows]) for a, b in zip(part[:3], told[:3], strict=True))
    first, second = (draw(whole.probabilities[:2], words) for words in (training_seed[:2], training_seed[2:4]))
    assert (first != second).any()
    assert (draw(whole.probabilities[[0, 0]], None)[0] == draw(whole.probabilities[:1], None)[0]).all()


@pytest.mark.parametrize("name", ["darts", "gdas", "rsps", "setn", "enas"])
def test_searches_by_mixtures_search_it(name):
    """They learn what is a cell: half of what is handed in, and more, is one."""
    few = {"candidates": 5} if name in {"rsps", "setn"} else {}
    trace = nassim.simulate(name, table(), runs=6, evaluations=15, **few)
    assert np.isfinite(trace.error).all() or name == "enas"
    assert SPACE.valid(trace.archs[:, -1]).mean() >= 0.5
