"""ReportedOn: predictions are searched, and the table says how good what was found is."""

from __future__ import annotations

from copy import copy

import numpy as np
import pytest

import nassim
from nassim.benchmarks.wrappers.reported_on import ReportedOn
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError
from nassim.core.relaxation import Mixture
from tests.benchmarks.fitted import cells
from tests.toys import toy_benchmark

TRAINING_SEEDS = np.arange(40, dtype=np.uint32)


@pytest.fixture(scope="module")
def judged() -> ReportedOn:
    """Return a surrogate of cells, judged by their table."""
    return ReportedOn(cells(), nassim.load("nb201/cifar10"))


def test_answers_are_the_surrogates_and_truth_is_the_tables(judged):
    """In queries and mixtures; the optimum and the report split are the table's, and the digest is of both."""
    archs = judged.space.at(np.arange(0, 15_625, 400))
    table, surrogate = judged.judge, judged.benchmark
    training_seed = TRAINING_SEEDS[: len(archs)]
    pairs = zip(
        judged.evaluate(Query(archs), training_seed), surrogate.evaluate(Query(archs), training_seed), strict=True
    )
    assert all(np.array_equal(here, there) for here, there in pairs)
    assert np.array_equal(judged.truth(archs), table.truth(archs))
    mixture = Mixture(np.full((3, 6, 5), 0.2), np.full(3, 200.0))
    relaxed = zip(judged.relax(mixture, training_seed[:3]), surrogate.relax(mixture, training_seed[:3]), strict=True)
    assert all(np.array_equal(here, there) for here, there in relaxed)
    assert np.array_equal(judged.cost("params", archs), surrogate.cost("params", archs))
    assert judged.optimum == table.optimum
    assert (judged.card.report_split, judged.card.search_split) == (
        table.card.report_split,
        surrogate.card.search_split,
    )
    assert len({judged.card.sha256, table.card.sha256, surrogate.card.sha256}) == 3


def test_regret_of_a_search_counts_from_the_true_optimum(judged):
    """No run is better than the best cell there is, and what was seen is not what is reported."""
    trace = nassim.simulate("random_search", judged, runs=20, evaluations=50)
    assert (trace.regret() >= 0).all()
    assert np.array_equal(trace.truth[:, 0], judged.judge.truth(trace.archs[:, 0]))
    assert not np.array_equal(trace.truth, trace.error)


def test_isomorphic_cells_share_both(judged):
    """One answer and one truth per network."""
    archs = judged.space.at(np.arange(0, 15_625, 100))
    whole = judged.per_network()
    assert np.array_equal(whole.truth(archs), judged.judge.per_network().truth(archs))
    assert np.array_equal(
        whole.evaluate(Query(archs)).error, judged.benchmark.per_network().evaluate(Query(archs)).error
    )


def test_a_copy_remembers_for_itself(judged):
    """What a copy draws for its runs goes with it."""
    other = copy(judged)
    other.relax(Mixture(np.full((2, 6, 5), 0.2), np.full(2, 200.0)), TRAINING_SEEDS[:2])
    assert other.benchmark is not judged.benchmark
    assert other.benchmark._drawn is not judged.benchmark._drawn


def test_a_table_of_another_space_cannot_judge():
    """It has no truth about such architectures."""
    with pytest.raises(SettingError, match="and cannot judge nb201"):
        ReportedOn(cells(), toy_benchmark((4, 5, 3)))
