"""What networks that were not timed will take: learned from some that were, with how far that may be off.

A sequential network's latency is about a sum over its operations, so it is linear in what its edges do (Cai et al.,
ICLR 2019, arXiv:1812.00332, whose latency models are tables of operations).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nassim.automl.candidates import Candidates
from nassim.core.arrays import Floats, Ids

TIMED = 32  # networks
SURE = 0.95  # of networks that were not timed, the share whose latency is below the predicted one and the margin
RIDGE = 1e-3


class LatencyModel(NamedTuple):
    """What is expected of n networks."""

    seconds: Floats  # (n,)
    margin: float  # share of the predicted seconds that SURE of the timed networks do not exceed it by, left out
    correlation: float  # Spearman's, of timed seconds with what is predicted of each without it


def latency_model(candidates: Candidates, timed: Ids, seconds: Floats) -> LatencyModel:
    """Return what is learned from the seconds (m,) of the timed networks' places (m,); those keep what was timed."""
    from scipy.stats import spearmanr
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import LeaveOneOut, cross_val_predict

    features = np.column_stack(
        [
            candidates.space.encode(candidates.archs, "onehot"),
            candidates.size / candidates.size.max(),
        ]
    )
    scale = float(np.mean(seconds))
    model = Ridge(RIDGE)
    left_out = cross_val_predict(model, features[timed], seconds / scale, cv=LeaveOneOut()) * scale
    model.fit(features[timed], seconds / scale)
    expected = np.maximum(model.predict(features) * scale, float(seconds.min()) / 2)
    expected[timed] = seconds
    excess = float(np.quantile(seconds / np.maximum(left_out, seconds.min() / 2) - 1, SURE))
    return LatencyModel(expected, max(excess, 0.0), float(spearmanr(seconds, left_out).statistic))
