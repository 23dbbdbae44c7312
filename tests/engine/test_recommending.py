"""What a run recommends, and what a strategy keeps beside its events."""

from __future__ import annotations

import numpy as np
import pytest

from nassim import simulate
from nassim.core.arrays import Floats, Rows
from nassim.core.benchmark import Query
from nassim.core.errors import ArchitectureError, SettingError
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
from nassim.core.strategy import Strategy
from nassim.core.trace_schema import RECOMMENDED
from nassim.strategies.random_search import RandomSearch
from tests.engine.searches import BENCH, CHOICES, ONE, Descent
from tests.toys import Failing, toy_benchmark


class Undecided(Descent):
    """Asks for mixtures but derives no architecture."""

    derive_architecture = Strategy.derive_architecture


class Second(RandomSearch):
    """Hands in its second answer, once there is one."""

    told = 0

    def tell(self, rows, asked, answer):
        """Count the answers."""
        self.told += 1

    def recommend(self, rows):
        """Return the second answer, or the first."""
        return np.full(rows.size, min(self.told, 2) - 1)


def test_a_failure_costs_time_and_is_never_the_incumbent():
    """Failed trainings are told as nan, take their time, and are not handed in."""
    bench = Failing(toy_benchmark((4, 4, 4)))
    trace = simulate("random_search", bench, runs=20, evaluations=60)
    failed = bench.fails(trace.archs.reshape(-1, 3)).reshape(20, 60)
    assert 0 < failed.mean() < 0.5
    assert np.array_equal(np.isnan(trace.error), failed)
    assert (np.diff(trace.seconds, prepend=0.0) > 0).all()
    incumbent = trace.incumbent()
    handed_in = np.take_along_axis(failed, np.maximum(incumbent, 0), axis=1)
    assert not handed_in[incumbent >= 0].any()


@pytest.mark.parametrize("workers", [1, 3])
def test_a_strategy_may_choose_what_it_hands_in(workers):
    """Answers are counted in the order in which each run was told them; failures are never handed in."""
    trace = simulate(Second, Failing(toy_benchmark((4, 4, 4))), runs=30, evaluations=10, workers=workers)
    failed = np.isnan(trace.error[:, 1])
    assert 0 < failed.sum() < 30
    assert (trace.incumbent()[~failed, 1:] == 1).all()
    lowest = simulate("random_search", Failing(toy_benchmark((4, 4, 4))), runs=30, evaluations=10, workers=workers)
    assert lowest.diagnostic(RECOMMENDED).size == lowest.error.size
    assert np.isnan(lowest.diagnostic(RECOMMENDED)).all()


def test_a_search_by_mixtures_records_what_it_would_hand_in():
    """Each event holds the derived architecture and the expected error; the search ends by its own limit."""
    trace = simulate(Descent, BENCH, runs=3)
    assert trace.lengths.tolist() == [6, 6, 6]
    assert trace.provenance["hands_in"] == "latest"
    assert trace.incumbent()[:, -1].tolist() == [5, 5, 5]
    assert BENCH.space.valid(trace.archs.reshape(-1, 3)).all()
    uniform = np.where(BENCH.space.option_mask, 1 / np.array(CHOICES)[:, None], 0.0)
    start = BENCH.relax(Mixture(uniform[None], np.ones(1)), Streams(0, "luck", [2]).random_words(ONE, 1)[0])
    assert trace.error[2, 0] == pytest.approx(start.error[0], rel=1e-12)
    assert simulate(Descent, BENCH, runs=1, evaluations=4).lengths.tolist() == [4]
    assert simulate(Descent, BENCH, runs=1, evaluations=9).lengths.tolist() == [6]


def test_mixtures_that_are_not_discretised_are_refused():
    """A strategy of mixtures must say what it would hand in."""
    with pytest.raises(SettingError, match="Undecided"):
        simulate(Undecided, BENCH, runs=1)


@pytest.mark.parametrize(("gene", "option"), [(1, 2), (2, -1), (0, 3), (0, 100), (0, -100)])
def test_an_impossible_architecture_never_enters_a_trace(gene, option):
    """A strategy that asks for what is no architecture is told so, also where its index is that of another."""

    class Wrong(RandomSearch):
        """Spoils one gene."""

        def ask(self, rows):
            """Ask for what there is not."""
            archs = np.ones((rows.size, 3), dtype=np.int8)
            archs[:, gene] = option
            return Query(archs)

    with pytest.raises(ArchitectureError, match=str(option)):
        simulate(Wrong, BENCH, runs=2, evaluations=3)


class Noting(RandomSearch):
    """Random search that notes its rows."""

    def diagnostics(self, rows: Rows) -> dict[str, Floats]:
        """Return the rows by the name "run"."""
        return {"run": rows.astype(np.float64)}


def test_what_a_strategy_notes_is_in_the_trace() -> None:
    """Beside what it was told, row by row; other strategies note nothing."""
    trace = simulate(Noting, toy_benchmark((2, 3)), runs=3, evaluations=4)
    np.testing.assert_array_equal(trace.diagnostics["run"], [[0.0] * 4, [1.0] * 4, [2.0] * 4])
    assert simulate(RandomSearch, toy_benchmark((2, 3)), runs=3, evaluations=4).diagnostics == {}
