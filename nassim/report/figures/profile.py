"""Performance profiles over all benchmarks (Agarwal et al., 2021, NeurIPS).

The share of runs that end within a multiple of the mean regret of random search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from nassim.core.arrays import Floats
from nassim.report.line_chart import Axis as Scale
from nassim.report.line_chart import Band, chart
from nassim.report.summary import REFERENCE
from nassim.report.view import Drawn, View, ends_in_words
from nassim.stats.aggregates import profile, stratified_interval

TITLE = "Performance profile"
ORDER = 40


THRESHOLDS = np.geomspace(0.03, 3, 61)
RESAMPLES = 500


def of_study(views: Sequence[View]) -> Iterator[Drawn]:
    """Yield the share of runs whose final regret is at most a multiple of the reference's mean, over the multiple."""
    if not _compared(views):
        return
    scales, against = _scales(views)
    if not (scales > 0).all():
        return
    bands = {name: _band(views, name, scales) for name in _compared(views)}
    over = "all benchmarks" if len(views) > 1 else views[0].benchmark
    yield Drawn(
        "profile",
        f"Performance profile over {over}: the share of runs that end with at most so many times the mean regret of "
        f"{against}. Bands: 95 % stratified bootstrap intervals, {RESAMPLES} resamples.",
        f"Line chart: share of runs within a multiple of the mean final regret of {against}, over the multiple. "
        f"At its right end: {ends_in_words(bands, highest_first=True)}.",
        chart(
            over,
            bands,
            views[0].looks,
            Scale(f"final regret / mean of {against}"),
            Scale("share of runs at most there", log=False, limits=(0, 1.02)),
            views[0].paper,
            highest_first=True,
        ),
    )


def _scales(views: Sequence[View]) -> tuple[Floats, str]:
    """Return the mean final regret on each benchmark of random search, or of all searches together."""
    if REFERENCE in _compared(views):
        return np.array([view.entries[REFERENCE].regret for view in views]), REFERENCE
    means = [[view.entries[name].regret for name in _compared(views)] for view in views]
    return np.array(means).mean(axis=1), "all searches"


def _compared(views: Sequence[View]) -> list[str]:
    """Return the strategies that are searches on all benchmarks."""
    return [name for name in views[0].cells if all(name in view.searches for view in views)]


def _band(views: Sequence[View], strategy: str, scales: Floats) -> Band:
    scores = np.stack([view.cells[strategy].final for view in views]) / scales[:, None]
    if scores.shape[1] == 1:
        share = profile(scores, THRESHOLDS)
        return Band(THRESHOLDS, share, np.full_like(share, np.nan), np.full_like(share, np.nan))
    return Band(THRESHOLDS, *stratified_interval(lambda drawn: profile(drawn, THRESHOLDS), scores, resamples=RESAMPLES))
