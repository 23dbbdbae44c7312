"""REINFORCE: the textbook's update, run by run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Outcome
from nassim.core.random_streams import Streams
from nassim.strategies.reinforce import Reinforce
from tests.toys import toy_benchmark, toy_space

CHOICES = (5, 2, 1, 3)
RUNS = np.arange(4)


class Textbook:
    """One run of REINFORCE in plain Python: lists of logits, one per option that the gene has."""

    def __init__(self, logits: list[list[float]], rate: float, entropy: float, adam: bool) -> None:
        self.logits, self.rate, self.entropy, self.adam = logits, rate, entropy, adam
        self.m = [[0.0] * len(gene) for gene in logits]
        self.v = [[0.0] * len(gene) for gene in logits]
        self.numerator = self.denominator = 0.0
        self.steps = 0

    def tell(self, arch: list[int], error: float) -> None:
        """Take one step."""
        self.steps += 1
        reward = 100 - error
        self.numerator = 0.9 * self.numerator + 0.1 * reward
        self.denominator = 0.9 * self.denominator + 0.1
        advantage = reward - self.numerator / self.denominator
        for gene, choice in enumerate(arch):
            weights = [math.exp(logit) for logit in self.logits[gene]]
            policy = [weight / sum(weights) for weight in weights]
            entropy = -sum(p * math.log(p) for p in policy)
            for option, p in enumerate(policy):
                slope = -advantage * ((option == choice) - p) + self.entropy * p * (math.log(p) + entropy)
                self.logits[gene][option] -= self.rate * self._direction(gene, option, slope)

    def _direction(self, gene: int, option: int, slope: float) -> float:
        if not self.adam:
            return slope
        m = self.m[gene][option] = 0.9 * self.m[gene][option] + 0.1 * slope
        v = self.v[gene][option] = 0.999 * self.v[gene][option] + 0.001 * slope**2
        return m / (1 - 0.9**self.steps) / (math.sqrt(v / (1 - 0.999**self.steps)) + 1e-8)


def new(runs: Any = RUNS, **options: Any) -> Reinforce:
    """Return the strategy on a space of unequal genes."""
    return Reinforce(toy_space(CHOICES), Streams(0, "reinforce", runs), **options)


def outcome(error: Any) -> Outcome:
    """Return an answer of these errors."""
    return Outcome(np.asarray(error, dtype=np.float64), np.zeros(len(error)), np.zeros((len(error), 0)))


@pytest.mark.parametrize(
    ("options", "entropy"),
    [({}, 0.0), ({"entropy": 2.0}, 2.0), ({"optimizer": "sgd"}, 0.0), ({"optimizer": "sgd", "entropy": 1.0}, 1.0)],
)
def test_every_run_takes_the_steps_of_the_textbook(options: dict[str, Any], entropy: float) -> None:
    """After 60 answers the logits of each of four runs are those of a plain loop over its answers.

    Not to the last bit: the first advantage is 0 up to rounding, which Adam's division magnifies.
    """
    strategy, errors = new(**options), np.random.default_rng(0).uniform(5, 90, (60, RUNS.size))
    rate, adam = 0.01, "optimizer" not in options
    books = [
        Textbook([row[:count].tolist() for row, count in zip(logits, CHOICES, strict=True)], rate, entropy, adam)
        for logits in strategy.logits
    ]
    for error in errors:
        asked = strategy.ask(RUNS)
        strategy.tell(RUNS, asked, outcome(error))
        for book, arch, value in zip(books, asked.archs.tolist(), error, strict=True):
            book.tell(arch, value)
    for logits, book in zip(strategy.logits, books, strict=True):
        for gene, count in enumerate(CHOICES):
            np.testing.assert_allclose(logits[gene, :count], book.logits[gene], atol=1e-6)


def test_it_starts_nearly_uniform() -> None:
    """The first policy is uniform over the options that each gene has, to within a percent."""
    option_mask = toy_space(CHOICES).option_mask
    np.testing.assert_allclose(
        new().probabilities, np.broadcast_to(option_mask / option_mask.sum(1)[:, None], (4, 4, 5)), rtol=0.01
    )


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_a_run_alone_equals_its_row_bit_for_bit(size: int) -> None:
    """Batches of 1, 2, 7 and 64 runs give the same architectures and errors."""
    benchmark, numbers = toy_benchmark((5,) * 6), np.random.default_rng(0).permutation(64)
    whole = nassim.simulate("reinforce", benchmark, runs=64, evaluations=80, entropy=0.5)
    part = nassim.simulate("reinforce", benchmark, runs=numbers[:size], evaluations=80, entropy=0.5)
    np.testing.assert_array_equal(part.archs, whole.archs[numbers[:size]])


def test_an_answer_out_of_order_is_credited_to_its_architecture() -> None:
    """The policy is moved towards what an answer is about, not towards what was asked last."""
    strategy = new(optimizer="sgd", learning_rate=0.1)
    first, second = strategy.ask(RUNS), strategy.ask(RUNS)
    strategy.tell(RUNS, second, outcome([50.0] * 4))
    before = strategy.probabilities.copy()
    strategy.tell(RUNS, first, outcome([10.0] * 4))
    change = np.take_along_axis(strategy.probabilities - before, first.archs[..., None].astype(int), axis=2)
    assert (change[:, [0, 1, 3]] > 0).all()


def test_it_learns() -> None:
    """With all the time it needs, its policy settles on one of the best tenth of architectures, in nearly every run."""
    benchmark = toy_benchmark((4, 3, 4))
    trace = nassim.simulate("reinforce", benchmark, runs=40, evaluations=1500, learning_rate=0.05, signal="mean")
    assert (trace.archs[:, -50:] == trace.archs[:, -1:]).mean() > 0.95
    ranks = (benchmark.truth(benchmark.space.at(np.arange(48)))[:, None] < trace.truth[:, -1]).sum(axis=0)
    assert np.median(ranks) <= 4
