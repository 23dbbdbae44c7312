"""The desk: which luck a run has, and what asking again costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nassim.core.arrays import Archs
from nassim.core.benchmark import Benchmark, Outcome, Query
from nassim.core.errors import SettingError
from nassim.core.policies import Policies
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture, RelaxedOutcome
from nassim.engine.evaluator import Evaluator
from tests.toys import toy_benchmark

CHOICES = (3, 2, 4)
RUNS = (4, 0, 2**33)
EVERYONE = np.arange(len(RUNS))
START = np.zeros(len(RUNS))


class Spy(Benchmark):
    """A benchmark that remembers the luck it was asked with; `error` counts its calls, so no two answers agree."""

    name, costs, epochs = "spy", (), (1,)

    def __init__(self, seconds: float = 10.0) -> None:
        self.space = toy_benchmark(CHOICES).space
        self.seconds = seconds
        self.training_seed: list[np.ndarray | None] = []

    def evaluate(self, query: Query, training_seed: np.ndarray | None = None) -> Outcome:
        """Answer with the number of the call."""
        self.training_seed.append(None if training_seed is None else training_seed.copy())
        rows = len(query.archs)
        return Outcome(np.full(rows, float(len(self.training_seed))), np.full(rows, self.seconds), np.empty((rows, 0)))

    def truth(self, archs: Archs) -> np.ndarray:
        """Return zeros."""
        return np.zeros(len(archs))


def evaluator(benchmark, signal="one-seed", repeats="pay", runs=RUNS, seed=7) -> Evaluator:
    """Return an evaluator whose training seeds are that of a study."""
    return Evaluator(benchmark, Streams(seed, "luck", runs), Policies(signal=signal, repeats=repeats))


def archs_of(*index: int) -> np.ndarray:
    """Return architectures of the toy space by their ids."""
    return toy_benchmark(CHOICES).space.at(np.array(index))


def luck_words(run: int, count: int) -> list[int]:
    """Return the first words of a run's stream of luck."""
    return Streams(7, "luck", [run]).random_words(np.zeros(1, dtype=np.intp), count)[0].tolist()


def test_one_seed_keeps_one_luck_per_run():
    """Under one-seed each run asks with the first word of its training seed, every time, whoever asks along."""
    spy = Spy()
    reception = evaluator(spy)
    first = np.array([luck_words(run, 1)[0] for run in RUNS])
    for rows in (EVERYONE, EVERYONE[1:], EVERYONE[[0, 2]], EVERYONE):
        reception.answer(rows, Query(archs_of(*[3] * rows.size)), START[rows])
        assert spy.training_seed[-1].tolist() == first[rows].tolist()


def test_resampled_draws_a_new_luck_each_time_a_run_asks():
    """Under resampled, a run's k-th question has its own word k of luck, after one-seed's, whoever asks along."""
    spy = Spy()
    reception, asked = evaluator(spy, "resampled"), np.zeros(len(RUNS), dtype=int)
    for rows in (EVERYONE, EVERYONE[1:], EVERYONE[[0, 2]], EVERYONE):
        reception.answer(rows, Query(archs_of(*[3] * rows.size)), START[rows])
        asked[rows] += 1
        assert spy.training_seed[-1].tolist() == [luck_words(RUNS[row], 1 + asked[row])[-1] for row in rows]


def test_mean_asks_without_luck():
    """Under mean the benchmark is asked for the mean of all trainings."""
    spy = Spy()
    evaluator(spy, "mean").answer(EVERYONE, Query(archs_of(1, 2, 3)), START)
    assert spy.training_seed == [None]


@pytest.mark.parametrize("signal", ["one-seed", "mean"])
def test_the_signal_of_a_table_depends_on_run_and_architecture_only(signal):
    """A table answers a run's question alike at any time and in any company; other runs may see other trainings."""
    bench = toy_benchmark(CHOICES, replicas=5)
    together = evaluator(bench, signal)
    for which in (5, 7, 5):
        answer = together.answer(EVERYONE, Query(archs_of(which, which, which)), START)
        for row, run in enumerate(RUNS):
            alone = evaluator(bench, signal, runs=[run]).answer(EVERYONE[:1], Query(archs_of(which)), START[:1])
            assert alone.error[0] == answer.error[row]
            assert alone.seconds[0] == answer.seconds[row]


def test_mixtures_see_the_same_luck_as_queries():
    """At a vertex, relaxing under one-seed gives what the run would be told of that architecture."""
    bench = toy_benchmark(CHOICES, replicas=5)
    arch = archs_of(13)[0]
    vertex = np.zeros((len(RUNS), len(CHOICES), max(CHOICES)))
    vertex[:, np.arange(len(CHOICES)), arch] = 1
    answer = evaluator(bench).answer(EVERYONE, Mixture(vertex, np.ones(len(RUNS))), START)
    told = evaluator(bench).answer(EVERYONE, Query(archs_of(13, 13, 13)), START)
    assert isinstance(answer, RelaxedOutcome)
    assert answer.error == pytest.approx(told.error, abs=1e-12)


def test_a_mixture_needs_a_relaxable_benchmark():
    """A benchmark that cannot relax is named in one clear line."""
    with pytest.raises(SettingError, match="spy cannot"):
        evaluator(Spy()).answer(EVERYONE, Mixture(np.ones((3, 3, 4)), np.ones(3)), START)


def test_who_pays_trains_again():
    """Under pay, a repeat is a new training at full cost."""
    spy = Spy()
    reception = evaluator(spy, "resampled")
    for call in (1, 2, 3):
        answer = reception.answer(EVERYONE, Query(archs_of(1, 1, 1)), START + 10 * call)
        assert answer.error.tolist() == [call] * 3
        assert answer.seconds.tolist() == [10.0] * 3


def test_a_known_answer_is_free():
    """Under free, asking after the first training completed costs nothing and gives the first answer."""
    reception = evaluator(Spy(), "resampled", "free")
    reception.answer(EVERYONE, Query(archs_of(1, 2, 3)), START)
    answer = reception.answer(EVERYONE, Query(archs_of(1, 3, 3)), START + 10)
    assert answer.error.tolist() == [1, 2, 1]
    assert answer.seconds.tolist() == [0, 10, 0]


def test_a_repeat_of_a_training_under_way_waits_for_it():
    """Under free, asking while the first training still runs costs the seconds until its end, not more."""
    reception = evaluator(Spy(), "resampled", "free")
    reception.answer(EVERYONE, Query(archs_of(1, 1, 1)), np.array([0.0, 5.0, 100.0]))
    answer = reception.answer(EVERYONE, Query(archs_of(1, 1, 1)), np.array([4.0, 15.0, 110.5]))
    assert answer.seconds.tolist() == [6, 0, 0]
    again = reception.answer(EVERYONE, Query(archs_of(1, 1, 1)), np.array([4.0, 15.0, 110.5]))
    assert again.seconds.tolist() == [6, 0, 0]


def test_a_failure_is_remembered_too():
    """Under free, asking again for a failed training says so again, at no cost."""
    spy = Spy()
    reception = evaluator(spy, "one-seed", "free")
    spy.evaluate = lambda query, training_seed: Outcome(np.full(3, np.nan), np.full(3, 10.0), np.empty((3, 0)))
    reception.answer(EVERYONE, Query(archs_of(1, 1, 1)), START)
    answer = reception.answer(EVERYONE, Query(archs_of(1, 1, 1)), START + 50)
    assert np.isnan(answer.error).all()
    assert not answer.seconds.any()


def test_other_fidelities_are_other_trainings():
    """Under free, a training to another epoch is not a repeat."""
    reception = evaluator(Spy(), "resampled", "free")
    for call, epochs in enumerate((1, 2, 1), start=1):
        answer = reception.answer(EVERYONE, Query(archs_of(1, 1, 1), epochs=np.full(3, epochs)), START + 100 * call)
        assert answer.error.tolist() == [{1: 1, 2: 2}[epochs]] * 3


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_free_repeats_agree_with_a_dictionary_per_run(data):
    """However rows ask, errors and seconds agree with one dictionary per run; the memory grows as needed."""
    space = toy_benchmark(CHOICES).space
    reception = evaluator(Spy(seconds=3.0), "resampled", "free")
    known: list[dict[int, tuple[float, float]]] = [{} for _ in RUNS]
    rows_of = st.sets(st.sampled_from(range(len(RUNS))), min_size=1).map(sorted)
    for call in range(1, data.draw(st.sampled_from([5, 70, 140])) + 1):
        rows = np.array(data.draw(rows_of) if call < 8 else [call % 3])
        index = np.array([(call * call + row) % space.size for row in rows])
        now = np.full(rows.size, float(call))
        answer = reception.answer(rows, Query(space.at(index)), now)
        for row, which, error, seconds in zip(rows, index.tolist(), answer.error, answer.seconds, strict=True):
            first, ready = known[row].setdefault(which, (float(call), call + 3.0))
            assert error == first
            assert seconds == max(ready - call, 0)
