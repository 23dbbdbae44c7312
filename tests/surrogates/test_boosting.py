"""Boosters that share their bins are those that xgboost trains one by one."""

from __future__ import annotations

import numpy as np
import xgboost

from nassim.surrogates.boosting import Boosting, boost, predict


def test_boosters_equal_those_of_xgboost_train() -> None:
    """From each seed, with a share of rows and of features; other seeds give other boosters."""
    generator = np.random.default_rng(0)
    features, target = generator.integers(5, size=(80, 30)).astype(np.float64), generator.normal(size=80)
    how = Boosting(rounds=12, depth=3, eta=0.3, rows=0.8, columns=0.8)
    found = [predict(booster, features) for booster in boost(features, target, how, [3, 8])]
    for said, seed in zip(found, (3, 8), strict=True):
        settings = {"max_depth": 3, "eta": 0.3, "subsample": 0.8, "colsample_bytree": 0.8, "tree_method": "hist"}
        settings |= {"base_score": target.mean(), "seed": seed, "max_bin": 16, "nthread": 1}
        alone = xgboost.train(settings, xgboost.DMatrix(features.astype(np.float32), target), 12)
        np.testing.assert_array_equal(said, alone.inplace_predict(features.astype(np.float32)).astype(np.float64))
    assert not np.array_equal(*found)
