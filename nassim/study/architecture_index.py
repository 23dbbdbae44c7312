"""What a report may ask of the architectures of a benchmark, answered by the benchmark itself."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nassim.benchmarks import loading
from nassim.core.arrays import Archs, Floats
from nassim.core.benchmark import Benchmark, Query
from nassim.core.errors import NassimError
from nassim.core.renamed import renamed_names
from nassim.study.spec.benchmark import BenchmarkSpec
from nassim.study.spec.labels import located
from nassim.study.spec.wrap import TABLE


class BenchmarkIndex:
    """Names, costs and places of architectures, as nassim.report.architecture_index has them; nothing is trained."""

    def __init__(self, benchmark: Benchmark, *, ranked: bool = True) -> None:
        self._benchmark, self._ranked = benchmark, ranked
        self.genes, self.options = benchmark.space.genes, benchmark.space.options

    @property
    def size(self) -> int | None:
        """How many architectures have a known error on the report split."""
        return self._ordered.size or None

    def everything(self) -> Archs | None:
        """Return all architectures whose errors on the report split are known, (n, genes); None = not known."""
        return self._benchmark.everything() if self._ranked else None

    def show(self, archs: Archs) -> list[str]:
        """Return the official text of each, (n,)."""
        return [self._benchmark.space.show(arch) for arch in archs]

    def links(self, arch: Archs) -> list[tuple[str, str, str, str]]:
        """Return the graph of one architecture (genes,)."""
        return list(self._benchmark.space.links(arch))

    def costs(self, archs: Archs) -> dict[str, Floats]:
        """Return each cost by its name, (n,)."""
        bench = self._benchmark
        if not bench.card.measured:
            return {cost: bench.cost(cost, archs) for cost in bench.costs}
        return dict(zip(bench.costs, bench.evaluate(Query(archs)).costs.T, strict=True))  # a table: nothing is trained

    def about_costs(self) -> dict[str, str]:
        """Return what the card says of each cost."""
        return {name: str(said) for name, said in self._benchmark.card.facts.get("costs", {}).items()}

    def errors(self, archs: Archs) -> Floats:
        """Return their errors on the report split, (n,); nan where those of another benchmark count."""
        return self._benchmark.truth(archs) if self._ranked else np.full(len(archs), np.nan)

    def places(self, truth: Floats) -> NDArray[np.int64]:
        """Return how manyth each error is among all architectures, 1 = lowest; 0 = unknown."""
        if not self._ordered.size:
            return np.zeros(truth.shape, dtype=np.int64)
        return np.searchsorted(self._ordered, truth, side="left") + 1

    @cached_property
    def _ordered(self) -> Floats:
        """The errors of all architectures on the report split, increasing; empty where places are unknown."""
        everything = self.everything()
        if everything is None:
            return np.empty(0)
        truth = self._benchmark.truth(everything)
        return np.sort(truth[~np.isnan(truth)])


def index_of(said: BenchmarkSpec, beside: Path | None) -> BenchmarkIndex | None:
    """Return the index of a benchmark by what a study says of it; None if it is not to be had any more.

    A surrogate is answered for by the benchmark that it was learned from: it has the same architectures and costs,
    but other errors, so places are unknown. Of a search that another benchmark judges, that one answers. One that is
    code is imported only where `beside` says which folder its file is relative to.
    """
    ranked = said.surrogate is None and said.model is None
    try:
        if judges := [judge for judge in said.judges if judge != TABLE]:
            return BenchmarkIndex(loading.benchmark(judges[-1]), ranked=ranked)
        name = said.name if beside is None else located(said.name, beside)
        return BenchmarkIndex(loading.benchmark(name, code=beside is not None), ranked=ranked)
    except (NassimError, OSError, ImportError):
        return None


if not TYPE_CHECKING:
    __getattr__ = renamed_names(
        __name__, {"BenchmarkAtlas": f"{__name__}.BenchmarkIndex", "atlas_of": f"{__name__}.index_of"}
    )
