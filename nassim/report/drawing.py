"""Draws figures by their names, one benchmark at a time, so that no more than one benchmark's curves are held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from threadpoolctl import threadpool_limits

from nassim import parallel
from nassim.core.trace import Trace
from nassim.report.architecture_index import ArchitectureIndex, NumberedIndex
from nassim.report.cells import Cell, Records, labels_of, read_cells, searches
from nassim.report.facts import facts_of
from nassim.report.figures import about, module, of_results
from nassim.report.judgement import policies_note
from nassim.report.page import Picture, inline
from nassim.report.style import Paper, looks, rendered
from nassim.report.summarise import entries
from nassim.report.view import Drawn, View

Kinds = Mapping[str, Sequence[str]]  # of files, by the name of a figure
FEW = 20  # strategies times benchmarks that are drawn before other processes have started


class Rendered(NamedTuple):
    """A figure as the content of files."""

    picture: Picture  # as SVG, where that is one of them
    files: dict[str, bytes]  # by kind


class Part(NamedTuple):
    """What is left of a benchmark when its figures, or some of them, are drawn."""

    cells: dict[str, Cell]  # without their curves
    files: list[Rendered]


def all_drawn(records: Records, paper: Paper, kinds: Kinds, jobs: int) -> tuple[list[View], list[Rendered]]:
    """Draw figures on so many processes; those of the whole study here, while other processes still draw.

    Args:
        records: The study.
        paper: Whose widths and letters.
        kinds: The figures, and the kinds of files of each.
        jobs: How many processes.

    Returns:
        All benchmarks without their curves, and all figures: each benchmark's, then those of the study.
    """
    benchmarks = records.benchmarks
    jobs = 1 if len(benchmarks) * len(records.strategies) < FEW else jobs
    work = (
        (records, paper, share, place) for share in _shares(kinds, records, jobs) for place in range(len(benchmarks))
    )
    cells: dict[int, dict[str, Cell]] = {}
    files: list[tuple[int, Rendered]] = []
    views: list[View] = []
    for place, part in parallel.results(_part, work, jobs):
        cells[place] = part.cells
        files += ((place, file) for file in part.files)
        if len(cells) == len(benchmarks) and not views:
            views = [view_of(records, paper, benchmark, cells[number]) for number, benchmark in enumerate(benchmarks)]
            with threadpool_limits(1):
                files += ((len(views), file) for file in _rendered(of_study(views, kinds), None, paper, kinds))
    files.sort(key=lambda one: (one[0], one[1].picture.kind.name))
    return views, [file for _, file in files]


def of_benchmark(view: View, wanted: Collection[str]) -> Iterator[tuple[str, Drawn]]:
    """Yield (name, figure) of those wanted that show one benchmark, in the order of their names."""
    for name, figure in _modules(wanted):
        if "of_benchmark" in vars(figure):
            yield from ((name, _noted(drawn, [view])) for drawn in figure.of_benchmark(view))


def of_study(views: Sequence[View], wanted: Collection[str]) -> Iterator[tuple[str, Drawn]]:
    """Yield (name, figure) of those wanted that need no curves and show the whole study; views without curves do."""
    for name, figure in _modules(wanted):
        if "of_study" in vars(figure):
            yield from ((name, _noted(drawn, views)) for drawn in figure.of_study(views))


def _noted(drawn: Drawn, views: Sequence[View]) -> Drawn:
    """Return a figure whose caption says which sets and networks it is of, and on which scale, by their names."""
    notes = dict.fromkeys(note for view in views if (note := policies_note(facts_of(view.cells))))
    return drawn._replace(caption=" ".join([drawn.caption, *notes]))


def view_of(records: Records, paper: Paper, benchmark: str, cells: dict[str, Cell]) -> View:
    """Return what figures are told of a benchmark, whose cells were read before."""
    index = records.architecture_index(benchmark)
    if index is None or [len(options) for options in index.options] != next(iter(cells.values())).provenance["choices"]:
        index = _numbered(cells)  # the benchmark is not to be had, or is another by now
    trace = partial(_trace, records, benchmark)
    look = looks(cells, cells.keys() - searches(cells).keys())
    return View(benchmark, cells, entries(cells), look, index, trace, paper)


def without_curves(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Return cells that take little memory."""
    return {name: replace(cell, curves={}) for name, cell in cells.items()}


def _modules(wanted: Collection[str]) -> Iterator[tuple[str, ModuleType]]:
    for name in of_results():
        if name in wanted:
            yield name, module(name)


def _shares(kinds: Kinds, records: Records, jobs: int) -> list[Kinds]:
    """Return the figures in as many parts as keep all processes busy; each part reads its benchmark by itself."""
    parts = 1 if jobs == 1 else min(len(kinds), -(-2 * jobs // len(records.benchmarks)))
    wanted = sorted(kinds)
    return [{name: kinds[name] for name in wanted[part::parts]} for part in range(parts)]


def _part(records: Records, paper: Paper, kinds: Kinds, place: int) -> tuple[int, Part]:
    """Read a benchmark and draw it; sums must not depend on the number of threads."""
    benchmark = records.benchmarks[place]
    with threadpool_limits(1):
        cells = read_cells(records, benchmark)
        view = view_of(records, paper, benchmark, cells)
        files = list(_rendered(of_benchmark(view, kinds), benchmark, paper, kinds))
    return place, Part(without_curves(cells), files)


def _trace(records: Records, benchmark: str, shown: str) -> Trace:
    return records.trace(labels_of(records)[shown], benchmark)


def _numbered(cells: Mapping[str, Cell]) -> ArchitectureIndex:
    """Return an index with as many options per gene as were ever asked for."""
    widest = max(cell.sampled.shape[2] for cell in cells.values())
    asked = [np.pad(c.sampled.any(axis=0), ((0, 0), (0, widest - c.sampled.shape[2]))) for c in cells.values()]
    counts = np.any(asked, axis=0) * np.arange(1, widest + 1)
    return NumberedIndex(tuple(counts.max(axis=1).tolist()))


def _rendered(
    figures: Iterable[tuple[str, Drawn]], benchmark: str | None, paper: Paper, kinds: Kinds
) -> Iterator[Rendered]:
    """Yield each figure as files, and let go of it."""
    with mpl.rc_context(paper.settings()):
        for name, drawn in figures:
            files = {kind: rendered(drawn.figure, kind) for kind in kinds[name]}
            svg = inline(files["svg"].decode(), drawn.stem, drawn.alt) if "svg" in files else ""
            shown = drawn.stem, drawn.caption, svg, drawn.benchmark or benchmark, drawn.axis
            yield Rendered(Picture(about(name), *shown), files)
