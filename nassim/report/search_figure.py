"""How a search of one's own went: what was trained, what rounds promised and what came, and what errors cost."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

from nassim.core.model_card import Card
from nassim.report.style import COLOURS, COLUMN, GREY, INK

FAIR = {"begin", "repeat", "stratum", "random"}  # by whom a training is chosen without a look at predictions
COST = "flops"  # against which errors are drawn, where it is known
ALT = "Three panels: validation errors in the order of trainings; promised gains and real ones; error against cost."


def search_figure(card: Card) -> Figure:
    """Draw a search; save it as `style.drawn` does, in the context of SETTINGS."""
    figure = Figure(figsize=(2 * COLUMN, COLUMN), layout="constrained")
    counted = COST in card["model"]["costs"]
    panels = figure.subplots(1, 2 + counted, width_ratios=(1.2, 1, 1.2)[: 2 + counted])
    for panel, draw in zip(panels, (_course, _promises, _costs), strict=False):
        draw(panel, card)
    return figure


def _course(axes: Axes, card: Card) -> None:
    """Draw every training's validation error, by who chose it, and the lowest so far."""
    errors = np.array([np.nan if one["valid_error"] is None else one["valid_error"] for one in card["trained"]])
    fair = np.array([one["by"] in FAIR for one in card["trained"]])
    number = np.arange(1, len(errors) + 1)
    axes.plot(number[fair], errors[fair], "o", color=GREY, markersize=2.6, label="spread or random")
    axes.plot(number[~fair], errors[~fair], "s", color=COLOURS[0], markersize=2.6, label="by strategy")
    axes.plot(number, np.fmin.accumulate(errors), color=INK, linewidth=1, drawstyle="steps-post", label="lowest so far")
    axes.set(xlabel="training", ylabel="validation error (%)", title="What was trained", yscale="log")
    _plain_ticks(axes.yaxis)
    _legend(axes)


def _promises(axes: Axes, card: Card) -> None:
    """Draw each round's promised gain with its 80 % interval, and what came."""
    rounds = [(number, one) for number, one in enumerate(card["rounds"], start=1) if one["gain"] is not None]
    for number, one in rounds:
        gain, came = one["gain"], one["came"]
        assert gain is not None
        assert came is not None
        axes.plot([number] * 2, [gain["low"], gain["high"]], color=GREY, linewidth=3, solid_capstyle="butt")
        axes.plot(number, gain["mean"], "_", color=INK, markersize=7)
        axes.plot(number, came, "D", color=COLOURS[1], markersize=3.6)
    axes.plot([], [], color=GREY, linewidth=3, label="promised, 80 %")
    axes.plot([], [], "D", color=COLOURS[1], markersize=3.6, label="came")
    axes.set(xlabel="round", ylabel="gain (points)", title="Promised and come", xticks=[number for number, _ in rounds])
    _legend(axes)


def _costs(axes: Axes, card: Card) -> None:
    """Draw error against multiply-adds: what was trained, and what was confirmed with fresh seeds."""
    trained = [(one["costs"][COST], one["valid_error"]) for one in card["trained"] if one["valid_error"] is not None]
    axes.plot(*np.array(trained).T, "o", color=GREY, markersize=2, label="trained once")
    for one in card["confirmed"]:
        if one["valid_error"] is not None:
            mine = one["network"] == card["model"]["network"]
            look, colour, size = ("*", COLOURS[1], 8) if mine else ("s", COLOURS[0], 3.4)
            label = "handed in" if mine else "_"
            axes.plot(one["costs"][COST], one["valid_error"], look, color=colour, markersize=size, label=label)
    axes.plot([], [], "s", color=COLOURS[0], markersize=3.4, label="confirmed, fresh seeds")
    axes.set(xlabel="multiply-adds of an image", ylabel="validation error (%)", title="Error against cost")
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        _plain_ticks(axis)
    _legend(axes)


def _plain_ticks(axis: Axis) -> None:
    """Write ticks of a logarithmic axis as numbers."""
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(EngFormatter(sep=""))
    axis.set_minor_formatter(NullFormatter())


def _legend(axes: Axes) -> None:
    """Say below the axes what is what: within them there are points."""
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.22))
