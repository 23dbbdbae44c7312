"""Laws of the error by depth, width and resolution, and what they call the best way to spend FLOPs.

log error = a polynomial of how often each of the three is doubled. Of order 1 it is a plain power law, which always
spends everything on one way; of order 2 it is a response surface (Box and Wilson 1951): exponents change as one goes,
and what one way adds depends on the others. Compound scaling (Tan and Le 2019) is a statement about these.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scales import BASE, NATIVE, PRICES

from nassim.core.arrays import Floats
from nassim.core.random_streams import Streams

STEPS = 120  # into which the FLOPs' doublings are divided
FARTHEST = float(np.log2(NATIVE / BASE.size))  # doublings of the resolution that images allow
PAIRS = np.triu_indices(3)
START: Floats = np.zeros(3)


class Law(NamedTuple):
    """A law as fitted, of one row of coefficients or of many alike."""

    order: int
    coefficients: Floats  # (..., terms)

    def log_error(self, doublings: Floats) -> Floats:
        """Return the logarithm of the error at doublings (n, 3), of every row of coefficients, shape (..., n)."""
        found: Floats = self.coefficients @ terms(doublings, self.order).T
        return found

    def log_error_of_each(self, doublings: Floats) -> Floats:
        """Return the same at doublings (..., 3), of which each row of coefficients has its own, shape (...,)."""
        own = terms(doublings.reshape(-1, 3), self.order).reshape(*doublings.shape[:-1], -1)
        found: Floats = (self.coefficients * own).sum(axis=-1)
        return found


class Fit(NamedTuple):
    """A law, what it leaves, and laws of resampled networks."""

    law: Law
    rest: Floats  # (n,)
    left_out: Floats  # (n,) what the law says of each network when fitted to all others, less what it is
    resampled: Law


def terms(doublings: Floats, order: int) -> Floats:
    """Return 1, the doublings (n, 3), and of order 2 their products, shape (n, 4 or 10)."""
    products = [doublings[:, first] * doublings[:, second] for first, second in zip(*PAIRS, strict=True)]
    return np.column_stack([np.ones(len(doublings)), doublings, *(products if order > 1 else [])])


def fit(doublings: Floats, log_error: Floats, order: int, resamples: int = 2000) -> Fit:
    """Return the least squares of log errors (n,) at doublings (n, 3), of different networks.

    Resampled is by residuals, each divided by the root of what its network's own leverage leaves, so that they are as
    large as errors are (Davison and Hinkley 1997, algorithm 6.3). The unit is the network: what the law does not
    explain counts, as do seeds.
    """
    matrix = terms(doublings, order)
    inverse = np.linalg.pinv(matrix)
    leverage = np.einsum("ij,ji->i", matrix, inverse)
    coefficients = inverse @ log_error
    rest = log_error - matrix @ coefficients
    scaled = rest / np.sqrt(1.0 - leverage)
    rows = np.arange(resamples)
    stream = Streams(0, "compound scaling", rows)
    drawn = np.column_stack([stream.integers(rows, rest.size) for _ in range(rest.size)])
    errors = matrix @ coefficients + (scaled - scaled.mean())[drawn]
    return Fit(Law(order, coefficients), rest, -rest / (1.0 - leverage), Law(order, errors @ inverse.T))


def ways(phi: float, limit: float = FARTHEST) -> Floats:
    """Return the doublings (n, 3) that multiply FLOPs by 2 ** phi: none shrinks, and resolution is within a limit."""
    first, second = np.indices((STEPS + 1, STEPS + 1)).reshape(2, -1)
    shares = np.column_stack([first, second, STEPS - first - second]) / STEPS  # of the FLOPs' doublings
    found: Floats = phi * shares[shares[:, 2] >= 0.0] / PRICES
    return found[found[:, 2] <= limit + 1e-9]


def best(law: Law, phi: float, start: Floats = START) -> Floats:
    """Return by which doublings (..., 3) of a network the error is lowest where they multiply its FLOPs by 2 ** phi.

    Args:
        law: One, or many.
        phi: See there.
        start: The doublings (3,) from the base to the network, by default none.
    """
    options = ways(phi, FARTHEST - start[2])
    found: Floats = options[law.log_error(start + options).argmin(axis=-1)]
    return found


def kept(coefficients: Floats, phi: float, start: Floats = START) -> Floats:
    """Return the doublings (..., 3) that logarithms of alpha, beta and gamma (..., 3) come to at a phi.

    Where images have too few pixels, width makes up for it, as it does for rounding in `plan.compound`.
    """
    found = coefficients * phi
    found[..., 2] = np.minimum(found[..., 2], FARTHEST - start[2])
    found[..., 1] = (phi - found[..., [0, 2]] @ PRICES[[0, 2]]) / PRICES[1]
    return found
