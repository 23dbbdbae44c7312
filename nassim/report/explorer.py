"""What the page needs to draw fronts of any two objectives within any limit: of each run, what may be in any of them.

That is what nothing dominates in the error and all costs together: what is best in two of them, or in one of them
within a limit of another, is among it, or as good as one that is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from nassim.core.arrays import Archs, Floats, Ids
from nassim.core.policies import ERROR
from nassim.core.provenance import Provenance
from nassim.core.trace import Trace
from nassim.report.view import View
from nassim.stats.pareto import non_dominated

MOST = 30_000  # members of fronts of one benchmark that a page holds; of more, those of fewer runs


@dataclass(frozen=True)
class Axis:
    """An objective that a reader may pick."""

    name: str
    about: str  # its unit, or what the card says of it
    sign: int  # -1 = higher is better


@dataclass(frozen=True)
class Explored:
    """The fronts of all strategies on one benchmark, as numbers of architectures."""

    benchmark: str
    axes: list[Axis]
    runs: int  # of each strategy that are here, the first ones
    values: list[list[float | None]]  # by architecture, then by axis; None = missing
    texts: list[str]  # of the architectures
    exact: list[int]  # what nothing dominates of all architectures; none = not known
    found: dict[str, list[list[int]]]  # by strategy and run


def explored(view: View) -> Explored | None:
    """Return what a reader can explore; None of the error alone without limits, without costs, or of no success."""
    provenance = next(iter(view.cells.values())).provenance
    if not view.ranking or not (len(provenance.get("objectives", [])) > 1 or provenance.get("limits")):
        return None
    traces = {name: view.trace(name) for name in view.ranking}
    archs, seen, truth = _distinct(traces)
    costs = view.index.costs(archs)
    axes = _axes(view, provenance, costs)
    if len(axes) < 2 or not len(archs):  # noqa: PLR2004  (the error, and a cost)
        return None
    values = _values(axes, view.errors(archs, truth), costs)
    signs = np.array([float(axis.sign) for axis in axes])
    fronts = {name: [run[_front(values[run], signs)] for run in seen[name]] for name in traces}
    runs = _as_many_as_fit(fronts)
    whole, exact = _exact(view, axes, signs)
    kept = np.unique(np.concatenate([members for each in fronts.values() for members in each[:runs]]))
    number = {old: new for new, old in enumerate(kept.tolist())}
    return Explored(
        view.benchmark,
        axes,
        runs,
        [list(map(_rounded, row)) for row in [*values[kept].tolist(), *exact.tolist()]],
        view.index.show(np.concatenate([archs[kept], whole])),
        list(range(len(kept), len(kept) + len(exact))),
        {name: [[number[one] for one in members.tolist()] for members in each[:runs]] for name, each in fronts.items()},
    )


def as_json(found: Sequence[Explored]) -> str:
    """Return it for a script of the page, in which no tag can begin."""
    return json.dumps([asdict(one) for one in found], separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def _distinct(traces: Mapping[str, Trace]) -> tuple[Archs, dict[str, list[Ids]], Floats]:
    """Return all architectures that were trained (n, genes), which each run trained, and their errors (n,)."""
    done = {name: ~np.isnan(trace.error) & ~np.isnan(trace.truth) for name, trace in traces.items()}
    rows = np.concatenate([traces[name].archs[done[name]] for name in traces])
    truth = np.concatenate([traces[name].truth[done[name]] for name in traces])
    archs, which = np.unique(rows, axis=0, return_inverse=True)
    which = which.reshape(-1)
    mean = np.bincount(which, weights=truth, minlength=len(archs)) / np.bincount(which, minlength=len(archs))
    counts = [done[name].sum(axis=1) for name in traces]
    parts = iter(np.split(which, np.cumsum(np.concatenate(counts))[:-1]))
    return archs, {name: [np.unique(next(parts)) for _ in done[name]] for name in traces}, mean


def _axes(view: View, provenance: Provenance, costs: Mapping[str, Floats]) -> list[Axis]:
    """Return the error and costs, the study's own first: lower is better, or where the study says so, higher."""
    about, objectives = view.index.about_costs(), provenance.get("objectives", [])
    named = [*objectives, *(limit.split()[0] for limit in provenance.get("limits", []))]
    found = [Axis(ERROR, view.unit, 1)]
    for name in sorted(costs, key=lambda cost: not {cost, f"-{cost}"} & set(named)):
        said, maximised = about.get(name, ""), f"-{name}" in objectives
        if maximised or "higher is better" not in said:
            found.append(Axis(name, said, -1 if maximised else 1))
    return found


def _values(axes: Sequence[Axis], error: Floats, costs: Mapping[str, Floats]) -> Floats:
    """Return architectures (n, axes) as they are shown; nan = missing."""
    return np.column_stack([error if axis.name == ERROR else costs[axis.name] for axis in axes])


def _front(values: Floats, signs: Floats) -> Ids:
    """Return which of the rows nothing dominates; what is missing is worse than all that is known."""
    known = np.where(np.isnan(values), np.inf, values * signs)
    return np.flatnonzero(non_dominated(known))


def _exact(view: View, axes: Sequence[Axis], signs: Floats) -> tuple[Archs, Floats]:
    """Return what nothing dominates of all architectures, and its values (n, axes); none where they are not known."""
    every = view.index.everything()
    if every is None:
        return np.empty((0, len(view.index.genes)), dtype=np.int8), np.empty((0, len(axes)))
    values = _values(axes, view.index.errors(every), view.index.costs(every))
    trained = ~np.isnan(values[:, 0])
    every, values = every[trained], values[trained]
    members = _front(values, signs)
    return every[members], values[members]


def _as_many_as_fit(fronts: Mapping[str, Sequence[Ids]]) -> int:
    """Return how many runs of every strategy a page holds."""
    sizes = np.sum([[len(members) for members in each] for each in fronts.values()], axis=0)
    return max(1, int(np.searchsorted(np.cumsum(sizes), MOST, side="right")))


def _rounded(value: float) -> float | None:
    """Return a number of six digits."""
    return None if math.isnan(value) else float(f"{value:.6g}")
