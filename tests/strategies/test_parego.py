"""ParEGO: its weighings by hand, and what it trains by scikit-learn's Gaussian process."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

import nassim
from nassim.core.benchmark import Outcome
from nassim.core.random_streams import Streams
from nassim.stats import pareto
from nassim.strategies import parego as module
from nassim.strategies._features import normal_scores
from nassim.strategies.parego import Parego, weighed
from tests.toys import toy_space

NAN, INF = np.nan, np.inf
BENCH = nassim.load("nb201/cifar10")


def test_weighings_by_hand() -> None:
    """Shares of the range of what was seen, the largest and a part of the sum; limits and failures come after."""
    values = np.array([[[1.0, 10.0], [3.0, 30.0], [2.0, 10.0], [NAN, 20.0], [2.0, 20.0]]])
    missed = np.array([[0.0, 0.0, 0.0, 0.0, 0.3]])
    found = weighed(values, missed, np.array([[0.25, 0.75]]), 0.1)
    np.testing.assert_allclose(found, [[0.0, 0.75 + 0.1, 0.125 + 0.0125, NAN, 2.3]])
    assert np.isnan(weighed(values, np.full((1, 5), INF), np.array([[0.5, 0.5]]), 0.1)).all()
    assert (weighed(np.ones((1, 3, 2)), np.zeros((1, 3)), np.array([[0.5, 0.5]]), 0.1) == 0).all()


def test_it_trains_what_scikit_learn_expects_most_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """The candidate of the greatest expected improvement of the drawn weighing, one run at a time."""
    rows, pools = np.arange(4), []
    original = module.candidates
    monkeypatch.setattr(module, "candidates", lambda *a, **k: pools.append(original(*a, **k)) or pools[-1])
    searcher = Parego(toy_space((4, 5, 3, 4)), Streams(0, "parego", rows), initial=8)
    searcher.objectives = 2
    searcher.prepare((1,))
    random = np.random.default_rng(0)
    for _ in range(12):
        asked = searcher.ask(rows)
        objectives = random.random((4, 2))
        searcher.tell(rows, asked, Outcome(objectives[:, 0], np.ones(4), np.zeros((4, 0)), objectives))
    asked, history = searcher.ask(rows), searcher.batches.history
    y = normal_scores(history.error(rows))
    for run in rows:
        pool, noise = pools[-1], searcher.processes.scales.noise[run]
        kernel = Matern(searcher.processes.scales.length[run], nu=2.5)
        process = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None)
        process.fit(searcher.features(history.archs(rows))[run], y[run])
        mean, deviation = process.predict(searcher.features(pool.archs)[run], return_std=True)
        gain = process.predict(searcher.features(history.archs(rows))[run]).min() - mean
        expected = gain * norm.cdf(gain / deviation) + deviation * norm.pdf(gain / deviation)
        best = np.where(pool.fresh[run], expected, -INF)
        chosen = [i for i, arch in enumerate(pool.archs[run]) if (arch == asked.archs[run]).all()]
        assert best[chosen].max() == pytest.approx(best.max(), rel=1e-6)


def test_it_finds_more_than_random_search() -> None:
    """Its hypervolume is higher after 80 evaluations, on two objectives and within a limit."""
    every = BENCH.space.at(np.arange(BENCH.space.size))
    table = np.column_stack([np.round(BENCH.truth(every), 4), BENCH.cost("latency", every)])
    table = pareto.scaled(table, table.min(axis=0), table.max(axis=0))
    found = {}
    for name in ("parego", "random_search"):
        trace = nassim.simulate(name, BENCH, runs=20, evaluations=80, objectives=["error", "latency"])
        cells = BENCH.space.index(trace.archs.reshape(-1, 6)).reshape(20, 80)
        found[name] = pareto.hypervolume_over_time(table[cells], np.ones(2))[:, -1].mean()
    assert found["parego"] > found["random_search"] + 0.02


def test_a_run_alone_is_its_row() -> None:
    """With a limit and three objectives, bit for bit."""
    how = {"evaluations": 25, "objectives": ["error", "latency", "params"], "constraints": {"params": "50 %"}}
    together, alone = (nassim.simulate("parego", BENCH, runs=runs, **how) for runs in ([3, 4, 5], [4]))
    assert np.array_equal(alone.archs[0], together.archs[1])
