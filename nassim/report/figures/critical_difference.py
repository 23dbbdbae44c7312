"""Critical differences: mean ranks, and bars over those that Nemenyi's test finds alike (Demsar, 2006, JMLR 7).

The blocks are the runs of each benchmark, and from six benchmarks on these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from nassim.core.arrays import Floats
from nassim.report.row_chart import row_figure
from nassim.report.style import INK
from nassim.report.summary import BLOCKS
from nassim.report.view import Drawn, View
from nassim.report.wording import compared
from nassim.stats.many import critical_difference, friedman, groups
from nassim.stats.ranks import ranks

TITLE = "Critical differences"
ORDER = 50


STEP = 0.075  # inches between bars
TICKS = 12  # ranks named, at most
ABOVE = 0.04  # inches from the rows to the critical difference


def of_study(views: Sequence[View]) -> Iterator[Drawn]:
    """Yield the diagram of each benchmark, whose blocks are its runs, and of enough of them that of all together.

    There a block is a benchmark, and a strategy's score on it is its mean rank: runs on three tables are no evidence
    of others, however many they are. Of fewer than BLOCKS, not even being first on all of them is.
    """
    for view in views:
        finals = {name: cell.final for name, cell in view.searches.items()}
        yield from _diagram([view], finals, "runs", view.benchmark, view.stem("critical-difference"))
    if len(views) >= BLOCKS:
        yield from _diagram(views, _mean_ranks(views), "benchmarks", "all benchmarks", "critical-difference")


def _mean_ranks(views: Sequence[View]) -> dict[str, Floats]:
    """Return the mean rank on each benchmark (benchmarks,) of each strategy that is a search on all of them."""
    names = [name for name in views[0].searches if all(name in view.searches for view in views)]
    if not names:
        return {}
    finals = np.stack([[view.cells[name].final for name in names] for view in views])
    return dict(zip(names, ranks(finals).mean(axis=2).T, strict=True))


def _diagram(
    views: Sequence[View], by_name: Mapping[str, Floats], block: str, title: str, stem: str
) -> Iterator[Drawn]:
    """Draw one of the scores (blocks,) of strategies."""
    names, paper = list(by_name), views[0].paper
    if len(names) < 2:  # noqa: PLR2004 - one of anything is no comparison
        return
    scores = np.stack(list(by_name.values()))
    blocks = scores.shape[1]
    if blocks < 2:  # noqa: PLR2004
        return
    mean = ranks(scores).mean(axis=1)
    order = np.argsort(mean, kind="stable").tolist()
    distance, test = critical_difference(len(names), blocks), friedman(scores)
    alike = groups(mean[order].tolist(), distance)
    columns = _columns(alike)
    right = 0.12 + STEP * (max(columns, default=-1) + 1)
    figure, axes = row_figure(title, [names[place] for place in order], paper, right, 0.36)
    _draw_ranks(axes, views[0], [names[place] for place in order], mean[order])
    for group, column in zip(alike, columns, strict=True):
        x = 1 + (STEP * (column + 0.9)) / (paper.column * axes.get_position().width)
        bar = axes.get_yaxis_transform()
        axes.plot([x, x], [group[0] - 0.28, group[-1] + 0.28], color=INK, lw=2, transform=bar, clip_on=False)
    _draw_scale(axes, distance, len(names), float(axes.get_position().height * figure.get_figheight()))
    sets = "; ".join(", ".join(names[order[place]] for place in group) for group in alike) or "none"
    yield Drawn(
        stem,
        f"Mean ranks on {title} over {blocks:,} blocks, the {block}. Bars join strategies whose ranks "
        f"differ by less than the critical difference, {distance:.2g} (Nemenyi, 5 %). Friedman: p {compared(test.p)}.",
        f"Critical-difference diagram of {title}. Mean ranks: "
        f"{'; '.join(f'{names[place]} {mean[place]:.2f}' for place in order)}. Not told apart: {sets}.",
        figure,
        benchmark=title if len(views) == 1 else None,
    )


def _columns(alike: Sequence[Sequence[int]]) -> list[int]:
    """Return in which column each bar goes, so that bars that share a row stand side by side."""
    ends: list[int] = []
    columns = []
    for group in alike:
        column = next((number for number, end in enumerate(ends) if end < group[0]), len(ends))
        ends[column : column + 1] = [group[-1]]
        columns.append(column)
    return columns


def _draw_ranks(axes: Axes, view: View, names: Sequence[str], mean: Floats) -> None:
    for row, (name, rank) in enumerate(zip(names, mean.tolist(), strict=True)):
        look = view.looks[name]
        axes.plot([1, rank], [row, row], color=look.colour, lw=0.8, alpha=0.6)
        axes.plot(
            rank,
            row,
            look.marker,
            color=look.colour,
            ms=5 * look.scale,
            markeredgewidth=0,
            gid=f"series-{look.number}-line",
        )
        axes.annotate(f"{rank:.2f}", (rank, row), (5, 0), textcoords="offset points", va="center", fontsize="small")


def _draw_scale(axes: Axes, distance: float, strategies: int, inches: float) -> None:
    """Show the critical difference as a length, above axes of so many inches, and leave room for the numbers."""
    axes.set_xlim(1, strategies + 0.14 * (strategies - 1))
    places = np.arange(1, strategies + 1)
    every = next(step for step in (1, 5, 10, 20, 50, 100, strategies) if strategies / step <= TICKS)
    axes.set_xticks(places[(places == 1) | (places % every == 0)])
    axes.set_xlabel("mean rank")
    end = axes.get_xlim()[1]
    frame, inch = axes.get_xaxis_transform(), 1 / inches
    bar, text = 1 + ABOVE * inch, 1 + (ABOVE + 0.03) * inch
    axes.plot([end - distance, end], [bar, bar], color=INK, lw=2, transform=frame, clip_on=False)
    axes.text(
        end, text, f"critical difference {distance:.2g}", ha="right", va="bottom", fontsize="small", transform=frame
    )
