"""MOTPE takes for good what Optuna's TPESampler takes for good, and asks for what it would ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.samplers._tpe.sampler import _split_trials
from scipy.stats import chi2_contingency

import nassim
from nassim.core.benchmark import Outcome, Query
from nassim.core.random_streams import Streams
from nassim.strategies.mo_tpe import MoTpe, are_good
from tests.strategies.by_pymoo import BENCH, apart, of_trace
from tests.toys import Toy

CHOICES = (3, 2, 4)
SPACE = Toy(CHOICES)
ALL = SPACE.at(np.arange(SPACE.size))
CATEGORIES = [optuna.distributions.CategoricalDistribution(range(count)) for count in CHOICES]
DISTRIBUTIONS: dict[str, Any] = {f"gene{gene}": kind for gene, kind in enumerate(CATEGORIES)}
STATES = optuna.trial.TrialState


def trial_of(arch: Any, values: Any, missed: float) -> Any:
    """Return a trial of Optuna's; values of nan = it failed, inf = its answer is due."""
    params = {f"gene{gene}": int(option) for gene, option in enumerate(arch)}
    how: dict[str, Any] = {"values": [float(value) for value in values], "system_attrs": {"constraints": [missed]}}
    if not np.isfinite(values).all():
        how = {"state": STATES.FAIL if np.isnan(values).any() else STATES.RUNNING}
    return optuna.trial.create_trial(params=params, distributions=DISTRIBUTIONS, **how)


@given(st.data(), st.integers(1, 60), st.integers(2, 3), st.sampled_from([0.05, 0.1, 0.4]))
@settings(deadline=None)
def test_good_is_what_optuna_takes_for_good(data: st.DataObject, count: int, objectives: int, share: float) -> None:
    """Whole fronts, then what adds most hypervolume one by one, then what misses limits by least."""
    random = np.random.default_rng(data.draw(st.integers(0, 2**31)))
    values = random.normal(size=(count, objectives)) * data.draw(st.sampled_from([1.0, 100.0]))
    missed = np.maximum(random.normal(size=count) - data.draw(st.sampled_from([0.0, 1.0, 9.0])), 0)
    study = optuna.create_study(directions=["minimize"] * objectives)
    study.add_trials([trial_of(ALL[0], *one) for one in zip(values, missed, strict=True)])
    below, _ = _split_trials(study, study.trials, int(np.ceil(share * count)))
    found = are_good(values[None], missed[None], share)[0]
    assert np.flatnonzero(found).tolist() == [trial.number for trial in below]


def test_of_equal_points_one_is_enough() -> None:
    """As long as there are others: so Optuna does, too."""
    values = np.array([[[1.0, 3.0], [1.0, 3.0], [3.0, 1.0], [2.0, 2.0], [9.0, 9.0], [9.0, 9.0]]])
    assert are_good(values, np.zeros((1, 6)), 0.5).tolist() == [[True, False, True, True, False, False]]
    assert are_good(values, np.zeros((1, 6)), 0.6).tolist() == [[True, True, True, True, False, False]]


def history(objectives: int) -> tuple[Any, Any, Any]:
    """Return 60 architectures, their objectives and by how much they miss limits; one failed, one is due."""
    random = np.random.default_rng(3)
    archs = ALL[random.integers(SPACE.size, size=60)]
    values = np.column_stack([archs.sum(axis=1), -archs[:, 0], archs[:, 1]])[:, :objectives] + random.normal(
        size=(60, objectives)
    )
    values[4], values[59] = np.nan, np.inf
    return archs, values, np.where(archs[:, 2] == 0, 0.5, 0.0)


def asked_by_optuna(count: int, objectives: int, multivariate: bool) -> Any:
    """Return how often Optuna asks for each architecture after the history."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=0, multivariate=multivariate)
    study = optuna.create_study(directions=["minimize"] * objectives, sampler=sampler)
    study.add_trials([trial_of(*one) for one in zip(*history(objectives), strict=True)])
    found = np.zeros(SPACE.size)
    for _ in range(count):
        trial = study.ask(DISTRIBUTIONS)
        found[SPACE.index(np.array([[trial.params[gene] for gene in DISTRIBUTIONS]]))] += 1
        study.tell(trial, state=STATES.FAIL)
    return found


def asked_by_us(count: int, objectives: int, multivariate: bool) -> Any:
    """Return the same of our strategy, in so many runs."""
    rows = np.arange(count)
    tpe = MoTpe(SPACE, Streams(0, "mo_tpe", rows), multivariate=multivariate)
    tpe.objectives = objectives
    tpe.prepare((1,))
    for place, (arch, values, missed) in enumerate(zip(*history(objectives), strict=True)):
        query = Query(np.repeat(arch[None], count, axis=0), tag=np.full(count, place))
        tpe.archs[:, place], tpe.values[:, place] = arch, np.inf
        if not np.isinf(values).any():
            told = np.repeat(values[None], count, axis=0)
            tpe.tell(
                rows, query, Outcome(told[:, 0], np.ones(count), np.ones((count, 0)), told, np.full(count, missed))
            )
    tpe.asked = 60
    return np.bincount(SPACE.index(tpe.ask(rows).archs), minlength=SPACE.size)


@pytest.mark.parametrize(("objectives", "multivariate"), [(2, False), (2, True), (3, False)])
def test_it_asks_for_what_optuna_asks_for(objectives: int, multivariate: bool) -> None:
    """After the same history, failures, limits and answers due included, both ask from the same distribution."""
    both = np.stack([asked_by_optuna(300, objectives, multivariate), asked_by_us(3_000, objectives, multivariate)])
    both = both[:, both.sum(axis=0) > 0]
    rare = both[1] < 200
    grouped = np.column_stack([both[:, ~rare], both[:, rare].sum(axis=1) + 1e-9])
    assert chi2_contingency(grouped).pvalue > 1e-3


@pytest.mark.slow
def test_optuna_finds_as_much() -> None:
    """Means of hypervolume and of distinct cells after 60 and 100 evaluations are those of searches by Optuna."""
    how = {"evaluations": 100, "objectives": ["error", "latency"]}
    ours = of_trace(nassim.simulate("mo_tpe", BENCH, runs=200, **how), ("latency",), (60, 100))
    theirs = of_trace(nassim.simulate("optuna", BENCH, runs=40, sampler="TPESampler", **how), ("latency",), (60, 100))
    assert (np.abs(apart(ours, theirs)) < 3).all()


def test_it_finds_more_than_random_search() -> None:
    """Its hypervolume is higher after 150 evaluations."""
    how = {"runs": 20, "evaluations": 150, "objectives": ["error", "latency"]}
    found = {
        name: of_trace(nassim.simulate(name, BENCH, **how), ("latency",), (150,))[:, 0].mean()
        for name in ("mo_tpe", "random_search")
    }
    assert found["mo_tpe"] > found["random_search"] + 0.02


def test_a_run_alone_is_its_row() -> None:
    """With a limit, three objectives and several workers."""
    objectives = ["error", "latency", "params"]
    how = {"evaluations": 40, "workers": 3, "objectives": objectives, "constraints": {"params": "50 %"}}
    together, alone = (nassim.simulate("mo_tpe", BENCH, runs=runs, **how) for runs in ([3, 4, 5], [4]))
    assert np.array_equal(alone.archs[0], together.archs[1])
