"""Weight sharing: equation 1 of its module, term by term, and the slopes of its expectation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, rankdata

import nassim
from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.wrappers import weight_sharing
from nassim.benchmarks.wrappers.faults import Faults
from nassim.benchmarks.wrappers.reported_on import ReportedOn
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, SupernetState
from tests.benchmarks.supernets import (
    BENCH,
    ROWS,
    RUNS,
    SPACE,
    TRAINING_SEEDS,
    check_alone,
    check_expectation,
    check_relaxed_outcome,
    mixture,
)
from tests.toys import tabulate, toy_benchmark

SHARING = Sharing(
    correlation=0.6, shared=1.0, skip=0.8, handicap=1.5, maturity=3.0, mixing=0.3, minibatch=0.5, doubt=0.7
)
SOME = np.arange(RUNS) % 2 == 0
GENERATOR = np.random.default_rng(0)
TRAINED = GENERATOR.uniform(0, 8, (RUNS, *SPACE.option_mask.shape))


def everything() -> np.ndarray:
    """Return all architectures of the space."""
    return SPACE.at(np.arange(SPACE.size))


@pytest.mark.parametrize("training_seed", [TRAINING_SEEDS, None])
@pytest.mark.parametrize("trained", [TRAINED, None])
def test_the_expectation_is_that_of_all_architectures(training_seed, trained):
    """Where networks have no noise of their own, it is the sum over the whole space of probability times error."""
    check_expectation(WeightSharing(BENCH, SHARING), mixture(trained), training_seed)


@pytest.mark.parametrize("mixed", [None, SOME])
@pytest.mark.parametrize("what", ["gradient", "by_trained"])
def test_slopes_are_those_of_finite_differences(what, mixed):
    """The slopes by every probability and by the training of every option, in supernets of both kinds."""
    check_relaxed_outcome(WeightSharing(BENCH, SHARING), mixture(TRAINED, mixed), what)


def test_supernets_whose_options_are_trained_at_once_know_less():
    """Of what is no noise, `mixing` is left; noise is as large as in others."""
    bench = WeightSharing(BENCH, SHARING)

    def known(mixed: np.ndarray | None, training_seed: np.ndarray | None) -> np.ndarray:
        return bench.relax(mixture(TRAINED, mixed), training_seed).error - bench.centre

    np.testing.assert_allclose(known(SOME, None), known(None, None) * np.where(SOME, 0.3, 1.0), rtol=1e-10)
    noise = known(None, TRAINING_SEEDS) - known(None, None)
    quiet = (
        WeightSharing(BENCH, replace(SHARING, mixing=0.0)).relax(mixture(TRAINED, ~SOME | SOME), TRAINING_SEEDS).error
    )
    np.testing.assert_allclose(quiet - bench.centre, noise, rtol=1e-8)


def test_slopes_and_candidates_are_blurred():
    """By standard deviations in units of the spread."""
    bench = WeightSharing(BENCH, SHARING)
    said = bench.relax(mixture(TRAINED), TRAINING_SEEDS).supernet
    np.testing.assert_allclose(
        [said.gradient_noise, said.candidate_noise], np.outer([0.5, 0.7], np.full(RUNS, bench.spread))
    )


@pytest.mark.parametrize("correlation", [-0.4, 1.0])
def test_errors_are_ranked_paths_known_and_skips_liked(correlation):
    """By ranks of scipy among all cells with a path; without one, what its own trainings are worth."""
    table = nassim.load("nb201/cifar10")
    bench = WeightSharing(table, Sharing(correlation=correlation, skip=0.5))
    truth = table.truth(archs := table.space.at(np.arange(15625)))
    path = truth < 89.0
    own, told = (one.evaluate(Query(archs)).error for one in (table, bench))
    score = norm.ppf((rankdata(truth[path]) - 0.5) / path.sum())
    expected = truth.copy()
    expected[path] = bench.centre + correlation * bench.spread * score
    expected += correlation * (own - truth) - 0.5 * bench.spread * (archs == 1).sum(axis=1)
    np.testing.assert_allclose(told, expected, rtol=1e-9)
    assert (~path).sum() == 341


def test_spaces_too_large_to_list_have_a_line(monkeypatch):
    """There the scores are distances from the median; a mixture's expectation is exact all the same."""
    monkeypatch.setattr(weight_sharing, "LISTED", 10)
    bench = WeightSharing(BENCH, SHARING)
    check_expectation(bench, mixture(TRAINED), TRAINING_SEEDS)
    check_relaxed_outcome(bench, mixture(TRAINED), "gradient")
    archs = everything()
    told, own = (one.evaluate(Query(archs)).error for one in (bench, BENCH))
    skips = 0.8 * bench.spread * (archs == 1).sum(axis=1)
    np.testing.assert_allclose(told, bench.centre + 0.6 * (own - bench.centre) - skips, rtol=1e-9)


def test_options_without_weights_have_no_handicap():
    """Untrained, a cell is worse by the handicap for each of its convolutions, and for nothing else."""
    table = nassim.load("nb201/cifar10")
    bench = WeightSharing(table, Sharing(correlation=1.0, skip=0.0, handicap=2.0))
    archs = table.space.sample(np.arange(500), Streams(0, "cells", np.arange(500)))
    mature, none = bench.evaluate(Query(archs)).error, np.zeros((500, 6, 5))
    convolutions = np.isin(archs, [2, 3]).sum(axis=1)
    untrained = bench.evaluate(Query(archs, supernet=SupernetState(none))).error
    np.testing.assert_allclose(untrained - mature, 2.0 * bench.spread * convolutions, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        bench.evaluate(Query(archs, supernet=SupernetState(none + 1e3))).error, mature, rtol=1e-12
    )


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("correlation", [-0.3, 0.8])
def test_the_noise_is_as_large_as_the_correlation_says(correlation, shared):
    """Over supernets and architectures, its variance is spread^2 (1 - correlation^2), and `shared` of it common."""
    table = toy_benchmark(SPACE.choices)  # all of whose architectures have a path
    bench, archs = WeightSharing(table, Sharing(correlation=correlation, shared=shared, skip=0.0)), everything()
    many = np.arange(400)
    training_seed = Streams(3, "luck", many).random_words(many, 1)[:, 0]

    def told(words: np.ndarray | None) -> np.ndarray:
        return bench.evaluate(Query(archs), words).error

    noise = np.stack([told(np.full(len(archs), word)) for word in training_seed]) - told(None)
    centred = noise - noise.mean(axis=1, keepdims=True)
    expected = bench.spread**2 * (1 - correlation**2)
    assert (centred**2).mean() == pytest.approx(expected, rel=0.08)
    encoded = SPACE.encode(archs).astype(float)
    additive = encoded @ np.linalg.pinv(encoded, rcond=1e-9)
    left = ((centred - centred @ additive.T) ** 2).mean()
    assert left == pytest.approx((1 - shared) * expected, rel=0.08, abs=1e-9)


def test_the_report_split_and_the_judge_stay_unknown():
    """What a supernet says is of the search split of the searched table alone, whatever else there is to know."""
    judge = tabulate(SPACE, seed=9)
    judged = WeightSharing(ReportedOn(BENCH, judge), SHARING)
    archs = everything()
    assert np.corrcoef(judged.truth(archs), BENCH.truth(archs))[0, 1] < 0.9
    for training_seed in (None, np.full(len(archs), TRAINING_SEEDS[0])):
        told, plain = (
            one.evaluate(Query(archs), training_seed).error for one in (judged, WeightSharing(BENCH, SHARING))
        )
        np.testing.assert_array_equal(told, plain)


def test_failed_trainings_are_not_liked():
    """Where no training has an error, a supernet whose ranks are the wrong way round says the worst all the same."""
    table = nassim.load("graph/cora")
    archs = table.space.at(np.arange(table.space.size))
    own = table.evaluate(Query(archs)).error
    bench = WeightSharing(table, Sharing(correlation=-0.5, skip=0.0))
    told, failed = bench.evaluate(Query(archs)).error, np.isnan(own)
    assert failed.any()
    assert (told[failed] == np.nanmax(own)).all()
    assert told[failed].min() > told[~failed].max()
    corner = np.eye(table.space.widest)[archs[failed][:1]]
    assert bench.relax(Mixture(corner, np.ones(1))).error[0] == pytest.approx(np.nanmax(own))


@pytest.mark.parametrize("name", ["fcnet/protein", "graph/cora", "nb201/cifar10"])
def test_long_tails_weigh_no_more_than_their_number(name):
    """No architecture that was trained is told further from the median than normal numbers go."""
    table = nassim.load(name)
    bench = WeightSharing(table, Sharing(skip=0.0))
    archs = table.space.sample(many := np.arange(20_000), Streams(0, "cells", many))
    told = bench.evaluate(
        Query(archs), Streams(0, "luck", [0]).random_words(np.arange(1), 1)[0].repeat(many.size)
    ).error
    ranked = ~np.isnan(table.evaluate(Query(archs)).error)
    if len(table.space.unconnected):
        ranked &= ~np.isin(table.space.index(archs), table.space.index(table.space.unconnected))
    assert np.abs(told[ranked] - bench.centre).max() < 6.0 * bench.spread


def test_a_run_has_one_supernet():
    """The noise of an architecture is a function of the luck alone: asked again, or among others, it is the same."""
    bench, archs = WeightSharing(BENCH), everything()[:RUNS]
    whole = bench.evaluate(Query(archs, supernet=SupernetState(TRAINED)), TRAINING_SEEDS).error
    for run in ROWS:
        alone = bench.evaluate(
            Query(archs[run : run + 1], supernet=SupernetState(TRAINED[run : run + 1])), TRAINING_SEEDS[run : run + 1]
        )
        assert alone.error[0] == whole[run]
    check_alone(bench, mixture(TRAINED))


def test_an_answer_costs_an_epoch():
    """Judging by shared weights takes one epoch of a training, where the table's own takes all of them."""
    archs = everything()[:RUNS]
    seconds = WeightSharing(BENCH).evaluate(Query(archs), TRAINING_SEEDS).seconds
    np.testing.assert_allclose(seconds, BENCH.evaluate(Query(archs), TRAINING_SEEDS).seconds / BENCH.epochs[-1])


def test_what_cannot_share_weights_is_refused():
    """Isomorphic architectures are apart in a supernet; parameters must be known; settings must be in range."""
    with pytest.raises(SettingError, match="isomorphic"):
        WeightSharing(BENCH).per_network()
    nameless = Faults(BENCH)
    nameless.costs = ()
    with pytest.raises(SettingError, match="parameters"):
        WeightSharing(nameless)
    with pytest.raises(SettingError, match="'correlation' must be"):
        Sharing(correlation=-1.5)
    with pytest.raises(SettingError, match="'maturity' must be"):
        Sharing(maturity=-1.0)


def test_its_name_and_card_say_how():
    """A trace is not to be taken for one of the plain benchmark."""
    bench = WeightSharing(BENCH, SHARING)
    assert "correlation=0.6" in bench.name
    assert bench.card.facts["weight_sharing"]["maturity"] == 3.0
    assert bench.optimum == BENCH.optimum
