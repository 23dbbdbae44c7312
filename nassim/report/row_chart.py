"""Figures with a row per strategy: its name at the left, what is drawn of it at the right; the best on top."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nassim.report.style import Paper

ROW = 0.21  # inches
NAME_SHARE = 0.4  # of the width, at most


def row_figure(
    title: str, names: Sequence[str], paper: Paper, right: float = 0.08, head: float = 0.26
) -> tuple[Figure, Axes]:
    """Return a figure of one column with names as ticks, the first on top; row k is at y = k.

    Args:
        title: Over the axes.
        names: Of the rows, from the top.
        paper: Whose widths and letters.
        right: Inches to leave free at the right edge, for a text per row.
        head: Inches above the first row.
    """
    letters = int(paper.column * NAME_SHARE / paper.letter)
    labels = ["\n".join(wrapped(name, letters)) for name in names]
    longest = max(len(line) for label in labels for line in label.split("\n"))
    left = min(paper.column * 0.46, 0.14 + longest * paper.letter)
    row = max(ROW, paper.row * max(label.count("\n") + 1 for label in labels) + 0.04)
    height, foot = row * len(names), 0.36 + 0.02 * (paper.size - 7)
    figure = Figure(figsize=(paper.column, foot + height + head))
    total = float(figure.get_figheight())
    width = paper.column
    axes = figure.add_axes((left / width, foot / total, 1 - (left + right) / width, height / total))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), labels, linespacing=paper.spacing)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_title(title, x=-left / (width - left - right) + 0.02)
    return figure, axes


def wrapped(name: str, letters: int) -> list[str]:
    """Return a label in lines of at most so many letters, broken before its settings first, then where it must be."""
    head, bracket, rest = name.partition("[")
    parts = [name] if len(name) <= letters else [head, bracket + rest] if bracket else [name]
    return [line for part in parts for line in _lines(part, letters)]


def _lines(text: str, letters: int) -> list[str]:
    """Return a text broken at commas, underscores and spaces, or anywhere if nothing else helps."""
    spaced = text.replace(",", ",\u200b").replace("_", "_\u200b")
    words = [word for part in spaced.split(" ") for word in (*part.split("\u200b"), " ")][:-1]
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > letters and lines[-1]:
            lines.append("")
        lines[-1] += word
    return [piece for line in lines for piece in textwrap.wrap(line.strip(), letters) or [""]]
