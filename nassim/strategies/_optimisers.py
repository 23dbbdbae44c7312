"""Gradient descent on the parameters of many runs at once: plain, and Adam (Kingma and Ba, ICLR 2015, arXiv:1412.6980).

Parameters, gradients and moments have the run axis first; runs never mix.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np

from nassim.core.arrays import Reals, Rows, Slice

Where = Slice | Rows  # which runs: a slice is a view, so nothing is copied


class Optimiser(Protocol):
    """Moves parameters against a gradient."""

    def step(self, where: Where, parameters: Reals, gradient: Reals, number: int) -> None:
        """Change `parameters[where]` in place by update `number`, counted from 1; `gradient` is that of these runs."""


class SGD:
    """parameters <- parameters - rate * gradient."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def step(self, where: Where, parameters: Reals, gradient: Reals, number: int) -> None:  # noqa: ARG002
        """Change `parameters[where]` in place."""
        parameters[where] -= self.rate * gradient


class Adam:
    """Algorithm 1 of the paper, for parameters of the given shape; `decay` adds that much of them to the gradient."""

    def __init__(
        self,
        parameters: Reals,
        rate: float,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        decay: float = 0.0,
    ) -> None:
        self.rate, self.betas, self.epsilon, self.decay = rate, betas, epsilon, decay
        self.first, self.second = np.zeros_like(parameters), np.zeros_like(parameters)

    def step(self, where: Where, parameters: Reals, gradient: Reals, number: int) -> None:
        """Change `parameters[where]` in place; m and v are the moving means of the gradient and of its square:

        parameters <- parameters - rate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
        """
        beta1, beta2 = self.betas
        if self.decay:
            gradient = gradient + self.decay * parameters[where]
        first = _moved(self.first, where, beta1, gradient)
        change = _moved(self.second, where, beta2, gradient * gradient) / (1 - beta2**number)
        np.sqrt(change, out=change)
        change += self.epsilon
        np.divide(first, change, out=change)
        change *= self.rate / (1 - beta1**number)
        parameters[where] -= change


def optimiser(name: Literal["adam", "sgd"], parameters: Reals, rate: float) -> Optimiser:
    """Return the optimiser of that name, with its published defaults, for parameters of this shape."""
    return Adam(parameters, rate) if name == "adam" else SGD(rate)


def span(rows: Rows, runs: int) -> Where:
    """Return what selects `rows` out of so many runs; all of them is a slice."""
    return slice(None) if rows.size == runs else rows


def _moved(mean: Reals, where: Where, beta: float, value: Reals) -> Reals:
    """Return mean[where] after mean[where] <- beta * mean[where] + (1 - beta) * value."""
    mean[where] *= beta
    mean[where] += (1 - beta) * value
    return mean[where]
