"""Every strategy searches every space, on a table of it or on what answers for all of it, without special code."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import nassim
from nassim import catalog
from nassim.benchmarks.networks import NetworkTable
from nassim.core.arrays import Archs, Floats, RandomWords
from nassim.core.benchmark import Benchmark, Card, Outcome, Query
from nassim.core.hashing import hash32
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.core.space import Space
from tests.contracts.strategies import NAMES
from tests.toys import EPOCHS, tabulate

SPACES = catalog.names("spaces")
LISTED = 1 << 17  # spaces up to this size get a table of all of it
EVALUATIONS = 14
QUICK: dict[str, dict[str, Any]] = {  # models that learn from few answers
    "bananas": {"layers": 1, "members": 1, "epochs": 3, "initial": 6, "batch": 4, "pool": 20},
    "npenas": {"layers": 1, "epochs": 3, "initial": 6, "batch": 4, "pool": 20},
    "xgb_search": {"members": 1, "rounds": 2, "initial": 6, "batch": 4, "near": 10, "far": 5},
    "gaussian_process": {"initial": 6, "near": 8, "far": 4},
    "kernel_ridge_thompson": {"initial": 6, "near": 8, "far": 4},
    "zero_cost_prior": {"initial": 6, "near": 8, "far": 4, "warm_up": 10},
    "tpe": {"initial": 6},
    "optuna": {"sampler": "RandomSampler"},
    "regularized_evolution": {"population": 4, "sample": 2},
    "genetic_algorithm": {"population": 4},
    "recurrent_controller": {"batch": 4, "hidden": 4},
    "bohb": {"least": 3},
}


class Additive(Benchmark):
    """A benchmark of any space, of any size: errors add up over genes, so that mixtures have them exactly."""

    epochs, costs = EPOCHS, ("params",)
    card = Card(title="Additive", source="made up", licence="MIT", search_split="valid", report_split="test")
    optimum = 0.0

    def __init__(self, space: Space) -> None:
        self.space, self.name = space, f"toy/{space.name}"
        self._weights = (
            np.random.default_rng(0).uniform(0, 30 / len(space.genes), space.option_mask.shape) * space.option_mask
        )

    def truth(self, archs: Archs) -> Floats:
        """Return the error without a training seed."""
        found: Floats = self._weights[np.arange(len(self.space.genes)), archs].sum(axis=1)
        return found

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return its one cost, which goes down with the error."""
        assert name == "params"
        return 100 - self.truth(archs)

    def evaluate(self, query: Query, training_seed: RandomWords | None = None) -> Outcome:
        """Return errors that fall with epochs; what is no architecture fails."""
        epochs = np.full(len(query.archs), EPOCHS[-1]) if query.epochs is None else query.epochs
        noise = (
            0.0
            if training_seed is None
            else hash32(self.space.index(query.archs).astype(np.uint32) ^ training_seed) / 2.0**32
        )
        error = self.truth(query.archs) + 20 / epochs + noise
        error = np.where(self.space.valid(query.archs), error, np.nan)
        since = 0 if query.since is None else query.since
        return Outcome(error, 1.0 * epochs - since, self.cost("params", query.archs)[:, None])

    def relax(self, mixture: Mixture, training_seed: RandomWords | None = None) -> RelaxedOutcome:
        """Return the expectation, its gradient, and the seconds asked for."""
        error = (mixture.probabilities * self._weights).sum(axis=(1, 2))
        return RelaxedOutcome(error, np.repeat(self._weights[None], len(error), axis=0), mixture.epochs)

    def per_network(self) -> Additive:
        """Return this benchmark."""
        return self


@cache
def bench(name: str) -> Benchmark:
    """Return a benchmark of a space: a table where it can be listed, of some networks, or one that answers for all."""
    space = catalog.space(name)
    if space.size <= LISTED:
        return tabulate(space, replicas=2)
    return some_networks(space) if space.networks and space.listed else Additive(space)


def some_networks(space: Space) -> NetworkTable:
    """Return a table of the networks of many random architectures; what else is asked for fails."""
    rows = np.arange(20_000)
    networks = np.unique(space.canonical(space.sample(rows, Streams(0, "networks", rows))))
    generator = np.random.default_rng(0)
    return NetworkTable(
        f"toy/{space.name}",
        space,
        Additive.card,
        networks=networks,
        epochs=EPOCHS,
        error=generator.uniform(5, 50, (len(EPOCHS), networks.size, 2)),
        seconds=np.array(EPOCHS, dtype=float)[:, None, None] * generator.uniform(1, 2, (1, networks.size, 2)),
        counts=np.full(networks.size, 2),
        costs={"params": generator.uniform(1, 2, networks.size)},
    )


def asks_for_mixtures(name: str, it: Benchmark) -> bool:
    """Return whether a strategy asks for distributions over architectures."""
    solo = nassim.solo(name, it.space, fidelities=it.epochs, cost_oracle=it.cost, **QUICK.get(name, {}))
    return isinstance(solo.ask(), Mixture)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("space", SPACES)
def test_every_strategy_searches_every_space(name, space):
    """It asks for rows of the space and spends its budget; what it hands in of a partial table may have no training."""
    it = bench(space)
    search = {"runs": 2, "evaluations": EVALUATIONS, "workers": 2, **QUICK.get(name, {})}
    trace = nassim.simulate(name, it, **search)
    assert trace.lengths.tolist() == [EVALUATIONS] * 2
    it.space.check(trace.archs.reshape(-1, trace.archs.shape[2]))
    partial = isinstance(it, NetworkTable) and asks_for_mixtures(name, it)
    assert np.isfinite(trace.error if partial else trace.incumbent_truth()[:, -1]).all()
