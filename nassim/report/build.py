"""Everything that a results folder can say, written into it: page, summary, tables and figures."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from nassim.data.atomic import whole
from nassim.report import indicator_tables, tables
from nassim.report.browser import found_on
from nassim.report.cells import Records, read_cells
from nassim.report.drawing import Rendered, all_drawn, without_curves
from nassim.report.explorer import explored
from nassim.report.figures import about, check_of_results, of_results
from nassim.report.page import page
from nassim.report.style import PLAIN, Paper, looks
from nassim.report.summarise import Numbers, summarise
from nassim.report.summary import Summary

KINDS = ("pdf", "svg", "png")


def build(records: Records, out: Path | None = None, *, jobs: int = 1) -> Summary:
    """Write the report of a study; each file appears whole or not at all, the same bytes every time.

    Args:
        records: The study.
        out: Where to; by default its results folder.
        jobs: On how many processes benchmarks are read and drawn, one at a time on each.

    Returns:
        The numbers of the report.
    """
    out = records.folder if out is None else out
    kinds = {one.name: KINDS if one.filed else ("svg",) for one in map(about, of_results()) if one.on_page}
    views, files = all_drawn(records, PLAIN, kinds, jobs)
    _save((file for file in files if file.picture.kind.filed), out / "figures")
    summary = summarise(*_asked(records), {view.benchmark: view.cells for view in views})
    write(out / "tables" / "summary.md", tables.markdown(summary))
    write(out / "tables" / "summary.tex", tables.latex(summary))
    write(out / "tables" / "summary.csv", tables.csv(summary))
    if summary.indicators:
        write(out / "tables" / "indicators.md", indicator_tables.markdown(summary))
        write(out / "tables" / "indicators.tex", indicator_tables.latex(summary))
        write(out / "tables" / "indicators.csv", indicator_tables.csv(summary))
    write(out / "summary.json", json.dumps(summary.as_json(), indent=1, ensure_ascii=False) + "\n")
    pictures = [file.picture for file in files]
    found = [one for view in views for one in found_on(view)]
    look = looks(summary.strategies, summary.apart)
    fronts = [one for view in views if (one := explored(view)) is not None]
    write(out / "report.html", page(summary, records.study, pictures, found, look, fronts))
    return summary


def numbers(records: Records) -> Numbers:
    """Return the numbers of a report, for which each trace is read once, and write nothing."""
    cells = {benchmark: without_curves(read_cells(records, benchmark)) for benchmark in records.benchmarks}
    return Numbers(cells, summarise(*_asked(records), cells))


def draw(
    records: Records,
    wanted: Collection[str],
    out: Path,
    *,
    paper: Paper = PLAIN,
    kinds: Sequence[str] = KINDS,
    jobs: int = 1,
) -> list[Path]:
    """Write figures into a folder.

    Args:
        records: The study.
        wanted: The names of the figures.
        out: The folder.
        paper: Whose widths and letters.
        kinds: Of files: pdf, svg, pgf, png.
        jobs: On how many processes.

    Returns:
        The files.

    Raises:
        UnknownNameError: If there is no such figure.
        SettingError: If a figure is not of results.
    """
    for name in wanted:
        check_of_results(name)
    return _save(all_drawn(records, paper, dict.fromkeys(wanted, kinds), jobs)[1], out)


def write(path: Path, content: str | bytes) -> None:
    """Write a file so that readers see all of the old or all of the new; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def _asked(records: Records) -> tuple[str, str]:
    return str(records.study["name"]), str(records.study.get("question", ""))


def _save(figures: Iterable[Rendered], folder: Path) -> list[Path]:
    saved = []
    for figure in figures:
        for kind, content in figure.files.items():
            saved.append(folder / f"{figure.picture.stem}.{kind}")
            write(saved[-1], content)
    return saved
