"""Predictions against the truth, and quantiles of what is left in ten groups of growing prediction."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from nassim.report.figures.surrogate import of_audit
from nassim.surrogates.audit import Audit
from nassim.surrogates.scores import score
from tests.report.marks.compare import Band, Panel
from tests.report.marks.drawn import Mark


def cases() -> Iterator[tuple[Figure, list[Panel]]]:
    """Yield figures of audits with what they must show: of many architectures, and of fewer than there are groups."""
    for count in (43, 7):
        random = np.random.default_rng(count)
        true = random.gamma(2, 5, count)
        mean, spread = true + random.normal(0, 2, count), random.uniform(0.5, 3, count)
        splits = {"random": score(true, mean, width=0.1)}
        audit = Audit("toy/a", "error", "% error", 20, "onehot", math.nan, splits, true, mean, spread)
        best = [true <= np.percentile(true, share) for share in (100, 50, 10)]
        yield of_audit(audit), [*(_points(true[some], mean[some]) for some in best), _residuals(audit)]


def _points(true: np.ndarray, mean: np.ndarray) -> Panel:
    ends = np.array([min(*true, *mean), max(*true, *mean)])
    return Panel([Mark("points", "", true, mean), Mark("line", "", ends, ends)])


def _residuals(audit: Audit) -> Panel:
    order = sorted(range(audit.mean.size), key=lambda k: audit.mean[k])
    groups, rest = min(10, len(order)), len(order)
    marks: list[Mark | Band] = [Mark("line", "", np.full(2, math.nan), np.zeros(2))]
    places, medians, spreads = [], [], []
    for place in range(1, groups + 1):
        size = -(-rest // (groups - place + 1))
        group, rest = order[len(order) - rest :][:size], rest - size
        low, lower, median, upper, high = np.percentile(
            [audit.true[k] - audit.mean[k] for k in group], [5, 25, 50, 75, 95]
        )
        marks += [Mark("line", "", np.full(2, place), np.array(ends)) for ends in ((low, high), (lower, upper))]
        places.append(float(place))
        medians.append(median)
        spreads.append(math.sqrt(sum(audit.spread[k] ** 2 for k in group) / len(group)))
    for y in (medians, spreads, [-spread for spread in spreads]):
        marks.append(Mark("points", "", np.array(places), np.array(y)))
    return Panel(marks, ("linear", "symlog"))
