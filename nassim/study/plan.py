"""A study in full: what its file says, what that names imported, loaded and learned, and all of it tried out once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nassim import catalog
from nassim.core.asking import blamed
from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError, naming
from nassim.core.frames import user_code
from nassim.core.lifting import lifted
from nassim.core.policies import Budget, Policies
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.core.renamed import renamed_names
from nassim.core.strategy import ONE, StrategyClass, name_of
from nassim.engine.judgement import Judge
from nassim.engine.loop import check_end, construct
from nassim.study.benchmarks import LoadedBenchmark, Tell, load_benchmark, quiet
from nassim.study.spec.reading import Study, base_folder, called, read_spec
from nassim.study.spec.strategy import StrategySpec
from nassim.study.spec.study import StudySpec

ANY_SEED = np.zeros(1, dtype=np.uint32)  # of the trainings that the run which rehearses sees


@dataclass(frozen=True)
class Cell:
    """One strategy on one benchmark of a study, and how it is simulated there."""

    study: StudySpec
    strategy: StrategySpec
    strategy_source: str  # as the catalog takes it
    benchmark: LoadedBenchmark = field(repr=False)

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.strategy.label} on {self.benchmark.spec.label}"

    @property
    def kind(self) -> StrategyClass:
        """The strategy's class, as it is written."""
        return catalog.strategy(self.strategy_source, code=True)

    @property
    def budget(self) -> Budget:
        """When a run ends: the benchmark's own budget stands in place of the study's."""
        return self.benchmark.spec.budget or self.study.budget

    @property
    def policies(self) -> Policies:
        """The study's policies, but for the benchmark's own and the strategy's."""
        own = self.benchmark.spec.policies | self.strategy.policies
        return replace(self.study.policies, **own)  # type: ignore[arg-type]  # was checked when read


@dataclass(frozen=True)
class StudyPlan:
    """A study in full; everything in it has been checked."""

    spec: StudySpec
    folder: Path  # what files that the study names are relative to
    benchmarks: tuple[LoadedBenchmark, ...] = field(repr=False)

    @classmethod
    def of(cls, spec: StudySpec, folder: Path, tell: Tell = quiet) -> StudyPlan:
        """Return a study with all that it names, after trying out every strategy on every benchmark.

        Args:
            spec: What the study says.
            folder: What files that it names are relative to.
            tell: Hears what is learned for it.

        Raises:
            SettingError: Something is not there, or does not fit together.
        """
        for strategy in spec.strategies:
            if catalog.is_code(strategy.name):
                with naming(strategy.label):
                    strategy.check_settings(catalog.strategy(strategy.source(folder), code=True))
        plan = cls(spec, folder, tuple(load_benchmark(one, folder, tell) for one in spec.benchmarks))
        for cell in plan.cells():
            with user_code(cell.label, "run 0"):
                _rehearse(cell)
        return plan

    def cells(self) -> Iterator[Cell]:
        """Yield each strategy on each benchmark, in the study's order."""
        for strategy, benchmark in product(self.spec.strategies, self.benchmarks):
            with naming(f"{strategy.label} on {benchmark.spec.label}") if strategy.wrap else nullcontext():
                around = benchmark.within(strategy.wrappers, self.folder)
            yield Cell(self.spec, strategy, strategy.source(self.folder), around)


def read_study(study: Study, runs: int | None = None, tell: Tell = quiet) -> StudyPlan:
    """Return the study of a folder, a TOML file or a shipped name, or one that is given as it would be read, in full.

    Args:
        study: The folder, the file, the name, or what study.toml would say.
        runs: How many runs of each strategy, instead of what the study asks for.
        tell: Hears what is learned for it: what has to be learned is learned now.

    Raises:
        SettingError: In one line, which file and what in it is wrong.
    """
    spec = read_spec(study, runs)
    with naming(called(study)):
        return StudyPlan.of(spec, base_folder(study), tell)


def restore(record: Mapping[str, JsonValue], folder: Path) -> StudyPlan:
    """Return the study that StudySpec.to_json spelled out; files that it names are relative to `folder`.

    Code that it names is imported; ResultsFolder.check_code asks first whether it may be.
    """
    return StudyPlan.of(StudySpec.from_json(record), folder)


def _rehearse(cell: Cell) -> None:
    """Let one run of a strategy ask once on a benchmark, so that what cannot work is known at once."""
    kind, bench, budget, policies = lifted(cell.kind), cell.benchmark.benchmark, cell.budget, cell.policies
    streams = Streams(cell.study.seed, name_of(kind), [0])
    searcher = construct(kind, bench, streams, cell.strategy.settings, cell.label, policies)
    name, limit = cell.strategy.label, searcher.max_evaluations
    check_end(name, limit, budget.evaluations, budget.seconds, repeats=policies.repeats)
    Judge.of(bench, policies.judged_by, policies.signal, ANY_SEED)
    with blamed(name_of(kind)):
        asked = searcher.ask(ONE)
    if isinstance(asked, Mixture):
        if not bench.relaxable:
            where = cell.benchmark.spec.label
            raise SettingError(f"{cell.strategy.label} searches by mixtures, for which {where} has no answers")
        bench.relax(asked)  # a surrogate may refuse, for want of one-hot features


if not TYPE_CHECKING:
    __getattr__ = renamed_names(
        __name__,
        {
            "Outline": "nassim.study.spec.study.StudySpec",
            "outline": "nassim.study.spec.reading.read_spec",
            "find_study": "nassim.study.spec.reading.find_study",
        },
    )
