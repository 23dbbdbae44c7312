"""Every mark of every figure is where a second computation from the traces puts it, on linear and logarithmic axes.

Nothing is listed: the figures are those of the package's folders, and one without its second path fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D

import nassim
from nassim import catalog
from nassim.core.file_names import file_name
from nassim.report import drawing
from nassim.report.cells import read_cells
from nassim.report.figures import about, names, of_results
from nassim.report.style import PLAIN
from tests.report.conftest import Memory, study, under_limits
from tests.report.marks.compare import Panel, differences
from tests.report.marks.drawn import panels
from tests.report.marks.told import Told
from tests.toys import tabulate, toy_benchmark


def constants(folder: Path) -> Memory:
    """Return three strategies whose regret is 9, 5 and 1 from the first evaluation to the last, in every run."""
    return _with_regret(study(folder, runs=6), lambda place, shape: np.full(shape, [9.0, 5.0, 1.0][place]))


def solved(folder: Path) -> Memory:
    """Return three strategies of which one finds the optimum at once, one in half of its runs, and one never."""
    return _with_regret(study(folder, runs=6), lambda place, shape: _solved(place, *shape))


def _solved(place: int, runs: int, events: int) -> np.ndarray:
    late = np.where((np.arange(runs) % 2 == 0)[:, None] & (np.arange(events) >= events // 2), 0.0, 2.0)
    return [np.zeros((runs, events)), late, np.full((runs, events), 3.5)][place]


def nobody_misses(folder: Path) -> Memory:
    """Return strategies that all find the optimum at once: nothing that a logarithm shows."""
    return _with_regret(study(folder, runs=5), lambda _, shape: np.zeros(shape))


def failing(folder: Path) -> Memory:
    """Return strategies of which trainings fail, whole runs of one of them, and which end at different times."""
    made, random = study(folder, runs=12, workers=3), np.random.default_rng(5)
    traces = {}
    for place, (cell, trace) in enumerate(made.traces.items()):
        lengths = random.integers(30, 61, len(trace.runs))
        lengths[0] = 60
        end = np.arange(trace.events) >= lengths[:, None]
        failed = random.random(trace.error.shape) < 0.2 * place
        failed[:3] |= place % 3 == 2
        error, seconds, truth = (np.where(end, np.nan, part) for part in (trace.error, trace.seconds, trace.truth))
        archs = np.where(end[:, :, None], -1, trace.archs).astype(np.int8)
        error = np.where(failed, np.nan, error)
        traces[cell] = replace(trace, lengths=lengths, archs=archs, error=error, seconds=seconds, truth=truth)
    return replace(made, traces=traces)


def unknown_optimum(folder: Path) -> Memory:
    """Return a study of which nobody knows how good the best architecture is."""
    made = study(folder, runs=8)
    nan = {"optimum": float("nan")}
    return replace(made, traces={c: replace(t, provenance=t.provenance | nan) for c, t in made.traces.items()})


def alone(folder: Path) -> Memory:
    """Return one run of each strategy: no interval and no test."""
    return study(folder, runs=1)


def graphs(folder: Path) -> Memory:
    """Return a study of cells, which are drawn as graphs."""
    return study(folder, runs=7, searched={"toy/cells": tabulate(catalog.space("nb201"))})


def _with_regret(made: Memory, regret: Callable[[int, tuple[int, int]], np.ndarray]) -> Memory:
    """Return a study whose strategies, by their places, hold such regrets, and saw just what they are worth."""
    order, traces = made.strategies, {}
    for cell, trace in made.traces.items():
        truth = trace.provenance["optimum"] + regret(order.index(cell[0]), trace.truth.shape)
        traces[cell] = replace(trace, truth=truth, error=truth.copy())
    return replace(made, traces=traces)


STUDIES = {
    made.__name__: made for made in (study, constants, solved, nobody_misses, failing, unknown_optimum, alone, graphs)
}


@pytest.fixture(scope="module", params=STUDIES)
def made(request, tmp_path_factory) -> Memory:
    """Return one of the studies."""
    return STUDIES[request.param](tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("name", of_results())
def test_every_mark_is_where_its_numbers_are(made, name) -> None:
    """Every line, band, bar, point, picture and text; none is missing and none is left over."""
    _compare(made, name)


def test_six_benchmarks_are_the_blocks_of_the_critical_difference(tmp_path) -> None:
    """From six on there is a diagram over all of them, and a block of it is a benchmark, however many its runs."""
    searched = {f"toy/{seed}": toy_benchmark((4, 5, 4), seed=seed) for seed in range(6)}
    assert "critical-difference" in _compare(study(tmp_path, runs=7, searched=searched), "critical-difference")


@pytest.mark.parametrize("runs", [1, 8, 11])
def test_fronts_of_two_objectives_are_where_their_numbers_are(tmp_path, runs) -> None:
    """Attainment surfaces and the exact front of searches for a low error and few parameters."""
    made = study(tmp_path, runs=runs, objectives=["error", "params"])
    assert _compare(made, "front") == ["front-toy-a", "front-toy-b_2"]


def test_runs_that_found_nothing_attain_nothing(tmp_path) -> None:
    """A third of the runs of one strategy, and more than half of another's, meet nothing that keeps the limits."""
    made = study(tmp_path, runs=9, objectives=["error", "params"]).only("toy/a")
    traces, failed = {}, {"random_search": 3, "evolution_10%": 5}
    for cell, trace in made.traces.items():
        error = trace.error.copy()
        error[: failed.get(cell[0], 0)] = np.nan
        traces[cell] = replace(trace, error=error)
    assert _compare(replace(made, traces=traces), "front") == ["front-toy-a"]


def test_lines_of_three_objectives_are_where_their_numbers_are(tmp_path) -> None:
    """The exact front and that of the median run of each strategy, on a real table."""
    searched = {"nb201/cifar10": nassim.load("nb201/cifar10")}
    made = study(tmp_path, runs=6, searched=searched, objectives=["error", "latency", "params"], judged_by="all-seeds")
    assert _compare(made, "parallel") == ["parallel-nb201-cifar10"]


@pytest.mark.parametrize("hand_in", ["best-feasible", "best-told"])
def test_limits_are_kept_as_often_as_they_are(tmp_path, hand_in) -> None:
    """Shares and errors over limits, and the best by each reward without a search; of one limit only the latter."""
    made = under_limits(tmp_path, ["8 %", "15 %", "70 %"], handling="mnasnet-soft", hand_in=hand_in)
    bench = file_name(made.searched["8 %"].name)
    assert _compare(made, "limits") == [f"limits-{bench}-params"]
    assert _compare(made, "reward-optimum") == [f"reward-optimum-{bench}-params"]
    assert _compare(made.only("15 %"), "limits") == []
    assert _compare(made.only("15 %"), "reward-optimum") == [f"reward-optimum-{bench}-params"]


def _compare(made: Memory, name: str) -> list[str]:
    """Hold every figure of this name against the second computation; return their stems."""
    views = [drawing.view_of(made, PLAIN, benchmark, read_cells(made, benchmark)) for benchmark in made.benchmarks]
    with mpl.rc_context(PLAIN.settings()):
        drawn = [one for view in views for _, one in drawing.of_benchmark(view, [name])]
        drawn += [one for _, one in drawing.of_study(views, [name])]
    expected = import_module(f"tests.report.marks.{name.replace('-', '_')}").expected(Told(made))
    assert sorted(one.stem for one in drawn) == sorted(expected)
    wrong = {one.stem: found for one in drawn if (found := _wrong(one.figure, expected[one.stem]))}
    assert not wrong
    return sorted(expected)


def cut_off(y: np.ndarray) -> np.ndarray:
    """Return heights of which all below the middle lie on it."""
    return np.maximum(y, np.median(y))


SPOILED = {
    "a line that is cut off": lambda axes: axes.lines[0].set_ydata(cut_off(axes.lines[0].get_ydata())),
    "a line too many": lambda axes: axes.plot([1, 60], [2, 2]),
    "a line too few": lambda axes: axes.lines[0].remove(),
    "another's line": lambda axes: axes.lines[0].set_gid("series-1-line"),
    "a band that is moved": lambda axes: axes.collections[0].set_transform(axes.transData + Affine2D().translate(0, 3)),
    "limits that hide": lambda axes: axes.set_ylim(2.2, 3),
    "an axis of another scale": lambda axes: axes.set_yscale("log"),
    "ticks that lie": lambda axes: axes.set_yticks([1, 2, 3], ["1", "2", "4"]),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_is_wrong_is_found(results, spoil) -> None:
    """A figure of ranks that is spoiled in one way is not what is expected any more."""
    one = results.only("toy/a")
    view = drawing.view_of(one, PLAIN, "toy/a", read_cells(one, "toy/a"))
    drawn = next(found for _, found in drawing.of_benchmark(view, ["rank"]))
    expected = import_module("tests.report.marks.rank").expected(Told(one))[drawn.stem]
    assert not _wrong(drawn.figure, expected)
    spoil(drawn.figure.axes[0])
    assert _wrong(drawn.figure, expected)


@pytest.mark.parametrize("name", [name for name in names() if about(name).example])
def test_every_mark_of_a_single_figure_is_where_its_numbers_are(name) -> None:
    """Figures of an audit, an explanation, a validation: those that no study has."""
    cases = list(import_module(f"tests.report.marks.{name}").cases())
    assert cases
    for figure, expected in cases:
        assert not _wrong(figure, expected)


def _wrong(figure: Figure, expected: list[Panel]) -> list[str]:
    found = panels(figure)
    assert len(found) == len(expected)
    return [line for panel, axes in zip(expected, found, strict=True) for line in differences(panel, axes)]
