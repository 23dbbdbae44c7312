"""The vocabulary between strategies and benchmarks: small immutable types."""

from __future__ import annotations

from copy import copy
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from nassim import simulate
from nassim.core.adapter import as_benchmark
from nassim.core.benchmark import Benchmark, Card, Outcome, Query
from nassim.core.errors import NassimError
from nassim.core.relaxation import Mixture, RelaxedOutcome
from tests.toys import toy_benchmark


def test_a_query_needs_only_architectures():
    """Without more, a query means: from scratch, to the last fidelity, without a label."""
    archs = np.zeros((2, 3), dtype=np.int8)
    query = Query(archs)
    assert query.archs is archs
    assert (query.epochs, query.since, query.tag) == (None, None, None)


@pytest.mark.parametrize("kind", [Query, Outcome, Mixture, RelaxedOutcome])
def test_what_is_asked_and_answered_cannot_be_changed(kind):
    """Questions and answers are immutable: a field cannot be set."""
    made = kind(*(np.zeros(1) for field in kind._fields if field != "supernet"))
    with pytest.raises(AttributeError):
        setattr(made, kind._fields[0], np.ones(1))


def test_a_card_is_frozen_and_has_facts_of_its_own():
    """A card cannot be edited, and two cards do not share the dictionary of other facts."""
    first, second = (Card("title", "source", "licence", "valid", "test") for _ in range(2))
    with pytest.raises(FrozenInstanceError):
        first.unit = "accuracy"
    assert first.facts is not second.facts
    assert first.unit == "% error"


class Least(Benchmark):
    """A benchmark with no more than it must have."""

    name, epochs, costs, space = "least", (1,), ("params",), toy_benchmark((2, 3)).space
    card = Card("Least", "made up", "MIT", "valid", "test")

    def evaluate(self, query, training_seed=None):
        """Return ones."""
        return Outcome(np.ones(len(query.archs)), np.ones(len(query.archs)), np.ones((len(query.archs), 1)))

    def truth(self, archs):
        """Return ones."""
        return np.ones(len(archs))


def test_what_a_benchmark_need_not_be_able_to_do_has_a_default():
    """It is not known, not exact, or refused in one line; a table can all of it."""
    least, table, archs = Least(), toy_benchmark((2, 3)), Least.space.at([0])
    assert np.isnan(least.optimum)
    assert (least.exact, least.longest, least.kinds) == (False, np.inf, (Least,))
    assert (least.floor(), least.everything()) == (None, None)
    assert np.isnan(least.training_set(mean=False).seconds).all()
    assert (least.relaxable, table.relaxable) == (False, True)
    mixture = Mixture(np.full((1, 2, 3), 0.5), np.ones(1))
    for ask, message in (
        (lambda: least.relax(mixture), "cannot answer for a mixture"),
        (lambda: least.unseen(archs, np.zeros(1, dtype=np.uint32)), "has no trainings that could judge"),
        (lambda: least.cost("params", archs), "least does not know params before training"),
        (lambda: least.cost("parms", archs), "did you mean 'params'"),
        (least.per_network, "tells isomorphic architectures apart"),
    ):
        with pytest.raises(NassimError, match=message):
            ask()


def test_what_only_looks_like_a_benchmark_becomes_one():
    """With one warning; what it lacks has the defaults, and it is copied with what wraps it."""

    class Looks:
        """Has the members, and inherits from nothing."""

        name, epochs, costs, space, card = Least.name, Least.epochs, Least.costs, Least.space, Least.card
        evaluate, truth, exact = Least.evaluate, Least.truth, True

        def cost(self, name, archs):
            """Return twos."""
            return np.full(len(archs), 2.0)

    with pytest.warns(DeprecationWarning, match=r"Looks should inherit from a benchmark: class .*\(nassim.Benchmark\)"):
        bench = as_benchmark(Looks())
    assert as_benchmark(bench) is bench
    assert (bench.exact, bench.relaxable, bench.kinds) == (True, False, (Looks,))
    assert np.isnan(bench.optimum)
    assert copy(bench).cost("params", Least.space.at([0])).tolist() == [2.0]
    assert simulate("random_search", bench, runs=2, evaluations=3).error.tolist() == [[1.0] * 3] * 2
