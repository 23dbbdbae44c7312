"""What a study found, trained for real: simulated against real errors, and simulated against real seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nassim.core.arrays import Floats
from nassim.core.renamed import renamed_names
from nassim.report.style import COLOURS, COLUMN, GREY, SETTINGS
from nassim.stats.agreement import Estimate, student_interval

TITLE = "What a study found, trained for real"
ORDER = 230
EXAMPLE = (
    "nassim run sim_to_real --out sim_to_real\nnassim validate sim_to_real --top 10 --others 30 --seeds 5",
    "figures/sim_to_real.png",
)


class Simulated(Protocol):
    """What the simulation says of n networks."""

    @property
    def error(self) -> Floats:
        """Percent, (n,)."""

    @property
    def seconds(self) -> Floats:
        """Of a training, (n,)."""


class Chosen(Protocol):
    """The n networks."""

    @property
    def simulated(self) -> Simulated:
        """What the simulation says of them."""


class Validation(Protocol):
    """What is drawn of a validation: n networks, trained k times each."""

    @property
    def benchmark(self) -> str:
        """On which they were found."""

    @property
    def chosen(self) -> Chosen:
        """The networks."""

    @property
    def top(self) -> int:
        """How many of them, the first, are the best that were found."""

    @property
    def valid(self) -> Floats:
        """Real validation error, (n, k), percent; nan = that training failed."""

    @property
    def seconds(self) -> Floats:
        """Real seconds of training, (n, k)."""

    @property
    def tau(self) -> Mapping[str, Estimate]:
        """Kendall's tau of the simulated with the real error, of `valid` and `test`."""


def of_validation(validation: Validation) -> Figure:
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


if not TYPE_CHECKING:  # a type checker shall know no old names
    __getattr__ = renamed_names(__name__, {"validation_figure": "nassim.report.figures.validation.of_validation"})
