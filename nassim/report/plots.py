"""Figures in a notebook: drawn for a paper, to be looked at, changed and saved."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import matplotlib as mpl

from nassim.core.errors import UnknownNameError
from nassim.report.build import write
from nassim.report.cells import Records, read_cells
from nassim.report.drawing import of_benchmark, of_study, view_of, without_curves
from nassim.report.figures import check_of_results
from nassim.report.style import FORMATS, PAPERS, Paper, rendered
from nassim.report.view import Drawn, View


@dataclass(frozen=True)
class Plots:
    """Figures of one name: of each benchmark, and of each axis, that it is drawn over."""

    drawn: tuple[Drawn, ...]  # each has a `figure` of matplotlib's, a `caption` and a `stem` for its files
    paper: Paper

    def save(self, folder: str | Path, *formats: str) -> list[Path]:
        """Write each figure into a folder, as PDF unless other formats are named, and return the files.

        Raises:
            UnknownNameError: If there is no such format.
        """
        for name in formats:
            if name not in FORMATS:
                raise UnknownNameError.of("format", name, FORMATS)
        files = {Path(folder, f"{one.stem}.{kind}"): (one, kind) for one in self.drawn for kind in formats or ("pdf",)}
        for path, (one, kind) in files.items():
            write(path, self._content(one, kind))
        return list(files)

    def _content(self, one: Drawn, kind: str) -> bytes:
        with mpl.rc_context(self.paper.settings()):
            return rendered(one.figure, kind)

    def _repr_html_(self) -> str:
        return "".join(
            f'<figure><img alt="{escape(one.alt)}" src="data:image/svg+xml;base64,'
            f'{b64encode(self._content(one, "svg")).decode()}"><figcaption>{escape(one.caption)}</figcaption></figure>'
            for one in self.drawn
        )


def plots(records: Records, figure: str, benchmark: str | None = None, paper: str = "plain") -> Plots:
    """Draw a figure of results.

    Args:
        records: The study.
        figure: The figure's name.
        benchmark: Which of the study's; None = all of them.
        paper: Whose widths and letters: plain, neurips, icml or ieee.

    Raises:
        UnknownNameError: If there is no such figure, benchmark or paper.
        SettingError: If the figure is not of results.
    """
    check_of_results(figure)
    for kind, name, known in (("paper", paper, PAPERS), ("benchmark of these results", benchmark, records.benchmarks)):
        if name is not None and name not in known:
            raise UnknownNameError.of(kind, name, known)
    asked = records.benchmarks if benchmark is None else (benchmark,)
    with mpl.rc_context(PAPERS[paper].settings()):
        return Plots(tuple(_drawn(records, figure, asked, PAPERS[paper])), PAPERS[paper])


def _drawn(records: Records, figure: str, benchmarks: tuple[str, ...], paper: Paper) -> Iterator[Drawn]:
    views: list[View] = []
    for benchmark in benchmarks:
        cells = read_cells(records, benchmark)
        yield from (one for _, one in of_benchmark(view_of(records, paper, benchmark, cells), [figure]))
        views.append(view_of(records, paper, benchmark, without_curves(cells)))
    yield from (one for _, one in of_study(views, [figure]))
