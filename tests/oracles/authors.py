"""Tables on which the authors' BOHB and DEHB were run, and what is compared with ours.

What their runs gave is kept in authors.json; perf/authors says how they were made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

import nassim
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.table import TableBenchmark
from nassim.core.arrays import Floats, Ids
from nassim.core.benchmark import Card
from nassim.core.trace import Trace
from nassim.surrogates.training_records import mean_of

ETA = {"nb201-curves": 3, "fcnet-curves": 3, "mini201": 2}
BUDGETS = {"nb201-curves": (3_000, 6_000, 15_000), "fcnet-curves": (3_000, 6_000, 15_000), "mini201": (120, 240, 600)}
KEPT = Path(__file__).with_suffix(".json")
BLOCKS = 18  # rungs, of the first brackets, that are compared
Numbers = list[tuple[float, float]]  # mean and standard error
RUNGS = (1, 4, 11, 33, 100)  # nearest to 100 / 3**k
SOURCES = {"nb201-curves": "nb201/cifar100", "fcnet-curves": "fcnet/protein"}


def table(name: str) -> TableBenchmark:
    """Return a table of one training per architecture, whose seconds are its epochs.

    mini201 has the mean errors of mini201/mnist5k after 1, 2 and 4 epochs. The others have the mean errors of real
    trainings after their last epoch, which are called epoch 100, and power laws before it, each with its own exponent.
    """
    return _recorded() if name == "mini201" else _made(SOURCES[name])


def digest(bench: TableBenchmark) -> str:
    """Return a sha256 of the errors, in single precision, by which stored runs know their table."""
    return sha256(np.ascontiguousarray(bench._error[:, :, 0], dtype="<f4").tobytes()).hexdigest()


def simulated(search: str, name: str, runs: int, bench: TableBenchmark) -> Trace:
    """Return our runs, each training from scratch: the authors' programs resume nothing."""
    budget = {"seconds": float(BUDGETS[name][-1]), "restart": "scratch"}
    return nassim.simulate(search, bench, runs=runs, seed=0, eta=ETA[name], **budget)


def asked(trace: Trace, bench: TableBenchmark) -> tuple[Ids, Ids]:
    """Return index and rung of every training, (runs, trainings), -1 where there is none."""
    there = np.arange(trace.archs.shape[1]) < trace.lengths[:, None]
    archs = np.where(there[:, :, None], trace.archs, 0)
    index = bench.space.index(archs.reshape(-1, archs.shape[2])).reshape(there.shape)
    rung = np.searchsorted(bench.epochs, np.where(there, trace.diagnostic("epochs"), 1))
    return np.where(there, index, -1), np.where(there, rung, -1)


def regrets(bench: TableBenchmark, index: Ids, rung: Ids, budgets: tuple[int, ...]) -> Floats:
    """Return the regret (runs, budgets) of the best of what was trained furthest within so many epochs."""
    spent = np.cumsum(np.where(index < 0, np.inf, np.array(bench.epochs)[rung]), axis=1)
    error = bench._error[:, :, 0]
    own, final = error[rung, index], error[-1, index]
    found = []
    for budget in budgets:
        inside = spent <= budget
        furthest = np.where(inside, rung, -1)
        key = np.where(furthest == furthest.max(axis=1, keepdims=True), own, np.inf)
        found.append(np.take_along_axis(final, key.argmin(axis=1)[:, None], axis=1)[:, 0] - error[-1].min())
    return np.stack(found, axis=1)


def ranks(bench: TableBenchmark, index: Ids, rung: Ids) -> Floats:
    """Return the mean rank, as a share, of what each of the first rungs trained, (runs, rungs): what is proposed.

    Both programs train the same numbers at the same rungs in the same order.
    """
    rank = rankdata(bench._error[-1, :, 0]) / bench.space.size
    ends = np.flatnonzero(np.diff(rung[0]))[:BLOCKS] + 1
    return np.stack([rank[part].mean(axis=1) for part in np.split(index, ends, axis=1)[:BLOCKS]], axis=1)


def summary(name: str, bench: TableBenchmark, index: Ids, rung: Ids) -> dict[str, Numbers]:
    """Return mean and standard error of the regret after each budget, and of the rank in each rung."""
    found = {"regret": regrets(bench, index, rung, BUDGETS[name]), "rank": ranks(bench, index, rung)}
    return {what: _numbers(values) for what, values in found.items()}


def apart(theirs: dict[str, Any], ours: dict[str, Numbers], what: str) -> Floats:
    """Return by how many standard errors of the difference two summaries differ, (numbers,)."""
    (first, one), (second, other) = np.array(theirs[what]).T, np.array(ours[what]).T
    gap: Floats = (first - second) / np.hypot(one, other)
    return gap


def kept() -> dict[str, dict[str, Any]]:
    """Return search -> table -> what the authors' runs gave."""
    found: dict[str, dict[str, Any]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def stacked(parts: Sequence[Ids]) -> Ids:
    """Return arrays (runs, trainings) of different widths as one, padded with -1."""
    widest = max(part.shape[1] for part in parts)
    filled = [np.pad(part, ((0, 0), (0, widest - part.shape[1])), constant_values=-1) for part in parts]
    return np.concatenate(filled).astype(np.int64)


def _numbers(values: Floats) -> Numbers:
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return [(round(float(m), 6), round(float(e), 6)) for m, e in zip(values.mean(axis=0), error, strict=True)]


def _made(name: str) -> TableBenchmark:
    samples = PartialTable.load(name)
    final = mean_of(samples.error[-1]).astype(np.float32).astype(np.float64)
    exponent = 0.3 + 0.9 * np.random.default_rng(0).random(final.size)
    top = np.quantile(final, 0.9)
    left = np.stack([epoch**-exponent - RUNGS[-1] ** -exponent for epoch in RUNGS])
    return _table(samples, RUNGS, final + np.maximum(top - final, 0) * left)


def _recorded() -> TableBenchmark:
    samples = PartialTable.load("mini201/mnist5k")
    epochs = (1, 2, 4)
    return _table(samples, epochs, np.stack([mean_of(samples.error[samples.epochs.index(epoch)]) for epoch in epochs]))


def _table(samples: PartialTable, epochs: tuple[int, ...], error: Floats) -> TableBenchmark:
    error = error.astype(np.float32).astype(np.float64)[:, :, None]
    seconds: NDArray[np.float64] = np.broadcast_to(np.array(epochs, dtype=np.float64)[:, None, None], error.shape)
    card = Card(title="Curves", source=samples.name, licence="", search_split="mean", report_split="mean")
    counts = np.ones(error.shape[1], dtype=np.int64)
    return TableBenchmark(
        f"{samples.name} with curves",
        samples.space,
        card,
        epochs=epochs,
        error=error,
        seconds=seconds,
        counts=counts,
        costs={},
    )
