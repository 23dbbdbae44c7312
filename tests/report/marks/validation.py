"""Real errors and seconds of each network with Student's interval, against the simulated ones."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import t

from nassim.report.figures.validation import of_validation
from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark

TOP = 2
VALID = {
    "three seeds, one of which failed": [[2.0, 2.4, 2.1], [3.0, math.nan, 3.6], [3.1, 4.2, 3.9], [6.0, 5.1, 5.5]],
    "one seed": [[2.0], [3.0], [3.1]],
    "nothing but the best": [[1.0, 1.4], [2.2, 1.9]],
}


def cases() -> Iterator[tuple[Figure, list[Panel]]]:
    """Yield figures of validations with what they must show."""
    pytest.importorskip("torch")
    from nassim.spaces.nb201 import NB201
    from nassim.training.validation import Chosen, Simulated, Validation

    for rows in VALID.values():
        real = np.array(rows)
        order = np.arange(len(real))
        simulated = Simulated(order + 1.5, order + 2.0, 15.0 + order)
        seconds = 14.0 + 2.5 * order[:, None] + np.arange(real.shape[1])
        chosen = Chosen(order + 5000, order, simulated)
        made = Validation("toy/a", NB201(), chosen, TOP, real, real + 1, seconds, {})
        figure = of_validation(made)
        drawn = ((simulated.error, real), (simulated.seconds, seconds))
        yield figure, [_panel(*pair, axes) for pair, axes in zip(drawn, figure.axes, strict=True)]


def _panel(simulated: np.ndarray, real: np.ndarray, axes: Axes) -> Panel:
    marks: list[Mark | Band] = []
    means = []
    for x, row in zip(simulated, real, strict=True):
        values = [value for value in row if not math.isnan(value)]
        mean = sum(values) / len(values)
        means.append(mean)
        reach = (
            t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values)) if len(values) > 1 else 0
        )
        marks.append(Mark("line", "", np.full(2, x), np.array([max(mean - reach, 0.0), mean + reach])))
    parts = [part for part in (slice(0, TOP), slice(TOP, None)) if simulated[part].size]
    marks += [Mark("points", "", simulated[part], np.array(means[part])) for part in parts]
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    diagonal = np.array([max(left, low), min(right, high)])
    return Panel([*marks, Mark("line", "", diagonal, diagonal)])
