"""claims.toml: what a study's README says it measured, in numbers that can be checked again.

    [[claim]]
    text = "Evolution beats random search"
    strategy = "regularized_evolution"      # a label of the study, or a list of labels
    benchmark = "nb201/cifar10"             # or a list; without it, every benchmark of the study
    statistic = "regret"                    # the default; or another number of an entry of summary.json, or the mean
                                            # of an indicator of several objectives or limits, such as "igd_plus"

and then one of

    value = 0.52                            # the statistic is this ...
    tolerance = 0.02                        # ... give or take that

    less_than = 0.6                         # the statistic is below a number

    less_than = "random_search"             # it is below another strategy's, and with
    p = 0.01                                # the paired test, Holm-adjusted, gives less than this: on final regrets, or
                                            # on that indicator

What is no search on a benchmark is called so, such as "darts [oracle relaxation]". Of an oracle, values may be claimed,
but it is compared with nothing; searches on simulated supernets are compared with each other alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from pydantic.json_schema import JsonSchemaValue

from nassim.core.documents import read_written
from nassim.core.errors import SettingError, UnknownNameError, naming
from nassim.core.renamed import renamed_names
from nassim.core.roles import plain
from nassim.core.settings import Filled, Fraction, NonNegative, Wanted
from nassim.core.tables import Plain, Table, file_schema, read
from nassim.report.found import MEANINGS
from nassim.report.summary import Entry

FILE = "claims.toml"
MEND = "mend it, or delete it if there is nothing to check"
STATISTICS = [*(field.name for field in fields(Entry) if field.type in {"float", "int"}), *MEANINGS]
TESTED = ("regret", *(name for name, meaning in MEANINGS.items() if meaning.better))
Names = str | Annotated[list[str], Filled()]
Margin = float | dict[str, float] | None


class Baseline(Table):
    """What `nassim check` allows against `lock.json`."""

    margin: NonNegative | Annotated[dict[str, NonNegative], Filled()] | None = Field(
        default=None,
        description="by how many points mean errors may rise against lock.json; one number, or a table of one by "
        "benchmark",
    )


class ClaimsTable(Table):
    """The file itself."""

    claim: Annotated[list[Plain], Wanted("tables [[claim]]")] = Field(
        default_factory=list, description="what the study claims, a table each"
    )
    baseline: Annotated[Baseline, Wanted("a table [baseline]")] = Field(
        default=Baseline(), description="how far a study may move from its lock"
    )


class Claim(Table):
    """One [[claim]]."""

    text: str = Field(description="the sentence of the README that the numbers are of")
    strategy: Names = Field(description="a label of the study, or a list of labels; what is no search is called so")
    benchmark: Names | None = Field(
        default=None, description="a benchmark of the study, or a list; without it, each of them"
    )
    statistic: str = Field(default="regret", description="a number of an entry of summary.json, or an indicator")
    value: float | None = Field(default=None, description="the statistic is this, give or take `tolerance`")
    tolerance: NonNegative | None = Field(default=None, description="by how much it may differ from `value`")
    less_than: float | str | None = Field(
        default=None, description="the statistic is below this number, or below that of another strategy"
    )
    p: Fraction | None = Field(
        default=None,
        description="the paired test against the strategy of `less_than`, on final regrets or on the indicator, "
        "adjusted by Holm's method, gives less than this",
    )

    @property
    def strategies(self) -> list[str]:
        """The labels that it is about."""
        return _listed(self.strategy)

    @property
    def benchmarks(self) -> list[str]:
        """The benchmarks that it is about."""
        return _listed(self.benchmark or [])

    @property
    def other(self) -> str | None:
        """The strategy that its strategies are compared with."""
        return self.less_than if isinstance(self.less_than, str) else None

    def check(self, where: str, strategies: Collection[str], benchmarks: Collection[str]) -> None:
        """Raise SettingError or UnknownNameError if it does not claim one thing of what the study has."""
        if (self.value is not None and self.tolerance is not None) == (self.less_than is not None):
            raise SettingError(f"{where} needs either 'value' and 'tolerance', or 'less_than'")
        if self.other in self.strategies:
            raise SettingError(f"{where} compares {self.other!r} with itself")
        if self.p is not None and (self.other is None or self.statistic not in TESTED):
            known = " or ".join(map(repr, TESTED))
            raise SettingError(f"{where}: 'p' needs 'less_than' another strategy, and the statistic {known}")
        about = [*self.strategies, *filter(None, [self.other])]
        _check_names(f"strategy of {where}", map(plain, about), strategies)
        _check_names(f"benchmark of {where}", self.benchmarks, benchmarks)
        _check_names(f"statistic of {where}", [self.statistic], STATISTICS)


def read_claims(file: Path, strategies: Collection[str], benchmarks: Collection[str]) -> list[Claim]:
    """Return the claims of a file about a study with these labels and benchmarks.

    SettingError names the file and the key that is wrong.
    """
    document = read_written(file, MEND)
    with naming(str(file)):
        tables = enumerate(read(ClaimsTable, document).claim, start=1)
        return [_claim(f"claim {number}", table, strategies, benchmarks) for number, table in tables]


def claims_schema() -> JsonSchemaValue:
    """Return the JSON schema of claims.toml."""
    return file_schema(ClaimsTable, {"claim": Claim})


def read_margin(file: Path, benchmarks: Collection[str]) -> Margin:
    """Return by how much errors may rise against the lock, from the table [baseline] of a file; None = not stated.

    One number, or one by benchmark. SettingError names the file and the key that is wrong.
    """
    if not file.exists():
        return None
    document = read_written(file, MEND)
    with naming(str(file)):
        margin = read(ClaimsTable, document).baseline.margin
        _check_names("benchmark of [baseline]", margin if isinstance(margin, dict) else (), benchmarks)
    return margin


def _claim(where: str, table: Plain, strategies: Collection[str], benchmarks: Collection[str]) -> Claim:
    every: Plain = {"benchmark": list(benchmarks)}
    claim = read(Claim, every | table, f" of {where}")
    claim.check(where, strategies, benchmarks)
    return claim


def _check_names(kind: str, given: Iterable[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise UnknownNameError.of(kind, name, known)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


if not TYPE_CHECKING:
    __getattr__ = renamed_names(
        __name__, {"Verdict": "nassim.study.verify.verdict.Verdict", "check": "nassim.study.verify.judge.judged"}
    )
