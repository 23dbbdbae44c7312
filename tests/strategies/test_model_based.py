"""Model-based strategies find better architectures with fewer trainings than evolution, and know what is pending."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim

QUICK: dict[str, dict[str, Any]] = {
    "kernel_ridge_thompson": {},
    "gaussian_process": {},
    "tpe": {},
    "bananas": {"layers": 3},
    "npenas": {"epochs": 100},
    "xgb_search": {"members": 2, "rounds": 20},
}


@pytest.mark.parametrize("name", QUICK)
def test_it_beats_evolution_on_real_trainings(name: str) -> None:
    """After 80 trainings of NAS-Bench-201 cells, its mean regret is below that of evolution with the same seeds."""
    how: Any = {"runs": 12, "evaluations": 80, "seed": 3, "judged_by": "all-seeds"}
    ours = nassim.simulate(name, "nb201/cifar100", **how, **QUICK[name]).regret()[:, -1]
    evolution = nassim.simulate("regularized_evolution", "nb201/cifar100", **how).regret()[:, -1]
    assert ours.mean() < 0.75 * evolution.mean()


@pytest.mark.parametrize("name", [name for name in QUICK if name != "tpe"])
def test_nothing_is_asked_for_twice(name: str) -> None:
    """With eight workers, no architecture is trained twice after the random beginning."""
    trace = nassim.simulate(name, "nb201/cifar10", runs=3, evaluations=60, workers=8, **QUICK[name])
    for archs in trace.archs:
        assert len(np.unique(archs, axis=0)) >= 60 - 1
