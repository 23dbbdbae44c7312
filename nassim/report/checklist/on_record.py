"""What is on record of a study, as the checklist asks for it: what differs between strategies, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from nassim.core.documents import JsonValue, Table
from nassim.report.summary import Entry, Summary
from nassim.report.wording import listed

BUDGET = ("evaluations", "seconds")
RULES = (  # policies that decide what an answer is, and what is handed in
    *("signal", "identity", "repeats", "restart", "judged_by", "handling", "hand_in", "recommended_set"),
)
CLOCK = ("workers", "training_set", "decision", "decision_growth")  # those that decide what time it takes
MADE_BY = ("nassim", "numpy", "scipy", "python")
DATA = ("benchmark", "data_sha256")


class Named(TypedDict):
    """A strategy in a study's record."""

    label: str
    name: str


class Record(TypedDict, total=False):
    """A study's own record, of which older ones may lack anything."""

    runs: int
    seed: int
    protocol: str
    policies: Table
    versions: Mapping[str, str]
    strategies: Sequence[Named]


@dataclass(frozen=True)
class OnRecord:
    """The numbers of a study with the record of every strategy on every benchmark, and the study's own record."""

    summary: Summary
    study: Record

    @property
    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Every strategy with its numbers, benchmark by benchmark."""
        for row in self.summary.entries.values():
            yield from row.items()

    def values(self, key: str, benchmark: str) -> list[JsonValue]:
        """Return the different values that the strategies on a benchmark have on record."""
        found: list[JsonValue] = []
        for record in self.summary.records[benchmark].values():
            if record[key] not in found:
                found.append(record[key])
        return found

    def differing(self, keys: Sequence[str]) -> str:
        """Return what is not the same for all strategies on each benchmark, with the values of the first such one."""
        found = {}
        for key in keys:
            several = (values for name in self.summary.benchmarks if len(values := self.values(key, name)) > 1)
            first = next(several, None)
            if first is not None:
                found[key] = first
        told = "; ".join(f"{key} ({', '.join(map(_said, values))})" for key, values in found.items())
        return f"Methods differ in: {told}." if told else ""

    def unknown(self, keys: Sequence[str]) -> list[str]:
        """Return what is not on record for every strategy on every benchmark."""
        return [key for key in keys if any(None in self.values(key, name) for name in self.summary.benchmarks)]

    def budgets(self) -> str:
        """Return the budget, or that of each benchmark where these differ."""
        told = {name: _budget(next(iter(self.summary.records[name].values()))) for name in self.summary.benchmarks}
        if len(set(told.values())) == 1:
            return next(iter(told.values()))
        return "; ".join(f"{budget} on {name}" for name, budget in told.items())


def not_on_record(names: Sequence[str]) -> str:
    """Return a sentence on what is missing; nothing if nothing is."""
    return f"Not on record: {listed(names)}." if names else ""


def _said(value: JsonValue) -> str:
    return "none" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _budget(record: Table) -> str:
    given = [f"{record[key]:,} {key}" for key in BUDGET if record[key] is not None]
    return " and ".join(given) or "none"
