"""What should a surrogate learn from, and what do searches find on it? By seeds that neither side has seen.

    python perf/surrogate_designs.py [--tables nb201/cifar10 ...] [--seeds 3] [--out perf/surrogate_designs.json]

1,000 trainings of NAS-Bench-201's cells, in three designs: random cells; 950 of these, and 50 second trainings of those
of the lowest predicted error; 800, and 200 active ones (`nassim.fit(..., active=0.2)`). Of each surrogate:

tau, best tenth  Kendall's, on the cells that it has not seen, against their mean over seeds
noise            deviation of its draws over that of the table's own seeds, root mean squares over all cells, and over
                 the tenth that it predicts to be best
search           mean regret of what 200 runs of 300 evaluations find on it, in points of error: judged by the mean over
                 the seeds that it has not learned from. Beside it the same searches on the table, judged by the seeds
                 that the run has not seen; both count from the lowest mean over all seeds
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import kendalltau

import nassim
from nassim.benchmarks.partial_table import PartialTable, table_of
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.benchmarks.table import TableBenchmark
from nassim.core.arrays import Archs, Floats
from nassim.core.random_streams import Streams
from nassim.surrogates.designs import design
from nassim.surrogates.learn import learn
from nassim.surrogates.model import Surrogate
from nassim.surrogates.training_data import Trainings, draw, train_once

TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
TRAIN, SECOND, ACTIVE, TRIES, BEST = 1000, 50, 0.2, 8, 0.1
SEARCHES = {
    "random search": ("random_search", {}),
    "evolution": ("regularized_evolution", {"population": 50, "sample": 10}),
}
RUNS, EVALUATIONS = 200, 300


class Cells(NamedTuple):
    """A table, and every training of its cells."""

    table: TableBenchmark
    samples: PartialTable
    seeds: Floats  # (cells, seeds) errors; nan = there is none

    @classmethod
    def of(cls, name: str) -> Cells:
        """Read a table."""
        samples = PartialTable.load(name)
        real = np.arange(samples.error.shape[2]) < samples.counts[:, None]
        return cls(table_of(samples), samples, np.where(real, samples.error[-1], np.nan))

    def learned(self, trainings: Trainings, seed: int) -> Surrogate:
        """Return the model of some trainings."""
        return learn(
            self.table.space, trainings.archs, trainings.error, encoding="graph", epochs=self.table.epochs, seed=seed
        )

    def unseen(self, trainings: Trainings) -> Floats:
        """Return each cell's mean over the seeds that are not among the trainings, (cells,), or else over all."""
        left = self.seeds.copy()
        for row, error in zip(self.table.space.index(trainings.archs), trainings.error[:, -1], strict=True):
            seen = np.flatnonzero(left[row] == error)
            left[row, seen[:1]] = np.nan
        none = np.isnan(left).all(axis=1)
        left[none] = self.seeds[none]
        return np.nanmean(left, axis=1)


def second(cells: Cells, first: Trainings, model: Surrogate, seed: int) -> Trainings:
    """Return another training of each of the cells of the lowest predicted error, where there is another."""
    best = first.only(np.argsort(model.predict(first.archs).mean, kind="stable")[:SECOND])
    rows = np.arange(SECOND)
    words = Streams(seed, "second", rows).random_words(rows, TRIES)
    found = [train_once(cells.table, best.archs, words[:, number]) for number in range(TRIES)]
    which = np.argmax([one.error[:, -1] != best.error[:, -1] for one in found], axis=0)
    others = [found[number].only(slice(row, row + 1)) for row, number in enumerate(which)]
    others = [one for row, one in enumerate(others) if one.error[0, -1] != best.error[row, -1]]
    joined = others[0]
    for one in others[1:]:
        joined = joined.joined(one)
    return joined


def designs(cells: Cells, seed: int) -> dict[str, Trainings]:
    """Return what is learned from in each design."""
    random = draw(cells.table, TRAIN, seed)
    most = random.only(slice(TRAIN - SECOND))
    return {
        "random": random,
        "second trainings": most.joined(second(cells, most, cells.learned(most, seed), seed)),
        "active fifth": design(cells.table, TRAIN, seed, ACTIVE, lambda trainings: cells.learned(trainings, seed)),
    }


def judged(cells: Cells, trainings: Trainings, seconds: Surrogate, seed: int) -> dict[str, float]:
    """Return the numbers of one surrogate."""
    model, space, true = cells.learned(trainings, seed), cells.table.space, cells.samples.mean_error
    estimate = model.table()
    new = np.ones(space.size, dtype=np.bool_)
    new[space.index(trainings.archs)] = False
    best = new & (true <= np.quantile(true[new], BEST))
    numbers = {
        "tau": float(kendalltau(true[new], estimate.mean[new]).statistic),
        "best tenth": float(kendalltau(true[best], estimate.mean[best]).statistic),
    }
    variance = np.nanvar(cells.seeds, axis=1, ddof=1)
    predicted = estimate.mean <= np.quantile(estimate.mean, BEST)
    for which, some in (("noise, all", slice(None)), ("noise, best tenth", predicted)):
        numbers[which] = float(np.sqrt(np.mean(estimate.noise[some] ** 2) / np.mean(variance[some])))
    unseen = cells.unseen(trainings)
    bench = SurrogateBenchmark("learned", cells.table.card, error=model, seconds=seconds, costs={})
    return numbers | {
        name: float(unseen[space.index(found)].mean() - true.min()) for name, found in searched(bench).items()
    }


def searched(bench: SurrogateBenchmark | TableBenchmark) -> dict[str, Archs]:
    """Return what the runs of each search hand in, (runs, genes)."""
    found = {}
    for name, (strategy, settings) in SEARCHES.items():
        trace = nassim.simulate(strategy, bench, runs=RUNS, evaluations=EVALUATIONS, **settings)
        found[name] = trace.archs[np.arange(RUNS), trace.incumbent()[:, -1]]
    return found


def on_table(cells: Cells) -> dict[str, float]:
    """Return the regrets of searches on the table by the seeds that the run has not seen."""
    numbers = {}
    for name, (strategy, settings) in SEARCHES.items():
        trace = nassim.simulate(strategy, cells.table, runs=RUNS, evaluations=EVALUATIONS, **settings)
        runs, last = np.arange(RUNS), trace.incumbent()[:, -1]
        row = cells.table.space.index(trace.archs[runs, last])
        count, mean = cells.samples.counts[row], cells.samples.mean_error[row]
        unseen = (count * mean - trace.error[runs, last]) / (count - 1)
        numbers[name] = float(unseen.mean() - cells.samples.mean_error.min())
    return numbers


def measured(name: str, seeds: int) -> dict[str, dict[str, float]]:
    """Return the numbers of each design, means over surrogates, and of the table."""
    cells = Cells.of(name)
    drawn = draw(cells.table, TRAIN, 0)
    seconds = learn(cells.table.space, drawn.archs, drawn.seconds, target="seconds")
    each: dict[str, list[dict[str, float]]] = {}
    for seed in range(seeds):
        for label, trainings in designs(cells, seed).items():
            each.setdefault(label, []).append(judged(cells, trainings, seconds, seed))
    means = {
        label: {key: float(np.mean([one[key] for one in found])) for key in found[0]} for label, found in each.items()
    }
    return means | {"the table itself": on_table(cells)}


def main() -> None:
    """Measure, print and save; what other tables had stays."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", nargs="+", default=TABLES)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    kept = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else {}
    for name in options.tables:
        kept[name] = measured(name, options.seeds)
        shown = Table("", *kept[name]["random"], title=name)
        for label, numbers in kept[name].items():
            shown.add_row(label, *(f"{numbers[key]:.3f}" if key in numbers else "" for key in kept[name]["random"]))
        Console(width=150).print(shown)
    options.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
