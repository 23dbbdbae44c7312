"""A study that names a protocol, written out: its benchmarks, budgets, policies and settings as published.

    protocol = "nats-bench-2021"                # a file of nassim/protocols/
    benchmarks = ["nats-topology/cifar10"]      # the data sets that judge what is handed in
    strategy = [{name = "regularized_evolution"}, {name = "./mine.py:Mine"}]

A study may repeat what its protocol sets, and contradict none of it. Strategies that the protocol does not know keep
their own settings, under the same budget and policies.
"""

from __future__ import annotations

from dataclasses import asdict

from nassim import catalog
from nassim.core.documents import JsonValue
from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.core.policies import Policies
from nassim.core.tables import Plain, read
from nassim.data.inventory import DatasetInfo, dataset_info
from nassim.protocols import Protocol, Settings, Task, protocol
from nassim.study.spec.benchmark import BenchmarkSpec
from nassim.study.spec.strategy import POLICIES
from nassim.study.spec.tables import StudyTable

WITHOUT = "leave it out, or leave out the protocol"
FREE = ("name", "label", "needs")  # keys of [[benchmark]] and [[strategy]] that a protocol leaves to the study


def follow(name: str, table: StudyTable, said: Settings) -> Plain:
    """Return a study with all that its protocol sets.

    Args:
        name: Of the protocol.
        table: The study as it was read, with defaults.
        said: The study as it was written, without.

    Raises:
        SettingError: It contradicts the protocol.
        DataError: It lacks data that the protocol needs.
    """
    rules = _Rules(name, protocol(name))
    benchmarks = [rules.named(one) for one in table.benchmark or [{"name": name} for name in table.benchmarks or ()]]
    judges = [rules.judge(benchmark.name) for benchmark in benchmarks]
    task = rules.task(judges)
    policies = asdict(Policies()) | dict(rules.published.policies)
    rules.check("[policies]", said.get("policies"), policies)
    for judge in judges:
        rules.check("[budget]", said.get("budget"), task.budgets[_dataset(judge)])
    strategies = [rules.strategy(one, task, policies) for one in table.strategy]
    kept = {key: value for key, value in said.items() if key not in {"benchmarks", "budget"}}
    searched = [rules.benchmark(*each, task) for each in zip(benchmarks, judges, strict=True)]
    return {"runs": rules.published.runs, **kept, "policies": policies, "benchmark": searched, "strategy": strategies}


class _Rules:
    """A protocol by its name, and what it says to the parts of a study."""

    def __init__(self, name: str, published: Protocol) -> None:
        self.name, self.published = name, published

    def check(self, where: str, given: JsonValue, published: Settings) -> None:
        """Raise SettingError if a table of a study has something else than was published."""
        for key, value in given.items() if isinstance(given, dict) else ():
            if key not in published:
                sets = ", ".join(f"{name} = {own!r}" for name, own in published.items()) or "nothing"
                raise SettingError(f"protocol {self.name!r} sets {sets} in {where}, and not {key!r}; {WITHOUT}")
            if value != published[key]:
                has = f"has {key} = {published[key]!r} in {where}"
                raise SettingError(f"protocol {self.name!r} {has}, the study says {value!r}; {WITHOUT}")

    def named(self, table: Plain) -> BenchmarkSpec:
        """Return what a [[benchmark]] table says, which has a name and nothing that the protocol sets."""
        for key in table:
            if key in BenchmarkSpec.model_fields and key not in FREE:
                raise SettingError(f"protocol {self.name!r} sets how benchmarks are used, and not {key!r}; {WITHOUT}")
        return read(BenchmarkSpec, table)

    def judge(self, name: str) -> DatasetInfo:
        """Return the data set that judges, which needs test errors."""
        found = dataset_info(name)
        if found.space not in self.published.tasks:
            known = ", ".join(self.published.tasks)
            raise SettingError(f"protocol {self.name!r} is for the spaces {known}; {name} is of {found.space}")
        if self.published.tested and not found.tested:
            raise self._lacks(name, "errors on test images, by which what is handed in is judged")
        return found

    def task(self, infos: list[DatasetInfo]) -> Task:
        """Return what the protocol sets on the one space of all data sets."""
        spaces = sorted({found.space for found in infos})
        if len(spaces) != 1:
            raise SettingError(f"protocol {self.name!r} has other settings on each space; make studies of {spaces}")
        task = self.published.tasks[spaces[0]]
        for found in infos:
            if _dataset(found) not in task.budgets:
                known = ", ".join(task.budgets)
                raise SettingError(f"protocol {self.name!r} has budgets for {known}, and none for {found.name}")
        return task

    def benchmark(self, said: BenchmarkSpec, judge: DatasetInfo, task: Task) -> Plain:
        """Return the table of a benchmark: what is searched, who judges, the budget."""
        searched = f"{judge.name.partition('/')[0]}/{self.published.searched.format(_dataset(judge))}"
        self._check_searched(searched, judge, task)
        made: Plain = {"name": searched, "label": said.label, "budget": dict(task.budgets[_dataset(judge)])}
        made |= {} if searched == judge.name else {"judge": judge.name}
        made |= {"validation": self.published.validation} if self.published.validation else {}
        return made | ({"wrap": [dict(one) for one in self.published.wrap]} if self.published.wrap else {})

    def strategy(self, table: Plain, task: Task, policies: Settings) -> Plain:
        """Return the table of a strategy with its published settings, if there are such."""
        name = str(table.get("name"))
        published = task.strategies.get(name)
        free = self.published.free if published is None else ()
        said = {key: table[key] for key in table if key in POLICIES and key not in free}
        self.check(f"[[strategy]] {name}", said, {**policies, **(published or {})})
        if published is None:
            return table
        own = {key: value for key, value in table.items() if key not in {*FREE, *POLICIES}}
        self.check(f"[[strategy]] {name}", own, published)
        kept = {key: value for key, value in table.items() if key in FREE}
        return {"label": name} | kept | dict(published)

    def _check_searched(self, name: str, judge: DatasetInfo, task: Task) -> None:
        wanted = f"validation errors after a schedule of {task.epochs} epochs"
        try:
            found = judge if name == judge.name else dataset_info(name)
        except UnknownNameError:
            raise self._lacks(judge.name, f"{wanted}, which would be {name}") from None
        if found.epochs[-1] != task.epochs:
            raise self._lacks(name, f"{wanted}; it has those of {found.epochs[-1]}")
        if self.published.validation not in {None, *found.costs}:
            raise self._lacks(name, f"{self.published.validation}, which every evaluation pays")
        if not (found.whole and judge.whole):
            raise self._lacks(name, "all architectures of its space")
        for source, how in self.published.sources.items():
            if source not in catalog.dataset_folders():
                raise DataError(f"protocol {self.name!r} needs {source}, which is not there; {how} brings it")

    def _lacks(self, name: str, what: str) -> DataError:
        how = "nassim import nats-bench FOLDER brings it from the official archive"
        return DataError(f"protocol {self.name!r} needs what {name} lacks: {what}; {how}")


def _dataset(found: DatasetInfo) -> str:
    return found.name.partition("/")[2]
