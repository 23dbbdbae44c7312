"""What a report says of studies that were judged by the seeds that no run saw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import nassim
from nassim.report.browser import found_on
from nassim.report.cells import read_cells
from nassim.report.judgement import judgement
from nassim.report.style import PLAIN, looks
from nassim.report.view import View
from nassim.study.architecture_index import BenchmarkIndex
from tests.report.conftest import Memory

NAME = "nb201/imagenet16-120"


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    """Return forty runs of two strategies, judged by default."""
    how = {"runs": 40, "evaluations": 60}
    names = ("random_search", "regularized_evolution")
    traces = {(name, NAME): nassim.simulate(name, NAME, **how) for name in names}
    return Memory(tmp_path_factory.mktemp("unseen"), {"name": "unseen"}, traces)


def view_of(memory: Memory) -> View:
    """Return what a figure is told."""
    index = BenchmarkIndex(nassim.load(NAME))
    return View(NAME, read_cells(memory, NAME), {}, looks(memory.strategies), index, lambda _: None, PLAIN)


def test_found_architectures_have_the_error_and_the_place_of_all_seeds(memory: Memory) -> None:
    """Runs that found one cell were judged by different seeds, but a list of cells has one error for each."""
    view = view_of(memory)
    found = found_on(view)
    table = nassim.load(NAME)
    everything = np.sort(table.truth(table.everything()))
    for one in found:
        error = float(table.truth(table.space.parse(one.text)[None])[0])
        assert (one.error, one.place) == (error, int(np.searchsorted(everything, error)) + 1)
    judged = np.concatenate([cell.truth for cell in view.cells.values()])
    assert not set(judged.tolist()) <= {one.error for one in found}


def test_without_a_benchmark_the_mean_over_runs_is_shown(memory: Memory) -> None:
    """Where nothing can be asked any more, of each architecture the mean of what counted for the runs."""
    view = view_of(memory)
    unknown = replace(view, index=Unknown(view.index._benchmark))
    archs = np.array([[0] * 6, [1] * 6, [0] * 6], dtype=np.int8)
    np.testing.assert_array_equal(unknown.errors(archs, np.array([1.0, 5.0, 2.0])), [1.5, 5.0, 1.5])


class Unknown(BenchmarkIndex):
    """Knows no errors."""

    def errors(self, archs: np.ndarray) -> np.ndarray:
        """Return nan."""
        return np.full(len(archs), np.nan)


def test_the_judge_is_named_with_what_luck_is_left() -> None:
    """Benchmarks by who judged on them; the numbers are those of the traces."""
    floor = {"lowest": -0.124074, "exhaustive": 1.026751}
    alike = {"objectives": ["error"], "limits": []}
    unseen, plain = ({"judged_by": "unseen-seeds", "floor": floor} | alike, {"judged_by": "all-seeds"} | alike)
    assert judgement({"a": unseen}).startswith(
        "On a, what a run recommends is judged by its trainings that the run did"
    )
    assert "at a regret of 1.03; nobody can be below -0.124," in judgement({"a": unseen})
    both = judgement({"a": unseen, "b": plain, "c": unseen, "d": plain})
    assert both.startswith("On a and c, ")
    assert "at a regret of 1.03 and 1.03" in both
    assert "On b and d, the report split judges all runs alike" in both
    assert judgement({"b": plain}).startswith("On b, the report split judges")
