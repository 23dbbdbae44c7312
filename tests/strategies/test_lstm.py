"""The hand-written gradient of the LSTM, against torch and against finite differences."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import entr

from nassim.strategies._lstm import LSTM

CASES = [
    ((5, 5, 5, 5, 5, 5), 8, 7, 1.0, 2.5, 0.0),
    ((5, 5, 5, 5, 5, 5), 8, 7, 5.0, 2.5, 0.3),
    ((3, 1, 4, 2), 5, 3, 1.0, 0.0, 0.1),
    ((2, 6), 1, 1, 0.5, 1.1, 0.1),
    ((4,), 3, 2, 1.0, 2.5, 0.1),
]


class Case:
    """A network with parameters of order 1, and what it is to learn from."""

    def __init__(self, choices: Any, hidden: int, batch: int, temperature: float, tanh: float, entropy: float) -> None:
        generator = np.random.default_rng(0)
        self.lstm, self.entropy, runs = LSTM(tuple(choices), hidden, temperature, tanh), entropy, 3
        self.flat = generator.normal(0, 0.7, (runs, self.lstm.size))
        self.archs = np.stack([generator.integers(0, count, (runs, batch)) for count in choices], axis=2).astype(
            np.int8
        )
        self.advantage = generator.normal(0, 2, (runs, batch))

    def gradient(self) -> np.ndarray:
        """Return the gradient by hand."""
        return self.lstm.gradient(self.flat, self.archs, self.advantage, self.entropy)

    def loss(self, flat: np.ndarray) -> np.ndarray:
        """Return each run's loss (runs,), from the forward pass alone."""
        total = np.zeros(len(flat))
        for gene, step in enumerate(self.lstm.steps(flat, lambda gene, _: self.archs[:, :, gene])):
            p = np.broadcast_to(step.probabilities, (*step.probabilities.shape[:2], self.archs.shape[1]))
            chosen = np.take_along_axis(p, self.archs[:, None, :, gene].astype(int), axis=1)[:, 0]
            total -= (self.advantage * np.log(chosen) + self.entropy * entr(p).sum(axis=1)).mean(axis=1)
        return total


def torch_loss(torch: Any, case: Case, run: int, flat: Any) -> Any:
    """Return one run's loss as torch computes it, with its own LSTM cell (whose gates are i, f, g, o)."""
    lstm, hidden = case.lstm, case.lstm.hidden
    parts = torch.split(flat, [rows * columns for rows, columns in lstm.shapes])
    recurrent, *others = [part.reshape(shape) for part, shape in zip(parts, lstm.shapes, strict=True)]
    genes, batch = len(lstm.choices), case.archs.shape[1]
    order = torch.cat(
        [torch.arange(2 * hidden), torch.arange(3 * hidden, 4 * hidden), torch.arange(2 * hidden, 3 * hidden)]
    )
    x, state = torch.ones(batch, 1, dtype=flat.dtype), (torch.zeros(batch, hidden, dtype=flat.dtype),) * 2
    loss = torch.zeros((), dtype=flat.dtype)
    for gene, (inputs, output) in enumerate(zip(others[:genes], others[genes:], strict=True)):
        cell = torch.nn.LSTMCell(x.shape[1], hidden, bias=False, dtype=flat.dtype)
        weights = {"weight_ih": inputs[order], "weight_hh": recurrent[order]}
        state = torch.func.functional_call(cell, weights, (x, state))
        logits = state[0] @ output.T / lstm.temperature
        if lstm.tanh_constant:
            logits = lstm.tanh_constant * torch.tanh(logits)
        policy = torch.distributions.Categorical(logits=logits)
        emitted = torch.tensor(case.archs[run, :, gene].astype(np.int64))
        loss = loss - (torch.tensor(case.advantage[run]) * policy.log_prob(emitted)).mean()
        loss = loss - case.entropy * policy.entropy().mean()
        x = torch.nn.functional.one_hot(emitted, lstm.choices[gene]).to(flat.dtype)
    return loss


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_gradient_is_that_of_torch(case: Any) -> None:
    """In float64 both agree to 1e-10, for every parameter, with and without bound and entropy."""
    torch = pytest.importorskip("torch")
    given_case = Case(*case)
    ours, losses = given_case.gradient(), given_case.loss(given_case.flat)
    for run in range(3):
        flat = torch.tensor(given_case.flat[run], requires_grad=True)
        loss = torch_loss(torch, given_case, run, flat)
        loss.backward()
        np.testing.assert_allclose(losses[run], loss.item(), rtol=1e-12)
        np.testing.assert_allclose(ours[run], flat.grad.numpy(), rtol=1e-9, atol=1e-10)


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(
        st.lists(st.integers(1, 4), min_size=1, max_size=4),
        st.integers(1, 4),
        st.integers(1, 4),
        st.sampled_from([0.7, 1.0, 5.0]),
        st.sampled_from([0.0, 1.1, 2.5]),
        st.sampled_from([0.0, 0.5]),
    )
)
def test_the_gradient_is_that_of_finite_differences(case: Any) -> None:
    """Along random directions, for any space, size and setting, to 1e-6."""
    given_case = Case(*case)
    for seed in range(3):
        direction = np.random.default_rng(seed).normal(size=given_case.flat.shape)
        ahead, back = (given_case.loss(given_case.flat + sign * 1e-5 * direction) for sign in (1, -1))
        slope = (given_case.gradient() * direction).sum(axis=1)
        np.testing.assert_allclose(slope, (ahead - back) / 2e-5, rtol=1e-6, atol=1e-6)


def test_float32_is_close_to_float64() -> None:
    """The gradient in float32 is a float32 and differs by rounding."""
    case = Case(*CASES[0])
    exact = case.gradient()
    case.flat = case.flat.astype(np.float32)
    rounded = case.gradient()
    assert rounded.dtype == np.float32
    np.testing.assert_allclose(rounded, exact, atol=1e-5 * np.abs(exact).max())


def test_samples_follow_the_probabilities() -> None:
    """Over many draws, every architecture comes as often as the product of its steps' probabilities says."""
    lstm, archs = LSTM((2, 1, 3), 4, 1.0, 2.5), np.array(list(product(range(2), range(1), range(3))), dtype=np.int8)
    flat = np.random.default_rng(0).normal(size=(1, lstm.size))
    chance = np.ones(len(archs))
    for gene, step in enumerate(lstm.steps(flat, lambda gene, _: archs[None, :, gene])):
        p = np.broadcast_to(step.probabilities[0], (lstm.choices[gene], len(archs)))
        chance *= p[archs[:, gene], np.arange(len(archs))]
    drawn = lstm.sample(flat, np.random.default_rng(1).random((1, 40_000, 3)))[0]
    assert chance.sum() == pytest.approx(1)
    shares = (drawn[:, None] == archs).all(axis=2).mean(axis=0)
    np.testing.assert_allclose(shares, chance, atol=4.5 * 0.5 / np.sqrt(40_000))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [1, 5, 10])
def test_a_run_alone_equals_its_row_bit_for_bit(dtype: type, batch: int) -> None:
    """Samples and gradients of 64 runs equal those of any part of them, in any order."""
    generator, lstm = np.random.default_rng(0), LSTM((5, 3, 1, 5), 32, 1.0, 2.5)
    flat = generator.uniform(-0.5, 0.5, (64, lstm.size)).astype(dtype)
    uniform, advantage = generator.random((64, batch, 4)), generator.normal(size=(64, batch))
    archs = lstm.sample(flat, uniform)
    gradient = lstm.gradient(flat, archs, advantage, 0.1)
    for rows in ([5], [63, 0], [9, 3, 27, 1, 60, 33, 8], list(range(63, -1, -1))):
        np.testing.assert_array_equal(lstm.sample(flat[rows], uniform[rows]), archs[rows])
        np.testing.assert_array_equal(lstm.gradient(flat[rows], archs[rows], advantage[rows], 0.1), gradient[rows])
    block = slice(7, 20)
    np.testing.assert_array_equal(lstm.gradient(flat[block], archs[block], advantage[block], 0.1), gradient[block])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_parameters_saturate(dtype: type) -> None:
    """Gates far beyond what exp can hold become 0 or 1, silently, and gradients stay finite."""
    case = Case(*CASES[0])
    case.flat = (case.flat * 1e4).astype(dtype)
    assert np.isfinite(case.gradient()).all()
