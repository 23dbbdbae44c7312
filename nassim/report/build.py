"""Everything that a results folder can say, written into it: page, summary, tables and figures."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl

from nassim.report import curves, tables
from nassim.report.assess import summarise
from nassim.report.cells import AXES, Axis, Cell, Results, read_cells
from nassim.report.page import Picture, inline, page
from nassim.report.style import SETTINGS, Look, looks, rendered
from nassim.report.summary import Summary

KINDS = ("pdf", "svg", "png")


def build(results: Results, out: Path | None = None) -> Summary:
    """Write the report of a study into `out`, by default its results folder, and return its numbers.

    Traces are read one at a time and not kept; each file appears whole or not at all, the same bytes every time.
    """
    out = results.folder if out is None else out
    look = looks(results.strategies)
    cells: dict[str, dict[str, Cell]] = {}
    pictures: dict[str, list[Picture]] = {}
    for benchmark in results.benchmarks:
        read = read_cells(results, benchmark)
        pictures[benchmark] = [_regret(out, benchmark, axis, read, look) for axis in AXES]
        cells[benchmark] = {strategy: replace(cell, curves={}) for strategy, cell in read.items()}
    summary = summarise(str(results.study["name"]), str(results.study.get("question", "")), cells)
    write(out / "tables" / "summary.md", tables.markdown(summary))
    write(out / "tables" / "summary.tex", tables.latex(summary))
    write(out / "tables" / "summary.csv", tables.csv(summary))
    write(out / "summary.json", json.dumps(summary.as_json(), indent=1, ensure_ascii=False) + "\n")
    write(out / "report.html", page(summary, results.study, pictures, look))
    return summary


def write(path: Path, content: str | bytes) -> None:
    """Write a file so that readers see all of the old or all of the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content if isinstance(content, bytes) else content.encode())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _regret(out: Path, benchmark: str, axis: Axis, cells: Mapping[str, Cell], look: Mapping[str, Look]) -> Picture:
    """Draw the anytime figure of one benchmark over one axis, and save it in every format."""
    first = next(iter(cells.values()))
    label, unit = curves.axis_label(axis, first.workers), str(first.provenance["unit"])
    bands = {strategy: curves.band(cell, axis) for strategy, cell in cells.items()}
    stem = f"regret-{_file_name(benchmark)}-{axis}"
    with mpl.rc_context(SETTINGS):
        figure = curves.regret(benchmark, bands, look, label, unit)
        files = {kind: rendered(figure, kind) for kind in KINDS}
    for kind, content in files.items():
        write(out / "figures" / f"{stem}.{kind}", content)
    alt = curves.in_words(benchmark, bands, label, unit)
    svg = inline(files["svg"].decode(), stem, alt)
    return Picture(stem, f"Mean regret on {benchmark} over {label}.", alt, svg)


def _file_name(benchmark: str) -> str:
    return re.sub(r"[^\w.]+", "-", benchmark)
