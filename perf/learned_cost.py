"""How well does a cost model rank, and how often is a limit missed? Latency of NAS-Bench-201, learned from a few cells.

    python perf/learned_cost.py [--seeds 20]

`ranks` is Kendall's tau over the cells that were not measured and `off` the mean relative error. `missed` is the share
of cells taken for feasible, under the limit of a quantile of the space, that are not; `lost` that of feasible ones that
are taken for infeasible. The next two are of searches that reject by the prediction: random search, 100 runs of 100
evaluations, under the 10 % quantile: `trained` is the share of trainings that miss it, and `regret` that of what is
handed in, which keeps it, above the best that does. `none` counts the models by which so few cells keep that limit, if
any, that 1,000 draws find none.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import nassim
from nassim.benchmarks.wrappers.learned_cost import LearnedCost, Model
from nassim.core.benchmark import Benchmark
from nassim.core.errors import SettingError

TABLE = nassim.load("nb201/cifar10")
EVERY = TABLE.space.at(np.arange(TABLE.space.size))
LATENCY = TABLE.cost("latency", EVERY)
COUNTS = (30, 100, 300, 1000)
MODELS: tuple[Model, ...] = ("linear", "xgboost")
QUANTILES = (0.1, 0.5)
COLUMNS = ("model", "measured", "ranks", "off, %", "missed 10 %", "lost 10 %", "missed 50 %", "lost 50 %")
COLUMNS += ("trained", "regret", "none")


def searched(bench: Benchmark, seed: int) -> tuple[float, float]:
    """Return the share of a search's trainings that miss the limit, and its mean regret, in percent; nan = none."""
    limits = {"latency": f"{100 * QUANTILES[0]:g} %"}
    try:
        trace = nassim.simulate(
            "random_search", bench, runs=100, evaluations=100, seed=seed, constraints=limits, handling="reject"
        )
    except SettingError:  # nothing that is drawn keeps the limit
        return np.nan, np.nan
    return 100 * float(1 - trace.feasible().mean()), float(np.nanmean(trace.regret()[:, -1]))


def row(count: int, model: Model, seed: int) -> list[float]:
    """Return the numbers of one model; nan where it takes nothing for feasible."""
    one = LearnedCost(TABLE, cost="latency", measured=count, model=model, seed=seed)
    about, predicted = one.card.facts["learned_costs"]["latency"], one.cost("latency", EVERY)
    found = [about["kendall"], about["mape"]]
    for quantile in QUANTILES:
        bound = np.quantile(LATENCY, quantile)
        taken, keeps = predicted <= bound, bound >= LATENCY
        missed = (taken & ~keeps).sum() / taken.sum() if taken.any() else np.nan
        found += [100 * float(missed), 100 * float((~taken & keeps).sum() / keeps.sum())]
    trained, regret = searched(one, seed)
    return [*found, trained, regret, float(np.isnan(trained))]


def measured(seeds: int) -> Iterator[dict[str, object]]:
    """Yield means over seeds, and standard errors, for each model and count; last the true latency."""
    for model in MODELS:
        for count in COUNTS:
            rows = np.array([row(count, model, seed) for seed in range(seeds)])
            error = np.nanstd(rows, axis=0, ddof=1) / np.sqrt(seeds)
            mean = [*np.nanmean(rows[:, :-1], axis=0).tolist(), int(rows[:, -1].sum())]
            yield {"model": model, "measured": count, "mean": mean, "error": error[:-1].tolist()}
    exact = np.array([searched(TABLE, seed) for seed in range(seeds)]).mean(axis=0).tolist()
    yield {"model": "true latency", "measured": TABLE.space.size, "mean": [1.0, *[0.0] * 5, *exact, 0]}


def main() -> None:
    """Print a table, and write perf/learned_cost.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    rows = list(measured(parser.parse_args().seeds))
    print(f"| {' | '.join(COLUMNS)} |")
    print("|---|" + "---:|" * (len(COLUMNS) - 1))
    for one in rows:
        tau, *shares, regret, none = one["mean"]  # type: ignore[misc]
        said = " | ".join(f"{value:.1f}" for value in shares)
        print(f"| {one['model']} | {one['measured']:,} | {tau:.3f} | {said} | {regret:.2f} | {none} |")
    Path(__file__).with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
