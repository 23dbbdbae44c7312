"""Rungs, brackets, densities and extrapolations against worked examples and reference implementations."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from scipy.optimize import curve_fit

import nassim
from nassim import Faults
from nassim.benchmarks.table import TableBenchmark
from nassim.strategies._density import Density
from nassim.strategies._powerlaw import chance_below
from nassim.strategies._rungs import hyperband_sizes, rungs_of
from tests.oracles import curves
from tests.toys import toy_benchmark

NAMES = ("successive_halving", "hyperband", "asha", "bohb", "dehb", "median_stopping", "lc_stopping")
BENCH = toy_benchmark((3, 4, 2, 5), epochs=(1, 3, 9, 27))


def test_hyperbands_brackets_are_those_of_its_table_1():
    """R = 81 and eta = 3: Li et al., JMLR 2018, Table 1."""
    assert rungs_of(range(1, 82), 3) == (1, 3, 9, 27, 81)
    assert hyperband_sizes(5, 3) == [(81, 27, 9, 3, 1), (34, 11, 3, 1), (15, 5, 1), (8, 2), (5,)]


@pytest.mark.parametrize(
    ("epochs", "eta", "least", "rungs"),
    [((200,), 3, 1, (200,)), ((1, 2, 3, 4), 2, 1, (1, 2, 4)), ((4, 12, 36, 108), 3, 12, (12, 36, 108))],
)
def test_rungs_are_recorded_epochs(epochs, eta, least, rungs):
    """R, R / eta, ..., the nearest that are recorded, from the grace on."""
    assert rungs_of(epochs, eta, least) == rungs


def test_ashas_stopping_rule_is_numpys_quantile():
    """At most floor((n - 1) / eta) lower errors means at most the 1 / eta quantile."""
    generator = np.random.default_rng(0)
    for size in range(1, 40):
        errors = generator.normal(size=size)
        by_count = [(errors < error).sum() <= (size - 1) // 3 for error in errors]
        assert by_count == (errors <= np.quantile(errors, 1 / 3) + 1e-12).tolist()


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_bohbs_density_is_that_of_statsmodels():
    """Bandwidths and densities of unordered variables are those that BOHB's authors take from statsmodels."""
    kernel = pytest.importorskip("statsmodels.nonparametric.kernel_density")
    generator = np.random.default_rng(0)
    archs = np.where(generator.random((40, 3)) < 0.8, 1, generator.integers(0, 4, (40, 3))).astype(np.int8)
    archs[:4] = np.arange(4)[:, None]  # it counts the options that it sees
    density = Density(archs[:, None], np.array([40]), (4, 4, 4), "published")
    theirs = kernel.KDEMultivariate(archs, "uuu", "normal_reference")
    np.testing.assert_allclose(density.width[0], theirs.bw)
    np.testing.assert_allclose(density.at(archs[:, None])[:, 0], theirs.pdf(archs))


def test_power_laws_are_extrapolated():
    """Where a curve is going is known from its first half, and chances rise with the target."""
    epochs = list(range(1, 21))
    curve = np.array([[5 + 20 * epoch**-0.7 for epoch in epochs]] * 3)
    chance = chance_below(curve, epochs, np.array([10] * 3), np.array([6.0, curve[0, -1], 9.0]))
    assert chance[0] < 0.05 < chance[1] < 0.95 < chance[2]


@pytest.mark.parametrize("exponent", [0.5, 0.7, 1.0, 1.5])
@pytest.mark.parametrize("seen", [10, 15])
def test_extrapolations_agree_with_least_squares(exponent, seen):
    """Chances are even, within 2 % of a noisy curve's range, where scipy's fit of a power law says that it ends."""
    epochs = np.arange(1, 21)
    curve = 10 + 30 * (epochs**-exponent + np.random.default_rng(seen).normal(0, 1e-3, 20))
    limits = ([-np.inf, -np.inf, 0.1], [np.inf, np.inf, 2.0])
    fit, _ = curve_fit(lambda t, c, a, b: c + a * t**-b, epochs[:seen], curve[:seen], (0, 1, 0.7), bounds=limits)
    goals = fit[0] + fit[1] * 20 ** -fit[2] + np.array([-0.02, 0.02]) * 30
    low, high = chance_below(np.array([curve] * 2), epochs.tolist(), np.array([seen] * 2), goals)
    assert low < 0.5 < high


def test_chances_are_those_of_a_student_process():
    """Whatever a curve is like, the closed form equals the same model integrated another way."""
    generator, epochs = np.random.default_rng(0), [1, 2, 4, 8, 12, 30]
    for _ in range(40):
        seen = int(generator.integers(2, 6))
        curve = generator.normal(40, 10, 6)
        target = float(generator.normal(curve[seen - 1], 5))
        own = chance_below(curve[None], epochs, np.array([seen]), np.array([target]))
        assert own[0] == pytest.approx(curves.chance_below(curve[:seen].tolist(), epochs, target), abs=1e-9)


def hourly() -> TableBenchmark:
    """Return a table in which each training takes 10 seconds to epoch 1, 30 to epoch 3 and 90 to epoch 9."""
    bench = toy_benchmark((4, 5, 6), replicas=1, epochs=(1, 3, 9))
    counts = np.ones(bench.space.size, dtype=np.int64)
    seconds = np.broadcast_to(np.array([10.0, 30.0, 90.0])[:, None, None], bench._error.shape)
    own = {"error": bench._error[:, :, :1], "seconds": seconds[:, :, :1]}
    return TableBenchmark("hourly", bench.space, bench.card, epochs=bench.epochs, counts=counts, costs={}, **own)


@pytest.mark.parametrize(
    ("restart", "resumed"), [(0.0, [20, 20, 20, 60]), (7.0, [27, 27, 27, 67]), ("scratch", [30, 30, 30, 90])]
)
def test_a_halving_by_hand(restart, resumed):
    """Nine trainings of 10 s; then three pay 20 s more and one 60 s, or a restart too, or all that they train."""
    trace = nassim.simulate("successive_halving", hourly(), runs=40, evaluations=13, restart=restart)
    took = np.diff(trace.seconds, axis=1, prepend=0)
    assert (took[:, :9] == 10).all()
    again = (trace.archs[:, 8:12] == trace.archs[:, 9:]).all(axis=2)  # the worker goes on with what it has just trained
    assert again.any()
    assert not again.all()
    assert np.array_equal(took[:, 9:], np.where(again, [20, 20, 20, 60], resumed))


def test_two_workers_by_hand():
    """ASHA knows three at 20 s: one worker resumes the best until 40 s, the other begins two more until 30 and 40 s,
    unless the fourth is better still: then both go on until 40 s.
    """
    trace = nassim.simulate("asha", hourly(), runs=40, evaluations=7, workers=2)
    fourth = trace.error[:, 3] < trace.error[:, :3].min(axis=1)
    neither = ~fourth & (trace.error[:, 4] > trace.error[:, :3].min(axis=1))
    assert fourth.any()
    assert (trace.seconds[fourth, :6] == [10, 10, 20, 20, 40, 40]).all()
    assert (trace.seconds[neither] == [10, 10, 20, 20, 30, 40, 40]).all()
    assert (trace.diagnostic("epochs")[neither] == [1, 1, 1, 1, 1, 3, 1]).all()
    best = trace.error[neither, :3].argmin(axis=1)
    assert np.array_equal(trace.archs[neither, 5], trace.archs[neither, best])


@pytest.mark.parametrize("workers", [64])
@pytest.mark.parametrize("name", NAMES)
def test_nobody_waits_and_trouble_is_no_incumbent(name, workers):
    """In trouble too, each worker begins as soon as it is free, the budget is kept, and no failure is handed in."""
    bench = Faults(BENCH, failed=0.1, lost=0.05, delayed=0.1)
    seen, evaluate = [], bench.evaluate

    def watched(query, training_seed=None):
        seen.append(evaluate(query, training_seed))
        return seen[-1]

    bench.evaluate = watched
    trace = nassim.simulate(name, bench, runs=3, evaluations=120, workers=workers)
    for row in range(3):
        busy, done = [0.0] * workers, []
        for outcome in seen:
            done.append(heapq.heappop(busy) + float(outcome.seconds[row]))
            heapq.heappush(busy, done[-1])
        np.testing.assert_allclose(trace.seconds[row], sorted(done))
    assert np.isfinite(np.take_along_axis(trace.error, trace.incumbent()[:, -1:], axis=1)).all()
