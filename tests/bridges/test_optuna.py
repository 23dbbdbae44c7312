"""An Optuna study of a benchmark sees the benchmark's errors."""

from __future__ import annotations

import numpy as np
import pytest

from nassim.bridges.optuna import objective
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
