"""What every benchmark promises; a new data folder is tested the moment it exists."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from nassim import catalog
from nassim.benchmarks import loading
from nassim.core.benchmark import Outcome, Query
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.random_streams import Streams
from nassim.core.records import rows_of
from nassim.core.relaxation import Mixture

NAMES = catalog.names("benchmarks")
MANY = 2000
ROWS = np.arange(MANY)
TRAINING_SEEDS = Streams(0, "luck", ROWS).random_words(ROWS, 1)[:, 0].copy()
FEW = ROWS[:6]

pytestmark = pytest.mark.parametrize("name", NAMES)


@cache
def bench(name: str):
    """Return a benchmark, loaded once."""
    return loading.load(name)


@cache
def some(name: str) -> np.ndarray:
    """Return many random architectures."""
    return bench(name).space.sample(ROWS, Streams(0, "contract", ROWS))


def mixtures(name: str, seed: int = 0) -> Mixture:
    """Return a few random distributions over architectures."""
    space = bench(name).space
    weights = np.random.default_rng(seed).exponential(size=(FEW.size, *space.option_mask.shape)) * space.option_mask
    return Mixture(weights / weights.sum(axis=2, keepdims=True), np.full(FEW.size, float(bench(name).epochs[-1])))


def vertices(name: str) -> Mixture:
    """Return distributions that put everything on one architecture each: the first few."""
    space = bench(name).space
    chosen = some(name)[FEW][:, :, None] == np.arange(space.widest)
    return Mixture(chosen.astype(np.float64), np.full(FEW.size, float(bench(name).epochs[-1])))


def same(first: Outcome, second: Outcome) -> bool:
    """Return whether two outcomes are equal bit for bit."""
    pairs = zip(first, second, strict=True)
    return all(a is b if a is None else np.array_equal(a, b, equal_nan=True) for a, b in pairs)


def part(outcome: Outcome, rows: np.ndarray) -> Outcome:
    """Return some rows of an outcome."""
    return rows_of(outcome, rows)


def test_it_describes_itself(name):
    """Its name is that of its folder, its space is in the catalog, its fidelities increase, its card is filled in."""
    it = bench(name)
    assert it.name == name
    assert it.space is catalog.space(it.space.name)
    assert list(it.epochs) == sorted(set(it.epochs))
    assert it.epochs[0] >= 1
    assert len(set(it.costs)) == len(it.costs)
    for field in ("title", "source", "licence", "search_split", "report_split", "unit", "sha256"):
        assert getattr(it.card, field), field
    assert len(it.card.sha256) == 64


def test_an_outcome_has_the_shape_of_its_question(name):
    """One error, one time and all costs per row: errors finite or nan, costs finite where no training failed."""
    for training_seed in (None, TRAINING_SEEDS):
        outcome = bench(name).evaluate(Query(some(name)), training_seed)
        assert outcome.error.shape == outcome.seconds.shape == (MANY,)
        assert outcome.costs.shape == (MANY, len(bench(name).costs))
        assert not np.isinf(outcome.error).any()
        assert (outcome.seconds > 0).all()
        assert np.isfinite(outcome.seconds).all()
        assert np.isfinite(outcome.costs[np.isfinite(outcome.error)]).all()


def test_costs_are_known_without_training(name):
    """Those of an outcome, by name, and no others."""
    it, archs = bench(name), some(name)
    costs = it.evaluate(Query(archs)).costs
    for cost, column in zip(it.costs, costs.T, strict=True):
        assert np.array_equal(it.cost(cost, archs), column, equal_nan=True)  # nan = not measured
    with pytest.raises(UnknownNameError, match=f"unknown cost of {name} 'no such cost'"):
        it.cost("no such cost", archs)


@pytest.mark.parametrize("training_seed", [None, TRAINING_SEEDS], ids=["mean", "seeded"])
def test_evaluate_is_pure(name, training_seed):
    """The same question has the same answer, in any batch, in any order, after any other question."""
    it, archs = bench(name), some(name)
    whole = it.evaluate(Query(archs), training_seed)
    order = np.random.default_rng(0).permutation(MANY)
    for rows in (order, FEW, np.array([1999]), ROWS):
        answer = it.evaluate(Query(archs[rows]), None if training_seed is None else training_seed[rows])
        assert same(answer, part(whole, rows))
    assert same(
        loading.load(name).evaluate(Query(archs[FEW]), None if training_seed is None else training_seed[FEW]),
        part(whole, FEW),
    )


def test_a_question_is_not_changed_by_its_answer(name):
    """Neither the architectures nor the luck that are handed in, nor an earlier answer, ever change."""
    archs, training_seed = some(name).copy(), TRAINING_SEEDS.copy()
    answer = bench(name).evaluate(Query(archs), training_seed)
    kept = part(answer, ROWS)
    bench(name).evaluate(Query(archs[::-1]), None)
    assert np.array_equal(archs, some(name))
    assert np.array_equal(training_seed, TRAINING_SEEDS)
    assert same(answer, kept)


def test_luck_chooses_among_trainings_whose_mean_is_the_answer_without(name):
    """Over many seeds the mean error is that without, within 4.5 standard errors, and never outside its range."""
    it, varied = bench(name), 0
    for arch in some(name)[:40]:
        seen = it.evaluate(Query(np.repeat(arch[None], MANY, axis=0)), TRAINING_SEEDS).error
        mean = it.evaluate(Query(arch[None])).error[0]
        seen = seen[~np.isnan(seen)]
        if not seen.size:
            assert np.isnan(mean)
            continue
        varied += seen.std() > 0
        assert seen.min() - 1e-9 <= mean <= seen.max() + 1e-9
        assert abs(seen.mean() - mean) <= 4.5 * seen.std() / np.sqrt(seen.size) + 1e-9
    lucky, mean = (it.evaluate(Query(some(name)), training_seed).error for training_seed in (TRAINING_SEEDS, None))
    assert varied or np.array_equal(lucky, mean, equal_nan=True)  # a benchmark without repeated trainings


def test_trainings_of_one_luck_belong_to_different_seeds(name):
    """One luck does not mean the same training of every architecture: their deviations do not go together."""
    it, archs = bench(name), some(name)
    mean = it.evaluate(Query(archs)).error
    first, second = (
        it.evaluate(Query(archs), np.full(MANY, word, dtype=np.uint32)).error - mean for word in TRAINING_SEEDS[:2]
    )
    if np.nanstd(first) > 0:
        both = np.isfinite(first) & np.isfinite(second)
        signs = np.sign(first[both]), np.sign(second[both])  # deviations may have long tails
        assert abs(np.corrcoef(*signs)[0, 1]) < 0.2


def test_truth_is_finite_and_the_optimum_its_lowest(name):
    """Every architecture has a finite error on the report split, in any batch; none is below the optimum."""
    it = bench(name)
    truth = it.truth(some(name))
    assert truth.shape == (MANY,)
    assert np.isfinite(truth).all()
    assert np.array_equal(it.truth(some(name)[FEW]), truth[FEW])
    assert it.optimum <= truth.min()
    if it.space.size <= 200_000:
        assert it.truth(it.space.at(np.arange(it.space.size))).min() == it.optimum


def test_truth_goes_with_the_signal(name):
    """What is good on the search split is mostly good on the report split: rank correlation above one half."""
    error, truth = bench(name).evaluate(Query(some(name))).error, bench(name).truth(some(name))
    fine = np.isfinite(error)
    ranks = (np.argsort(np.argsort(values[fine])) for values in (error, truth))
    assert np.corrcoef(*ranks)[0, 1] > 0.5


def test_every_fidelity_answers_and_costs_more_than_the_one_before(name):
    """Each recorded epoch can be asked for; the last is the default; training longer takes longer."""
    it, archs, before = bench(name), some(name), np.zeros(MANY)
    for epoch in it.epochs:
        outcome = it.evaluate(Query(archs, epochs=np.full(MANY, epoch)), TRAINING_SEEDS)
        assert (outcome.seconds > before).all()
        before = outcome.seconds
    assert same(outcome, it.evaluate(Query(archs), TRAINING_SEEDS))


def test_epochs_already_paid_for_are_not_paid_again(name):
    """Resuming costs the difference in seconds and changes nothing else; since 0 is from scratch."""
    it, archs = bench(name), some(name)
    last, first = np.full(MANY, it.epochs[-1]), np.full(MANY, it.epochs[0])
    whole = it.evaluate(Query(archs, epochs=last), TRAINING_SEEDS)
    start = it.evaluate(Query(archs, epochs=first), TRAINING_SEEDS)
    assert same(it.evaluate(Query(archs, epochs=last, since=0 * last), TRAINING_SEEDS), whole)
    rest = it.evaluate(Query(archs, epochs=last, since=first), TRAINING_SEEDS)
    assert np.array_equal(rest.error, whole.error, equal_nan=True)
    assert np.allclose(rest.seconds, whole.seconds - start.seconds, rtol=1e-12, atol=1e-9)
    assert not it.evaluate(Query(archs, epochs=last, since=last), TRAINING_SEEDS).seconds.any()


def test_a_fidelity_that_was_not_recorded_is_refused(name):
    """Asking for an epoch that the table lacks names the benchmark and what there is."""
    it = bench(name)
    for epoch in (0, it.epochs[-1] + 1, -1):
        with pytest.raises(SettingError, match=str(it.epochs[-1])):
            it.evaluate(Query(some(name)[FEW], epochs=np.full(FEW.size, epoch)), TRAINING_SEEDS[FEW])


@pytest.mark.parametrize("training_seed", [None, TRAINING_SEEDS[FEW]], ids=["mean", "seeded"])
def test_isomorphic_architectures_share_their_answer_per_network(name, training_seed):
    """per_network answers for each architecture as for its representative, and that as the benchmark itself."""
    it, archs = bench(name).per_network(), some(name)
    representative = it.space.representative(archs)
    words = None if training_seed is None else TRAINING_SEEDS
    assert same(it.evaluate(Query(archs), words), it.evaluate(Query(representative), words))
    assert np.array_equal(it.truth(archs), it.truth(representative))
    assert same(it.evaluate(Query(representative), words), bench(name).evaluate(Query(representative), words))
    assert (it.name, it.costs, it.epochs) == (name, bench(name).costs, bench(name).epochs)
    assert same(it.per_network().evaluate(Query(archs), words), it.evaluate(Query(archs), words))
    assert it.optimum >= bench(name).optimum


def relaxable(name: str):
    """Return the benchmark, if it answers for mixtures."""
    if not bench(name).relaxable:
        pytest.skip(f"{name} does not relax")
    return bench(name)


@pytest.mark.parametrize("training_seed", [None, TRAINING_SEEDS[FEW]], ids=["mean", "seeded"])
def test_at_a_vertex_relaxing_is_evaluating(name, training_seed):
    """A distribution on a single architecture gives its error under the same training seeds, and its mean seconds."""
    it = relaxable(name)
    slope = it.relax(vertices(name), training_seed)
    outcome = it.evaluate(Query(some(name)[FEW]), training_seed)
    told = np.isfinite(outcome.error)
    assert np.allclose(slope.error[told], outcome.error[told], rtol=1e-12, atol=0)
    assert np.isfinite(slope.error).all()
    assert np.allclose(slope.seconds, it.evaluate(Query(some(name)[FEW])).seconds, rtol=1e-12)


@pytest.mark.parametrize("training_seed", [None, TRAINING_SEEDS[FEW]], ids=["mean", "seeded"])
def test_the_gradient_is_that_of_the_expectation(name, training_seed):
    """Central differences, exact for a form linear in each gene, agree with the gradient to 1e-6."""
    it, mixture, space = relaxable(name), mixtures(name), bench(name).space
    gradient = it.relax(mixture, training_seed).gradient
    assert gradient.shape == mixture.probabilities.shape
    assert not gradient[:, ~space.option_mask].any()
    for gene, option in zip(*np.nonzero(space.option_mask), strict=True):
        ends = []
        for step in (0.25, -0.25):
            moved = mixture.probabilities.copy()
            moved[:, gene, option] += step
            ends.append(it.relax(mixture._replace(probabilities=moved), training_seed).error)
        assert np.allclose((ends[0] - ends[1]) / 0.5, gradient[:, gene, option], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("training_seed", [None, TRAINING_SEEDS[FEW]], ids=["mean", "seeded"])
def test_relaxing_is_the_expectation_over_architectures(name, training_seed):
    """The expectation is that of evaluating all architectures, weighted by their probability (small spaces)."""
    it, space = relaxable(name), bench(name).space
    if space.size > 100_000:
        pytest.skip(f"{name} is too large to add up")
    mixture = mixtures(name, seed=1)
    archs = space.at(np.arange(space.size))
    slope = it.relax(mixture, training_seed)
    for row in FEW[:3]:
        weight = mixture.probabilities[row][np.arange(len(space.genes)), archs].prod(axis=1)
        error = it.evaluate(
            Query(archs), None if training_seed is None else np.full(len(archs), training_seed[row])
        ).error
        if np.isfinite(error).all():
            assert slope.error[row] == pytest.approx(weight @ error, rel=1e-9)
        assert slope.seconds[row] == pytest.approx(weight @ it.evaluate(Query(archs)).seconds, rel=1e-9)


def test_relaxing_does_not_depend_on_company_or_history(name):
    """Each run's slope is the same bit for bit alone, in another order and after other lucks were asked for."""
    it, mixture = relaxable(name), mixtures(name)
    whole = it.relax(mixture, TRAINING_SEEDS[FEW])
    it.relax(mixture, TRAINING_SEEDS[FEW + 10])
    for rows in (FEW[::-1], FEW[2:3], FEW[1:4], FEW[:3], np.array([0, 2, 1])):
        slope = it.relax(Mixture(mixture.probabilities[rows], mixture.epochs[rows]), TRAINING_SEEDS[FEW][rows])
        for got, wanted in zip(slope, whole, strict=True):
            assert wanted is None or np.array_equal(got, wanted[rows])


def test_a_step_costs_the_epochs_that_it_asks_for(name):
    """Seconds of a mixture are in proportion to its epochs."""
    it, mixture = relaxable(name), mixtures(name)
    half = it.relax(mixture._replace(epochs=mixture.epochs / 2), TRAINING_SEEDS[FEW])
    assert np.allclose(2 * half.seconds, it.relax(mixture, TRAINING_SEEDS[FEW]).seconds, rtol=1e-12)
    assert (half.seconds > 0).all()
