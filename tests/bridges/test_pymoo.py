"""A problem of pymoo's sees the benchmark's objectives and limits."""

from __future__ import annotations

import numpy as np
import pytest

import nassim
from nassim.core.errors import SettingError, UnknownNameError
from tests.toys import Failing, toy_benchmark

pytest.importorskip("pymoo")

from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.operators.crossover.ux import UniformCrossover
from pymoo.operators.mutation.pm import PolynomialMutation
from pymoo.operators.repair.rounding import RoundingRepair
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.optimize import minimize

from nassim.bridges.pymoo import NasProblem

TOY = toy_benchmark((3, 2, 5, 4))
ALL = TOY.space.at(np.arange(TOY.space.size))


def test_values_are_the_benchmarks() -> None:
    """Of every architecture; numbers are rounded down; what failed is infinite."""
    failing = Failing(TOY)
    problem = NasProblem(failing, 7, ["error", "params"], {"params": [">= 0.2", "<= 0.5"]})
    assert (problem.n_var, problem.n_obj, problem.n_ieq_constr) == (4, 2, 2)
    found = problem.evaluate(ALL + 0.3, return_as_dictionary=True)
    error = failing.evaluate(nassim.Query(ALL), np.full(len(ALL), 7, dtype=np.uint32)).error
    params = TOY.cost("params", ALL)
    np.testing.assert_array_equal(found["F"], np.column_stack([np.where(np.isnan(error), np.inf, error), params]))
    np.testing.assert_allclose(found["G"], np.column_stack([(0.2 - params) / 0.2, (params - 0.5) / 0.5]))


def test_pymoo_finds_the_front_within_the_limit() -> None:
    """NSGA-II finds most of the table's exact front of the means."""
    problem = NasProblem(TOY, None, ["error", "params"], {"params": "<= 0.5"})
    operators = {"crossover": UniformCrossover(), "mutation": PolynomialMutation(repair=RoundingRepair(), vtype=float)}
    found = minimize(problem, NSGA2(40, IntegerRandomSampling(), **operators), ("n_gen", 30), seed=1)
    error, params = TOY.evaluate(nassim.Query(ALL)).error, TOY.cost("params", ALL)
    kept = np.flatnonzero(params <= 0.5)
    front = [i for i in kept if not any(error[j] <= error[i] and params[j] <= params[i] and j != i for j in kept)]
    met = set(TOY.space.index(problem.archs(found.X)).tolist())
    assert len(met & set(front)) > 0.7 * len(front) > 2


def test_wrong_objectives_are_named_in_one_line() -> None:
    """Before any evaluation."""
    with pytest.raises(UnknownNameError, match=r"objective of toy.*'latency'"):
        NasProblem(TOY, objectives=["error", "latency"])
    with pytest.raises(SettingError, match=r"no architecture of toy.* keeps params <= 1e-05"):
        NasProblem(TOY, constraints={"params": 1e-5})
