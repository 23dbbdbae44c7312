"""What a search minimises, and which limits it must keep: columns of numbers, each lower is better.

The first objective is usually the error; others are costs of the benchmark, with a minus before those of which more is
better, such as "-throughput". A cost that is missing, nan, is an objective of nan and a limit that is missed: never a
number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import numpy as np

from nassim.core.arrays import Archs, Flags, Floats, Rows
from nassim.core.benchmark import Benchmark, Card, Outcome
from nassim.core.constraint_handling import Feasible
from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.policies import ERROR, Limits
from nassim.core.random_streams import Streams
from nassim.core.relaxation import RelaxedOutcome
from nassim.core.settings import fits
from nassim.core.strategy import PricedOracle
from nassim.core.trace_schema import COST, VIOLATION

MOST = 8  # objectives
LISTED = 1 << 17  # architectures of a space whose quantiles are those of all; of a larger one, of a sample
SAMPLE = 1 << 14
UNITS = {  # word of a card -> unit, and how many of the base unit it is
    "seconds": ("s", 1.0),
    "milliseconds": ("ms", 1e-3),
    "microseconds": ("us", 1e-6),
    "joules": ("J", 1.0),
    "millijoules": ("mJ", 1e-3),
}
BASES = {"s": "time", "ms": "time", "us": "time", "J": "energy", "mJ": "energy"}
COUNTS = {"": 1.0, "K": 1e3, "M": 1e6, "G": 1e9}
LIMIT = re.compile(r"\s*(<=|>=)?\s*([-+]?[0-9][0-9_,]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+)\s*([A-Za-z%]*)\s*")
EXAMPLES = "a number in the card's unit, or a text such as '5 ms', '>= 1 ms' or '30 %' (that quantile of the space)"


class Limit(NamedTuple):
    """What a cost must keep."""

    cost: str
    bound: float  # in the card's unit
    at_least: bool = False  # whether the bound is the lowest there may be

    def missed(self, values: Floats) -> Floats:
        """Return by which share of the bound values (m,) miss it, (m,); at most 0 where they keep it; nan = missing."""
        excess = self.bound - values if self.at_least else values - self.bound
        return excess / (abs(self.bound) or 1.0)

    def ratio(self, values: Floats) -> Floats:
        """Return by how much of the bound values (m,) use it up, (m,): above 1 they miss it."""
        return self.bound / values if self.at_least else values / self.bound

    def __str__(self) -> str:
        return f"{self.cost} {'>=' if self.at_least else '<='} {self.bound:.6g}"


@dataclass(frozen=True)
class Objectives:
    """The columns of a search; the default is the error alone."""

    names: tuple[str, ...] = (ERROR,)
    limits: tuple[Limit, ...] = ()
    costs: tuple[str, ...] = field(default=(), repr=False)  # of the benchmark, in the order of its answers

    @classmethod
    def of(cls, benchmark: Benchmark, names: Sequence[str], constraints: Limits) -> Objectives:
        """Return the objectives and limits that names and texts stand for on a benchmark.

        Raises:
            SettingError: If there are none or too many, one twice, or limits that no number can keep.
            UnknownNameError: If the benchmark has no such cost.
        """
        if not 1 <= len(names) <= MOST:
            raise SettingError(f"objectives: expected 1 to {MOST}, got {len(names)}")
        plain = [name.removeprefix("-") for name in names]
        for name in (*plain, *constraints):
            if name not in {ERROR, *benchmark.costs}:
                raise UnknownNameError.of(f"objective of {benchmark.name}", name, (ERROR, *benchmark.costs))
        if len(set(plain)) < len(names):
            raise SettingError(f"objectives: expected each once, got {', '.join(names)}")
        found = tuple(
            _limit(benchmark, cost, said)
            for cost, texts in constraints.items()
            for said in (texts if isinstance(texts, list) else [texts])
        )
        _check_together(found)
        return cls(tuple(names), found, benchmark.costs)

    @property
    def plain(self) -> bool:
        """Whether it is the error alone that counts."""
        return self.names == (ERROR,) and not self.limits

    def values(self, error: Floats, costs: Floats) -> Floats:
        """Return the objectives (m, k) of errors (m,) and costs (m, all of the benchmark's)."""
        return np.stack([self._column(name, error, costs) for name in self.names], axis=1)

    def violation(self, error: Floats, costs: Floats) -> Floats:
        """Return by how much limits are missed in all, (m,), 0 = all are kept, inf = a cost is missing.

        Each counts as a share of its bound, so that milliseconds and parameters weigh alike.
        """
        total = np.zeros(len(error))
        for missed in self.misses(error, costs).T:
            total += np.where(np.isnan(missed), np.inf, np.maximum(missed, 0.0))
        return total

    def misses(self, error: Floats, costs: Floats) -> Floats:
        """Return by which share of its bound each limit is missed, (m, limits); at most 0 = kept, nan = missing."""
        columns = [limit.missed(self._column(limit.cost, error, costs)) for limit in self.limits]
        return np.column_stack([np.empty((len(error), 0)), *columns])

    def ratios(self, error: Floats, costs: Floats) -> Floats:
        """Return by how much each limit is used up, (m, limits): above 1 it is missed; nan = the cost is missing."""
        columns = [limit.ratio(self._column(limit.cost, error, costs)) for limit in self.limits]
        return np.column_stack([np.empty((len(error), 0)), *columns])

    def keeps(self, oracle: PricedOracle) -> Feasible:
        """Return what says, before they are trained, which architectures keep all limits; runs pay what that costs."""

        def feasible(archs: Archs, rows: Rows) -> Flags:
            missed = (limit.missed(oracle.ask(limit.cost, archs, rows)) for limit in self.limits)
            return np.asarray(np.all([miss <= 0 for miss in missed], axis=0))

        return feasible

    def record(self, answer: Outcome | RelaxedOutcome) -> dict[str, Floats]:
        """Return what a trace keeps of an answer, as diagnostics (m,): costs that objectives and limits are made of."""
        if self.plain or not isinstance(answer, Outcome):
            return {}
        costs = {f"{COST}{name}": answer.costs[:, self.costs.index(name)] for name in self.named}
        return costs | ({VIOLATION: answer.violation} if answer.violation is not None else {})

    def judged(self, benchmark: Benchmark, archs: Archs, error: Floats) -> dict[str, Floats]:
        """Return the same of architectures (n, genes) by the means of their measurements, not as runs were told."""
        if self.plain:
            return {}
        costs = np.full((len(archs), len(self.costs)), np.nan)
        for name in self.named:
            costs[:, self.costs.index(name)] = benchmark.measure(name, archs)
        return self.record(self.told(Outcome(error, np.zeros(len(archs)), costs)))

    @property
    def named(self) -> tuple[str, ...]:
        """The costs that objectives and limits are made of, each once."""
        named = [name.removeprefix("-") for name in self.names] + [limit.cost for limit in self.limits]
        return tuple(dict.fromkeys(name for name in named if name != ERROR))

    def told(self, outcome: Outcome) -> Outcome:
        """Return an answer with its objectives, where they are more than the error, and its violations of limits."""
        error, costs = outcome.error, outcome.costs
        return outcome._replace(
            objectives=None if self.names == (ERROR,) else self.values(error, costs),
            violation=self.violation(error, costs) if self.limits else None,
        )

    def check_possible(self, benchmark: Benchmark) -> None:
        """Raise SettingError if no architecture of a space that can be listed keeps all limits of costs.

        Those of costs that a live benchmark would have to measure are not looked at.
        """
        space, later = benchmark.space, {ERROR, *(benchmark.card.measured if benchmark.card.live else ())}
        known = [limit for limit in self.limits if limit.cost not in later]
        if not known or not space.listed or space.size > LISTED:
            return
        every = space.at(np.arange(space.size))
        found = [limit.missed(benchmark.measure(limit.cost, every)) for limit in known]
        missed = np.nan_to_num(found, nan=np.inf)
        total = np.where(space.valid(every), np.maximum(missed, 0).sum(axis=0), np.inf)
        if total.min() == np.inf:
            costs = ", ".join(dict.fromkeys(limit.cost for limit in known))
            raise SettingError(f"no architecture of {benchmark.name} has all costs that limits are of: {costs}")
        if total.min() > 0:
            nearest, limits = every[total.argmin()], ", ".join(map(str, known))
            raise SettingError(
                f"no architecture of {benchmark.name} keeps {limits}; {space.show(nearest):.80} is nearest and misses "
                f"by {100 * total.min():.3g} %"
            )

    def _column(self, name: str, error: Floats, costs: Floats) -> Floats:
        if name == ERROR:
            return error
        column: Floats = costs[:, self.costs.index(name.removeprefix("-"))]
        return -column if name.startswith("-") else column


def unit_of(card: Card, cost: str) -> str:
    """Return the unit that a card gives a cost, such as ms; "" = a count, or not said."""
    learned = cast("Mapping[str, JsonValue]", card.facts.get("surrogate", {}).get("costs", {}))
    said = {**learned, **card.facts.get("costs", {})}.get(cost, "")
    words = re.findall(r"[a-z]+", str(said))
    return UNITS[words[0]][0] if words and words[0] in UNITS else ""


def amount_of(benchmark: Benchmark, cost: str, said: float | str) -> float:
    """Return what a number or a text such as "5 ms" says of a cost, in the card's unit.

    Raises:
        SettingError: It is neither, or in an unknown unit.
    """
    found = _limit(benchmark, cost, said)
    if found.at_least:
        raise SettingError(f"expected a number of {cost}, or a text such as '5 ms', got {said!r:.60}")
    return found.bound


def _limit(benchmark: Benchmark, cost: str, said: float | str) -> Limit:
    """Return the limit that a number or a text says."""
    if isinstance(said, str):
        match = LIMIT.fullmatch(said)
        if match is None:
            raise SettingError(f"the limit of {cost} must be {EXAMPLES}, got {said!r:.60}")
        sign, number, unit = match.groups()
        value = float(number.replace("_", "").replace(",", ""))
        bound = _quantile(benchmark, cost, value) if unit == "%" else value * _factor(benchmark, cost, unit)
        if not math.isfinite(bound):
            raise SettingError(f"the limit of {cost} must be {EXAMPLES}, got {said!r:.60}")
        return Limit(cost, bound, at_least=sign == ">=")
    if not fits(said, float):
        raise SettingError(f"the limit of {cost} must be {EXAMPLES}, got {said!r:.60}")
    return Limit(cost, float(said))


def _factor(benchmark: Benchmark, cost: str, unit: str) -> float:
    """Return by what a number in a unit is multiplied to be in the card's."""
    own = unit_of(benchmark.card, cost)
    if not own and unit in COUNTS:
        return COUNTS[unit]
    scale = dict(UNITS.values())
    if unit in ("", own):
        return 1.0
    if BASES.get(unit, unit) != BASES.get(own):
        known = [symbol for symbol in BASES if BASES[symbol] == BASES.get(own)] or [name for name in COUNTS if name]
        raise SettingError(
            f"{cost} of {benchmark.name} is {f'in {own}' if own else 'a count'}, got a limit in {unit!r:.20}; "
            f"known are {', '.join(known)} and %"
        )
    return scale[unit] / scale[own]


def _quantile(benchmark: Benchmark, cost: str, percent: float) -> float:
    """Return that quantile of a cost over the space, of all architectures or of a sample that is always the same."""
    if not 0 <= percent <= 100:  # noqa: PLR2004
        raise SettingError(f"the limit of {cost} must be a quantile from 0 % to 100 %, got {percent:g} %")
    if cost == ERROR:
        raise SettingError("the error has no quantile before it is measured; give its limit as a number")
    if benchmark.card.live and cost in benchmark.card.measured:
        raise SettingError(f"{cost} of {benchmark.name} is measured, so its quantiles are unknown; give a number")
    space = benchmark.space
    if space.listed and space.size <= LISTED:
        archs = space.at(np.arange(space.size))
        archs = archs[space.valid(archs)]
    else:
        rows = np.arange(SAMPLE)
        archs = space.sample(rows, Streams(0, "quantile", rows))
    values = benchmark.measure(cost, archs)
    return float(np.nanquantile(values, percent / 100)) if not np.isnan(values).all() else math.nan


def _check_together(limits: Sequence[Limit]) -> None:
    """Raise SettingError if no number keeps all limits of a cost."""
    for cost in {limit.cost for limit in limits}:
        low = max((limit.bound for limit in limits if limit.cost == cost and limit.at_least), default=-math.inf)
        high = min((limit.bound for limit in limits if limit.cost == cost and not limit.at_least), default=math.inf)
        if low > high:
            raise SettingError(f"no {cost} keeps both limits, >= {low:g} and <= {high:g}")
