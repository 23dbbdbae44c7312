"""An Optuna study of a benchmark sees the benchmark's errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.bridges.optuna import misses, objective
from nassim.core.errors import SettingError, UnknownNameError
from tests.toys import Failing, toy_benchmark

optuna = pytest.importorskip("optuna")
TOY = toy_benchmark((3, 2, 5, 4))


def test_every_trial_has_the_error_of_its_architecture() -> None:
    """Parameters are genes with their options' names; failed trainings are failed trials."""
    failing, states = Failing(TOY), optuna.trial.TrialState
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective(failing), n_trials=60)
    for trial in study.trials:
        assert set(trial.params) == set(TOY.space.genes)
        arch = TOY.space.parse("-".join(trial.params[gene] for gene in TOY.space.genes))[None]
        assert (trial.state == states.FAIL) == bool(failing.fails(arch)[0])
        if trial.state == states.COMPLETE:
            assert trial.value == pytest.approx(float(np.mean(TOY.truth(arch))), abs=5)


LIMITS = {"params": ["<= 0.5", ">= 0.2"]}


def several(constraints: dict[str, list[str]] | None) -> list[Any]:
    """Return the trials of a study of two objectives."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=0)
    study = optuna.create_study(directions=["minimize"] * 2, sampler=sampler)
    study.optimize(objective(TOY, 7, objectives=["params", "error"], constraints=constraints), n_trials=150)
    return study.trials


def test_several_objectives_and_limits_are_the_benchmarks() -> None:
    """Values are those of the architecture, and constraints are kept where the limit is; the search hears of it."""
    kept: dict[bool, list[bool]] = {False: [], True: []}
    for limited, found in kept.items():
        for trial in several(LIMITS if limited else None):
            arch = TOY.space.parse("-".join(trial.params[gene] for gene in TOY.space.genes))[None]
            params = TOY.cost("params", arch)[0]
            error = TOY.evaluate(nassim.Query(arch), np.array([7], dtype=np.uint32)).error[0]
            assert trial.values == [params, error]
            expected = [(params - 0.5) / 0.5, (0.2 - params) / 0.2] if limited else []
            assert list(trial.constraints.values()) == pytest.approx(expected)
            found.append(bool(0.2 <= params <= 0.5))
    assert np.mean(kept[True][50:]) > np.mean(kept[False][50:]) + 0.2


def test_earlier_versions_are_told_by_a_function() -> None:
    """Which reads what the objective left in the trial."""

    class Old:
        user_attrs: dict[str, list[float]]

        def suggest_categorical(self, _: str, names: tuple[str, ...]) -> str:
            return names[0]

        def set_user_attr(self, name: str, value: list[float]) -> None:
            self.user_attrs = {name: value}

    trial, params = Old(), TOY.cost("params", np.zeros((1, 4), dtype=np.int8))[0]
    objective(TOY, objectives=["error", "params"], constraints={"params": 0.5})(trial)
    assert misses(trial) == pytest.approx([(params - 0.5) / 0.5])


def test_wrong_objectives_are_named_in_one_line() -> None:
    """Before any trial."""
    with pytest.raises(UnknownNameError, match=r"objective of toy.*'latency'"):
        objective(TOY, objectives=["error", "latency"])
    with pytest.raises(SettingError, match=r"no architecture of toy.* keeps params <= 1e-05"):
        objective(TOY, constraints={"params": 1e-5})
