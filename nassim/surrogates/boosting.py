"""Small XGBoost models (Chen and Guestrin, KDD 2016) that a strategy fits again and again while it searches.

Each is trained by one thread from its own seed, so a model depends on its data and seed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nassim.core.arrays import Floats

if TYPE_CHECKING:
    from xgboost import Booster


class Boosting(NamedTuple):
    """Hyperparameters, in nassim's words."""

    rounds: int
    depth: int
    eta: float
    rows: float = 1.0  # share of the training rows that each tree sees
    columns: float = 1.0  # share of the features that each tree sees


def boost(features: Floats, target: Floats, how: Boosting, seeds: Sequence[int]) -> list[Booster]:
    """Return a booster from each seed of features (n, features) and target (n,), which are sorted into bins once."""
    import xgboost

    parameters = {
        "max_depth": how.depth,
        "eta": how.eta,
        "subsample": how.rows,
        "colsample_bytree": how.columns,
        "base_score": float(target.mean()),
        "nthread": 1,
        "tree_method": "hist",
        "max_bin": 16,  # features of architectures have few values
        "verbosity": 0,
    }
    data = xgboost.DMatrix(features.astype(np.float32), target, nthread=1)
    boosters = [xgboost.Booster(parameters | {"seed": seed}, [data]) for seed in seeds]
    for booster in boosters:
        for number in range(how.rounds):
            booster.update(data, number)
    return boosters


def predict(booster: Booster, features: Floats) -> Floats:
    """Return the prediction for features (n, features), shape (n,)."""
    prediction: Floats = booster.inplace_predict(features.astype(np.float32), validate_features=False)
    return prediction.astype(np.float64)
