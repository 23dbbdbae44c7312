"""Hyperparameters: defaults per kind of target, and a cross-validated random search around them."""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Floats, Ints, Singles
from nassim.core.random_streams import Streams
from nassim.surrogates.ensemble import Settings, train

# Found on NAS-Bench-201, means of five splits of 1,000 cells; for costs on Accel-NASBench too.
GRAPH = Settings()
ONEHOT = Settings(rounds=150, depth=5, columns=0.5)
ADDITIVE = Settings(rounds=60, depth=3, eta=0.3, rows=0.8, columns=0.6)  # found on Accel-NASBench
COST = Settings(rounds=120, depth=4, eta=0.2, columns=0.5, leaf=1.0)  # nearly a sum over genes

ENUMERABLE = 1 << 17  # a space of at most so many architectures is predicted once and for all
CANDIDATES = 16
STEPS = 6.0  # rounds times eta: enough for the residual to shrink to e**-6
CHOICES: dict[str, tuple[float, ...]] = {
    "depth": (3, 4, 5, 6, 7, 8),
    "eta": (0.05, 0.08, 0.12, 0.2, 0.4),
    "rows": (0.6, 0.8, 1.0),
    "columns": (0.15, 0.3, 0.5, 1.0),
    "leaf": (1.0, 3.0, 6.0),
    "l2": (0.1, 1.0, 5.0),
}


def default_settings(target: str, encoding: str, size: int) -> Settings:
    """Return the hyperparameters to use without a search, in a space of `size` architectures.

    In a huge one some thousand trainings show little of what many genes do together: shallow trees learn it better,
    and they predict faster, which counts where nothing can be tabulated.
    """
    if target != "error":
        return COST
    if size > ENUMERABLE:
        return ADDITIVE if encoding == "graph" else ADDITIVE._replace(rounds=120)
    return GRAPH if encoding == "graph" else ONEHOT


def search_settings(
    features: Singles, z: Floats, groups: Ints, start: Settings, seed: int, monotone: tuple[int, ...]
) -> Settings:
    """Return the settings, of random ones, that predict best what they have not seen, or else `start`.

    `start` stays unless another is better by more than a standard error of the difference of their squared errors:
    the best of many is mostly lucky.
    """
    tried = [start, *candidates(seed)]
    squared = [(z - train(features, z, groups, settings, seed, monotone)[1]) ** 2 for settings in tried]
    best = int(np.argmin([errors.mean() for errors in squared]))
    gain = squared[0] - squared[best]
    return tried[best] if gain.mean() > gain.std() / np.sqrt(gain.size) else start


def candidates(seed: int) -> list[Settings]:
    """Return the random settings of a search."""
    draws = Streams(seed, "hyperparameters", np.arange(CANDIDATES)).uniform(np.arange(CANDIDATES), len(CHOICES))
    found = []
    for row in draws:
        chosen = {name: options[int(u * len(options))] for (name, options), u in zip(CHOICES.items(), row, strict=True)}
        depth, eta, rows = int(chosen["depth"]), chosen["eta"], chosen["rows"]
        rest = chosen["columns"], chosen["leaf"], chosen["l2"]
        found.append(Settings(round(STEPS / eta), depth, eta, rows, *rest))
    return found
