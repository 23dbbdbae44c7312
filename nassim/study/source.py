"""Where a benchmark of a study comes from: enough for a worker process to load it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nassim import catalog
from nassim.benchmarks import loading
from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.table import TableBenchmark
from nassim.benchmarks.tabular import Tabular
from nassim.benchmarks.wrappers.one_shot_table import OneShotTable
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.benchmarks.wrappers.with_overhead import WithOverhead
from nassim.core.benchmark import Benchmark
from nassim.core.errors import SettingError
from nassim.core.space import Space
from nassim.data.reading import space_of


@dataclass(frozen=True)
class BenchmarkSource:
    """A table of the catalog, or what stands for it: a surrogate, a supernet; and who judges what a search finds."""

    name: str  # as the catalog takes it
    model: str | None = None  # the folder of the surrogate
    judge: str | None = None  # as the catalog takes it
    validation: str | None = None  # a cost in seconds that every evaluation pays besides its training
    sharing: Sharing | Literal["table"] | None = None  # how a supernet sees it: by a model, or by its one-shot table

    def load(self) -> Benchmark:
        """Return the benchmark; SettingError if its parts do not fit together."""
        alone = self._of_its_own()
        if self.sharing is None:
            return alone
        return OneShotTable(alone) if self.sharing == "table" else WeightSharing(alone, self.sharing)

    def _of_its_own(self) -> Benchmark:
        """Return what answers when networks have weights of their own."""
        found = searched = self._searched()
        if self.validation is not None:
            searched = WithOverhead(_table(found, "say what a validation takes"), cost=self.validation)
        if self.judge is None:
            return searched
        from nassim.benchmarks.wrappers.reported_on import ReportedOn

        judge = _table(loading.benchmark(self.judge, code=self.judge == self.name), "judge")
        if self.model is None and not isinstance(found, TableBenchmark):
            raise SettingError(f"{searched.name} is no table that could be judged; leave out 'judge'")
        return ReportedOn(searched, judge)

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


def _table(found: Benchmark, to_do: str) -> Tabular:
    if not isinstance(found, Tabular):
        raise SettingError(f"{found.name} is no table that could {to_do}")
    return found
