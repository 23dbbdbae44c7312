"""What the best cell for one device, runtime or task is worth on another: the tables of README.md.

    nassim run studies/devices && python studies/devices/deployed.py results/devices

The first part is exact and needs no search: every cell is known on every device. A limit is a quantile of the latency
of all connected cells, of the device that it is for. Regrets are in points of error, from the best cell that keeps the
limit of the device where it is deployed. numbers/ keeps what is printed: means, shares and extremes over pairs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import spearmanr

import nassim
from nassim.core.arrays import Archs, Flags, Floats, Ids
from nassim.core.dominance import front_of
from nassim.core.trace import Trace
from nassim.spaces.nb201 import NB201
from nassim.study.results import ResultsFolder

SPACE = NB201()
QUANTILES = (5, 10, 30)  # percent of the connected cells that keep a limit
SEARCHED = 10  # of these, the limit of study.toml
STRATEGIES = ("random_search", "evolution")
TRAINED = "cifar10"  # the task of HW-NAS-Bench
DEVICES = ("edgegpu", "raspi4", "edgetpu", "pixel3", "eyeriss", "fpga")
TASKS = ("cifar100", "ninapro", "darcy")
PAIRS = (("pi5", "litert"), ("pi5", "onnx"), ("pi5", "torchmobile"), ("pixel", "litert"))


class Place(NamedTuple):
    """Where a cell runs."""

    label: str  # of the study
    benchmark: str
    task: str
    device: str
    runtime: str

    @property
    def cost(self) -> str:
        """Return which cost its latency is."""
        return f"{self.device}_{self.runtime}_latency" if self.runtime else f"{self.device}_latency"


PLACES = [
    *(Place(f"{TRAINED} on {device}", f"hw-nas-bench/{TRAINED}", TRAINED, device, "") for device in DEVICES),
    *(
        Place(f"{task} on {device} by {runtime}", f"hw-nas-bench-360/{task}", task, device, runtime)
        for task in TASKS
        for device, runtime in PAIRS
    ),
]


@cache
def cells() -> Archs:
    """Return all connected cells, in the order of their numbers."""
    left = np.setdiff1d(np.arange(SPACE.size), SPACE.index(SPACE.unconnected))
    return SPACE.at(left)


@cache
def truth(benchmark: str) -> Floats:
    """Return the error of each cell on the report split."""
    return nassim.load(benchmark).truth(cells())


@cache
def latency(place: Place) -> Floats:
    """Return what each cell takes, in milliseconds; inf = the device does not support it."""
    found: Floats = np.nan_to_num(nassim.load(place.benchmark).cost(place.cost, cells()), nan=np.inf)
    return found


def limit(place: Place, percent: float) -> float:
    """Return the latency that so many of the cells that are supported keep."""
    own = latency(place)
    return float(np.quantile(own[np.isfinite(own)], percent / 100))


def keeps(place: Place, percent: float) -> Flags:
    """Return which cells keep the limit of a place."""
    return latency(place) <= limit(place, percent)


def lowest(place: Place, percent: float) -> int:
    """Return the best cell that keeps the limit: the lowest error, of equals the fastest."""
    error = np.where(keeps(place, percent), truth(place.benchmark), np.inf)
    return int(np.lexsort((latency(place), error))[0])


def kinds() -> dict[str, list[tuple[Place, Place]]]:
    """Return the ordered pairs of places that differ in one thing alone, by what that is."""
    found: dict[str, list[tuple[Place, Place]]] = {}
    for here, there in permutations(PLACES, 2):
        differs = [name for name in ("task", "device", "runtime") if getattr(here, name) != getattr(there, name)]
        if len(differs) == 1:
            kind = f"{differs[0]} of six" if here.task == TRAINED else differs[0]
            found.setdefault(kind, []).append((here, there))
    return found


def exact(pairs: list[tuple[Place, Place]], percent: float) -> dict[str, float]:
    """Return what the best cell for the first of each pair is worth on the second."""
    worth = [deployed(np.array([lowest(here, percent)]), there, percent) for here, there in pairs]
    ratio, regret = np.array(worth)[:, :, 0].T
    missed = ratio > 1
    again = np.array([retimed(*pair, percent) for pair in pairs])
    ranks = [spearmanr(*rank_of(*pair)).statistic for pair in pairs]
    return {
        "pairs": len(pairs),
        "missed": float(missed.mean()),
        "times the limit, median of the missed": float(np.median(ratio[missed])) if missed.any() else 1.0,
        "times the limit, at most": float(ratio.max()),
        "regret of the kept": float(regret[~missed].mean()),
        "regret of the kept, at most": float(regret[~missed].max()),
        "front timed again, regret": float(np.nanmean(again)),
        "front timed again, at most": float(np.nanmax(again)),
        "front timed again, none keeps": float(np.isnan(again).mean()),
        "Spearman of latencies": float(np.mean(ranks)),
        "Spearman of latencies, at least": float(np.min(ranks)),
    }


def deployed(at: Ids, there: Place, percent: float) -> tuple[Floats, Floats]:
    """Return what cells take at a place, as a multiple of its limit, and their regret there, (n,) each."""
    return latency(there)[at] / limit(there, percent), truth(there.benchmark)[at] - best(there, percent)


def rank_of(here: Place, there: Place) -> tuple[Floats, Floats]:
    """Return the latencies at both places of the cells that both support."""
    both = np.isfinite(latency(here)) & np.isfinite(latency(there))
    return latency(here)[both], latency(there)[both]


def best(place: Place, percent: float) -> float:
    """Return the lowest error that keeps the limit."""
    return float(truth(place.benchmark)[keeps(place, percent)].min())


def retimed(here: Place, there: Place, percent: float) -> float:
    """Return the regret of who has the exact front of one place, and times it at the other; nan = none keeps.

    Errors on another task are not known from the front: there it is the cell of lowest error at home.
    """
    values = np.column_stack([truth(here.benchmark), latency(here)])
    front = np.flatnonzero(front_of(values))
    front = front[keeps(there, percent)[front]]
    if not front.size:
        return float("nan")
    chosen = front[truth(here.benchmark)[front].argmin()]
    return float(truth(there.benchmark)[chosen] - best(there, percent))


def searched(results: ResultsFolder, pairs: list[tuple[Place, Place]], strategy: str) -> dict[str, float]:
    """Return what runs that searched at the first of each pair hand in at the second, and runs that searched there."""
    handed, again, own = [], [], []
    for here, there in pairs:
        trace = results.trace(strategy, here.label)
        at = position(np.take_along_axis(trace.archs, trace.incumbent()[:, -1:, None], axis=1)[:, 0])
        handed.append(deployed(at, there, SEARCHED))
        again.append(timed_again(trace, there))
        own.append(results.trace(strategy, there.label).regret()[:, -1])
    ratio, regret = np.moveaxis(np.array(handed), 1, 0)
    return {
        "missed": float((ratio > 1).mean()),
        "times the limit, median of the missed": float(np.median(ratio[ratio > 1])),
        "regret of the kept": float(regret[ratio <= 1].mean()),
        "all timed again, regret": float(np.nanmean(again)),
        "all timed again, none keeps": float(np.isnan(again).mean()),
        "searched there, regret": float(np.mean(own)),
    }


def timed_again(trace: Trace, there: Place) -> Floats:
    """Return the regret (runs,) of the lowest error, of all that a run trained, that keeps the limit there."""
    at = position(trace.archs.reshape(-1, trace.archs.shape[2])).reshape(trace.error.shape)
    error = np.where(keeps(there, SEARCHED)[at], trace.error, np.inf)
    chosen = at[np.arange(len(at)), error.argmin(axis=1)]
    regret = truth(there.benchmark)[chosen] - best(there, SEARCHED)
    return np.where(np.isinf(error.min(axis=1)), np.nan, regret)


def position(archs: Archs) -> Ids:
    """Return where in `cells` architectures are."""
    return np.searchsorted(SPACE.index(cells()), SPACE.index(archs))


def all_numbers(results: ResultsFolder) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield the rows of both tables."""
    for kind, pairs in kinds().items():
        for percent in QUANTILES:
            yield f"{kind}, {percent} %", exact(pairs, percent)
        for strategy in STRATEGIES:
            yield f"{kind}, {strategy}", searched(results, pairs, strategy)


if __name__ == "__main__":
    numbers = dict(all_numbers(ResultsFolder.open(Path(sys.argv[1]))))
    for row, values in numbers.items():
        print(row, *(f"  {name}: {value:.3f}" for name, value in values.items()), sep="\n")  # noqa: T201
    folder = Path(__file__).with_name("numbers")
    folder.mkdir(exist_ok=True)
    (folder / "deployed.json").write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
