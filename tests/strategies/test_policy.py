"""Softmax policies and the baseline of the reward."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from nassim.core.random_streams import Streams
from nassim.strategies._policy import (
    Baseline,
    draw,
    entropy_slope,
    most_probable,
    normal,
    one_hot,
    softmax,
    through_softmax,
)

OPTION_MASK = np.array([[True, True, True, True], [True, True, False, False], [True, False, False, False]])
EVERYTHING = slice(None)


def logits(runs: int = 5, scale: float = 3.0) -> np.ndarray:
    """Return random logits (runs, 3, 4)."""
    return np.random.default_rng(0).normal(size=(runs, *OPTION_MASK.shape)) * scale


def test_softmax_knows_only_the_options_alive() -> None:
    """It equals scipy's over the options a gene has, and is 0 elsewhere, however large the logits."""
    for scale in (1.0, 1e3):
        values = logits(scale=scale)
        expected = special.softmax(np.where(OPTION_MASK, values, -np.inf), axis=-1)
        np.testing.assert_allclose(softmax(values, OPTION_MASK), expected, rtol=1e-12)
        np.testing.assert_allclose(softmax(values), special.softmax(values, axis=-1), rtol=1e-12)
    np.testing.assert_array_equal(softmax(logits() - 1e5, OPTION_MASK)[:, 2], [[1, 0, 0, 0]] * 5)


def test_slopes_equal_finite_differences() -> None:
    """The chain rule through a softmax and the slope of the entropy are right to 1e-6."""
    values, weights, step = logits(), np.random.default_rng(1).normal(size=(5, *OPTION_MASK.shape)), 1e-5
    functions = {
        "linear": lambda x: (softmax(x) * weights).sum(axis=(1, 2)),
        "entropy": lambda x: special.entr(softmax(x)).sum(axis=(1, 2)),
    }
    slopes = {"linear": through_softmax(softmax(values), weights), "entropy": entropy_slope(softmax(values))}
    for name, function in functions.items():
        for place in np.ndindex(*OPTION_MASK.shape):
            nudge = np.zeros(OPTION_MASK.shape)
            nudge[place] = step
            numeric = (function(values + nudge) - function(values - nudge)) / (2 * step)
            np.testing.assert_allclose(slopes[name][(EVERYTHING, *place)], numeric, atol=1e-6)


def test_entropy_is_flat_where_options_are_missing() -> None:
    """Options of probability 0 have a slope of 0, not nan."""
    slope = entropy_slope(softmax(logits(), OPTION_MASK))
    assert (slope[:, ~OPTION_MASK] == 0).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_draws_follow_the_probabilities(dtype: type) -> None:
    """Over evenly spread uniform numbers, each option is drawn as often as its probability says."""
    probabilities = softmax(logits(1), OPTION_MASK).astype(dtype)
    uniform = (np.arange(100_000) + 0.5) / 100_000
    drawn = draw(np.repeat(probabilities, uniform.size, axis=0), np.repeat(uniform[:, None], 3, axis=1))
    shares = one_hot(drawn, 4).mean(axis=0)
    np.testing.assert_allclose(shares, probabilities[0], atol=2e-5)
    assert (shares[~OPTION_MASK] == 0).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_draw_is_an_option_that_a_gene_lacks(dtype: type) -> None:
    """Not even the largest uniform number passes the last option alive, whatever rounding did to the sum."""
    probabilities = softmax(logits(500), OPTION_MASK).astype(dtype)
    drawn = draw(probabilities, np.full(probabilities.shape[:2], 1 - 2.0**-33))
    assert np.take_along_axis(np.broadcast_to(OPTION_MASK, probabilities.shape), drawn[..., None].astype(int), 2).all()


def test_the_most_probable_option_is_alive() -> None:
    """The largest logit among the options that a gene has."""
    values = logits()
    values[:, ~OPTION_MASK] = 100
    expected = special.softmax(np.where(OPTION_MASK, values, -np.inf), axis=-1).argmax(axis=-1)
    np.testing.assert_array_equal(most_probable(values, OPTION_MASK), expected)


def test_normal_numbers_are_normal() -> None:
    """They pass a Kolmogorov-Smirnov test, and take one word each from the stream."""
    rows = np.arange(400)
    streams = Streams(0, "normal", rows)
    numbers = normal(streams, rows, (5, 6))
    assert numbers.shape == (400, 5, 6)
    assert stats.kstest(numbers.ravel(), "norm").pvalue > 0.01
    np.testing.assert_array_equal(
        streams.random_words(rows, 1), Streams(0, "normal", rows).random_words(rows, 31)[:, 30:]
    )


class TextbookAverage:
    """ExponentialMovingAverage of the NAS-Bench-201 authors' REINFORCE, in their words."""

    def __init__(self, momentum: float) -> None:
        self.numerator, self.denominator, self.momentum = 0.0, 0.0, momentum

    def update(self, value: float) -> None:
        """Take in a value."""
        self.numerator = self.momentum * self.numerator + (1 - self.momentum) * value
        self.denominator = self.momentum * self.denominator + (1 - self.momentum)

    def value(self) -> float:
        """Return the average."""
        return self.numerator / self.denominator


def test_the_baseline_is_the_published_average() -> None:
    """It takes in a reward before that reward is compared with it; the first advantage is 0."""
    errors, baseline = np.random.default_rng(0).uniform(5, 95, (40, 3)), Baseline(3, 0.9)
    averages = [TextbookAverage(0.9) for _ in range(3)]
    for step, error in enumerate(errors):
        advantage = baseline.advantage(EVERYTHING, error)
        for average, value in zip(averages, error, strict=True):
            average.update(100 - value)
        expected = [100 - value - average.value() for average, value in zip(averages, error, strict=True)]
        np.testing.assert_allclose(advantage, expected, atol=1e-11)
        assert step or np.allclose(advantage, 0)


def test_a_failed_training_counts_as_the_worst_met() -> None:
    """Before any success it teaches nothing; afterwards it is told as the run's worst error."""
    failing, worst = Baseline(1, 0.9), Baseline(1, 0.9)
    assert failing.advantage(EVERYTHING, np.array([np.nan])).tolist() == [0]
    for error, stands_for in [(20.0, 20.0), (50.0, 50.0), (np.nan, 50.0), (30.0, 30.0), (np.nan, 50.0)]:
        told = failing.advantage(EVERYTHING, np.array([error]))
        assert told == worst.advantage(EVERYTHING, np.array([stands_for]))
