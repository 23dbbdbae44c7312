"""study.toml as it is written: every key of its tables, what each must be, what it stands for, and its default.

Keys of [budget] and [policies] are the fields of `Budget` and `Policies`. Options of a surrogate and of weight sharing
are the arguments of `nassim.fit` and the fields of `Sharing`; settings of a strategy are those of its constructor.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from nassim.core.errors import SettingError
from nassim.core.policies import Budget, Policies
from nassim.core.settings import Count, Filled, Line, Wanted
from nassim.core.tables import FromTable, Plain, Table
from nassim.study.spec.labels import check_length

FILE_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
Wraps = Annotated[list[Plain], Filled(), Wanted("a list of wrappers such as [{name = 'faults', failed = 0.1}]")]
Label = Annotated[str, Line(), Wanted("a line of text")]


class StudyFields(Table):
    """What a study says beside its benchmarks and strategies."""

    name: str = Field(description="name of the study, and of its results folder")
    question: str = Field(default="", description="what the study asks; the report begins with it, if it is given")
    runs: Count = Field(default=100, description="independent runs of each strategy on each benchmark")
    seed: int = Field(default=0, description="seed of all random streams")
    protocol: Annotated[str, Wanted("the name of a protocol")] | None = Field(
        default=None,
        description="a published protocol of `nassim list protocols`, which sets budget, policies, runs and settings "
        "of strategies",
    )
    budget: Annotated[Budget, FromTable(), Wanted("a table [budget]")] = Field(
        default=Budget(), description="when a run ends; give one key or both, see below"
    )
    policies: Annotated[Policies, FromTable(), Wanted("a table [policies]")] = Field(
        default=Policies(), description="how runs are simulated, see below"
    )

    @model_validator(mode="after")
    def _check_name(self) -> StudyFields:
        if not FILE_NAME.fullmatch(self.name):
            raise SettingError(f"'name' names a folder: use letters, digits, '_', '-' and '.', got {self.name!r}")
        check_length("'name'", self.name)
        return self


class StudyTable(StudyFields):
    """The file itself."""

    benchmarks: Annotated[list[str], Filled(), Wanted('a list of names, such as ["nb201/cifar10"]')] | None = Field(
        default=None,
        description="names of benchmarks, as `nassim list benchmarks` shows them; either this or tables [[benchmark]]",
    )
    benchmark: Annotated[list[Plain], Filled(), Wanted("one or more tables [[benchmark]]")] | None = Field(
        default=None, description="benchmarks with options, a table each, see below"
    )
    strategy: Annotated[list[Plain], Filled(), Wanted("one or more tables [[strategy]]")] = Field(
        description="strategies with settings, a table each, see below"
    )

    @model_validator(mode="after")
    def _check_benchmarks(self) -> StudyTable:
        if self.benchmarks is None and self.benchmark is None:
            raise SettingError("the key 'benchmarks' is missing")
        if self.benchmarks is not None and self.benchmark is not None:
            raise SettingError("give either 'benchmarks' or tables [[benchmark]], not both")
        return self


class StrategyTable(Table):
    """One [[strategy]]; its other keys are settings of the strategy, or policies."""

    model_config = ConfigDict(extra="allow")

    name: Annotated[str, Wanted("the name of a strategy")] = Field(
        description="name of a strategy, `./file.py:Class` beside the study's file, or `package.module:Class`; see "
        "`nassim list`"
    )
    label: Label | None = Field(
        default=None, description="what tables and figures call it; by default the name and the settings"
    )
    wrap: Wraps | None = Field(
        default=None,
        description="wrappers around all benchmarks of the study for this strategy alone, such as those of a supernet; "
        "they are outside those of the benchmark",
    )
