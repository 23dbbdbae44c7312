"""How good are surrogates of NAS-Bench-201, and how fast: beside plain one-hot XGBoost, and beside the ceiling.

    python perf/surrogate.py [--out perf/surrogate.json] [--train 200 1000 5000] [--splits 5]

Learned from one seed each of N random cells, judged on the seed means of 3,000 cells that were never seen; means
over splits. The ceiling is how well one seed of these cells says what another gives. Times are the best of a few:
clocks of shared machines drift, and CPU seconds are what a quiet machine of one core would take. The huge space is
that of MnasNet, of which a made-up benchmark is learned: what is timed does not depend on the numbers.
"--train" alone measures the times only.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import xgboost
from rich.console import Console
from rich.progress import track
from rich.table import Table

import nassim
from nassim import catalog
from nassim.benchmarks.learning import fit_model
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.surrogate import SurrogateBenchmark
from nassim.core.benchmark import Card
from nassim.core.random_streams import Streams
from nassim.surrogates.audit import two_seeds
from nassim.surrogates.learn import learn
from nassim.surrogates.scores import score
from nassim.surrogates.training_data import draw, truth_of

DATASETS = ("cifar10", "cifar100", "imagenet16-120")
TEST = 3000
MODELS = ("nassim", "one-hot XGBoost")
REPEATS = 7
MILLION = 1_000_000
WANTED = "wanted from 1,000 trainings: tau >= 0.875 and R2 >= 0.97; from 5,000: tau >= 0.905"


def judged(dataset: str, train: int, seed: int) -> dict[str, tuple[float, float]]:
    """Return tau and R2 of each model, and tau of two seeds, in one split."""
    table = nassim.load(f"nb201/{dataset}")
    drawn = draw(table, train + TEST, seed)
    seen, unseen = drawn.only(slice(train)), drawn.only(slice(train, None))
    true = truth_of(table, unseen.archs)
    model = learn(table.space, seen.archs, seen.error, encoding="graph", epochs=table.epochs, seed=seed)
    plain = xgboost.XGBRegressor(n_estimators=300, learning_rate=0.1, max_depth=6, subsample=0.8, n_jobs=1)
    plain.fit(table.space.encode(seen.archs), seen.error[:, 0])
    means = {
        "nassim": model.predict(unseen.archs).mean,
        "one-hot XGBoost": plain.predict(table.space.encode(unseen.archs)).astype(np.float64),
    }
    scores = {name: score(true, mean, width=0.1) for name, mean in means.items()}
    found = {name: (one.tau, one.r2) for name, one in scores.items()}
    return found | {"two seeds": (two_seeds(table, unseen.archs, seed), float("nan"))}


def quality(trains: list[int], splits: int) -> dict[str, Any]:
    """Return {train: {data set: {model: {"tau", "r2"}}}}."""
    found: dict[str, Any] = {}
    for train, dataset in track([(train, dataset) for train in trains for dataset in DATASETS], transient=True):
        each = [judged(dataset, train, seed) for seed in range(splits)]
        means = {
            name: {"tau": fmean(one[name][0] for one in each), "r2": fmean(one[name][1] for one in each)}
            for name in each[0]
        }
        found.setdefault(str(train), {})[dataset] = means
    return found


def timed(run: Callable[[], Any]) -> tuple[float, float]:
    """Return the best wall and CPU seconds of repeated calls, after one to warm up."""
    run()
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter(), time.process_time()
        run()
        taken.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return min(wall for wall, _ in taken), min(cpu for _, cpu in taken)


def speed() -> dict[str, dict[str, float]]:
    """Return what -> wall and CPU seconds."""
    table, fitted = nassim.load("nb201/cifar10"), nassim.fit("nb201/cifar10", train=1000)
    model = fitted.models["error"]
    generator = np.random.default_rng(0)
    many = table.space.at(generator.integers(0, table.space.size, MILLION))
    with tempfile.TemporaryDirectory() as folder:
        fitted.save(Path(folder) / "model")
        tasks: dict[str, Callable[[], Any]] = {
            "fit the error from 1,000 cells": lambda: fit_model(table, train=1000),
            "fit error, seconds and costs": lambda: nassim.fit(table, train=1000),
            "load": lambda: SurrogateBenchmark.load(Path(folder) / "model"),
            "predict 1,000,000 architectures": lambda: model.predict(many),
            "predict 15,000 without a table": lambda: model._predict(many[:15_000], 200),  # noqa: SLF001
            "evolution, 1,000 runs, surrogate": lambda: evolution(fitted),
            "evolution, 1,000 runs, table": lambda: evolution(table),
        }
        tasks |= in_huge_space()
        measured = {name: timed(task) for name, task in track(tasks.items(), transient=True)}
    return {name: {"seconds": wall, "cpu_seconds": cpu} for name, (wall, cpu) in measured.items()}


def in_huge_space() -> dict[str, Callable[[], Any]]:
    """Return what is timed on 10**11 networks: graph features to predict and evolve, one-hot ones to descend."""
    graph, hot = (nassim.fit(made_up(4000), train=4000, encoding=encoding) for encoding in ("graph", "onehot"))
    rows = np.arange(MILLION)
    many = graph.space.sample(rows, Streams(0, "many", rows))
    return {
        "huge: predict 1,000,000 networks": lambda: graph.models["error"].predict(many),
        "huge: evolution, 1,000 runs x 300": lambda: evolution(graph),
        "huge: DARTS, 100 runs x 50 epochs": lambda: nassim.simulate("darts", hot, runs=100),
    }


def made_up(count: int) -> PartialTable:
    """Return trainings of random networks that never were: larger ones are better, slower and more expensive."""
    space, rows = catalog.space("mnasnet"), np.arange(count)
    streams = Streams(0, "made up", rows)
    archs = space.sample(rows, streams)
    features = space.encode(archs, "graph")
    unit = (features - features.mean(axis=0)) / features.std(axis=0).clip(1e-9)
    error = 40 - unit @ np.linspace(0.1, 0.5, unit.shape[1]) + 0.5 * unit[:, 0] * unit[:, 5] + streams.uniform(rows)
    seconds = 1000 * np.exp(unit[:, -6] / 4)
    card = Card("Made up", "perf/surrogate.py", "MIT", "none", "none", sha256="0" * 64)
    once = error[None, :, None], seconds[None, :, None], np.ones(count, dtype=np.int64)
    return PartialTable("made-up/mnasnet", space, card, (1,), archs, *once, {"throughput": 1e6 / seconds})


def evolution(benchmark: Any) -> Any:
    """Search with 1,000 runs of 300 evaluations."""
    return nassim.simulate("regularized_evolution", benchmark, runs=1000, evaluations=300)


def show(result: dict[str, Any]) -> None:
    """Print both tables."""
    console = Console(width=110)
    splits = result["about"]["splits"]
    table = Table(title=f"NAS-Bench-201, {TEST:,} unseen cells, mean of {splits} splits", caption=WANTED)
    for heading in ("trainings", "data set", *(f"{model} {measure}" for model in MODELS for measure in ("tau", "R2"))):
        table.add_column(heading, justify="right" if " " in heading and heading != "data set" else "left")
    table.add_column("two seeds tau", justify="right")
    for train, datasets in result["quality"].items():
        for dataset, found in datasets.items():
            numbers = [f"{found[model][measure]:.4f}" for model in MODELS for measure in ("tau", "r2")]
            table.add_row(f"{int(train):,}", dataset, *numbers, f"{found['two seeds']['tau']:.4f}")
        table.add_section()
    console.print(table)
    times = Table(title=f"best of {REPEATS}, {result['about']['cores']} cores")
    for heading in ("", "seconds", "CPU seconds"):
        times.add_column(heading, justify="right" if heading else "left")
    for name, taken in result["speed"].items():
        times.add_row(name, f"{taken['seconds']:.3f}", f"{taken['cpu_seconds']:.3f}")
    console.print(times)


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--train", type=int, nargs="*", default=[200, 1000, 5000])
    parser.add_argument("--splits", type=int, default=5)
    options = parser.parse_args()
    about = {"splits": options.splits, "test": TEST, "numpy": np.__version__, "xgboost": xgboost.__version__}
    result = {
        "about": about | {"machine": platform.machine(), "cores": os.cpu_count()},
        "quality": quality(options.train, options.splits),
        "speed": speed(),
    }
    show(result)
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
