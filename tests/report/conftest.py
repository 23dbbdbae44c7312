"""A small study in memory, and its report, built once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from nassim import simulate
from nassim.benchmarks.table import TableBenchmark
from nassim.core.roles import Role
from nassim.core.trace import Trace
from nassim.report.build import build
from nassim.report.summary import Summary
from nassim.study.architecture_index import BenchmarkIndex
from tests.toys import toy_benchmark

STRATEGIES = {
    "random_search": ("random_search", {}),
    "evolution_10%": ("regularized_evolution", {"population": 10, "sample": 3}),
    "evolution & friends": ("regularized_evolution", {"population": 5, "sample": 5}),
}
BENCHMARKS = {"toy/a": toy_benchmark((4, 5, 4, 3)), "toy/b_2": toy_benchmark((6, 6, 5), seed=1)}
RUNS = 40


@dataclass(frozen=True)
class Memory:
    """What a report needs of a results folder, held in memory."""

    folder: Path
    study: dict[str, Any]
    traces: dict[tuple[str, str], Trace]
    searched: dict[str, TableBenchmark] = field(default_factory=lambda: BENCHMARKS)

    @property
    def strategies(self) -> tuple[str, ...]:
        """The labels."""
        return tuple(dict.fromkeys(strategy for strategy, _ in self.traces))

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The names."""
        return tuple(dict.fromkeys(benchmark for _, benchmark in self.traces))

    def only(self, benchmark: str) -> Memory:
        """Return the study of one benchmark."""
        return replace(self, traces={cell: trace for cell, trace in self.traces.items() if cell[1] == benchmark})

    def role(self, strategy: str, benchmark: str) -> Role:
        """Return what a strategy is there."""
        return self.traces[strategy, benchmark].role

    def trace(self, strategy: str, benchmark: str) -> Trace:
        """Return what happened in one cell."""
        return self.traces[strategy, benchmark]

    def architecture_index(self, benchmark: str) -> BenchmarkIndex | None:
        """Return what is known of a benchmark's architectures: of the second one, and of what is not here, nothing."""
        known = benchmark in self.searched and benchmark != "toy/b_2"
        return BenchmarkIndex(self.benchmark(benchmark)) if known else None

    def benchmark(self, benchmark: str) -> TableBenchmark:
        """Return what was searched on."""
        return self.searched[benchmark]


def study(folder: Path, runs: int = RUNS, searched: dict[str, TableBenchmark] | None = None, **policies: Any) -> Memory:
    """Simulate three strategies on two toy benchmarks, or on others."""
    searched = searched or BENCHMARKS
    traces = {
        (label, name): simulate(strategy, bench, runs=runs, evaluations=60, seed=3, **policies, **settings)
        for label, (strategy, settings) in STRATEGIES.items()
        for name, bench in searched.items()
    }
    about = {"name": "small-study", "question": "Which <is> best?", "runs": runs, "seed": 3}
    about |= {"budget": {"evaluations": 60, "seconds": None}, "policies": policies, "versions": {"nassim": "0"}}
    return Memory(folder, about, traces, searched)


def under_limits(folder: Path, limits: list[str], **policies: Any) -> Memory:
    """Simulate seven runs of three strategies on one toy benchmark under several limits of its cost."""
    bench = BENCHMARKS["toy/a"]
    each = [study(folder, 7, {limit: bench}, constraints={"params": limit}, **policies) for limit in limits]
    traces = {cell: trace for one in each for cell, trace in one.traces.items()}
    return replace(each[0], traces=traces, searched=dict.fromkeys(limits, bench))


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Memory:
    """Return the study, whose folder holds the report."""
    made = study(tmp_path_factory.mktemp("results"))
    made.__dict__["summary"] = build(made)
    return made


@pytest.fixture(scope="session")
def summary(results) -> Summary:
    """Return what the build of the report returned."""
    return results.summary
