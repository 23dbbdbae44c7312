"""What random search must find on average, computed from the table itself: exact order statistics, no sampling."""

from __future__ import annotations

import numpy as np

from nassim.stats.arrays import Floats


def expected_truth_of_best(error: Floats, truth: Floats, chance: Floats, draws: int) -> float:
    """Return the expected truth of the first of the lowest errors among independent draws of atoms.

    error, truth, chance (atoms,): what a draw shows, what it is worth, and its probability. The lowest of n
    draws is v with probability P(draw >= v)^n - P(draw > v)^n, and is then an atom of error v in proportion
    to its chance.
    """
    values, group = np.unique(error, return_inverse=True)
    mass = np.bincount(group, weights=chance)
    worth = np.bincount(group, weights=chance * truth) / mass
    above = np.append(np.cumsum(mass[::-1])[::-1], 0.0)  # P(draw >= values[i]), then 0
    return float((above[:-1] ** draws - above[1:] ** draws) @ worth) if len(values) else float("nan")
