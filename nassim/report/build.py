"""Everything that a results folder can say, written into it: page, summary, tables and figures."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from threadpoolctl import threadpool_limits

from nassim import parallel
from nassim.core.trace import Trace
from nassim.report import gallery, tables
from nassim.report.architecture_index import ArchitectureIndex, NumberedIndex
from nassim.report.browser import found_on
from nassim.report.cells import Cell, Records, labels_of, read_cells, searches
from nassim.report.figures import about, of_results
from nassim.report.page import Picture, inline, page
from nassim.report.style import PLAIN, Paper, looks, rendered
from nassim.report.summarise import Numbers, entries, summarise
from nassim.report.summary import Summary
from nassim.report.view import Drawn, View

KINDS = ("pdf", "svg", "png")
Kinds = Mapping[str, Sequence[str]]  # of files, by the name of a figure
FEW = 20  # strategies times benchmarks that are drawn before other processes have started


def build(results: Records, out: Path | None = None, *, jobs: int = 1) -> Summary:
    """Write the report of a study into `out`, by default its results folder, and return its numbers.

    Benchmarks are read and drawn one at a time on each of `jobs` processes; each file appears whole or not at all,
    the same bytes every time.
    """
    out = results.folder if out is None else out
    kinds = {one.name: KINDS if one.filed else ("svg",) for one in map(about, of_results()) if one.on_page}
    views, files = _drawn(results, PLAIN, kinds, jobs)
    _save((file for file in files if file.picture.kind.filed), out / "figures")
    cells = {view.benchmark: view.cells for view in views}
    summary = summarise(str(results.study["name"]), str(results.study.get("question", "")), cells)
    write(out / "tables" / "summary.md", tables.markdown(summary))
    write(out / "tables" / "summary.tex", tables.latex(summary))
    write(out / "tables" / "summary.csv", tables.csv(summary))
    write(out / "summary.json", json.dumps(summary.as_json(), indent=1, ensure_ascii=False) + "\n")
    pictures = [file.picture for file in files]
    found = [one for view in views for one in found_on(view)]
    write(out / "report.html", page(summary, results.study, pictures, found, looks(summary.strategies, summary.apart)))
    return summary


def numbers(results: Records) -> Numbers:
    """Return the numbers of a report, for which each trace is read once, and write nothing."""
    cells = {}
    for benchmark in results.benchmarks:
        read = read_cells(results, benchmark)
        cells[benchmark] = {name: replace(cell, curves={}) for name, cell in read.items()}
    return Numbers(cells, summarise(str(results.study["name"]), str(results.study.get("question", "")), cells))


def draw(
    results: Records,
    wanted: Collection[str],
    out: Path,
    *,
    paper: Paper = PLAIN,
    kinds: Sequence[str] = KINDS,
    jobs: int = 1,
) -> list[Path]:
    """Write figures by their names into a folder, for one kind of paper, and return the files."""
    gallery.check_names(wanted)
    return _save(_drawn(results, paper, dict.fromkeys(wanted, kinds), jobs)[1], out)


def write(path: Path, content: str | bytes) -> None:
    """Write a file so that readers see all of the old or all of the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_ = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial_.write_bytes(content if isinstance(content, bytes) else content.encode())
        partial_.replace(path)
    finally:
        partial_.unlink(missing_ok=True)


class Rendered(NamedTuple):
    """A figure as the content of files."""

    picture: Picture  # as SVG, where that is one of them
    files: dict[str, bytes]  # by kind


class Part(NamedTuple):
    """What is left of a benchmark when its figures, or some of them, are drawn."""

    cells: dict[str, Cell]  # without their curves
    files: list[Rendered]


def _drawn(results: Records, paper: Paper, kinds: Kinds, jobs: int) -> tuple[list[View], list[Rendered]]:
    """Return all benchmarks without their curves, and all figures: each benchmark's, then those of the study.

    The latter are drawn here while other processes still draw.
    """
    benchmarks = results.benchmarks
    jobs = 1 if len(benchmarks) * len(results.strategies) < FEW else jobs
    work = (
        (results, paper, share, place) for share in _shares(kinds, results, jobs) for place in range(len(benchmarks))
    )
    cells: dict[int, dict[str, Cell]] = {}
    files: list[tuple[int, Rendered]] = []
    views: list[View] = []
    for place, part in parallel.results(_part, work, jobs):
        cells[place] = part.cells
        files += ((place, file) for file in part.files)
        if len(cells) == len(benchmarks) and not views:
            views = [_view(results, paper, benchmark, cells[number]) for number, benchmark in enumerate(benchmarks)]
            with threadpool_limits(1):
                files += ((len(views), file) for file in _rendered(gallery.of_study(views, kinds), None, paper, kinds))
    files.sort(key=lambda one: (one[0], one[1].picture.kind.name))
    return views, [file for _, file in files]


def _shares(kinds: Kinds, results: Records, jobs: int) -> list[Kinds]:
    """Return the figures in as many parts as keep all processes busy; each part reads its benchmark by itself."""
    parts = 1 if jobs == 1 else min(len(kinds), -(-2 * jobs // len(results.benchmarks)))
    wanted = sorted(kinds)
    return [{name: kinds[name] for name in wanted[part::parts]} for part in range(parts)]


def _part(results: Records, paper: Paper, kinds: Kinds, place: int) -> tuple[int, Part]:
    """Read a benchmark and draw it; sums must not depend on the number of threads."""
    benchmark = results.benchmarks[place]
    with threadpool_limits(1):
        cells = read_cells(results, benchmark)
        view = _view(results, paper, benchmark, cells)
        files = list(_rendered(gallery.of_benchmark(view, kinds), benchmark, paper, kinds))
    return place, Part({name: replace(cell, curves={}) for name, cell in cells.items()}, files)


def _view(results: Records, paper: Paper, benchmark: str, cells: dict[str, Cell]) -> View:
    index = results.architecture_index(benchmark)
    if index is None or [len(options) for options in index.options] != next(iter(cells.values())).provenance["choices"]:
        index = _numbered(cells)  # the benchmark is not to be had, or is another by now
    trace = partial(_trace, results, benchmark)
    look = looks(cells, cells.keys() - searches(cells).keys())
    return View(benchmark, cells, entries(cells), look, index, trace, paper)


def _trace(results: Records, benchmark: str, shown: str) -> Trace:
    return results.trace(labels_of(results)[shown], benchmark)


def _numbered(cells: Mapping[str, Cell]) -> ArchitectureIndex:
    """Return an index with as many options per choice as were ever asked for."""
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


def _save(figures: Iterable[Rendered], folder: Path) -> list[Path]:
    saved = []
    for figure in figures:
        for kind, content in figure.files.items():
            saved.append(folder / f"{figure.picture.stem}.{kind}")
            write(saved[-1], content)
    return saved
