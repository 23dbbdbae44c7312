"""Signal, repeats and identity: which training a run sees, and what it pays."""

from __future__ import annotations

import numpy as np
import pytest

from nassim import simulate
from nassim.core.benchmark import Query
from tests.engine.searches import BENCH, Alternating, told
from tests.toys import Toy, tabulate


class Symmetric(Toy):
    """A space in which the order of the genes does not matter: sorted architectures stand for all."""

    def representative(self, archs):
        """Return the sorted architectures."""
        return np.sort(archs, axis=1)


def test_one_seed_shows_each_run_one_training_of_each_architecture():
    """Under one-seed a run is told the same each time; runs differ, and together they see all trainings."""
    seen = told(simulate("random_search", BENCH, runs=60, evaluations=60))
    assert all(len(errors) == 1 for errors in seen.values())
    most = max(range(BENCH.space.size), key=lambda index: BENCH._counts[index])
    of_one = {errors.copy().pop() for (_, index), errors in seen.items() if index == most}
    assert len(of_one) == BENCH._counts[most] > 1


def test_strategies_share_their_luck():
    """What a run is told of an architecture does not depend on the strategy that asks, or on when it asks."""
    first = told(simulate("random_search", BENCH, runs=20, evaluations=50))
    second = told(simulate("regularized_evolution", BENCH, runs=20, evaluations=50, workers=3))
    common = first.keys() & second.keys()
    assert len(common) > 50
    assert all(first[key] == second[key] for key in common)


def test_resampled_draws_a_training_each_time():
    """Under resampled a run that asks again may be told otherwise, but never what is not in the table."""
    trace = simulate("random_search", BENCH, runs=5, evaluations=300, signal="resampled")
    together: dict[int, set[float]] = {}
    for (_, index), errors in told(trace).items():
        together.setdefault(index, set()).update(errors)
        assert BENCH._counts[index] == 1 or len(errors) > 1  # of about 12 draws
    assert len(together) == BENCH.space.size
    for index, errors in together.items():
        assert errors == set(BENCH._error[-1, index, : int(BENCH._counts[index])].tolist())


def test_mean_tells_the_mean_of_all_trainings():
    """Under mean every run is told the benchmark's answer without a training seed."""
    trace = simulate("random_search", BENCH, runs=5, evaluations=50, signal="mean")
    for row in range(5):
        assert np.array_equal(trace.error[row], BENCH.evaluate(Query(trace.archs[row])).error)


def test_truth_is_that_of_the_report_split():
    """Whatever the signal, truth is the benchmark's of the architecture asked for."""
    trace = simulate("random_search", BENCH, runs=5, evaluations=50, signal="resampled")
    assert np.array_equal(trace.truth, BENCH.truth(trace.archs.reshape(-1, 3)).reshape(5, 50))


def test_repeats_are_paid_or_free():
    """Paid repeats take their time again; free ones take none, and both are told the same under one-seed."""
    paid, free = (simulate(Alternating, BENCH, runs=6, evaluations=40, repeats=repeats) for repeats in ("pay", "free"))
    assert np.array_equal(paid.archs, free.archs)
    assert np.array_equal(paid.error, free.error)
    for row in range(6):
        index = BENCH.space.index(free.archs[row]).tolist()
        repeated = [which in index[:event] for event, which in enumerate(index)]
        took = np.diff(free.seconds[row], prepend=0.0)
        assert any(repeated)
        assert (took == 0).tolist() == repeated
        assert (np.diff(paid.seconds[row], prepend=0.0) > 0).all()


def symmetric(replicas: int = 4):
    """Return a benchmark in which architectures of the same genes in another order are one network."""
    return tabulate(Symmetric((3, 3)), replicas)


@pytest.mark.parametrize("signal", ["one-seed", "mean"])
def test_isomorphism_lets_architectures_share_their_trainings(signal):
    """With identity=isomorphism a run is told the same of all architectures of a network; else mostly not."""
    for identity, shared in (("isomorphism", True), ("string", False)):
        trace = simulate("random_search", symmetric(), runs=8, evaluations=60, signal=signal, identity=identity)
        alike = []
        for row in range(8):
            networks = symmetric().space.canonical(trace.archs[row])
            for network in set(networks.tolist()):
                of_one = networks == network
                alike.append(len(set(zip(trace.error[row, of_one], trace.truth[row, of_one], strict=True))) == 1)
        assert all(alike) == shared


def test_free_repeats_of_isomorphic_architectures_are_free():
    """With identity=isomorphism an isomorphic architecture is a repeat, so asking for it is free."""
    how = {"runs": 8, "evaluations": 30, "identity": "isomorphism", "repeats": "free"}
    trace = simulate("random_search", symmetric(), **how)
    for row in range(8):
        networks = symmetric().space.canonical(trace.archs[row]).tolist()
        repeated = [network in networks[:event] for event, network in enumerate(networks)]
        assert (np.diff(trace.seconds[row], prepend=0.0) == 0).tolist() == repeated
