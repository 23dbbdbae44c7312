"""How well a surrogate predicts trainings that it has not seen, where it is off, and whether its spread says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nassim.core.arrays import Floats
from nassim.core.renamed import renamed_names
from nassim.report.style import COLOURS, COLUMN, GREY, INK, SETTINGS

TITLE = "How well a surrogate predicts"
ORDER = 210
EXAMPLE = ("nassim fit nb201/cifar10 --train 500 --out surrogate", "surrogate/audit.png")


GROUPS = 10  # of equally many architectures, by prediction
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SHARES = (1.0, 0.5, 0.1)  # of the architectures, the truly best ones, that the panels of points show


class Scores(Protocol):
    """What is told of one split."""

    @property
    def tau(self) -> float:
        """Kendall's tau of predictions with the truth."""

    @property
    def tau_top_half(self) -> float:
        """The same, of the truly better half alone."""

    @property
    def tau_best_tenth(self) -> float:
        """The same, of the truly best tenth alone."""


class Audit(Protocol):
    """What is drawn of an audit: predictions of n architectures that the models have not seen."""

    @property
    def benchmark(self) -> str:
        """What was learned."""

    @property
    def target(self) -> str:
        """Which of its numbers."""

    @property
    def unit(self) -> str:
        """The unit of the target."""

    @property
    def train(self) -> int:
        """How many trainings it was learned from."""

    @property
    def splits(self) -> Mapping[str, Scores]:
        """The scores by split, of which the first is the one whose predictions these are."""

    @property
    def true(self) -> Floats:
        """The target, (n,)."""

    @property
    def mean(self) -> Floats:
        """The predictions, (n,)."""

    @property
    def spread(self) -> Floats:
        """The predicted standard deviation of a new training, (n,)."""


def of_audit(audit: Audit) -> Figure:
    """Draw predicted against true, of all, the better half and the best tenth, and quantiles of the residuals.

    Save it as `rendered` does, in the context of SETTINGS.
    """
    with rc_context(SETTINGS):
        figure = Figure(figsize=(4 * COLUMN, 0.95 * COLUMN), layout="constrained")
        *points, residuals = figure.subplots(1, 4)
        figure.suptitle(
            f"{audit.benchmark}: {audit.target} predicted from {audit.train:,} trainings, {audit.true.size:,} unseen",
            fontsize=8,
            fontweight="bold",
            x=0.01,
            ha="left",
        )
        scores = next(iter(audit.splits.values()))  # of the random split, whose predictions these are
        told = scores.tau, scores.tau_top_half, scores.tau_best_tenth
        for axes, share, tau, which in zip(points, SHARES, told, ("all", "better half", "best tenth"), strict=True):
            some = audit.true <= np.quantile(audit.true, share)
            _draw_points(axes, audit.true[some], audit.mean[some], audit.unit, f"{which}, tau {tau:.3f}")
        _draw_residuals(residuals, audit)
    return figure


def _draw_points(axes: Axes, true: Floats, mean: Floats, unit: str, which: str) -> None:
    """Draw a point per architecture and the diagonal."""
    low, high = float(min(true.min(), mean.min())), float(max(true.max(), mean.max()))
    room = 0.03 * (high - low or 1.0)
    axes.plot([low, high], [low, high], color=GREY, linewidth=0.8, zorder=1)
    axes.scatter(true, mean, s=2, color=COLOURS[0], alpha=0.35, linewidths=0, rasterized=True, zorder=2)
    axes.set(xlim=(low - room, high + room), ylim=(low - room, high + room), aspect="equal")
    axes.set(xlabel=f"true ({unit})", ylabel=f"predicted ({unit})", title=which)


def _draw_residuals(axes: Axes, audit: Audit) -> None:
    """Draw quantiles of true minus predicted for groups of equal size, from the best predicted to the worst."""
    order = np.array_split(np.argsort(audit.mean, kind="stable"), min(GROUPS, audit.mean.size))
    residual = audit.true - audit.mean
    low, lower, median, upper, high = np.array([np.quantile(residual[group], LEVELS) for group in order]).T
    spread = np.array([np.sqrt(np.mean(audit.spread[group] ** 2)) for group in order])
    place = np.arange(1, len(order) + 1)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.vlines(place, low, high, color=COLOURS[0], linewidth=1)
    axes.vlines(place, lower, upper, color=COLOURS[0], linewidth=4)
    axes.plot(place, median, "o", color="white", markeredgecolor=INK, markersize=3, label="5, 25, 50, 75, 95 %")
    for sign in (-1, 1):
        label = "predicted spread of one training" if sign > 0 else None
        axes.plot(place, sign * spread, "_", color=COLOURS[1], markersize=9, label=label)
    axes.set_yscale("symlog", linthresh=max(float(np.median(spread)), 1e-12))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set(xlabel="tenth of the architectures, best predicted first", ylabel=f"true - predicted ({audit.unit})")
    axes.set(title="where predictions are off", xticks=place)
    axes.legend(loc="lower left")


if not TYPE_CHECKING:  # a type checker shall know no old names
    __getattr__ = renamed_names(__name__, {"surrogate_figure": "nassim.report.figures.surrogate.of_audit"})
