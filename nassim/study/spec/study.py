"""What a study says, all of it, as one value: it does not change, and goes to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import ConfigDict, Field

from nassim.core.documents import JsonValue
from nassim.core.policies import Policies
from nassim.core.tables import Plain, read
from nassim.study.spec.benchmark import BenchmarkSpec, benchmarks_of
from nassim.study.spec.strategy import StrategySpec, strategies_of
from nassim.study.spec.tables import StudyFields, StudyTable

FIELDS = set(StudyFields.model_fields)


class StudySpec(StudyFields):
    """A study as its file says: defaults filled in, grids written out.

    What it names as code is not imported, and no benchmark is loaded; plan.py does.
    """

    benchmarks: tuple[BenchmarkSpec, ...]
    strategies: tuple[StrategySpec, ...]

    @property
    def benchmark_labels(self) -> list[str]:
        """What its benchmarks are called."""
        return [benchmark.label for benchmark in self.benchmarks]

    @property
    def strategy_labels(self) -> list[str]:
        """What its strategies are called."""
        return [strategy.label for strategy in self.strategies]

    @classmethod
    def of(cls, table: StudyTable) -> StudySpec:
        """Return what a file says; SettingError names the table that is wrong."""
        strategies = strategies_of(table.strategy)
        return cls.model_validate(
            {
                **table.model_dump(include=FIELDS),
                "policies": _with_one_judge(table.policies, strategies),
                "benchmarks": benchmarks_of(table.benchmarks, table.benchmark),
                "strategies": strategies,
            }
        )

    def to_json(self) -> Plain:
        """Return the study as plain data, which results keep: what is more than a name is beside the benchmarks."""
        plain = self.model_dump(mode="json", include=FIELDS)
        if self.protocol is None:
            del plain["protocol"]
        options: Plain = {one.label: said for one in self.benchmarks if len(said := one.to_json()) > 1}
        strategies: list[JsonValue] = [one.model_dump(mode="json", exclude_defaults=True) for one in self.strategies]
        benchmarks: list[JsonValue] = list(self.benchmark_labels)
        surrogates: Plain = {"surrogates": options} if options else {}
        return plain | {"benchmarks": benchmarks, **surrogates, "strategies": strategies}

    @classmethod
    def from_json(cls, plain: Mapping[str, JsonValue]) -> StudySpec:
        """Return the study that to_json gave; SettingError or UnknownNameError says what is wrong with it."""
        record = read(StudyRecord, plain)
        return cls.model_validate(
            {
                **record.model_dump(include=FIELDS),
                "benchmarks": tuple(map(record.benchmark, record.benchmarks)),
                "strategies": tuple(record.strategies),
            }
        )


class StudyRecord(StudyFields):
    """A study as StudySpec.to_json writes it; later versions may say more."""

    model_config = ConfigDict(extra="ignore")

    benchmarks: list[str]
    surrogates: dict[str, BenchmarkSpec] = Field(default_factory=dict)  # by label: what is more than a name
    strategies: list[StrategySpec]

    def benchmark(self, label: str) -> BenchmarkSpec:
        """Return the benchmark of a label, which is kept though a label would be made otherwise today."""
        said = self.surrogates.get(label, BenchmarkSpec(name=label))
        return said if said.label == label else said.model_copy(update={"label": label})


def _with_one_judge(policies: Policies, strategies: tuple[StrategySpec, ...]) -> Policies:
    """Return the policies with one judge of all: all seeds, where a strategy sees more than one, or in wrappers."""
    signals = {strategy.policies.get("signal", policies.signal) for strategy in strategies}
    if policies.judged_by == "auto" and (signals != {"one-seed"} or any(strategy.wrap for strategy in strategies)):
        return replace(policies, judged_by="all-seeds")
    return policies
