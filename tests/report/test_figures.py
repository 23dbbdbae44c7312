"""Figures: each draws what it says, in every format, also of runs that failed and of one run alone."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import nassim
from nassim.core.errors import SettingError, UnknownNameError
from nassim.report.build import draw
from nassim.report.cells import read_cells
from nassim.report.figures import about, critical_difference, names, of_results
from nassim.report.figures.critical_difference import _columns
from nassim.report.figures.ecdf import reached
from nassim.report.figures.rank import mean_ranks
from nassim.report.figures.sampling import _edges, shares
from nassim.report.figures.violins import _density
from nassim.report.row_chart import wrapped
from nassim.report.style import PAPERS, Paper, looks
from nassim.report.view import View, held, shared_grid
from nassim.stats.ranks import ranks
from nassim.stats.targets import relative_targets
from tests.report.conftest import BENCHMARKS, STRATEGIES, study, under_limits

KINDS = ("pdf", "svg", "pgf", "png")
NAMED = set(of_results()) - {"cells", "landscape", "reward-optimum"}  # figures that name every strategy


@pytest.fixture(scope="module")
def drawn(results, tmp_path_factory):
    """Return all figures of the study as files, for ICML."""
    folder = tmp_path_factory.mktemp("figures")
    draw(results.only("toy/a"), of_results(), folder, paper=PAPERS["icml"], kinds=KINDS)
    two = study(folder / "two", runs=8, objectives=["error", "params"])
    draw(two.only("toy/a"), ["front"], folder, paper=PAPERS["icml"], kinds=KINDS)
    real = {"nb201/cifar10": nassim.load("nb201/cifar10")}
    three = study(folder / "three", runs=3, searched=real, objectives=["error", "latency", "params"])
    draw(three, ["parallel"], folder, paper=PAPERS["icml"], kinds=KINDS)
    limited = under_limits(folder / "limited", ["20 %", "50 %"])
    draw(limited, ["limits", "reward-optimum"], folder, paper=PAPERS["icml"], kinds=KINDS)
    return folder


@pytest.mark.parametrize("name", of_results())
def test_a_figure_becomes_files_of_every_format(drawn, name) -> None:
    """PDF fonts are embedded, the SVG's text is text, and the PGF needs neither fonts nor files of this machine."""
    files = sorted(drawn.glob(f"{name}*.pdf"))
    assert files
    for file in files:
        assert b"/FontFile2" in file.read_bytes()
        assert b"/Type3" not in file.read_bytes()
        picture = file.with_suffix(".pgf").read_text()
        assert picture.count(r"\begin{pgfscope}") == picture.count(r"\end{pgfscope}") > 0
        assert not re.search(r"includegraphics|/usr|\.png|setmainfont", picture)
        assert file.with_suffix(".png").stat().st_size > 1000
        words = "".join(re.findall(r"<text[^>]*>([^<]*)</text>", file.with_suffix(".svg").read_text()))
        for strategy in STRATEGIES if name in NAMED else ():
            assert strategy.replace("&", "&amp;").replace(" ", "") in words.replace(" ", "")


def test_widths_are_those_of_the_paper(drawn) -> None:
    """To a hundredth of an inch."""
    for file in drawn.glob("*.svg"):
        width = float(re.search(r'width="([\d.]+)pt"', file.read_text())[1]) / 72
        assert min(abs(width - allowed) for allowed in (3.25, 6.75)) < 0.01


def test_an_unknown_figure_is_refused(results, tmp_path) -> None:
    """With what was probably meant."""
    with pytest.raises(UnknownNameError, match="did you mean 'violins'"):
        draw(results, ["violin"], tmp_path)


def test_one_run_of_one_strategy_draws_what_it_can(tmp_path) -> None:
    """Nothing can be compared, but nothing warns or breaks."""
    one = study(tmp_path, runs=1)
    alone = replace(one, traces={cell: trace for cell, trace in one.traces.items() if cell[0] == "random_search"})
    files = draw(alone, of_results(), tmp_path, kinds=["svg"])
    assert not [file for file in files if file.name.startswith("critical")]


def view_of(results, benchmark: str = "toy/b_2", paper: Paper = PAPERS["plain"]) -> View:
    """Return a view of one benchmark without figures of it."""
    cells = read_cells(results, benchmark)
    return View(benchmark, cells, {}, looks(cells), None, lambda name: results.trace(name, benchmark), paper)


def test_held_is_what_the_trace_says(results) -> None:
    """At every point of the shared grid, evaluations or seconds."""
    view = view_of(results)
    grid = shared_grid(view.cells, "evaluations")
    for name, cell in view.cells.items():
        regret = results.trace(name, view.benchmark).regret()
        assert_array_equal(held(cell, "evaluations", grid), regret[:, grid.astype(int) - 1])


def test_mean_ranks_are_those_of_the_runs(results) -> None:
    """At the end they are the ranks of the final regrets."""
    view = view_of(results)
    bands = mean_ranks(view, "evaluations")
    expected = ranks(np.stack([cell.final for cell in view.cells.values()])).mean(axis=1)
    assert_allclose([band.mean[-1] for band in bands.values()], expected)
    assert_allclose(sum(band.mean for band in bands.values()), 6)


def test_shares_by_counting(results) -> None:
    """The share of an option in a bin is that of all evaluations of all runs there."""
    trace = results.trace("evolution_10%", "toy/b_2")
    edges = _edges(60)
    found = shares(view_of(results).cells["evolution_10%"].sampled, edges, 6)
    for place, (first, end) in enumerate(pairwise(edges)):
        expected = [(trace.archs[:, first:end, 1] == option).mean() for option in range(6)]
        assert_allclose(found[place, 1], expected)


def test_targets_do_not_depend_on_who_takes_part(results) -> None:
    """The share of targets that a strategy reaches is the same when it is drawn alone."""
    view = view_of(results)
    alone = replace(view, cells={"evolution_10%": view.cells["evolution_10%"]})
    both = [reached(one, "evaluations", relative_targets(5.0))["evolution_10%"] for one in (view, alone)]
    for mine, theirs in zip(*both, strict=True):
        assert_array_equal(mine, theirs)


def test_bars_that_share_a_row_stand_side_by_side() -> None:
    """And others reuse a column."""
    assert _columns([(0, 1, 2), (2, 3), (4, 5)]) == [0, 1, 0]


def test_equal_values_have_a_density() -> None:
    """All runs may have found the same architecture."""
    at, density = _density(np.full(9, 2.0))
    assert at[0] < 2 < at[-1]
    assert density.max() > 0


def test_labels_are_broken_where_it_reads_well() -> None:
    """Before the settings, at underscores and commas, and anywhere only where nothing else helps."""
    assert wrapped("local_search[neighbourhood=full]", 22) == ["local_search", "[neighbourhood=full]"]
    assert wrapped("regularized_evolution[population=50,sample=10]", 20) == [
        "regularized_",
        "evolution",
        "[population=50,",
        "sample=10]",
    ]
    assert wrapped("short", 20) == ["short"]
    assert all(len(line) <= 5 for line in wrapped("abcdefghijkl", 5))


def test_a_benchmark_that_cannot_be_asked_is_numbered(results, drawn, tmp_path) -> None:
    """Its choices have no names."""
    assert results.architecture_index("toy/b_2") is None
    (file,) = draw(results.only("toy/b_2"), ["sampling"], tmp_path, kinds=["svg"])
    assert "gene 0" in file.read_text()
    assert "gene0" in (drawn / "sampling-toy-a.svg").read_text()
    assert BENCHMARKS["toy/a"].space.genes[0] == "gene0"


def test_a_benchmark_that_has_changed_since_is_numbered(results, tmp_path) -> None:
    """The names and drawings of another space are none of what was searched."""
    other = {
        cell: replace(trace, provenance=trace.provenance | {"choices": [9, 5, 4, 3]})
        for cell, trace in results.only("toy/a").traces.items()
    }
    (file,) = draw(replace(results.only("toy/a"), traces=other), ["sampling"], tmp_path, kinds=["svg"])
    assert "gene 0" in file.read_text()


def test_a_critical_difference_over_benchmarks_needs_six_of_them(results) -> None:
    """Of fewer there is one diagram for each, whose blocks are runs; of six one more, whose blocks are benchmarks."""
    view = view_of(results, "toy/a")
    few, enough = ([drawn.caption for drawn in critical_difference.of_study([view] * count)] for count in (5, 6))
    assert len(few) == 5
    assert all("over 40 blocks, the runs." in caption for caption in few)
    assert len(enough) == 7
    assert "Mean ranks on all benchmarks over 6 blocks, the benchmarks." in enough[-1]


def test_the_page_is_in_the_order_that_figures_say() -> None:
    """No two share a place, so that the page does not hang on their names."""
    found = [about(name) for name in names()]
    assert len({one.order for one in found}) == len({one.title for one in found}) == len(found)
    assert [one.name for one in sorted(found)][:2] == ["front", "regret"]
    assert [one.name for one in found if not one.on_page] == ["landscape"]


def test_a_figure_of_something_else_names_its_command(results, tmp_path) -> None:
    """It is no figure of results, and is drawn elsewhere."""
    with pytest.raises(SettingError, match="'surrogate' is not of results; it is drawn by: nassim fit nb201/cifar10"):
        draw(results, ["surrogate"], tmp_path)


def test_who_hands_in_what_misses_a_limit_has_failed(tmp_path) -> None:
    """By the lowest of what it was told, without a word of the limit: no low error beyond it is ranked first."""
    made = under_limits(tmp_path, ["20 %"], hand_in="best-told")
    for name, cell in read_cells(made, "20 %").items():
        trace = made.trace(name, "20 %")
        last = trace.incumbent()[:, -1]
        kept = trace.feasible()[np.arange(7), last]
        assert_array_equal(~np.isnan(cell.final), kept)
        assert (cell.final[kept] >= 0).all()
        assert not kept.all()
