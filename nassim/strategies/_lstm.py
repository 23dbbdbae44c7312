"""An LSTM (Hochreiter and Schmidhuber, 1997) that emits one option per gene, and the gradient of its policy loss,
written by hand; many runs at once, each with a network of its own.

At step t, with x the option emitted before (one-hot; a constant 1 at first) and h, c the state (0 at first):

    z = X_t x + W h,  (i, f, o) = sigmoid(z_i, z_f, z_o),  g = tanh(z_g)                      (1)
    c' = f c + i g,  h' = o tanh(c')                                                          (2)
    logits = V_t h' / T,  or K tanh(V_t h' / T) with a tanh constant K > 0                    (3)

A column of X_t is what others write as input weights times an embedding, plus the bias. Equation 3 is that of Bello
et al. (ICLR 2017, arXiv:1611.09940), which ENAS uses; T is the temperature. Arrays are (runs, features, batch), and
all products are stacks of one small matrix product per run, so a run's result does not depend on its neighbours.
While nothing has been emitted, the whole batch is in the same state: one column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Archs, Floats, Reals
from nassim.core.genes import narrow
from nassim.strategies._policy import draw, entropy_slope, one_hot, softmax

Choose = Callable[[int, Reals], Archs]  # (gene, probabilities (runs, batch, options)) -> emitted (runs, batch)


class Step(NamedTuple):
    """What one step read and made; its gradient needs all of it. Arrays (runs, features, batch)."""

    x: Reals
    h: Reals
    c: Reals
    gates: Reals  # i, f, o and g, one below the other
    squashed: Reals  # tanh(c')
    next_h: Reals
    next_c: Reals
    bent: Reals  # equation 3 without the factor K
    probabilities: Reals


class Weights(NamedTuple):
    """The matrices in flat parameters (runs, size), as views."""

    recurrent: Reals  # W (runs, 4 hidden, hidden)
    inputs: list[Reals]  # X_t (runs, 4 hidden, options of the gene before)
    outputs: list[Reals]  # V_t (runs, options, hidden)


class LSTM:
    """The shape of such networks; the parameters themselves are flat arrays (runs, size) of any floating type."""

    def __init__(self, choices: tuple[int, ...], hidden: int, temperature: float, tanh_constant: float) -> None:
        self.choices, self.hidden = choices, hidden
        self.temperature, self.tanh_constant = temperature, tanh_constant
        inputs = [(4 * hidden, count) for count in (1, *choices[:-1])]
        self.shapes = [(4 * hidden, hidden), *inputs, *((count, hidden) for count in choices)]
        self.ends = np.cumsum([rows * columns for rows, columns in self.shapes]).tolist()
        self.size: int = self.ends[-1]

    def weights(self, flat: Reals) -> Weights:
        """Return the matrices in `flat` (runs, size)."""
        places = zip([0, *self.ends], self.ends, self.shapes, strict=False)
        recurrent, *rest = [flat[:, start:end].reshape(-1, *shape) for start, end, shape in places]
        return Weights(recurrent, rest[: len(self.choices)], rest[len(self.choices) :])

    def sample(self, flat: Reals, uniform: Floats) -> Archs:
        """Return architectures (runs, batch, genes) drawn by uniform numbers (runs, batch, genes)."""
        archs = np.empty(uniform.shape, dtype=narrow(max(self.choices)))

        def choose(gene: int, probabilities: Reals) -> Archs:
            archs[:, :, gene] = draw(probabilities, uniform[:, :, gene])
            return archs[:, :, gene]

        self.steps(flat, choose)
        return archs

    def steps(self, flat: Reals, choose: Choose) -> list[Step]:
        """Return every step, while `choose` says what each emits."""
        weights, steps = self.weights(flat), list[Step]()
        x = np.ones((len(flat), 1, 1), flat.dtype)
        h = c = np.zeros((len(flat), self.hidden, 1), flat.dtype)
        for gene, count in enumerate(self.choices):
            steps.append(self._step(x, h, c, weights, gene))
            emitted = choose(gene, _flip(steps[-1].probabilities))
            x, h, c = _flip(one_hot(emitted, count).astype(flat.dtype)), steps[-1].next_h, steps[-1].next_c
        return steps

    def gradient(self, flat: Reals, archs: Archs, advantage: Floats, entropy: float) -> Reals:
        """Return the slope (runs, size) by the parameters of the loss

            mean over the batch of: - advantage log p(arch) - entropy * sum over steps of H(p_t)

        for architectures (runs, batch, genes) with constant `advantage` (runs, batch).
        """
        steps = self.steps(flat, lambda gene, _: archs[:, :, gene])
        weights, result = self.weights(flat), np.zeros_like(flat)
        into = self.weights(result)
        by_h = by_c = np.zeros((1, 1, 1), flat.dtype)
        for gene, step in reversed(list(enumerate(steps))):
            by_logits = self._by_logits(step, archs[:, :, gene], advantage, entropy)
            by_output = by_logits * self._bend(step)
            by_h = by_h + _flip(weights.outputs[gene]) @ by_output
            by_z, by_c = self._through_cell(step, by_h, by_c)
            into.outputs[gene][:] = _outer(by_output, step.next_h)
            into.inputs[gene][:] = _outer(by_z, step.x)
            if gene:  # before, h is 0
                into.recurrent[:] += _outer(by_z, step.h)
                by_h = _flip(weights.recurrent) @ by_z
        return result

    def _step(self, x: Reals, h: Reals, c: Reals, weights: Weights, gene: int) -> Step:
        """Equations 1 to 3."""
        gates = weights.inputs[gene] @ x
        if gene:  # before, h is 0
            gates += weights.recurrent @ h
        _sigmoid(gates[:, : 3 * self.hidden])
        _tanh(gates[:, 3 * self.hidden :])
        i, f, o, g = self._gates(gates)
        next_c = f * c + i * g
        squashed = next_c.copy()
        _tanh(squashed)
        next_h = o * squashed
        bent = weights.outputs[gene] @ next_h / self.temperature
        if self.tanh_constant:
            np.tanh(bent, out=bent)
        probabilities = _flip(softmax(_flip(bent * (self.tanh_constant or 1))))
        return Step(x, h, c, gates, squashed, next_h, next_c, bent, probabilities)

    def _by_logits(self, step: Step, emitted: Archs, advantage: Floats, entropy: float) -> Reals:
        """Return the slope of the loss by the logits of one step: advantage (p - emitted) - entropy dH/dlogits."""
        batch = advantage.shape[1]
        weight = (advantage / batch).astype(step.x.dtype)[:, None]
        slope: Reals = weight * (step.probabilities - _flip(one_hot(emitted, step.probabilities.shape[1])))
        if entropy:
            slope -= entropy / batch * _flip(entropy_slope(_flip(step.probabilities)))
        return slope

    def _bend(self, step: Step) -> Reals | float:
        """Return the slope of the logits by V_t h' (equation 3)."""
        bend = self.tanh_constant * (1 - step.bent * step.bent) if self.tanh_constant else 1.0
        return bend / self.temperature

    def _through_cell(self, step: Step, by_h: Reals, by_c: Reals) -> tuple[Reals, Reals]:
        """Return the slopes by z and by c, given those by h' and c' (equations 2 and 1)."""
        i, f, o, g = self._gates(step.gates)
        by_c = by_c + by_h * o * (1 - step.squashed * step.squashed)
        by_z = np.concatenate([by_c * g, by_c * step.c, by_h * step.squashed, by_c * i], axis=1)
        sigmoids = step.gates[:, : 3 * self.hidden]
        by_z[:, : 3 * self.hidden] *= sigmoids * (1 - sigmoids)
        by_z[:, 3 * self.hidden :] *= 1 - g * g
        return by_z, by_c * f

    def _gates(self, gates: Reals) -> list[Reals]:
        """Return i, f, o and g as views."""
        return [gates[:, start : start + self.hidden] for start in range(0, 4 * self.hidden, self.hidden)]


@np.errstate(over="ignore")  # 1 / (1 + inf) is 0, as it should be
def _sigmoid(z: Reals) -> None:
    """Change z in place to 1 / (1 + exp(-z)); numpy takes exp of float32 twice as fast as tanh."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)


def _tanh(z: Reals) -> None:
    """Change z in place to tanh(z) = 2 sigmoid(2 z) - 1."""
    z *= 2
    _sigmoid(z)
    z *= 2
    z -= 1


def _flip(stack: Reals) -> Reals:
    """Return every matrix of a stack transposed."""
    return stack.swapaxes(1, 2)


def _outer(slope: Reals, state: Reals) -> Reals:
    """Return slope times transposed state, summed over the batch; a state of one column is the whole batch's."""
    if state.shape[2] < slope.shape[2]:
        slope = slope @ np.ones((slope.shape[2], 1), slope.dtype)
    return slope @ _flip(state)
