"""`nassim.results`: tables, frames, figures and comparisons of what a study found, and how they look in a notebook."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import nassim
from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.report.results import Results
from tests.report.conftest import STRATEGIES, Memory, study
from tests.study.studies import write


@pytest.fixture(scope="module")
def found(results: Memory) -> Results:
    """Return what a small study in memory found."""
    return Results(results)


def test_a_results_folder_is_opened(tmp_path: Path) -> None:
    """By its path; its strategies and benchmarks are those of the study, and it says the answer."""
    folder = nassim.run_study(write(tmp_path / "study"), out=tmp_path / "out", runs=3, jobs=1)
    opened = nassim.results(folder)
    assert opened.folder == folder
    assert len(opened.strategies) == 3
    assert str(opened) == opened.summary.answer
    with pytest.raises(DataError, match="not a results folder"):
        nassim.results(tmp_path)


def test_tables_are_those_of_the_report(found: Results, results: Memory) -> None:
    """In three styles, letter by letter."""
    for style, ending in (("markdown", "md"), ("latex", "tex"), ("csv", "csv")):
        assert found.table(style) == (results.folder / "tables" / f"summary.{ending}").read_text(encoding="utf-8")
    with pytest.raises(UnknownNameError, match="did you mean 'latex'"):
        found.table("latexx")


def test_a_frame_has_a_row_per_run(found: Results, results: Memory) -> None:
    """With what its trace says of the end of the run."""
    table = found.frame()
    assert len(table) == 40 * len(STRATEGIES) * 2
    of_one = table[(table.strategy == "evolution_10%") & (table.benchmark == "toy/a")].set_index("run")
    trace = results.trace("evolution_10%", "toy/a")
    np.testing.assert_allclose(of_one.loc[trace.runs, "regret"], trace.regret()[:, -1])
    np.testing.assert_array_equal(of_one.loc[trace.runs, "evaluations"], trace.lengths)


def test_a_trace_becomes_a_frame_of_evaluations(results: Memory) -> None:
    """Tidy: strategy and benchmark are columns, and the incumbent at the end is the regret's."""
    trace = results.trace("evolution_10%", "toy/a")
    table = trace.frame()
    assert len(table) == trace.lengths.sum()
    assert set(table.strategy) == {"regularized_evolution"}
    last = table.groupby("run").incumbent.last() - trace.provenance["optimum"]
    np.testing.assert_allclose(last.loc[trace.runs], trace.regret()[:, -1])
    assert {"gene0", "gene3", "error", "seconds", "truth"} <= set(table.columns)


def test_without_pandas_it_says_how_to_install_it(results: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SettingError, match=r"pip install 'nassim\[pandas\]'"):
        results.trace("evolution_10%", "toy/a").frame()


def test_figures_are_drawn_shown_and_saved(found: Results, tmp_path: Path) -> None:
    """For a paper, of all benchmarks or of one; what there is not is suggested."""
    plots = found.plot("regret", benchmark="toy/a", paper="neurips")
    assert [type(one.figure) for one in plots.drawn] == [Figure, Figure]
    assert [path.name for path in plots.save(tmp_path, "png")] == [f"{one.stem}.png" for one in plots.drawn]
    assert plots._repr_html_().count("<img ") == 2
    assert len(found.plot("rank").drawn) == 4
    for wrong in ({"figure": "regrets"}, {"figure": "rank", "benchmark": "toy/b"}, {"figure": "rank", "paper": "nips"}):
        with pytest.raises(UnknownNameError, match=r"did you mean|known:"):
            found.plot(**wrong)


def test_a_study_is_as_it_is(found: Results) -> None:
    """Compared with itself nothing changes, and everything is in both."""
    same = found.compare(found)
    assert same.same
    assert len(same.changes) == len(STRATEGIES) * 2
    assert "| evolution_10% | toy/a | 40 |" in str(same)
    assert {one.needed for one in same.changes} == {math.inf}


def test_a_worse_study_is_worse(results: Memory, found: Results) -> None:
    """By how much, with an interval and a test over the runs that both have; what only one has is named."""
    worse = {
        cell: replace(trace, truth=trace.truth + 1.5) if cell[0] == "random_search" else trace
        for cell, trace in results.only("toy/a").traces.items()
    }
    change = found.compare(Results(replace(results, traces=worse)))
    assert not change.same
    assert change.only_here == tuple(f"{name} on toy/b_2" for name in STRATEGIES)
    (row,) = (one for one in change.changes if (one.strategy, one.benchmark) == ("random_search", "toy/a"))
    assert (row.difference, row.runs) == (pytest.approx(1.5), 40)
    assert row.p < 0.001
    assert row.needed == 11  # a difference that every run shows is seen by the fewest that can
    assert change.frame().set_index(["strategy", "benchmark"]).p["random_search", "toy/a"] == row.p


def test_runs_are_paired_by_their_numbers(tmp_path: Path, found: Results) -> None:
    """Of a study with fewer runs, those count that both have."""
    few = found.compare(Results(study(tmp_path, runs=7)))
    assert {one.runs for one in few.changes} == {7}
    assert all(one.difference == 0 for one in few.changes)


def test_notebooks_show_what_things_are(found: Results, results: Memory) -> None:
    """Results as their table, a trace, a space and a benchmark with their facts; names are escaped."""
    assert found._repr_html_().count("<tr>") == 1 + len(STRATEGIES)
    assert "evolution &amp; friends" in found._repr_html_()
    assert "up to 60" in results.trace("random_search", "toy/a")._repr_html_()
    bench = nassim.load("nb201/cifar10")
    assert "15,625" in bench.space._repr_html_()
    assert all(text in bench._repr_html_() for text in ("nb201/cifar10", "params, latency", bench.card.search_split))
