"""Searches on a benchmark with weight sharing: what they say was trained, what they learn, and what they hand in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim import simulate
from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome, SupernetAnswer, SupernetState
from nassim.engine.evaluator import Evaluator
from nassim.strategies._one_shot import best_candidate, errors_seen
from nassim.strategies._policy import softmax
from nassim.strategies.darts import Darts
from nassim.strategies.enas import Enas
from nassim.strategies.gdas import Gdas
from nassim.strategies.rsps import Rsps
from nassim.strategies.setn import Setn
from tests.toys import toy_benchmark

TABLE = toy_benchmark((4, 3, 2, 4))
BENCH = WeightSharing(TABLE, Sharing(correlation=0.7, handicap=2.0, maturity=4.0, mixing=0.6, minibatch=0.0, doubt=0.0))
SPACE, RUNS, ROWS = TABLE.space, 3, np.arange(3)
OPTION_MASK = SPACE.option_mask
ALL: list[tuple[Any, dict[str, Any]]] = [
    (Darts, {}),
    (Darts, {"order": 2, "steps": 4}),
    (Gdas, {}),
    (Rsps, {"candidates": 7}),
    (Rsps, {"candidates": 7, "sampling": "fair"}),
    (Setn, {"candidates": 7}),
    (Enas, {"children": 5, "hidden": 4}),
]
every = pytest.mark.parametrize(("kind", "settings"), ALL, ids=[f"{kind.__name__}-{more}" for kind, more in ALL])


def new(kind: Any, settings: dict[str, Any]) -> Any:
    """Return a search of three runs."""
    return kind(SPACE, Streams(5, kind.__name__.lower(), ROWS), **settings)


def evaluator() -> Evaluator:
    """Return who asks the benchmark for them."""
    return Evaluator(BENCH, Streams(5, "luck", ROWS))


@every
def test_an_epoch_trains_every_gene_for_as_long(kind, settings):
    """Over the options of a gene, what an epoch adds is one epoch, or one per option; options that are not get none."""
    search, office, before = new(kind, settings), evaluator(), np.zeros((RUNS, *OPTION_MASK.shape))
    for _ in range(5):
        asked = search.ask(ROWS)
        search.tell(ROWS, asked, office.answer(ROWS, asked, np.zeros(RUNS)))
        gained = search.trained - before
        expected = np.array(SPACE.choices) if settings.get("sampling") == "fair" else 1.0
        np.testing.assert_allclose(gained.sum(axis=2), np.broadcast_to(expected, (RUNS, 4)), rtol=1e-12)
        assert not gained[:, ~OPTION_MASK].any()
        before = search.trained.copy()


@pytest.mark.parametrize("kind", [Darts, Gdas])
def test_an_option_is_as_trained_as_its_probability_let_it_be(kind):
    """After some epochs, the training is the sum of the probabilities that options had in them."""
    search, office, total = new(kind, {"learning_rate": 1.0}), evaluator(), 0.0
    for _ in range(6):
        asked = search.ask(ROWS)
        before = softmax(search.policy.values, OPTION_MASK)
        search.tell(ROWS, asked, office.answer(ROWS, asked, np.zeros(RUNS)))
        total = total + (before if kind is Darts else softmax(search.policy.values, OPTION_MASK))
    np.testing.assert_allclose(search.trained, total, rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2])
def test_the_slope_is_that_of_the_levels_that_the_order_sees(order):
    """First order: by alpha with the training as it is. Second: also through one more step of training."""
    steps = 2
    search, training_seed = (
        new(Darts, {"order": order, "steps": steps}),
        Streams(5, "luck", ROWS).random_words(ROWS, 1)[:, 0],
    )
    search.policy.values[:] = np.random.default_rng(0).normal(size=search.policy.values.shape)
    search.trained[:] = np.random.default_rng(1).uniform(0, 2, search.trained.shape)
    alpha, trained = search.policy.values.copy(), search.trained.copy()

    def error(values: np.ndarray) -> np.ndarray:
        chance = softmax(values, OPTION_MASK)
        ahead = trained + chance / steps if order == 2 else trained
        supernet = SupernetState(ahead, mixed=np.ones(RUNS, dtype=bool))
        return BENCH.relax(Mixture(chance, np.ones(RUNS), supernet=supernet), training_seed).error

    asked = search.ask(ROWS)
    search.policy.steps = 1
    search.policy.adam.decay = 0.0
    search.tell(ROWS, asked, BENCH.relax(asked, training_seed))
    gradient = search.policy.adam.first / 0.5  # Adam's first moment after one step is (1 - beta1) times the gradient
    for gene, option in np.argwhere(OPTION_MASK):
        nudge = np.zeros(OPTION_MASK.shape)
        nudge[gene, option] = 1e-5
        expected = (error(alpha + nudge) - error(alpha - nudge)) / 2e-5
        np.testing.assert_allclose(gradient[:, gene, option], expected, rtol=1e-4, atol=1e-6)


def test_without_weight_sharing_the_orders_are_the_same():
    """A table knows no training of options, so second order has nothing to look ahead to."""
    first, second = (simulate("darts", TABLE, runs=5, seed=1, order=order) for order in (1, 2))
    np.testing.assert_array_equal(first.archs, second.archs)


@pytest.mark.parametrize(("kind", "settings"), ALL[3:])
def test_it_hands_in_the_best_candidate_of_the_last_epoch(kind, settings):
    """Of those it asked for, that of the lowest error by the shared weights."""
    search, office = new(kind, settings), evaluator()
    for _ in range(3):
        asked = search.ask(ROWS)
        answer = office.answer(ROWS, asked, np.zeros(RUNS))
        search.tell(ROWS, asked, answer)
        candidates, error = asked.supernet.candidates, answer.supernet.candidate_error
        assert error.shape == candidates.shape[:2]
        for row in ROWS:
            best = min(range(candidates.shape[1]), key=lambda k, row=row, error=error: error[row, k])
            np.testing.assert_array_equal(search.derive_architecture(ROWS)[row], candidates[row, best])


def test_candidates_without_an_answer_are_refused_and_failures_never_chosen():
    """A failed candidate is not the best; a benchmark that judges none is no place for such a search."""
    archs = SPACE.at(np.arange(4))[None]
    asked = Mixture(np.ones((1, 4, 4)), np.ones(1), supernet=SupernetState(candidates=archs))
    slope = RelaxedOutcome(*[np.ones(1)] * 3)
    chosen = best_candidate(asked, np.array([[np.nan, 3.0, 2.0, np.nan]]))
    np.testing.assert_array_equal(chosen[0], archs[0, 2])
    with pytest.raises(SettingError, match="judged no candidates"):
        errors_seen(np.arange(1), Streams(0, "rsps", [0]), slope)


def test_each_candidate_is_judged_on_one_batch():
    """Normal around its error, with the benchmark's doubt, and luck of the run's own; without doubt as it is."""
    rows, told = np.arange(40), np.arange(200.0)
    said = SupernetAnswer(candidate_error=np.tile(told, (40, 1)), candidate_noise=np.full(40, 3.0))
    answer = RelaxedOutcome(*[np.ones(40)] * 3, supernet=said)
    errors = errors_seen(rows, Streams(0, "rsps", rows), answer) - told
    assert errors.std() == pytest.approx(3.0, rel=0.05)
    assert abs(errors.mean()) < 0.15
    one = SupernetAnswer(candidate_error=told[None], candidate_noise=np.full(1, 3.0))
    alone = answer._replace(supernet=one)
    np.testing.assert_array_equal(errors_seen(np.arange(1), Streams(0, "rsps", [17]), alone)[0], errors[17] + told)
    sure = answer._replace(supernet=said._replace(candidate_noise=None))
    np.testing.assert_array_equal(errors_seen(rows, Streams(0, "rsps", rows), sure), said.candidate_error)


def test_the_noise_of_minibatches_slows_alpha_down():
    """Adam's steps are as long as the slope is large beside its noise, so with noise probabilities stay even longer."""

    def entropy(minibatch: float) -> float:
        bench = WeightSharing(TABLE, Sharing(minibatch=minibatch))
        search = new(Darts, {"steps": 16})
        office = Evaluator(bench, Streams(5, "luck", ROWS))
        for _ in range(30):
            asked = search.ask(ROWS)
            search.tell(ROWS, asked, office.answer(ROWS, asked, np.zeros(RUNS)))
        chance = search.policy.probabilities(ROWS)
        return float(-(chance * np.log(np.where(chance > 0, chance, 1))).sum())

    assert entropy(0.0) < 0.5 * entropy(10.0)


@every
@pytest.mark.parametrize("name", ["graph/cora", "fcnet/protein"])
def test_searches_run_on_other_spaces(kind, settings, name):
    """Where genes have unequal options, failures and long tails: three runs of some epochs hand in what was trained."""
    bench = WeightSharing(nassim.load(name))
    trace = simulate(kind, bench, runs=3, seed=0, evaluations=4, **settings)
    assert trace.archs.shape == (3, 4, len(bench.space.choices))
    assert bench.space.valid(trace.archs.reshape(12, -1)).all()
    assert np.isfinite(trace.error).all()
    alone = simulate(kind, bench, runs=[2], seed=0, evaluations=4, **settings)
    np.testing.assert_array_equal(trace.archs[2:], alone.archs)
