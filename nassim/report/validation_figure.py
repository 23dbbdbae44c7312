"""The figure of a validation: simulated against real errors, and simulated against real seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nassim.core.arrays import Floats
from nassim.report.style import COLOURS, COLUMN, GREY, SETTINGS
from nassim.stats.agreement import student_interval

if TYPE_CHECKING:
    from nassim.training.validation import Validation


def validation_figure(validation: Validation) -> Figure:
    """Draw each network as a point with the 95 % interval of its real error, and each one's seconds.

    Save it as `rendered` does, in the context of SETTINGS.
    """
    with rc_context(SETTINGS):
        figure = Figure(figsize=(2 * COLUMN, 0.95 * COLUMN), layout="constrained")
        errors, seconds = figure.subplots(1, 2)
        tau = validation.tau["valid"]
        agreement = "" if np.isnan(tau.value) else f", Kendall tau {tau.value:.2f} [{tau.low:.2f}, {tau.high:.2f}]"
        title = f"{validation.benchmark}: {len(validation.valid)} networks trained for real{agreement}"
        figure.suptitle(title, fontsize=8, fontweight="bold", x=0.01, ha="left")
        _draw(errors, validation, validation.chosen.simulated.error, validation.valid)
        errors.set(xlabel="simulated error (%)", ylabel="real validation error (%)")
        _draw(seconds, validation, validation.chosen.simulated.seconds, validation.seconds)
        seconds.set(xlabel="simulated seconds of a training", ylabel="real seconds of a training")
        errors.legend(loc="upper left")
    return figure


def _draw(axes: Axes, validation: Validation, simulated: Floats, real: Floats) -> None:
    """Draw the networks that did not fail, the best that were found and the others apart, and where both are equal."""
    mean, low, high = student_interval(real)
    below, above = np.nan_to_num([mean - np.maximum(low, 0.0), high - mean])  # an error is never below 0
    top = np.arange(len(mean)) < validation.top
    for chosen, label, colour in ((~top, "sample of others", GREY), (top, "best that were found", COLOURS[0])):
        reach = below[chosen], above[chosen]
        axes.errorbar(
            simulated[chosen], mean[chosen], reach, fmt="o", color=colour, markersize=3, linewidth=0.8, label=label
        )
    axes.margins(0.06)
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())
    axes.axline((0, 0), slope=1, color=GREY, linewidth=0.8, zorder=1)
