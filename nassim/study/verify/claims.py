"""claims.toml: what a study's README says it measured, in numbers that can be checked again.

    [[claim]]
    text = "Evolution beats random search"
    strategy = "regularized_evolution"      # a label of the study, or a list of labels
    benchmark = "nb201/cifar10"             # or a list; without it, every benchmark of the study
    statistic = "regret"                    # the default; or another number of an entry of summary.json

and then one of

    value = 0.52                            # the statistic is this ...
    tolerance = 0.02                        # ... give or take that

    less_than = 0.6                         # the statistic is below a number

    less_than = "random_search"             # it is below another strategy's, and with
    p = 0.01                                # the paired test on final regrets, Holm-adjusted, gives less than this

What is no search on a benchmark is called so, such as "darts [oracle relaxation]". Of an oracle, values may be claimed,
but it is compared with nothing; searches on simulated supernets are compared with each other alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from nassim.core.documents import read_written
from nassim.core.errors import NassimError, SettingError, UnknownNameError
from nassim.core.keys import Key
from nassim.core.roles import plain
from nassim.core.settings import Filled, Fraction, NonNegative
from nassim.core.shapes import check_keys
from nassim.report.summary import Entry

FILE = "claims.toml"
MEND = "mend it, or delete it if there is nothing to check"
Names = str | Annotated[list[str], Filled()]
TABLES = {
    "claim": Key(list[dict[str, Any]], "what the study claims, a table each", [], "tables [[claim]]"),
    "baseline": Key(dict[str, Any], "how far a study may move from its lock", {}, "a table [baseline]"),
}
CLAIM = {
    "text": Key(str, "the sentence of the README that the numbers are of"),
    "strategy": Key(Names, "a label of the study, or a list of labels; what is no search is called so"),
    "benchmark": Key(Names, "a benchmark of the study, or a list; without it, each of them", None),
    "statistic": Key(str, "a number of an entry of summary.json", "regret"),
    "value": Key(float, "the statistic is this, give or take `tolerance`", None),
    "tolerance": Key(NonNegative, "by how much it may differ from `value`", None),
    "less_than": Key(float | str, "the statistic is below this number, or below that of another strategy", None),
    "p": Key(
        Fraction,
        "the paired test against the strategy of `less_than`, on final regrets, adjusted by Holm's method, gives less "
        "than this",
        None,
    ),
}
BASELINE = {
    "margin": Key(
        NonNegative | Annotated[dict[str, NonNegative], Filled()],
        "by how many points mean errors may rise against lock.json; one number, or a table of one by benchmark",
        None,
    )
}
STATISTICS = [field.name for field in fields(Entry) if field.type in {"float", "int"}]


class Claim(NamedTuple):
    """One [[claim]] table, written out."""

    text: str
    strategies: list[str]
    benchmarks: list[str]
    statistic: str
    value: float | None
    tolerance: float | None
    less_than: float | str | None
    p: float | None


def read_claims(file: Path, strategies: Collection[str], benchmarks: Collection[str]) -> list[Claim]:
    """Return the claims of a file about a study with these labels and benchmarks.

    SettingError names the file and the key that is wrong.
    """
    document = read_written(file, MEND)
    try:
        check_keys(document, TABLES)
        tables = enumerate(document.get("claim", []), start=1)
        return [_claim(f"claim {number}", table, strategies, benchmarks) for number, table in tables]
    except NassimError as error:
        raise SettingError(f"{file}: {error}") from error


def read_margin(file: Path, benchmarks: Collection[str]) -> float | dict[str, float] | None:
    """Return by how much errors may rise against the lock, from the table [baseline] of a file; None = not stated.

    One number, or one by benchmark. SettingError names the file and the key that is wrong.
    """
    document = read_written(file, MEND) if file.exists() else {}
    try:
        check_keys(document, TABLES)
        table: dict[str, Any] = document.get("baseline", {})
        check_keys(table, BASELINE, " of [baseline]")
        margin: float | dict[str, float] | None = table.get("margin")
        _check_names("benchmark of [baseline]", margin if isinstance(margin, dict) else {}, benchmarks)
    except NassimError as error:
        raise SettingError(f"{file}: {error}") from error
    return margin


def _claim(where: str, table: dict[str, Any], strategies: Collection[str], benchmarks: Collection[str]) -> Claim:
    _check_table(where, table)
    others = [table["less_than"]] if isinstance(table.get("less_than"), str) else []
    about = _listed(table["strategy"]), _listed(table.get("benchmark", list(benchmarks)))
    statistic = table.get("statistic", "regret")
    _check_names(f"strategy of {where}", map(plain, about[0] + others), strategies)
    _check_names(f"benchmark of {where}", about[1], benchmarks)
    _check_names(f"statistic of {where}", [statistic], STATISTICS)
    return Claim(
        table["text"], *about, statistic, *(table.get(key) for key in ("value", "tolerance", "less_than", "p"))
    )


def _check_table(where: str, table: dict[str, Any]) -> None:
    check_keys(table, CLAIM, f" of {where}")
    if ({"value", "tolerance"} <= table.keys()) == ("less_than" in table):
        raise SettingError(f"{where} needs either 'value' and 'tolerance', or 'less_than'")
    other = table.get("less_than")
    if other in _listed(table["strategy"]):
        raise SettingError(f"{where} compares {other!r} with itself")
    if "p" in table and not (isinstance(other, str) and table.get("statistic", "regret") == "regret"):
        raise SettingError(f"{where}: 'p' needs 'less_than' another strategy, and the statistic 'regret'")


def _check_names(kind: str, given: Any, known: Any) -> None:
    for name in given:
        if name not in known:
            raise UnknownNameError.of(kind, str(name), known)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value
