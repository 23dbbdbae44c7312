"""Benchmarks of a study: a list of names, or its [[benchmark]] tables, written out to one value for each option.

benchmarks = ["nb201/cifar10"]              # names are enough for tables; otherwise

[[benchmark]]
name = "nb201/cifar10"
surrogate = {train = 1000, seed = [0, 1]}   # the options of nassim.fit, lists make a grid; without it, the table

[[benchmark]]
name = "nb201/cifar10"
model = "surrogates/nb201-cifar10-1000-0"   # what nassim fit has saved; relative to the study's folder
needs = "nassim import FORMAT FILE"         # how to get data that is not shipped; told where it is not there

[[benchmark]]
name = "nb201/cifar10"
budget = {seconds = 12000}                  # instead of the study's
objectives = ["error", "latency"]           # also instead of the study's
constraints = {params = ["10 %", "30 %"]}   # also; a list makes a grid, [[">= 1 M", "<= 2 M"]] is both limits at once
reference_point = {error = 90, latency = "20 ms"}   # also
wrap = [{name = "faults", failed = 0.1}]    # wrappers around it, the first innermost; for some there are short keys

`wrap.py` says which short keys stand for which wrappers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from nassim import catalog
from nassim.core.errors import SettingError, UnknownNameError, naming
from nassim.core.policies import CHECKED, Budget
from nassim.core.settings import Filled, Wanted, check_value
from nassim.core.tables import FromTable, Plain, Table, read
from nassim.study.spec.grids import each_of
from nassim.study.spec.labels import check_benchmarks, check_length, spell
from nassim.study.spec.tables import Label, Wraps
from nassim.study.spec.wrap import SHORT, TABLE, WrapperSpec, shown_of, wrappers_of

LEARNED: Plain = {"train": 1000, "seed": 0}  # what a surrogate is learned from where a study does not say


def _default_label(said: Plain) -> str:
    """Return the name of a benchmark and what it is used with."""
    return spell(str(said["name"]), _shown(said))


class BenchmarkSpec(Table):
    """One benchmark of a study; nothing of it is loaded."""

    name: str = Field(
        description="name of a benchmark, `./file.py:object` beside the study's file, or `package.module:object`"
    )
    budget: Annotated[Budget, FromTable(), Wanted("a table such as {seconds = 12000}")] | None = Field(
        default=None, description="a budget of its own instead of the study's, with the keys of [budget]"
    )
    objectives: Annotated[list[str], Filled(), Wanted('a list such as ["error", "latency"]')] | None = Field(
        default=None, description="what is minimised on it instead of the study's `objectives`"
    )
    constraints: Annotated[Plain, Wanted('limits such as {latency = "5 ms"}')] | None = Field(
        default=None, description="limits on it instead of the study's `constraints`; lists make a grid"
    )
    reference_point: (
        Annotated[
            Literal["max", "nadir"] | Plain, Wanted("'max', 'nadir' or a table such as {error = 90, latency = '20 ms'}")
        ]
        | None
    ) = Field(default=None, description="that of hypervolumes on it instead of the study's `reference_point`")
    surrogate: Annotated[Plain, Wanted("options such as {train = 1000, seed = 0}")] | None = Field(
        default=None,
        description="a surrogate is learned from the benchmark's trainings and searched in its place; options below",
    )
    model: str | None = Field(
        default=None, description="folder of a surrogate that `nassim fit` has saved, relative to the study's folder"
    )
    wrap: Wraps | None = Field(
        default=None,
        description="wrappers around it, the first innermost, each with its options: those of `nassim list wrappers`, "
        "or `./file.py:Class` beside the study's file; see below",
    )
    judge: str | None = Field(
        default=None,
        description='what judges a recommendation: `"table"` beside a surrogate or model, or another benchmark of the '
        "same space; short for the wrapper `reported_on`",
    )
    validation: str | None = Field(
        default=None,
        description="a cost in seconds that every evaluation pays besides its training; short for the wrapper "
        "`with_overhead`",
    )
    sharing: (
        Annotated[Plain | Literal["table"], Wanted("options such as {correlation = 0.5}, or {}, or 'table'")] | None
    ) = Field(
        default=None,
        description="answers are those of a supernet whose networks share weights; short for the wrapper "
        '`weight_sharing` and its options, `{}` for the defaults, or with `"table"` for `one_shot_table`, what real '
        "supernets said",
    )
    needs: str | None = Field(
        default=None,
        description="the command that brings data that is not shipped; shown in the message where they are not there",
    )
    label: Label = Field(
        default_factory=_default_label,
        description="what tables and figures call it; by default the name and the options",
    )

    @model_validator(mode="after")
    def _check(self) -> BenchmarkSpec:
        learned = self.surrogate is not None or self.model is not None
        if self.surrogate is not None and self.model is not None:
            raise SettingError("give either 'surrogate' or 'model', not both")
        if not learned and any(TABLE in wrapper.judges for wrapper in self.wrappers):
            raise SettingError(f"'judge' is {TABLE!r} beside 'surrogate' or 'model'; otherwise name another benchmark")
        check_length("'label'", self.label)  # before anything is learned for it
        for key, value in self.policies.items():
            check_value(f"{key!r}", value, CHECKED[key])
        return self

    @property
    def policies(self) -> Plain:
        """The policies of the study that it has its own of, for all strategies alike."""
        said: Plain = {name: getattr(self, name) for name in ("objectives", "constraints", "reference_point")}
        return {key: value for key, value in said.items() if value is not None}

    def check_options(self) -> None:
        """Raise an error unless its surrogate and its wrappers have the options that there are.

        Results may have those of an earlier version, so this is asked of what is to be run.
        """
        _check_options(self.surrogate or {})
        for wrapper in self.wrappers:
            wrapper.check()

    @property
    def learned_from(self) -> Plain:
        """The options of `fit` for its surrogate, with how many trainings and which spelled out."""
        return LEARNED | (self.surrogate or {})

    @property
    def wrappers(self) -> tuple[WrapperSpec, ...]:
        """The wrappers around it, the first innermost."""
        return tuple(wrappers_of({key: getattr(self, key) for key in (*SHORT, "wrap")}))

    @property
    def judges(self) -> list[str]:
        """The names of benchmarks that judge what is found on it; the last has the last word."""
        return [judge for wrapper in self.wrappers for judge in wrapper.judges]

    @property
    def code(self) -> list[str]:
        """The names in it that are code."""
        names = [self.name, *(wrapper.name for wrapper in self.wrappers)]
        return [name for name in names if catalog.is_code(name)]

    def to_json(self) -> Plain:
        """Return what was written of it."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def benchmarks_of(names: list[str] | None, tables: list[Plain] | None) -> tuple[BenchmarkSpec, ...]:
    """Return the benchmarks of a study: of its list `benchmarks` or of its tables [[benchmark]]."""
    if tables is None:
        found = [BenchmarkSpec(name=name) for name in names or ()]
        check_benchmarks("benchmarks", [one.label for one in found])
    else:
        found = [spec for number, table in enumerate(tables, start=1) for spec in _read(number, table)]
        check_benchmarks("benchmark", [one.label for one in found])
    return tuple(found)


def _read(number: int, table: Plain) -> list[BenchmarkSpec]:
    """Return the benchmarks that a table stands for."""
    with naming(f"benchmark {number}"):
        found = [read(BenchmarkSpec, one) for one in each_of(table)]
        for benchmark in found:
            benchmark.check_options()
    return found


def _shown(said: Plain) -> Plain:
    """Return what a label says of a benchmark: what it is used with, options of a surrogate spelled out."""
    shown: Plain = {}
    if isinstance(surrogate := said["surrogate"], dict):
        shown |= LEARNED | surrogate
    if isinstance(model := said["model"], str):
        shown["model"] = Path(model).name
    if isinstance(objectives := said["objectives"], list):
        shown["objectives"] = "+".join(map(str, objectives))
    if isinstance(constraints := said["constraints"], dict):
        shown |= {
            cost: " and ".join(map(str, limit)) if isinstance(limit, list) else limit
            for cost, limit in constraints.items()
        }
    if (point := said["reference_point"]) is not None:
        shown["reference_point"] = point if isinstance(point, str) else "given"
    return shown | shown_of(said)


def _check_options(given: Plain) -> None:
    """Raise an error unless these are options of `fit`, and each what it must be."""
    from nassim.surrogates.fit import CHECKED

    for key, value in given.items():
        if key not in CHECKED:
            raise UnknownNameError.of("option of 'surrogate'", key, CHECKED)
        check_value(f"{key!r} of 'surrogate'", value, CHECKED[key])
