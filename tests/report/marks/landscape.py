"""Which architectures lie in the landscape, with which errors, and through which of them the walks go."""

from __future__ import annotations

import math
import warnings

import numpy as np
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark
from tests.report.marks.told import Run, Told, stem

PANELS, RUNS, POINTS, FEWEST = 4, 20, 300, 8


def expected(told: Told) -> dict[str, list[Panel]]:
    """Return a panel per strategy, the best first, for every benchmark with enough architectures."""
    found = {stem("landscape", benchmark): _panels(told, benchmark) for benchmark in told.study.benchmarks}
    return {name: panels for name, panels in found.items() if panels}


def _panels(told: Told, benchmark: str) -> list[Panel]:
    names = told.ranking(benchmark)
    assert len(names) <= PANELS
    walks = {name: _median_run(told.runs(benchmark, name)) for name in names}
    steps = {name: _steps(run) for name, run in walks.items()}
    truth: dict[tuple[int, ...], float] = {}
    walked = {walks[name].asked(event) for name in names for event in steps[name]}
    met = [(walks[name], event) for name in names for event in steps[name]]
    met += [(run, event) for name in names for run in told.runs(benchmark, name)[:RUNS] for event in range(run.length)]
    for run, event in met:
        truth.setdefault(run.asked(event), float(run.trace.truth[run.row, event]))
    others = sorted(set(truth) - walked)
    shown = sorted(walked) + others[:: max(1, -(-len(others) // max(1, POINTS - len(walked))))]
    if len(shown) < FEWEST:
        return []
    places = dict(zip(shown, _layout(shown, told.counts(benchmark)), strict=True))
    return [_panel(told, name, walks[name], steps[name], places, truth) for name in names]


def _panel(told: Told, name: str, run: Run, steps: list[int], places: dict, truth: dict) -> Panel:
    x, y = (np.array(part) for part in zip(*places.values(), strict=True))
    across, up = (np.array(part) for part in zip(*(places[run.asked(event)] for event in steps), strict=True))
    kind = "line" if len(steps) > 1 else "points"
    marks: list[Mark | Band] = [Mark("points", "", x, y, weight=np.array([truth[arch] for arch in places]))]
    marks += [Mark(kind, owner, across, up) for owner in ("", f"{told.owners[name]}-line")]
    marks += [Mark("points", "", across[end], up[end]) for end in (slice(0, 1), slice(-1, None))]
    return Panel(marks, title=f"{name}\nregret {run.final:.3g}, {len(steps)} incumbents")


def _median_run(runs: list[Run]) -> Run:
    """Return the run whose final regret is the lower median of those known."""
    known = sorted((run for run in runs if not math.isnan(run.final)), key=lambda run: run.final)
    return known[(len(known) - 1) // 2]


def _steps(run: Run) -> list[int]:
    """Return the events whose architectures the run would have recommended, one after the other."""
    steps: list[int] = []
    for event in run.incumbents:
        if event >= 0 and (not steps or run.asked(event) != run.asked(steps[-1])):
            steps.append(event)
    return steps


def _layout(archs: list[tuple[int, ...]], counts: list[int]) -> list[tuple[float, float]]:
    """Return what scikit-learn makes of a column per option, from the same start."""
    columns = [
        [float(arch[g] == option) for g, count in enumerate(counts) for option in range(count)] for arch in archs
    ]
    map_ = TSNE(perplexity=min(30, (len(archs) - 1) / 3), init="pca", random_state=0, max_iter=300)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return [tuple(place) for place in map_.fit_transform(np.array(columns)).astype(float).tolist()]
