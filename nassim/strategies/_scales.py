"""Length scale and noise of each run's Gaussian process: those of the highest marginal likelihood on a grid.

With L L' = K + s I, the log likelihood of n observations y is -|L^-1 y|^2 / 2 - sum(log diag L) - n log(2 pi) / 2
(Rasmussen and Williams, Gaussian Processes for Machine Learning, MIT Press 2006, equation 2.30).

Much of the grid need not be factored to know that it is not the likeliest, since two terms are bounded from below.
Each observation adds log(s) / 2 to sum(log diag L) at least. And q = y'(K + s I)^-1 y grows with observations, is
convex in y, so that its slope at an earlier y bounds it, and, with w = (K + s I)^-1 y at one s, Jensen's inequality
says that it is q^2 / (q + (t - s) w'w) at least at another, t.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.linalg.blas import dtrsv
from scipy.linalg.lapack import dpotrf

from nassim.core.arrays import Floats
from nassim.core.growing import with_room
from nassim.strategies._kernels import Materns
from nassim.strategies._points import Points

LENGTHS = (0.5, 1.0, 2.0, 4.0)  # of the kernel, each half of the next; two random architectures lie about root 2 apart
NOISES = (0.01, 0.05, 0.2, 0.5)  # variance of an observation, in that of the errors' normal scores
LENGTH, NOISE = (np.array(part) for part in zip(*product(LENGTHS, NOISES), strict=True))  # of the grid
SLACK = 1e-6  # more than rounding can change a likelihood by
TINY = 1e-300


class Scales:
    """Length scale and noise of each run, of equally likely ones the first. Chosen anew for every `refit`-th model."""

    def __init__(self, runs: int, refit: int) -> None:
        self.refit, self.models = refit, 0
        self.length, self.noise = np.ones(runs), np.full(runs, 0.05)
        self._best = np.zeros(runs, dtype=np.int64)
        self._known = np.zeros((runs, len(LENGTH)), dtype=np.int64)  # observations when last factored
        self._square, self._volume = np.zeros((2, runs, len(LENGTH)))  # q and sum(log diag L) of then
        self._y, self._weights = np.zeros((2, runs, len(LENGTH), 0))  # y and (K + s I)^-1 y of then

    def due(self) -> bool:
        """Return whether this model is one to choose anew for."""
        self.models += 1
        return (self.models - 1) % self.refit == 0

    def choose(self, row: int, points: Points, y: Floats) -> Floats:
        """Choose by what was observed of a run's points, (n,), and return L of that choice, (n + 1, n + 1)."""
        while self._y.shape[2] < y.size:
            self._y, self._weights = (with_room(kept, kept.shape[2], axis=2) for kept in (self._y, self._weights))
        square, volume = self._bounds(row, y)
        kernels = Materns(points.among(row), LENGTHS, points.beside(row))
        likelihood, best = np.full(LENGTH.size, -np.inf), int(self._best[row])
        place, lower = best, np.empty((0, 0))
        while place >= 0:
            found = self._factored(row, place, kernels.at(float(LENGTH[place])), y)
            likelihood[place] = -self._square[row, place] / 2 - self._volume[row, place]
            if likelihood.argmax() == place:
                best, lower = place, found
            self._tighten(row, place, square)
            place = _next(likelihood, -square / 2 - volume)
        self._best[row], self.length[row], self.noise[row] = best, LENGTH[best], NOISE[best]
        return lower

    def _bounds(self, row: int, y: Floats) -> tuple[Floats, Floats]:
        """Return what q and sum(log diag L) are at least, at each point of the grid."""
        moved = y - self._y[row, :, : y.size]
        square = self._square[row] + 2 * np.einsum("ij,ij->i", self._weights[row, :, : y.size], moved)
        return np.maximum(square, 0.0), self._volume[row] + (y.size - self._known[row]) * np.log(NOISE) / 2

    def _tighten(self, row: int, place: int, square: Floats) -> None:
        """Raise the bounds of q at all noises by what is known of it at one."""
        weights, here, same = self._weights[row, place], self._square[row, place], LENGTH[place] == LENGTH
        below = here + (NOISE[same] - NOISE[place]) * (weights @ weights)
        square[same] = np.maximum(square[same], here * here / np.maximum(below, TINY))

    def _factored(self, row: int, place: int, kernel: Floats, y: Floats) -> Floats:
        """Return L of a point of the grid, and keep what bounds later likelihoods there."""
        lower, solved = factored(kernel, NOISE[place], y)
        self._known[row, place], self._square[row, place] = y.size, solved @ solved
        self._volume[row, place] = np.log(lower.diagonal()[:-1]).sum()
        self._y[row, place, : y.size] = y
        self._weights[row, place, : y.size] = dtrsv(lower, np.append(solved, 0.0), lower=1, trans=1)[:-1]
        return lower


def _next(likelihood: Floats, bound: Floats) -> int:
    """Return which point of the grid to factor next, that of the highest bound, or -1 if none can be the likeliest."""
    bound = np.where(likelihood > -np.inf, -np.inf, bound)
    place = int(bound.argmax())
    return place if bound[place] > likelihood.max() - SLACK else -1


def factored(kernel: Floats, noise: float, y: Floats) -> tuple[Floats, Floats]:
    """Return L, with one more row, and L^-1 y (n,): that row of the factor of K + s I bordered by y."""
    known = y.size
    bordered = np.empty((known + 1, known + 1), order="F")
    bordered[:known, :known], bordered[known, :known] = kernel, y
    bordered[np.arange(known), np.arange(known)] += noise
    bordered[known, known] = 1 + y @ y / noise  # more than y'(K + s I)^-1 y
    lower: Floats = dpotrf(bordered, lower=1, clean=0, overwrite_a=1)[0]
    return lower, lower[known, :known].copy()
