"""LearnedCost: any benchmark of which one cost is told beforehand by a model, fitted on a few measured architectures.

wrap = [{name = "learned_cost", cost = "latency", measured = 100}]

So latency is predicted in practice: ProxylessNAS (Cai et al., ICLR 2019) and once-for-all fit such models, and
search by them. What a network truly costs is told after its training, and judges it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Literal, cast

import numpy as np
from scipy.stats import kendalltau, spearmanr

from nassim.core.arrays import Archs, Floats, Ids
from nassim.core.benchmark import Benchmark, check_cost
from nassim.core.documents import Table
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.settings import Count, NonNegative
from nassim.core.space import Space
from nassim.core.wrapper import Wrapper

Predict = Callable[[Archs], Floats]  # architectures (n, genes) -> the cost of each (n,)
Model = Literal["linear", "xgboost"]
STREAM = "learned cost"
LISTED, SAMPLE = 1 << 17, 1 << 14  # architectures that the error is of: all, or of a larger space a sample
PATIENCE = 64  # times as many draws as architectures are wanted


class LearnedCost(Wrapper):
    """`cost` answers what the model predicts; answers after training have the true cost, which counts as measured.

    Which architectures are measured is drawn by `seed`, each once, and noisy costs are measured once each. How well the
    model ranks all others, and by how much it misses them, stands on the card and in every trace: `learned_costs`.

    Args:
        cost: The name of the cost that is predicted.
        measured: How many architectures are measured.
        model: `linear`: least squares on one-hot genes, of least norm; `xgboost`: boosted trees, as surrogates are.
        seed: Of which architectures are measured, and of the model.
        price: Seconds that a measurement takes; every run pays them all before it begins.
    """

    def __init__(
        self,
        benchmark: Benchmark,
        *,
        cost: str,
        measured: Count = 100,
        model: Model = "linear",
        seed: int = 0,
        price: NonNegative = 0.0,
    ) -> None:
        super().__init__(benchmark)
        check_cost(benchmark.name, cost, benchmark.costs)
        self._cost, self._price = cost, price * measured
        archs = _distinct(benchmark.space, measured, seed)
        rows = np.arange(measured)
        values = benchmark.measure(cost, archs, Streams(seed, STREAM, rows).random_words(rows, 1)[:, 0])
        there = np.isfinite(values)
        if not there.any():
            raise SettingError(
                f"{benchmark.name}: {cost} is missing of all {measured:,} architectures that were measured"
            )
        self._predict = fitted(benchmark.space, archs[there], values[there], cost, model, seed)
        said = f"{cost}~{model},measured={measured},seed={seed}" + (f",price={price:g}" if price else "")
        self.name = f"{benchmark.name}[{said}]"
        about: Table = {"measured": measured, "model": model, "seed": seed, "price": price}
        about |= self._error(archs)
        facts = benchmark.card.facts
        known = {"measured": [*dict.fromkeys([*benchmark.card.measured, cost])]}
        learned = {"learned_costs": {**facts.get("learned_costs", {}), cost: about}}
        self.card = replace(
            benchmark.card,
            facts={**facts, **known, **learned},  # type: ignore[typeddict-item]  # a table is one of plain values
            sha256=sha256(f"{benchmark.card.sha256} {said}".encode()).hexdigest(),
        )

    @property
    def preparation(self) -> float:
        """Seconds that each run pays before it begins, those of the measurements among them."""
        return self.benchmark.preparation + self._price

    def cost(self, name: str, archs: Archs) -> Floats:
        """Return one of the costs, (n,): as the model predicts it, or as the benchmark knows it."""
        return self._predict(archs) if name == self._cost else self.benchmark.cost(name, archs)

    def _error(self, measured: Archs) -> Table:
        """Return how well the model ranks architectures that were not measured, and its mean relative error."""
        if self.card.live:  # to know it all of them would be measured now
            return {}
        archs = _others(self.space, measured)
        truth, predicted = self.benchmark.measure(self._cost, archs), self._predict(archs)
        there = np.isfinite(truth) & (truth != 0)
        truth, predicted = truth[there], predicted[there]
        if truth.size < 2:  # noqa: PLR2004  (nothing is left to rank)
            return {"others": int(truth.size)}
        return {
            "others": int(truth.size),
            "kendall": float(kendalltau(truth, predicted).statistic),
            "spearman": float(spearmanr(truth, predicted).statistic),
            "mape": float(100 * np.mean(np.abs(predicted / truth - 1))),
        }


def fitted(space: Space, archs: Archs, values: Floats, cost: str, model: Model, seed: int) -> Predict:
    """Return the model of a cost that `values` (n,) of architectures (n, genes) give; see LearnedCost."""
    if model == "xgboost":
        from nassim.surrogates.learn import learn

        learned = learn(space, archs, values, target=cost, seed=seed)
        return lambda asked: learned.predict(asked).mean
    features, mean = space.encode(archs), values.mean()
    centre = features.mean(axis=0)
    weights = np.linalg.lstsq(features - centre, values - mean, rcond=None)[0]
    table = np.zeros(space.option_mask.shape)
    table[space.option_mask] = weights
    constant, genes = mean - centre @ weights, np.arange(len(space.choices))
    return lambda asked: cast("Floats", constant + table[genes, asked].sum(axis=1))  # row by row the same in any batch


def _distinct(space: Space, count: int, seed: int) -> Archs:
    """Return the first `count` different ones of a sequence of random architectures, (count, genes)."""
    drawn = 2 * count
    while drawn <= PATIENCE * count:
        rows = np.arange(drawn)
        archs = space.sample(rows, Streams(seed, STREAM, rows))
        first: Ids = np.unique(archs, axis=0, return_index=True)[1]
        if first.size >= count:
            return archs[np.sort(first)[:count]]
        drawn *= 2
    raise SettingError(f"learned_cost: asked to measure {count:,} different architectures, {space.name} has fewer")


def _others(space: Space, measured: Archs) -> Archs:
    """Return the architectures that were not measured, of a large space those of a sample that is always the same."""
    if space.listed and space.size <= LISTED:
        archs = space.at(np.arange(space.size))
        archs = archs[space.valid(archs)]
    else:
        rows = np.arange(SAMPLE)
        archs = np.unique(space.sample(rows, Streams(0, STREAM, rows)), axis=0)
    return archs[~np.isin(space.index(archs), space.index(measured))]
