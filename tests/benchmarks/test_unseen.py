"""Judging by the trainings that a run did not see, against enumeration of everything that can be seen."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nassim
from nassim.benchmarks.table import TableBenchmark
from nassim.benchmarks.unseen import expected_of_lowest, means_of_others
from nassim.benchmarks.wrappers.faults import Faults
from nassim.core.benchmark import Card, Query
from nassim.core.errors import SettingError
from nassim.core.hashing import replica_of
from tests.toys import toy_benchmark, toy_space

CARD = Card(title="Seeds", source="made up", licence="MIT", search_split="one seed", report_split="mean over seeds")
NAN = np.nan


def seeds(error: list[list[float]], counts: list[int], choices: tuple[int, ...], **more: object) -> TableBenchmark:
    """Return a table of trainings of one fidelity, whose report split is their mean."""
    errors = np.array(error, dtype=np.float64)[None]
    return TableBenchmark(
        "toy/seeds",
        toy_space(choices),
        CARD,
        epochs=(1,),
        error=errors,
        seconds=np.ones(errors.shape),
        counts=np.array(counts),
        costs={},
        **more,
    )


FOUR = seeds([[1, 5, 3], [2, 4, NAN], [2, 2, 8], [6, 0, NAN]], [3, 2, 3, 2], (2, 2))


def enumerated(shown: np.ndarray, worth: np.ndarray, counts: list[int]) -> float:
    """Return the mean worth of the first lowest shown over all that can be shown, one after the other."""
    found = []
    for columns in product(*map(range, counts)):
        seen = [shown[row, column] for row, column in enumerate(columns)]
        best = min(range(len(seen)), key=lambda row: np.inf if np.isnan(seen[row]) else seen[row])
        found.append(worth[best, columns[best]])
    return float(np.mean(found))


def test_others_are_means_without_the_one_that_was_seen() -> None:
    """Of three, two and failed trainings; of a single one there are no others."""
    error = np.array([[1.0, 5.0, 3.0], [2.0, 4.0, NAN], [7.0, NAN, 9.0]])
    others = means_of_others(error, np.array([3, 2, 3]))
    np.testing.assert_array_equal(others, [[4, 2, 3], [4, 2, NAN], [9, 8, 7]])
    assert means_of_others(error, np.array([3, 1, 3])) is None
    assert means_of_others(np.array([[1.0, NAN], [1.0, 2.0]]), np.array([2, 2])) is None


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_the_expected_worth_of_the_lowest_is_that_of_enumeration(data: st.DataObject) -> None:
    """With ties between rows and within them, and rows of two to four replicas."""
    counts = data.draw(st.lists(st.integers(2, 4), min_size=1, max_size=5))
    shown = np.full((len(counts), 4), NAN)
    for row, count in enumerate(counts):
        shown[row, :count] = data.draw(st.lists(st.integers(0, 6), min_size=count, max_size=count))
    worth = means_of_others(shown, np.array(counts))
    assert worth is not None
    for first, second in ((shown, worth), (worth, worth), (worth, shown)):
        assert expected_of_lowest(first, second, np.array(counts)) == pytest.approx(enumerated(first, second, counts))


def test_the_floor_is_that_of_all_that_can_be_seen() -> None:
    """Nobody is below the choice that the unseen seeds like best, and who trains everything is above the optimum."""
    others = means_of_others(FOUR._error[-1, :, :-1], np.array([3, 2, 3, 2]))
    assert others is not None
    floor = FOUR.floor()
    assert floor is not None
    assert floor.lowest == pytest.approx(enumerated(others, others, [3, 2, 3, 2]) - FOUR.optimum)
    shown = FOUR._error[-1, :, :-1]
    assert floor.exhaustive == pytest.approx(enumerated(shown, others, [3, 2, 3, 2]) - FOUR.optimum)
    assert floor.lowest <= 0 <= floor.exhaustive


def test_a_run_is_judged_by_what_it_did_not_see() -> None:
    """Whatever was handed in, its error on the search split and the judged one together make the mean over seeds."""
    trace = nassim.simulate("random_search", FOUR, runs=300, evaluations=20, judged_by="unseen-seeds")
    index, judged = FOUR.space.index(trace.archs.reshape(-1, 2)), trace.truth.ravel()
    count = np.array([3, 2, 3, 2])[index]
    mean = (trace.error.ravel() + (count - 1) * judged) / count
    np.testing.assert_allclose(mean, FOUR.truth(trace.archs.reshape(-1, 2)))
    assert trace.provenance["judged_by"] == "unseen-seeds"
    assert trace.provenance["floor"] == FOUR.floor()._asdict()
    assert trace.provenance["report_split"] == "mean over seeds, but for the one that the run saw"


def test_it_is_the_training_that_the_luck_picks() -> None:
    """The hash of run and architecture decides which training is left out, also in a table of several epochs."""
    bench = nassim.load("nb201/cifar100")
    archs, training_seed = bench.space.at(np.arange(0, 15_625, 7)), np.arange(2233, dtype=np.uint32) * np.uint32(77_777)
    row = bench.row(archs)
    seen = bench.evaluate(Query(archs), training_seed).error
    counts = bench._counts[row].astype(np.int64)
    np.testing.assert_array_equal(seen, bench._error[-1, row, replica_of(row, training_seed, counts)])
    mean = (seen + (counts - 1) * bench.unseen(archs, training_seed)) / counts
    np.testing.assert_allclose(mean, bench.truth(archs), rtol=1e-12)


@pytest.mark.parametrize("draws", [1, 2, 3])
def test_random_search_ends_at_the_enumerated_expectation(draws: int) -> None:
    """Over all that a run can draw and see, asking twice for one architecture included: within 4 standard errors."""
    counts, found = [3, 2, 3, 2], []
    others = means_of_others(FOUR._error[-1, :, :-1], np.array(counts))
    assert others is not None
    for columns in product(*map(range, counts)):
        seen = [FOUR._error[-1, row, column] for row, column in enumerate(columns)]
        for archs in product(range(4), repeat=draws):
            best = min(archs, key=lambda arch: seen[arch])  # the first of the lowest
            found.append(others[best, columns[best]])
    trace = nassim.simulate("random_search", FOUR, runs=20_000, evaluations=draws, judged_by="unseen-seeds")
    judged = trace.incumbent_truth()[:, -1]
    assert abs(judged.mean() - np.mean(found)) < 4 * judged.std() / np.sqrt(judged.size)


def test_unseen_seeds_judge_where_they_can() -> None:
    """By default so; not where an architecture was trained once, tests report, or a run has seen every seed."""

    def judge(bench: object, **policies: str) -> str:
        trace = nassim.simulate("random_search", bench, runs=2, evaluations=3, **policies)
        return str(trace.provenance["judged_by"])

    once = seeds([[1, 5], [2, NAN]], [2, 1], (2,))
    tested = seeds([[1, 5], [2, 3]], [2, 2], (2,), test=np.array([1.0, 2.0]))
    assert judge(FOUR) == judge(Faults(FOUR, failed=0.1)) == judge("fcnet/protein") == "unseen-seeds"
    assert judge(FOUR, identity="isomorphism") == "unseen-seeds"
    assert judge(FOUR, judged_by="all-seeds") == "all-seeds"
    for signal in ("mean", "resampled"):
        assert judge(FOUR, signal=signal) == "all-seeds"
        with pytest.raises(SettingError, match="needs signal = 'one-seed'"):
            judge(FOUR, signal=signal, judged_by="unseen-seeds")
    for bench in (once, tested, toy_benchmark((2, 3)), Faults(once)):
        assert judge(bench) == "all-seeds"
        with pytest.raises(SettingError, match="needs two trainings or more of every architecture"):
            judge(bench, judged_by="unseen-seeds")


def test_trouble_is_judged_as_what_it_troubles() -> None:
    """Failures change what is seen, and not what it is worth."""
    archs, training_seed = FOUR.space.at(np.arange(4)), np.arange(4, dtype=np.uint32)
    np.testing.assert_array_equal(
        Faults(FOUR, lost=0.5).unseen(archs, training_seed), FOUR.unseen(archs, training_seed)
    )
    assert Faults(FOUR).floor() == FOUR.floor()
