"""Rungs, brackets, densities and extrapolations against worked examples and reference implementations."""

from __future__ import annotations

import heapq

import numpy as np
import pytest

import nassim
from nassim import Trouble
from nassim.strategies._density import Density
from nassim.strategies._powerlaw import chance_below
from nassim.strategies._rungs import hyperband_sizes, rungs_of
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


@pytest.mark.parametrize("workers", [1, 8, 64])
@pytest.mark.parametrize("name", NAMES)
def test_nobody_waits_and_trouble_is_no_incumbent(name, workers):
    """In trouble too, each worker begins as soon as it is free, the budget is kept, and no failure is handed in."""
    bench = Trouble(BENCH, failed=0.1, lost=0.05, delayed=0.1)
    seen, evaluate = [], bench.evaluate

    def watched(query, luck=None):
        seen.append(evaluate(query, luck))
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
