"""SurrogateBenchmark: it keeps the promises of every benchmark, in small and in huge spaces."""

from __future__ import annotations

import inspect
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import kstest

import nassim
from nassim.benchmarks.surrogate import SurrogateBenchmark, normals
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError
from nassim.core.relaxation import Mixture
from tests.benchmarks.fitted import CELLS, cells
from tests.contracts import test_benchmarks as contract
from tests.surrogates.functions import HUGE, Smooth, archs_of
from tests.toys import toy_benchmark, toy_space

PROMISES = [name for name, promise in inspect.getmembers(contract, inspect.isfunction) if name.startswith("test_")]
TRAINING_SEEDS = np.random.default_rng(0).integers(0, 2**32, 500, dtype=np.uint32)


@cache
def huge(transform: str = "linear") -> SurrogateBenchmark:
    """Return a surrogate of a space that cannot be enumerated."""
    return nassim.fit(Smooth(HUGE), train=300, transform=transform)


def mixtures(space, runs: int) -> Mixture:
    """Return random distributions over the architectures of a space."""
    weights = np.random.default_rng(1).exponential(size=(runs, *space.option_mask.shape)) * space.option_mask
    return Mixture(weights / weights.sum(axis=2, keepdims=True), np.full(runs, 10.0))


@pytest.mark.parametrize("training_seed", [None, contract.TRAINING_SEEDS[contract.FEW]], ids=["mean", "seeded"])
@pytest.mark.parametrize("promise", PROMISES)
def test_it_keeps_the_promises_of_every_benchmark(promise, training_seed):
    """The contract tests of tables hold for a surrogate of cells."""
    check = getattr(contract, promise)
    takes_training_seed = "training_seed" in inspect.signature(check).parameters
    if takes_training_seed:
        whole = (
            contract.TRAINING_SEEDS
            if promise == "test_evaluate_is_pure" and training_seed is not None
            else training_seed
        )
        check(CELLS, whole)
    elif training_seed is None:
        check(CELLS)


@pytest.mark.parametrize("make", [cells, huge], ids=["cells", "huge"])
def test_a_question_alone_is_answered_as_among_others(make):
    """Error, seconds and costs are equal bit for bit in any batch, with and without a training seed."""
    bench = make()
    archs = archs_of(bench.space, 500)
    for training_seed in (None, TRAINING_SEEDS):
        whole = bench.evaluate(Query(archs), training_seed)
        for rows in ([7], [3, 400], list(range(100, 163))):
            few = bench.evaluate(Query(archs[rows]), None if training_seed is None else training_seed[rows])
            assert all(np.array_equal(a, b[rows]) for a, b in zip(few[:3], whole[:3], strict=True))


def test_the_truth_is_the_mean_and_luck_adds_the_noise_of_the_model():
    """What a run sees deviates from the truth normally, by the predicted noise; without a seed it is the truth."""
    bench = cells()
    archs = archs_of(bench.space, 500)
    truth, noise = bench.truth(archs), bench.models["error"].predict(archs).noise
    assert np.array_equal(bench.evaluate(Query(archs)).error, truth)
    deviations = (bench.evaluate(Query(archs), TRAINING_SEEDS).error - truth) / noise
    assert kstest(deviations, "norm").pvalue > 1e-3


def test_hashed_normals_are_normal_and_independent():
    """Neighbouring architectures and runs have unrelated numbers, also far beyond 2**32 architectures."""
    for start in (0, 2**40):
        ids = start + np.arange(1000)[:, None]
        drawn = normals(ids, np.arange(50, dtype=np.uint32))
        assert kstest(drawn.ravel(), "norm").pvalue > 1e-3
        assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.02
        assert abs(np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]) < 0.02
    assert not np.array_equal(
        normals(np.arange(9), TRAINING_SEEDS[:9]), normals(2**33 + np.arange(9), TRAINING_SEEDS[:9])
    )


def test_a_surrogate_of_a_huge_space_is_near_its_model_and_can_be_searched():
    """Error, seconds and costs go with what was learned; a strategy finds what is truly better than random."""
    bench, real = huge(), Smooth(HUGE)
    archs = archs_of(HUGE, 500, seed=3)
    asked, true = bench.evaluate(Query(archs)), real.evaluate(Query(archs))
    assert np.corrcoef(asked.error, true.error)[0, 1] > 0.85
    assert np.corrcoef(asked.seconds, true.seconds)[0, 1] > 0.85
    assert (asked.costs[:, 1] == 7).all()
    for cost, column in zip(bench.costs, asked.costs.T, strict=True):
        np.testing.assert_array_equal(bench.cost(cost, archs), column)
    assert np.isnan(bench.optimum)
    trace = nassim.simulate("regularized_evolution", bench, runs=20, evaluations=150, seed=1)
    found = trace.archs[np.arange(20), trace.incumbent()[:, -1]]
    assert real.truth(found).mean() < np.quantile(real.truth(archs), 0.05)


def test_relaxing_a_huge_space_is_evaluating_at_its_vertices():
    """A mixture of one architecture has its mean error and seconds; in between, gradients are those of differences."""
    bench = huge()
    archs = archs_of(HUGE, 20)
    vertices = Mixture((archs[:, :, None] == np.arange(4)).astype(float), np.full(20, 10.0))
    slope, outcome = bench.relax(vertices), bench.evaluate(Query(archs))
    assert np.allclose(slope.error, outcome.error, rtol=1e-6)
    assert np.allclose(slope.seconds, outcome.seconds, rtol=1e-6)
    mixture = mixtures(HUGE, 3)
    step = np.zeros_like(mixture.probabilities)
    step[:, 1, 2], step[:, 1, 0] = 0.01, -0.01
    ends = [bench.relax(mixture._replace(probabilities=mixture.probabilities + sign * step)).error for sign in (1, -1)]
    slope = bench.relax(mixture)
    assert np.allclose((ends[0] - ends[1]) / 2, (slope.gradient * step).sum(axis=(1, 2)), rtol=1e-6)


def test_relaxing_a_logarithmic_model_of_a_huge_space_is_exact_at_vertices():
    """The approximation through the logarithm is exact for a single architecture."""
    bench = huge("log")
    archs = archs_of(HUGE, 20)
    vertices = Mixture((archs[:, :, None] == np.arange(4)).astype(float), np.full(20, 10.0))
    assert np.allclose(bench.relax(vertices).error, bench.truth(archs), rtol=1e-6)


def test_a_huge_space_of_other_features_does_not_relax():
    """The error says what to do."""

    class Graph(type(toy_space((2,)))):
        encodings = ("onehot", "graph")

        def graph(self, archs):
            return np.cumsum(archs, axis=1).astype(float)

        @property
        def graph_names(self):
            return tuple(f"up to {gene}" for gene in self.genes)

    space = Graph((4,) * 20)
    bench = nassim.fit(Smooth(space), train=100)
    assert bench.models["error"].encoding == "graph"
    assert bench.relaxable
    with pytest.raises(SettingError, match="fit it with encoding='onehot'"):
        bench.relax(mixtures(space, 2))
    nassim.fit(Smooth(space), train=100, encoding="onehot").relax(mixtures(space, 2))


def test_isomorphic_cells_share_their_luck_only_per_network():
    """As strings they are trainings apart; as networks they are one, also in what a run relaxes."""
    bench = cells()
    archs = bench.space.at(np.arange(bench.space.size))
    other = bench.space.canonical(archs) != np.arange(bench.space.size)
    pair = np.stack([archs[other][50], bench.space.representative(archs[other][50:51])[0]])
    training_seed = np.full(2, 77, dtype=np.uint32)
    apart = bench.evaluate(Query(pair), training_seed).error
    together = bench.per_network().evaluate(Query(pair), training_seed).error
    assert apart[0] != apart[1]
    assert together[0] == together[1] == apart[1]
    vertices = Mixture((pair[:, :, None] == np.arange(5)).astype(float), np.full(2, 200.0))
    assert np.allclose(bench.per_network().relax(vertices, training_seed).error, together, rtol=1e-12)


def test_learning_curves_are_answered_at_every_fidelity():
    """Each recorded epoch can be asked for, rows with different ones together; seconds are in proportion."""
    bench = nassim.fit(toy_benchmark((4, 5, 3, 3)), train=120)
    archs = archs_of(bench.space, 90)
    mixed = np.tile(np.array([1, 3, 9]), 30)
    together = bench.evaluate(Query(archs, epochs=mixed), TRAINING_SEEDS[:90])
    for epochs in bench.epochs:
        rows = np.flatnonzero(mixed == epochs)
        alone = bench.evaluate(Query(archs[rows], epochs=np.full(30, epochs)), TRAINING_SEEDS[rows])
        assert np.array_equal(alone.error, together.error[rows])
        assert np.allclose(alone.seconds, bench.evaluate(Query(archs[rows])).seconds * epochs / 9)
    rest = bench.evaluate(Query(archs, since=np.full(90, 3)))
    assert np.allclose(rest.seconds, bench.evaluate(Query(archs)).seconds * 2 / 3)
    with pytest.raises(SettingError, match=r"no results after 2 epochs; recorded: \(1, 3, 9\)"):
        bench.evaluate(Query(archs, epochs=np.full(90, 2)))


def test_what_cannot_be_resumed_is_not_resumed_by_a_surrogate():
    """Where another fidelity is another training, going on costs a whole one, of the surrogate as of its table."""
    toy = toy_benchmark((4, 5, 3, 3))
    toy.resumable, toy.card = False, replace(toy.card, facts={"resumable": False})
    bench = nassim.fit(toy, train=60)
    archs, since = archs_of(bench.space, 90), np.full(90, 3)
    for one in (toy, bench):
        assert np.array_equal(one.evaluate(Query(archs, since=since)).seconds, one.evaluate(Query(archs)).seconds)


def test_what_is_far_from_the_training_data_is_flagged():
    """It is the flag of the model of the error."""
    bench = cells()
    archs = archs_of(bench.space, 200)
    assert np.array_equal(bench.far(archs), bench.models["error"].far(archs))
