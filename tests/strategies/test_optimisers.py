"""Gradient descent for many runs: the same steps as torch takes, and no run sees another."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.strategies._optimisers import SGD, Adam, optimiser, span

RUNS, SHAPE, STEPS = 6, (6, 3, 4), 25


def gradients() -> np.ndarray:
    """Return gradients of very different sizes, (steps, runs, ...)."""
    generator = np.random.default_rng(0)
    return generator.normal(size=(STEPS, *SHAPE)) * 10.0 ** generator.integers(-4, 3, (1, *SHAPE))


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.999)])
def test_adam_takes_the_steps_of_torch(decay: float, betas: tuple[float, float]) -> None:
    """After 25 steps, parameters equal those of torch.optim.Adam."""
    torch = pytest.importorskip("torch")
    parameters = np.random.default_rng(1).normal(size=SHAPE)
    theirs = torch.nn.Parameter(torch.tensor(parameters))
    teacher = torch.optim.Adam([theirs], lr=0.3, betas=betas, weight_decay=decay)
    adam = Adam(parameters, 0.3, betas=betas, decay=decay)
    for number, gradient in enumerate(gradients(), start=1):
        theirs.grad = torch.tensor(gradient)
        teacher.step()
        adam.step(slice(None), parameters, gradient, number)
    np.testing.assert_allclose(parameters, theirs.detach().numpy(), rtol=1e-12, atol=1e-12)


def test_sgd_goes_against_the_gradient() -> None:
    """Each step is minus rate times gradient."""
    parameters = np.ones(SHAPE)
    for number, gradient in enumerate(gradients(), start=1):
        SGD(0.1).step(slice(None), parameters, gradient, number)
    np.testing.assert_allclose(parameters, 1 - 0.1 * gradients().sum(axis=0))


@pytest.mark.parametrize("name", ["adam", "sgd"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_run_alone_takes_the_steps_of_its_row(name: str, dtype: type) -> None:
    """All rows at once, some rows by number, and a block of them give the same bits; idle rows stay."""
    parts = [slice(None), np.array([1, 4]), slice(2, 4), np.array([5])]
    results = []
    for where in parts:
        parameters = np.ones(SHAPE, dtype=dtype)
        moving = optimiser(name, parameters, 0.1)
        for number, gradient in enumerate(gradients().astype(dtype), start=1):
            moving.step(where, parameters, gradient[where], number)
        assert parameters.dtype == dtype
        results.append(parameters)
    for where, result in zip(parts, results, strict=True):
        np.testing.assert_array_equal(result[where], results[0][where])
        idle = np.delete(np.arange(RUNS), np.arange(RUNS)[where])
        assert (result[idle] == 1).all()


def test_all_rows_are_a_slice() -> None:
    """Rows that are everyone become a slice, so that nothing is copied."""
    assert span(np.arange(RUNS), RUNS) == slice(None)
    assert span(np.array([2]), RUNS).tolist() == [2]
