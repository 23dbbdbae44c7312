"""A benchmark as a function of arrays answers what the benchmark answers."""

from __future__ import annotations

import numpy as np
from scipy.optimize import differential_evolution
from sklearn.metrics import r2_score

from nassim.bridges.function import Function
from nassim.core.benchmark import Query
from tests.toys import toy_benchmark

TOY = toy_benchmark((3, 2, 5, 4))
ALL = TOY.space.at(np.arange(TOY.space.size))


def test_it_answers_what_the_benchmark_answers() -> None:
    """For many architectures and for one, for the mean of trainings and for one of them."""
    for training_seed in (None, 7):
        words = None if training_seed is None else np.full(len(ALL), training_seed, dtype=np.uint32)
        expected = TOY.evaluate(Query(ALL), words).error
        function = Function(TOY, training_seed)
        np.testing.assert_array_equal(function(ALL), expected)
        assert function(ALL[11].tolist()) == expected[11]
        assert r2_score(expected, function.fit(ALL).predict(ALL.astype(float) + 0.4)) == 1


def test_scipy_finds_the_best_of_it() -> None:
    """Differential evolution over whole numbers, within its bounds, ends in the optimum."""
    function = Function(TOY)
    found = differential_evolution(function, function.bounds, integrality=[True] * 4, rng=0)
    assert found.fun == function(ALL).min()


def test_numbers_outside_are_moved_inside() -> None:
    """Continuous optimisers may ask for anything."""
    assert Function(TOY).archs([[-3.0, 9.0, 2.9, 0.0]]).tolist() == [[0, 1, 2, 0]]
