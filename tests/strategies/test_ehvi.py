"""EHVI: the expectation by Monte Carlo, the special case of one objective, and what it finds."""

from __future__ import annotations

import moocore
import numpy as np
import pytest
from scipy.stats import norm

import nassim
from nassim.core.errors import SettingError
from nassim.stats import pareto
from nassim.strategies.ehvi import BEYOND, expected_gain

BENCH = nassim.load("nb201/cifar10")


@pytest.mark.parametrize("failed", [0, 3])
def test_the_expectation_is_that_of_many_draws(failed: int) -> None:
    """Of the hypervolume that is added, with points that are dominated, equal, or in no front."""
    random = np.random.default_rng(failed)
    observed = random.normal(size=(2, 9, 2))
    observed[:, 1] = observed[:, 0]
    observed[:, 9 - failed :] = np.nan
    means, deviations = random.normal(size=(2, 5, 2)) - 0.5, random.uniform(0.05, 1, (2, 5, 2))
    found = expected_gain(means, deviations, observed)
    for run in range(2):
        known = observed[run][~np.isnan(observed[run]).any(axis=1)]
        reference = np.maximum(known.max(axis=0), means[run].max(axis=0)) + BEYOND
        held = moocore.hypervolume(known, ref=reference)
        for place in range(5):
            draws = random.normal(means[run, place], deviations[run, place], (4000, 2))
            added = [moocore.hypervolume(np.vstack([known, draw]), ref=reference) - held for draw in draws]
            assert abs(np.mean(added) - found[run, place]) < 4 * np.std(added) / np.sqrt(4000) + 1e-9


def test_one_objective_is_expected_improvement() -> None:
    """On the lowest that was observed."""
    observed, means = np.array([[[3.0], [1.0], [np.nan]]]), np.array([[[0.5], [2.0]]])
    deviations = np.array([[[1.0], [0.5]]])
    gain = (1.0 - means) / deviations
    expected = (1.0 - means) * norm.cdf(gain) + deviations * norm.pdf(gain)
    np.testing.assert_allclose(expected_gain(means, deviations, observed), expected[:, :, 0])


def test_nothing_in_the_front_is_no_error() -> None:
    """Where all that was seen misses a limit, what is low in both objectives is expected to add most."""
    found = expected_gain(np.array([[[0.0, 0.0], [1.0, 1.0]]]), np.full((1, 2, 2), 0.1), np.full((1, 3, 2), np.nan))
    assert found[0, 0] > found[0, 1] > 0


def test_it_finds_more_than_random_search() -> None:
    """Its hypervolume is higher after 80 evaluations."""
    every = BENCH.space.at(np.arange(BENCH.space.size))
    table = np.column_stack([np.round(BENCH.truth(every), 4), BENCH.cost("latency", every)])
    table = pareto.scaled(table, table.min(axis=0), table.max(axis=0))
    found = {}
    for name in ("ehvi", "random_search"):
        trace = nassim.simulate(name, BENCH, runs=20, evaluations=80, objectives=["error", "latency"])
        cells = BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(20, 80)
        found[name] = pareto.hypervolume_over_time(table[cells], np.ones(2))[:, -1].mean()
    assert found["ehvi"] > found["random_search"] + 0.02


def test_a_run_alone_is_its_row() -> None:
    """With a limit, bit for bit."""
    how = {"evaluations": 25, "objectives": ["error", "latency"], "constraints": {"params": "50 %"}}
    together, alone = (nassim.simulate("ehvi", BENCH, runs=runs, **how) for runs in ([3, 4, 5], [4]))
    assert np.array_equal(alone.archs[0], together.archs[1])


def test_three_objectives_are_refused() -> None:
    """In one line, which says what to do."""
    with pytest.raises(SettingError, match="two objectives at most, got 3; try parego or nsga2"):
        nassim.simulate("ehvi", BENCH, runs=1, evaluations=1, objectives=["error", "latency", "params"])
