"""TPE has the densities of Optuna's TPESampler, and asks for what it would ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import optuna
import pytest
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights
from scipy.stats import chi2_contingency

from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.strategies._parzen import Parzen
from nassim.strategies.tpe import Tpe
from tests.toys import Toy

CHOICES = (3, 2, 4)
SPACE = Toy(CHOICES)
ALL = SPACE.at(np.arange(SPACE.size))


def distributions(genes: range | list[int]) -> dict[str, Any]:
    """Return Optuna's description of some genes."""
    return {f"gene{gene}": optuna.distributions.CategoricalDistribution(range(CHOICES[gene])) for gene in genes}


def by_optuna(archs: Any, genes: range | list[int]) -> _ParzenEstimator:
    """Return Optuna's estimator of observations (n, genes)."""
    settings = _ParzenEstimatorParameters(1.0, True, False, default_weights, True)
    return _ParzenEstimator({f"gene{gene}": archs[:, gene] for gene in genes}, distributions(genes), settings)


@pytest.mark.parametrize("count", [0, 1, 5, 25, 26, 27, 60])
def test_densities_equal_those_of_optuna(count: int) -> None:
    """Joint densities and marginals are Optuna's, however many observations there are, others among them or not."""
    generator = np.random.default_rng(count)
    archs = ALL[generator.integers(SPACE.size, size=count + 7)]
    inside = np.zeros(count + 7, dtype=np.bool_)
    inside[generator.permutation(count + 7)[:count]] = True
    parzen = Parzen(archs[None], inside[None], CHOICES, 1.0)
    genes = range(len(CHOICES))
    expected = by_optuna(archs[inside], genes).log_pdf({f"gene{gene}": ALL[:, gene] for gene in genes})
    np.testing.assert_allclose(np.log(parzen.density(ALL[None])[0]), expected, atol=1e-12)
    for gene, options in enumerate(CHOICES):
        alone = by_optuna(archs[inside], [gene]).log_pdf({f"gene{gene}": np.arange(options)})
        np.testing.assert_allclose(parzen.marginals()[0, gene, :options], np.exp(alone), atol=1e-12)
        assert not parzen.marginals()[0, gene, options:].any()


def test_draws_have_the_density() -> None:
    """Of many draws, every architecture comes as often as its density says."""
    archs = ALL[[0, 5, 5, 17]]
    parzen = Parzen(archs[None], np.array([[True, False, True, True]]), CHOICES, 1.0)
    drawn = parzen.sample(np.random.default_rng(0).random((1, 40_000, 4)))[0]
    frequency = np.bincount(SPACE.index(drawn), minlength=SPACE.size) / 40_000
    density = parzen.density(ALL[None])[0]
    assert np.abs(frequency - density).max() < 5 * np.sqrt(density.max() / 40_000)


def history() -> tuple[Any, Any]:
    """Return 30 architectures and their errors, one of them failed."""
    generator = np.random.default_rng(3)
    archs = ALL[generator.integers(SPACE.size, size=30)]
    error = archs.sum(axis=1) + generator.normal(0, 1, 30)
    error[4] = np.nan
    return archs, error


def asked_by_optuna(count: int, multivariate: bool) -> Any:
    """Return how often Optuna asks for each architecture after the history, with one answer due."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0, multivariate=multivariate))
    every, states = distributions(range(len(CHOICES))), optuna.trial.TrialState
    for arch, error in zip(*history(), strict=True):
        params = {f"gene{gene}": int(option) for gene, option in enumerate(arch)}
        failed = {"state": states.FAIL} if np.isnan(error) else {"value": float(error)}
        study.add_trial(optuna.trial.create_trial(params=params, distributions=every, **failed))
    due = {f"gene{gene}": int(option) for gene, option in enumerate(ALL[0])}
    study.add_trial(optuna.trial.create_trial(params=due, distributions=every, state=states.RUNNING))
    found = np.zeros(SPACE.size)
    for _ in range(count):
        trial = study.ask(every)
        found[SPACE.index(np.array([[trial.params[f"gene{gene}"] for gene in range(3)]]))] += 1
        study.tell(trial, state=states.FAIL)
    return found


def asked_by_us(count: int, multivariate: bool) -> Any:
    """Return the same of our strategy, in so many runs."""
    rows = np.arange(count)
    tpe = Tpe(SPACE, Streams(0, "tpe", rows), multivariate=multivariate)
    for arch, error in [*zip(*history(), strict=True), (ALL[0], None)]:
        tpe.archs[:, tpe.asked], tpe.error[:, tpe.asked] = arch, np.inf
        if error is not None:
            query = Query(np.repeat(arch[None], count, axis=0), tag=np.full(count, tpe.asked))
            tpe.tell(rows, query, Outcome(np.full(count, error), np.ones(count), np.ones((count, 0))))
        tpe.asked += 1
    return np.bincount(SPACE.index(tpe.ask(rows).archs), minlength=SPACE.size)


@pytest.mark.parametrize("multivariate", [True, False])
def test_it_asks_for_what_optuna_asks_for(multivariate: bool) -> None:
    """After the same history, failures and answers due included, both ask from the same distribution."""
    both = np.stack([asked_by_optuna(600, multivariate), asked_by_us(20_000, multivariate)])
    both = both[:, both.sum(axis=0) > 0]
    rare = both[1] < 200
    grouped = np.column_stack([both[:, ~rare], both[:, rare].sum(axis=1) + 1e-9])
    assert chi2_contingency(grouped).pvalue > 1e-3


def test_few_good_ones_make_the_density_that_all_with_a_mask_make() -> None:
    """In l are the good ones alone, in the order in which they were asked for; in g all others that have not failed."""
    generator, rows = np.random.default_rng(5), np.arange(3)
    tpe = Tpe(SPACE, Streams(0, "tpe", rows))
    tpe.archs[:, :50], tpe.asked = ALL[generator.integers(SPACE.size, size=(3, 50))], 50
    tpe.error[:, :50] = generator.integers(9, size=(3, 50))
    tpe.error[0, :30], tpe.error[1, 40:] = np.nan, np.inf
    for found, good in zip(tpe._estimators(rows), (True, False), strict=True):
        for run in rows:
            error = tpe.error[run, :50]
            many = int(np.ceil(0.1 * np.isfinite(error).sum()))
            best = np.argsort(np.where(np.isnan(error), np.inf, error), kind="stable")[:many]
            inside = np.isin(np.arange(50), best) if good else ~np.isin(np.arange(50), best) & ~np.isnan(error)
            plain = by_optuna(tpe.archs[run, :50][inside], range(3))
            expected = plain.log_pdf({f"gene{gene}": ALL[:, gene] for gene in range(3)})
            np.testing.assert_allclose(np.log(found.density(np.stack([ALL] * 3))[run]), expected, atol=1e-11)
