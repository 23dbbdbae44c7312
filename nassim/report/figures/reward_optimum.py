"""What the very best by each reward comes to against the limit: nothing is searched, all architectures are known.

Where the optimum of a reward misses the limit, a search that finds it has found the wrong architecture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Floats
from nassim.core.constraint_handling import told_error
from nassim.core.file_names import file_name
from nassim.core.policies import Handling
from nassim.report.limits import Limited, limited
from nassim.report.line_chart import MARGIN, handle, plain_ticks, stacked
from nassim.report.style import COLOURS, GREY, INK, MARKERS, Line, Look
from nassim.report.view import Drawn, View

TITLE = "What the best by each reward comes to, without a search"
ORDER = 12

HEIGHT = 1.4  # inches of each of the two axes
PERCENTILES = np.arange(1, 100)  # of the cost over all architectures: the limits
EVERY = 14  # percentiles from one marker of a line to its next
LINE: Line = "-"
DASHES: Line = (0, (3, 1.6))  # over a line that may be the same
FORMS: dict[Handling, tuple[str, Look]] = {
    "none": ("none: the lowest error", Look(0, GREY, ".", LINE)),
    "feasibility-first": ("reject, feasibility-first", Look(1, COLOURS[0], MARKERS[0], LINE)),
    "penalty": ("penalty, 100", Look(2, COLOURS[1], MARKERS[1], DASHES)),
    "mnasnet-soft": ("mnasnet-soft, -.07", Look(3, COLOURS[2], MARKERS[2], LINE)),
    "mnasnet-hard": ("mnasnet-hard", Look(4, COLOURS[3], MARKERS[3], DASHES)),
    "tunas": ("tunas, -.07", Look(5, COLOURS[4], MARKERS[4], LINE)),
}


class Optimum(NamedTuple):
    """The best by one form at each limit."""

    ratio: Floats  # (limits,) its cost as a share of the limit
    error: Floats  # (limits,) on the report split


def of_study(views: Sequence[View]) -> Iterator[Drawn]:
    """Yield the cost and the error of the optimum of each reward over all limits of each cost that has one."""
    for group in limited(views):
        first = group[0]
        found = optima(first)
        if found:
            yield _drawn(first, found)


def optima(one: Limited) -> dict[Handling, Optimum]:
    """Return what each form likes best at each percentile of a cost; nothing where the architectures are not known."""
    view = one.view
    every = view.index.everything()
    if every is None or "%" not in view.unit or one.cost not in (costs := view.index.costs(every)):
        return {}
    error, cost = view.index.errors(every), costs[one.cost]
    known = ~np.isnan(error) & ~np.isnan(cost)
    error, cost = error[known], cost[known]
    limits = np.quantile(cost, PERCENTILES / 100)
    return {form: _optimum(form, error, cost, limits) for form in FORMS} if limits[0] > 0 else {}


def _optimum(form: Handling, error: Floats, cost: Floats, limits: Floats) -> Optimum:
    ratios = cost / limits[:, None]
    told = [told_error(form, None, error, row[:, None], np.maximum(row - 1, 0)) for row in ratios]
    best = np.argmin(told, axis=1)
    return Optimum(cost[best] / limits, error[best])


def _drawn(one: Limited, found: dict[Handling, Optimum]) -> Drawn:
    view, paper = one.view, one.view.paper
    handles = [handle(label, look, paper) for label, look in FORMS.values()]
    figure, (upper, lower) = stacked(one.table, handles, paper, 2, HEIGHT)
    upper.axhline(1, color=INK, lw=0.7, zorder=1)
    for place, (form, (_, look)) in enumerate(FORMS.items()):
        marks = list(range(2 * place, len(PERCENTILES), EVERY))
        for axes, values in ((upper, found[form].ratio), (lower, found[form].error)):
            axes.plot(
                PERCENTILES,
                values,
                color=look.colour,
                ls=look.line,
                marker=look.marker,
                markevery=marks,
                mew=0,
                gid=f"series-{look.number}-line",
            )
    room = MARGIN * float(np.ptp(PERCENTILES))
    upper.set(xlim=(1 - room, 99 + room), ylabel=f"{one.cost} of the best / limit", yscale="log")
    plain_ticks(upper, "y")
    lower.set(xlabel=f"limit: percentile of {one.cost} over the space", ylabel=f"error of the best ({view.unit})")
    missed = {form: int((optimum.ratio > 1).sum()) for form, optimum in found.items()}
    said = "; ".join(f"{FORMS[form][0]} {count}" for form, count in missed.items())
    return Drawn(
        f"reward-optimum-{file_name(one.table)}-{file_name(one.cost)}",
        f"The architecture of {one.table} that each form of handling a limit likes best, over limits of {one.cost}: "
        f"above the line it misses the limit. No search: all architectures are known. Limits missed, of "
        f"{len(PERCENTILES)}: {said}.",
        f"Two line charts over limits of {one.cost}: the cost of each form's best as a share of the limit, and its "
        f"error. Limits missed: {said}.",
        figure,
    )
