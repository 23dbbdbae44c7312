"""Gaussian processes of many runs, of which each learns by a row of its Cholesky factor (Rasmussen and Williams, 2006).

With L L' = K + s I the kernel of n observations and the variance of their noise, k that between them and candidates
(Gaussian Processes for Machine Learning, MIT Press, algorithm 2.1, equations 2.25 and 2.26):

    v = L^-1 k        mean = v' L^-1 y        covariance = K_candidates - v' v

A new observation adds a row to L, which costs n^2 and not n^3. Runs are solved one by one: none depends on another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dtrsm, dtrsv
from scipy.linalg.lapack import dpotrf

from nassim.core.arrays import Floats, Rows, Slice
from nassim.core.growing import grown
from nassim.strategies._kernels import OWN, expected_improvement, posterior_mean
from nassim.strategies._points import Asked, Points
from nassim.strategies._scales import Scales

ROOM = 32  # observations that there is room for at once
LEAST = 1e-10  # variance of an observation: with less, rounding leaves no factor


class Process(NamedTuple):
    """What a run's process says."""

    part: Slice  # which of the candidates are the run's
    mean: Floats  # (k,)
    white: Floats  # (k, n) L^-1 k of each candidate
    weights: Floats  # (n,) (K + s I)^-1 y


class Posterior(NamedTuple):
    """What is known of all candidates, and of what was observed."""

    mean: Floats  # (t,)
    variance: Floats  # (t,)
    weights: Floats  # (m, n)


class Processes:
    """The processes of many runs, by the Cholesky factors of what they have observed, which grow with it."""

    def __init__(self, points: Points, scales: Scales) -> None:
        self.points, self.scales = points, scales
        runs = scales.length.size
        self._upper = np.zeros((runs, 0, 0))  # L', so that L lies in the order of Fortran; beyond L it is I
        self._rows = np.zeros(runs, dtype=np.int64)  # of L
        self._made = np.zeros((runs, 2))  # length scale and noise that L was made with

    def fit(self, rows: Rows, y: Floats) -> None:
        """Choose scales, where it is time to, by what was observed of all points, (m, n)."""
        if self.scales.due():
            self._make_room()
            for number, row in enumerate(rows.tolist()):
                lower = self.scales.choose(row, self.points, y[number])
                self._upper[row, : y.shape[1], : y.shape[1]] = np.triu(lower[:-1, :-1].T)
                self._rows[row], self._made[row] = y.shape[1], (self.scales.length[row], self.scales.noise[row])

    def each(self, rows: Rows, asked: Asked, y: Floats) -> Iterator[Process]:
        """Yield what each row's process says of candidates, given what was observed of all its points, (m, n)."""
        self._make_room()
        for number, row in enumerate(rows.tolist()):
            part = asked.of(number)
            white = self._white(row, asked, part, y[number])
            weights = dtrsv(self._upper[row].T, white[-1], lower=1, trans=1)[: y.shape[1]]
            white = white[:, : y.shape[1]]
            yield Process(part, white[:-1] @ white[-1], white[:-1], weights)

    def posterior(self, rows: Rows, asked: Asked, y: Floats) -> Posterior:
        """Return mean and variance of all candidates, and the weights of what was observed."""
        variance = np.ones(len(asked.turned)) if asked.slopes is None else 1 + np.square(asked.slopes)
        mean, weights = np.empty(variance.size), np.empty(y.shape)
        for number, said in enumerate(self.each(rows, asked, y)):
            mean[said.part], weights[number] = said.mean, said.weights
            variance[said.part] -= np.einsum("ij,ij->i", said.white, said.white)
        return Posterior(mean, np.maximum(variance, 0.0, out=variance), weights)

    def improvement(self, rows: Rows, asked: Asked, y: Floats) -> Floats:
        """Return the expected improvement of all candidates on the lowest mean among those observed, (t,).

        The prior mean is 0, or minus the slope.
        """
        said = self.posterior(rows, asked, y + self.points.slopes(rows))
        lowest = posterior_mean(y, self.scales.noise[rows, None], said.weights).min(axis=1)
        gain = asked.each(lowest) - said.mean + (0.0 if asked.slopes is None else asked.slopes)
        return expected_improvement(gain, np.sqrt(said.variance))

    def recommended(self, rows: Rows, y: Floats) -> NDArray[np.intp]:
        """Return which of the observations (m, n) is of the lowest mean, (m,).

        Its own part counts: of two that the kernel cannot tell apart, the lower is the better.
        """
        nothing = self.points.nothing(rows)
        weights = self.posterior(rows, nothing, y + self.points.slopes(rows)).weights
        behind = posterior_mean(y, self.scales.noise[rows, None], weights, OWN)
        lowest: NDArray[np.intp] = behind.argmin(axis=1)
        return lowest

    def _white(self, row: int, asked: Asked, part: Slice, y: Floats) -> Floats:
        """Return L^-1 k of a run's candidates, and L^-1 y, (k + 1, room), after adding to L what is new."""
        lower, scale = self._upper[row].T, (self.scales.length[row], max(self.scales.noise[row], LEAST))
        if tuple(self._made[row]) != scale:
            self._made[row], self._rows[row] = scale, 0
            np.copyto(lower, np.eye(len(lower)))
        known = int(self._rows[row])
        kernel = self.points.kernel(row, asked, part, known, scale[0])
        many = len(kernel) - (y.size - known)
        right = np.zeros((len(kernel) + 1, len(lower)))  # candidates, y, what is new
        right[:many, : y.size], right[many, : y.size], right[many + 1 :, : y.size] = kernel[:many], y, kernel[many:]
        self._rows[row] = y.size
        return _extended(lower, right, slice(known, y.size), scale[1])[: many + 1]

    def _make_room(self) -> None:
        more = -(-self.points.count // ROOM) * ROOM - self._upper.shape[1]
        if more > 0:
            self._upper = grown(grown(self._upper, more, axis=1), more, axis=2)
            new = np.arange(-more, 0)
            self._upper[:, new, new] = 1


def _extended(lower: Floats, right: Floats, new: Slice, noise: float) -> Floats:
    """Return L^-1 b for rows b (k, room), the last of which are the kernel of what is `new`, after adding that to L."""
    old, first = slice(new.start), len(right) - (new.stop - new.start)
    left = right[:, new].copy()
    right[:, new] = 0
    white: Floats = dtrsm(1.0, lower, right.T, lower=1, overwrite_b=1).T
    if left.size:
        left -= white[:, old] @ white[first:, old].T
        inner = left[first:] + noise * np.eye(len(left) - first)
        lower[new, old], lower[new, new] = white[first:, old], dpotrf(inner, lower=1)[0]
        white[:first, new] = dtrsm(1.0, lower[new, new], left[:first].T, lower=1).T
    return white
