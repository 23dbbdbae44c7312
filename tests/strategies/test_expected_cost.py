"""The expected cost in what differentiable search descends: exact, its gradient, and what it does to what is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nassim
from nassim import catalog
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.strategies._expected_cost import ExpectedCost
from nassim.strategies._policy import softmax
from nassim.strategies.darts import Darts
from tests.toys import toy_space

SPACE = toy_space((3, 2, 1, 4))
EVERY = SPACE.at(np.arange(SPACE.size))
TABLE = np.random.default_rng(0).uniform(1, 9, SPACE.size)
WEIGHTS = np.random.default_rng(1).uniform(0, 3, SPACE.option_mask.shape)
NB201 = nassim.load("nb201/cifar10")
CELLS = NB201.space.at(np.arange(NB201.space.size))
Known = Callable[[np.ndarray], np.ndarray]


def listed(archs: np.ndarray) -> np.ndarray:
    """Return a cost that adds up over nothing."""
    found: np.ndarray = TABLE[SPACE.index(archs)]
    return found


def additive(archs: np.ndarray) -> np.ndarray:
    """Return a cost that adds up over genes."""
    found: np.ndarray = 2.0 + WEIGHTS[np.arange(4), archs].sum(axis=1)
    return found


def by_hand(known: Known, probabilities: np.ndarray) -> np.ndarray:
    """Return the expectation of each mixture as a sum over all architectures."""
    return np.array([(known(EVERY) * one[np.arange(4), EVERY].prod(axis=1)).sum() for one in probabilities])


@pytest.mark.parametrize("known", [listed, additive])
def test_the_expectation_is_exact_and_so_is_its_gradient(known: Known) -> None:
    """By brute force, and by finite differences of what is descended through the softmax; the scale is the even one."""
    cost = ExpectedCost(SPACE, "latency", 5.0, known)
    assert (cost._table is None) == (known is additive)
    mask = SPACE.option_mask
    alpha = np.random.default_rng(2).normal(size=(6, *mask.shape))
    probabilities = softmax(alpha, mask)
    np.testing.assert_allclose(cost.value(probabilities), by_hand(known, probabilities), rtol=1e-12)
    even = known(EVERY).mean()
    slope = cost.slope(probabilities)
    for place in zip(*np.nonzero(mask), strict=True):
        nudge = np.zeros(mask.shape)
        nudge[place] = 1e-5
        ahead, back = (by_hand(known, softmax(alpha + sign * nudge, mask)) for sign in (1, -1))
        np.testing.assert_allclose(slope[(slice(None), *place)], 5 / even * (ahead - back) / 2e-5, atol=1e-8)
    for row in range(6):
        np.testing.assert_array_equal(cost.slope(probabilities[[row]])[0], slope[row])
        np.testing.assert_array_equal(cost.value(probabilities[[row]])[0], cost.value(probabilities)[row])


def test_real_costs_are_exact_over_all_cells() -> None:
    """Latency on NAS-Bench-201 does not add up over edges, parameters do: both are the sum over 15,625 cells."""
    generator = np.random.default_rng(3)
    probabilities = generator.dirichlet(np.ones(5), size=(2, 6))
    for name, adds_up in (("latency", False), ("params", True)):
        cost = ExpectedCost(NB201.space, name, 1.0, lambda archs, name=name: NB201.cost(name, archs))
        table = NB201.cost(name, CELLS)
        expected = [(table * one[np.arange(6), CELLS].prod(axis=1)).sum() for one in probabilities]
        np.testing.assert_allclose(cost.value(probabilities), expected, rtol=1e-9)
        assert (cost._table is None) == adds_up


def test_a_large_space_needs_a_cost_that_adds_up() -> None:
    """There it is exact by 27 questions; a cost that does not is refused in one line."""
    space = toy_space((9,) * 30)
    weights = np.random.default_rng(4).uniform(0, 1, (30, 9))
    cost = ExpectedCost(space, "latency", 1.0, lambda archs: weights[np.arange(30), archs].sum(axis=1))
    probabilities = np.random.default_rng(5).dirichlet(np.ones(9), size=(4, 30))
    np.testing.assert_allclose(cost.value(probabilities), (probabilities * weights).sum(axis=(1, 2)))
    with pytest.raises(
        SettingError, match=r"latency does not add up over the genes of toy-9x.*, which is too large to"
    ):
        ExpectedCost(space, "latency", 1.0, lambda archs: archs.max(axis=1).astype(np.float64))
    darts = catalog.space("darts")
    with pytest.raises(SettingError, match="does not add up over the genes of darts"):
        ExpectedCost(darts, "latency", 1.0, lambda archs: archs.max(axis=1).astype(np.float64))


def test_a_missing_cost_counts_as_the_highest() -> None:
    """It is no number in any limit; in an expectation it is the worst there is, as a failed training."""
    known = np.where(np.arange(SPACE.size) % 5 == 0, np.nan, TABLE)
    cost = ExpectedCost(SPACE, "latency", 1.0, lambda archs: known[SPACE.index(archs)])
    probabilities = softmax(np.random.default_rng(2).normal(size=(2, *SPACE.option_mask.shape)), SPACE.option_mask)
    filled = np.where(np.isnan(known), np.nanmax(known), known)
    np.testing.assert_allclose(
        cost.value(probabilities), by_hand(lambda archs: filled[SPACE.index(archs)], probabilities)
    )


@pytest.mark.parametrize("strategy", ["darts", "gdas"])
def test_more_weight_hands_in_less_cost(strategy: str) -> None:
    """Latency falls with the weight, and weight 0 is the search as it ever was; a run alone equals its row."""
    search: dict[str, Any] = {"evaluations": 40, "objectives": ["error", "latency"]}
    found = {}
    for weight in (0.0, 30.0, 1000.0):
        trace = nassim.simulate(strategy, NB201, runs=40, cost="latency", cost_weight=weight, **search)
        found[weight] = trace.objectives(true=True)[:, -1, 1].mean()
        alone = nassim.simulate(strategy, NB201, runs=[7], cost="latency", cost_weight=weight, **search)
        np.testing.assert_array_equal(alone.archs[0], trace.archs[7])
    plain = nassim.simulate(strategy, NB201, runs=40, **search)
    assert found[0.0] == plain.objectives(true=True)[:, -1, 1].mean()
    assert found[1000.0] < found[30.0] < found[0.0]
    fastest = NB201.cost("latency", CELLS).min()
    assert found[1000.0] < 1.1 * fastest


def test_one_step_descends_error_and_cost_together() -> None:
    """Adam's first step goes by the signs of the sum of both slopes, each by hand."""
    runs = np.arange(3)
    searcher = Darts(NB201.space, Streams(0, "darts", runs), cost="latency", cost_weight=40.0, weight_decay=0.0)
    searcher.set_cost_oracle(NB201.cost)
    before = searcher.policy.values.copy()
    asked = searcher.ask(runs)
    answer = NB201.relax(asked)
    searcher.tell(runs, asked, answer)
    p, latency = asked.probabilities, NB201.cost("latency", CELLS)
    each = p[:, np.arange(6), CELLS]  # (runs, cells, genes)
    slope = answer.gradient.copy()
    for gene in range(6):
        others = np.delete(each, gene, axis=2).prod(axis=2)
        for option in range(5):
            chosen = CELLS[:, gene] == option
            slope[:, gene, option] += 40 / latency.mean() * (others[:, chosen] @ latency[chosen])
    wanted = p * (slope - (p * slope).sum(axis=2, keepdims=True))
    np.testing.assert_array_equal(np.sign(before - searcher.policy.values), np.sign(wanted))


def test_what_cannot_be_is_refused() -> None:
    """A weight of nothing, an unknown cost, a negative weight."""
    with pytest.raises(SettingError, match="cost_weight = 2 needs the name of a cost"):
        nassim.simulate("darts", NB201, runs=1, cost_weight=2.0)
    with pytest.raises(UnknownNameError, match="did you mean 'latency'"):
        nassim.simulate("gdas", NB201, runs=1, cost="latnecy", cost_weight=2.0)
    with pytest.raises(SettingError, match="'cost_weight' must be a number >= 0, got -1"):
        nassim.simulate("darts", NB201, runs=1, cost="latency", cost_weight=-1)


def test_a_predicted_cost_may_be_descended() -> None:
    """Measured costs are refused; a model of them, as ProxylessNAS has, is known, and adds up."""
    learned = nassim.load("nb201/cifar10", wrap=[{"name": "learned_cost", "cost": "latency", "measured": 200}])
    cost = ExpectedCost(learned.space, "latency", 1.0, lambda archs: learned.cost("latency", archs))
    assert cost._table is None
    trace = nassim.simulate(
        "darts", learned, runs=20, cost="latency", cost_weight=100.0, objectives=["error", "latency"]
    )
    plain = nassim.simulate("darts", learned, runs=20, objectives=["error", "latency"])
    assert trace.objectives(true=True)[:, -1, 1].mean() < plain.objectives(true=True)[:, -1, 1].mean()
