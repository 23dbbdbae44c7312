"""What `nassim validate` does: train the networks that a study found, as their benchmark's were trained."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nassim import catalog
from nassim.benchmarks.live import LiveBenchmark
from nassim.benchmarks.partial_table import PartialTable
from nassim.cli._render.progress import Bar
from nassim.core.arrays import Archs
from nassim.core.benchmark import Benchmark
from nassim.core.card_facts import Facts
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.settings import Count, check_value
from nassim.data.atomic import whole, write_text
from nassim.study.benchmarks import load_benchmark
from nassim.study.results import ResultsFolder
from nassim.study.spec.labels import folder_of
from nassim.training import need_torch

if TYPE_CHECKING:
    from nassim.training.collect import Plan
    from nassim.training.validation import Validation

NAME = "validation"  # of the files of a validation


def validated(
    results: Path,
    *,
    benchmark: str | None,
    data: str | None,
    epochs: int | None,
    out: Path | None,
    device: str,
    bar: Bar,
    top: int = 5,
    others: int = 15,
    seeds: int = 3,
    jobs: int | None = None,
    code: bool = False,
) -> tuple[Validation, dict[str, float | None], Path]:
    """Train for real what a study found on one of its benchmarks; return the findings, an export's errors, the folder.

    Into the folder, by default `validation-<benchmark>` of the results, go validation.json, .csv, .pdf and .png, and
    `winner` with the network of lowest real validation error. `code` allows the study to name code, and the others are
    those of `nassim.training.validation.validate`.
    """
    need_torch()
    from nassim.training.export import export
    from nassim.training.validation import FIRST, validate

    found = ResultsFolder.open(results)
    found.check_code(allowed=code)
    label = _the_benchmark(found, benchmark)
    bench = load_benchmark(found.benchmark(label), Path()).benchmark
    if isinstance(bench, LiveBenchmark):
        raise SettingError(f"{label}: every answer of a live benchmark was a real training already")
    source, size = (data, None) if data else _data_of(bench)
    plan = plan_for(bench, source, epochs, device, bar, size)
    folder = out or results / f"{NAME}-{folder_of(label)}"
    archs = recommended(found, label)
    made = validate(bench, archs, plan, folder, top=top, others=others, seeds=seeds, jobs=jobs, watcher=bar)
    _write(made, folder)
    proof = export(plan, int(made.chosen.networks[made.winner]), FIRST, folder / "winner")
    return made, proof, folder


def recommended(results: ResultsFolder, benchmark: str) -> Archs:
    """Return the architectures that all runs of all strategies recommended at the end, (n, genes)."""
    archs = []
    for strategy in results.strategies:
        trace = results.trace(strategy, benchmark)
        rows = np.arange(len(trace.runs))
        event = trace.incumbent()[rows, np.maximum(trace.lengths, 1) - 1]
        archs.append(trace.archs[rows[event >= 0], event[event >= 0]])
    return np.concatenate(archs)


def _the_benchmark(results: ResultsFolder, asked: str | None) -> str:
    """Return the label asked for, or the only one there is."""
    if asked is None and len(results.benchmarks) > 1:
        raise SettingError(f"the study has several benchmarks; choose one: --benchmark {results.benchmarks[0]}")
    if asked is not None and asked not in results.benchmarks:
        raise UnknownNameError.of("benchmark of these results", asked, results.benchmarks)
    return asked or results.benchmarks[0]


def _data_of(benchmark: Benchmark) -> tuple[str, int | None]:
    """Return the images that a benchmark was made of, by its card, or is named after, and their size."""
    from nassim.training.data import NAMED

    images = _facts(benchmark).get("images", {})
    name = images.get("source", benchmark.name.partition("[")[0].rpartition("/")[2])
    if name not in NAMED and not ("source" in images and Path(name).exists()):
        gone = f"; they are no longer at {name}" if "source" in images else ""
        raise SettingError(f"which images are those of {benchmark.name}{gone}? say where they lie: --data FOLDER")
    return name, images.get("size")


def _facts(benchmark: Benchmark) -> Facts:
    """Return what is on a benchmark's card; of a surrogate, on that of what it learned."""
    facts = benchmark.card.facts
    of = facts.get("surrogate", {}).get("of")
    return PartialTable.load(of).card.facts if of in catalog.names("benchmarks") else facts


def plan_for(
    benchmark: Benchmark, data: str, epochs: int | None, device: str, watcher: Bar, size: int | None = None
) -> Plan:
    """Return how a benchmark's networks are trained: as its card says, else as is recorded for the images.

    If the benchmark was made of other images, `watcher` is told.
    """
    from nassim.training.collect import plan_of
    from nassim.training.recipe import Recipe
    from nassim.training.skeleton import Skeleton

    facts = _facts(benchmark)
    recipe = Recipe(**facts["recipe"]) if "recipe" in facts else None  # type: ignore[arg-type]  # as recorded
    skeleton = Skeleton(**facts["skeleton"]) if "skeleton" in facts else None
    plan = plan_of(benchmark.space.name, data, recipe, skeleton, device, size)
    check_value("epochs", epochs, Count | None)
    if facts.get("images", {}).get("sha256", digest := plan.identity()["images_sha256"]) != digest:
        watcher.note(f"{data}: these are not the images that {benchmark.name} was trained on")
    return plan if epochs is None else replace(plan, recipe=replace(plan.recipe, epochs=epochs))


def _write(validation: Validation, folder: Path) -> None:
    from nassim.report.figures.validation import of_validation  # slow, and not needed to say that torch is missing
    from nassim.report.style import drawn

    table = io.StringIO()
    columns = validation.table()
    csv.writer(table, lineterminator="\n").writerows([columns, *zip(*columns.values(), strict=True)])
    write_text(folder / f"{NAME}.csv", table.getvalue())
    write_text(folder / f"{NAME}.json", validation.json() + "\n")
    for kind, content in drawn(lambda: of_validation(validation)).items():
        with whole(folder / f"{NAME}.{kind}") as file:
            file.write(content)
