"""Trains for real what a simulated study found, with new seeds, and holds what was simulated against it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Ids
from nassim.core.benchmark import Benchmark, Query
from nassim.core.documents import JsonValue, Table, without_nan
from nassim.core.errors import DataError
from nassim.core.settings import Count, NonNegative, check_value
from nassim.core.space import Space
from nassim.core.watcher import Watcher
from nassim.stats.agreement import Estimate, kendall, regret, student_interval
from nassim.stats.intervals import Interval
from nassim.training.collect import Plan, training
from nassim.training.gathering import by_hash, gather
from nassim.training.skeleton import check_buildable

FIRST = 1000  # replica: no training of a table has the seeds from here on
HEAD = ("network", "found by", "simulated", "real valid", "real test", "simulated s", "real s")


class Simulated(NamedTuple):
    """What the benchmark says of n networks."""

    error: Floats  # (n,) mean on the search split
    report: Floats  # (n,) on the report split
    seconds: Floats  # (n,) of training


class Chosen(NamedTuple):
    """The networks to train: the best that were found, best first, then a sample of others, best first."""

    networks: Ids  # (n,) canonical ids
    runs: Ids  # (n,) how many runs handed the network in; 0 = one of the others
    simulated: Simulated


@dataclass(frozen=True, eq=False)
class Validation:
    """n networks, trained for real k times each. Errors are in percent, nan = that training failed."""

    benchmark: str
    space: Space
    chosen: Chosen
    top: int  # how many of them, the first, are the best that were found
    valid: Floats  # (n, k) on the validation images
    test: Floats  # (n, k) on the test images
    seconds: Floats  # (n, k) of training
    about: Mapping[str, JsonValue]  # how they were trained

    @cached_property
    def complete(self) -> NDArray[np.intp]:
        """Which networks never failed, as their positions (m,)."""
        return np.flatnonzero(~np.isnan(self.valid).any(axis=1))

    @cached_property
    def tau(self) -> dict[str, Estimate]:
        """Kendall's tau of the simulated search-split error with real validation and test error."""
        rows = self.complete
        simulated = self.chosen.simulated.error[rows]
        return {name: kendall(simulated, getattr(self, name)[rows].mean(axis=1)) for name in ("valid", "test")}

    @cached_property
    def regret(self) -> Estimate:
        """How much higher the real test error of the study's pick is than the lowest of all trained, in points."""
        place = np.flatnonzero(self.complete == 0)
        if not place.size:
            return Estimate(np.nan, np.nan, np.nan)
        return regret(int(place[0]), self.test[self.complete])

    @cached_property
    def winner(self) -> int:
        """Which of the best that were found has the lowest real validation error; DataError if all failed."""
        if np.isnan(self.valid[: self.top]).all():
            raise DataError(f"{self.benchmark}: all trainings of the {self.top} best networks failed")
        return int(np.nanargmin(student_interval(self.valid[: self.top]).mean))

    @property
    def times_as_long(self) -> float:
        """How many seconds of real training there are per simulated one: the median over networks."""
        return float(np.median(self.seconds.mean(axis=1) / self.chosen.simulated.seconds))

    def table(self) -> Table:
        """Return one column per name, with a value per network; intervals are of 95 %."""
        columns: Table = {
            "network": self.chosen.networks.tolist(),
            "text": [self.space.show(arch) for arch in self.space.at(self.chosen.networks)],
            "runs": self.chosen.runs.tolist(),
        }
        for name, simulated in self.chosen.simulated._asdict().items():
            columns[f"simulated_{name}"] = simulated.tolist()
        for name in ("valid", "test", "seconds"):
            for bound, values in student_interval(getattr(self, name))._asdict().items():
                columns[f"real_{name}_{bound}"] = values.tolist()
        return columns

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield HEAD, and then a row per network, in words."""
        yield HEAD
        columns = self.table()
        for values in zip(*columns.values(), strict=True):
            row = dict(zip(columns, values, strict=True))
            yield (
                row["text"],
                f"{row['runs']:,} run{'s' * (row['runs'] > 1)}" if row["runs"] else "sample",
                f"{row['simulated_error']:.2f}",
                *(_told(*(row[f"real_{name}_{bound}"] for bound in Interval._fields)) for name in ("valid", "test")),
                f"{row['simulated_seconds']:,.4g}",
                f"{row['real_seconds_mean']:,.4g}",
            )

    def json(self) -> str:
        """Return all of it, judgement included; numbers that are none are null."""
        trained = {name: getattr(self, name).tolist() for name in ("valid", "test", "seconds")}
        judged: Table = {
            "tau": {name: estimate._asdict() for name, estimate in self.tau.items()},
            "regret": self.regret._asdict(),
            "real_seconds_per_simulated": self.times_as_long,
        }
        told: Table = {"benchmark": self.benchmark, "top": self.top, **judged, "about": self.about}
        return json.dumps(without_nan(told | {"networks": self.table(), "trainings": trained}), indent=1)


def validate(
    benchmark: Benchmark,
    handed_in: Archs,
    plan: Plan,
    out: Path,
    *,
    top: int = 5,
    others: int = 15,
    seeds: int = 3,
    jobs: int | None = None,
    watcher: Watcher | None = None,
) -> Validation:
    """Train the `top` best distinct networks of `handed_in` (n, genes), and a stratified sample of `others`.

    Args:
        seeds: Trainings of each, with seeds that no table has.
        plan: How they are trained.
        out: The folder in which finished trainings are kept: given again, it continues where it was.
        jobs: How many processes; default one per core, and one on a GPU.
    """
    for what, value, hint in (("top", top, Count), ("seeds", seeds, Count), ("others", others, NonNegative)):
        check_value(what, value, hint)
    chosen = choose(benchmark, handed_in, top, others)
    wanted = [(network, FIRST + seed) for seed in range(seeds) for network in chosen.networks.tolist()]
    records = gather(training, plan, wanted, out / "trainings", jobs, watcher)
    valid, test, seconds = (
        np.array([records[job][curve][-1] for job in wanted]).reshape(seeds, -1).T
        for curve in ("valid_error", "test_error", "seconds")
    )
    made: Table = {"torch": torch.__version__, "device": plan.device, "seeds": seeds, "recipe": plan.recipe.plain()}
    about = made | {"skeleton": asdict(plan.skeleton), "data": plan.source}
    number = int((chosen.runs > 0).sum())
    return Validation(benchmark.name, benchmark.space, chosen, number, valid, test, seconds, about)


def choose(benchmark: Benchmark, handed_in: Archs, top: int, others: int) -> Chosen:
    """Return the `top` distinct networks of lowest simulated error, and one of each of `others` strata of the rest.

    Strata hold equally many networks of the space, by simulated error; which is taken of one is the order of `collect`.
    """
    space = benchmark.space
    check_buildable(space)
    found, counts = np.unique(space.canonical(handed_in), return_counts=True)
    everything = np.unique(space.canonical(space.at(np.arange(space.size))))
    simulated = benchmark.evaluate(Query(space.at(everything))).error
    order = np.argsort(simulated, kind="stable")  # nan last
    ranked = everything[order][~np.isnan(simulated[order])]
    best = ranked[np.isin(ranked, found)][:top]
    if not best.size:
        raise DataError(f"{benchmark.name}: no run handed in a network")
    rest = np.array_split(ranked[~np.isin(ranked, best)], others) if others else []
    sample = [min(stratum.tolist(), key=by_hash) for stratum in rest if stratum.size]
    networks = np.concatenate([best, np.array(sample, dtype=np.int64)])
    runs = np.concatenate([counts[np.searchsorted(found, best)], np.zeros(len(sample), dtype=np.int64)])
    archs = space.at(networks)
    outcome = benchmark.evaluate(Query(archs))
    return Chosen(networks, runs, Simulated(outcome.error, benchmark.truth(archs), outcome.seconds))


def _told(mean: float, low: float, high: float) -> str:
    if np.isnan(mean):
        return "failed"
    low, high = max(low, 0.0), min(high, 100.0)  # as far as percentages go; nan stays
    return f"{mean:.2f}" if np.isnan(low) else f"{mean:.2f} [{low:.2f}, {high:.2f}]"
