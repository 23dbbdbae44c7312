"""Small XGBoost models over one-hot features, to test with."""

from __future__ import annotations

from typing import Any

import numpy as np
import xgboost
from scipy.sparse import csr_matrix

from nassim.core.arrays import Archs
from nassim.core.space import Space
from tests.toys import toy_space


def everything(space: Space) -> Archs:
    """Return every architecture of a small space, (size, genes)."""
    return space.at(np.arange(space.size))


def fitted(space: Space, seed: int, *, trees: int = 8, depth: int = 4, sparse: bool = False, **extra: Any) -> Any:
    """Return a booster fitted to a random function of some architectures of a space."""
    generator = np.random.default_rng(seed)
    archs = space.at(generator.integers(0, space.size, 80))
    features = space.encode(archs)
    target = 5 + np.cos(features @ generator.normal(0, 2, features.shape[1])) + generator.normal(0, 0.3, len(archs))
    settings = {"max_depth": depth, "eta": 0.5, "lambda": 0.1, "subsample": 0.8, "seed": seed, "nthread": 1} | extra
    data = xgboost.DMatrix(csr_matrix(features) if sparse else features, target, nthread=1)
    return xgboost.train(settings, data, trees)


def predicted(boosters: list[Any], space: Space, archs: Archs, *, sparse: bool = False) -> np.ndarray:
    """Return xgboost's own mean prediction, (n,)."""
    features = space.encode(archs)
    data = xgboost.DMatrix(csr_matrix(features) if sparse else features, nthread=1)
    return np.mean([booster.predict(data) for booster in boosters], axis=0, dtype=np.float64)


def mixtures(space: Space, runs: int, seed: int, concentration: float = 1.0) -> np.ndarray:
    """Return random distributions (runs, genes, widest); options that a gene lacks have probability 0."""
    generator = np.random.default_rng(seed)
    probabilities = np.zeros((runs, len(space.choices), space.widest))
    for gene, count in enumerate(space.choices):
        probabilities[:, gene, :count] = generator.dirichlet(np.full(count, concentration), runs)
    return probabilities


def vertices(space: Space, archs: Archs) -> np.ndarray:
    """Return the mixtures (n, genes, widest) that are one architecture each."""
    return (archs[:, :, None] == np.arange(space.widest)).astype(np.float64)


SMALL = toy_space((3, 1, 2, 4))
