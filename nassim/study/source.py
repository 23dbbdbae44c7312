"""Where a benchmark of a study comes from: enough for a worker process to load it too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nassim import catalog
from nassim.benchmarks import loading
from nassim.benchmarks.wrapping import wrapped
from nassim.core.benchmark import Benchmark
from nassim.core.renamed import renamed_names
from nassim.core.space import Space
from nassim.data.reading import space_of


@dataclass(frozen=True)
class BenchmarkSource:
    """A table of the catalog, or a surrogate that stands for it, and the wrappers around it."""

    name: str  # as the catalog takes it
    model: str | None = None  # the folder of the surrogate
    wraps: str = "[]"  # JSON of the wrappers, as `nassim.load` takes them

    def load(self) -> Benchmark:
        """Return the benchmark; SettingError if its parts do not fit together."""
        return wrapped(self._searched(), json.loads(self.wraps))

    def _searched(self) -> Benchmark:
        if self.model is None:
            return loading.load(self.name)
        from nassim.benchmarks.surrogate import SurrogateBenchmark

        return SurrogateBenchmark.load(self.model, self._space())

    def _space(self) -> Space | None:
        """Return the space of what a surrogate was learned from; None where it is not there: it names a known space."""
        if ":" in self.name:
            return loading.load(self.name).space
        folder = catalog.dataset_folders().get(self.name)
        return None if folder is None else space_of(folder)


if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__, {"Origin": "nassim.study.source.BenchmarkSource"})
