"""Local search climbs to local optima and starts again; the behaviour that the papers describe."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Outcome
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.strategies.local_search import SCOUT, LocalSearch
from tests.strategies.climbing import climbs, error_in, search
from tests.toys import Failing, Ladder, toy_benchmark, toy_space

BOTH = pytest.mark.parametrize("neighbourhood", ["full", "first"])


@BOTH
def test_every_climb_ends_at_a_local_optimum(neighbourhood: str) -> None:
    """No neighbour of the best architecture of a completed climb is better."""
    benchmark = toy_benchmark((4, 3, 1, 5))
    error_of = error_in(benchmark)
    found = climbs(search(benchmark.space, error_of, 400, neighbourhood=neighbourhood))
    assert len(found) > 3
    for climb in found:
        best = min(climb, key=lambda step: step.error)
        assert error_of(benchmark.space.neighbours(best.arch)).min() >= best.error


def test_the_full_neighbourhood_is_asked_before_a_move_to_its_best() -> None:
    """Steepest descent asks each neighbour of a centre exactly once, and the best of them is the next centre."""
    benchmark = toy_benchmark((4, 3, 5))
    for climb in climbs(search(benchmark.space, error_in(benchmark), 300)):
        centre, tags = climb[0].arch, [step.tag for step in climb[1:]]
        assert tags == sorted(tags)
        for tag in dict.fromkeys(tags):
            asked = [step for step in climb if step.tag == tag]
            expected = {tuple(arch) for arch in benchmark.space.neighbours(centre)}
            assert len(asked) == len(expected)
            assert {tuple(step.arch) for step in asked} == expected
            centre = min(asked, key=lambda step: step.error).arch


def test_first_improvement_moves_at_once() -> None:
    """With neighbourhood="first" the centre changes exactly after each improvement."""
    benchmark = toy_benchmark((4, 3, 5))
    for climb in climbs(search(benchmark.space, error_in(benchmark), 300, neighbourhood="first")):
        lowest = climb[0].error
        for step, following in pairwise(climb[1:]):
            assert (following.tag > step.tag) == (step.error < lowest)
            lowest = min(lowest, step.error)


def test_neighbours_are_asked_in_random_order() -> None:
    """Over many runs, each neighbour of the first centre is equally often the first and the last to be asked."""
    space = toy_space((3, 4))
    rows = np.arange(4000)
    strategy = LocalSearch(space, Streams(0, "local_search", rows))
    asked = strategy.ask(rows)
    centre, answer = asked.archs, Outcome(np.zeros(4000), np.zeros(4000), np.zeros((4000, 0)))
    order = []
    for _ in range(5):
        strategy.tell(rows, asked, answer)
        asked = strategy.ask(rows)
        order.append(space.index((asked.archs - centre) % np.array(space.choices)))
    assert (np.sort(order, axis=0) == np.sort(order, axis=0)[:, :1]).all()
    for position in (0, 4):
        counts = np.unique(order[position], return_counts=True)[1]
        assert counts.size == 5
        assert abs(counts - 800).max() < 120


@BOTH
def test_architectures_may_have_different_numbers_of_neighbours(neighbourhood: str) -> None:
    """On a ladder, where the ends have one neighbour and the rest two, every climb goes down to the bottom."""
    found = climbs(search(Ladder((6,)), lambda archs: archs[:, 0], 200, neighbourhood=neighbourhood))
    assert len(found) > 3
    assert all(min(climb, key=lambda step: step.error).arch[0] == 0 for climb in found)


def test_a_space_without_neighbours_is_sampled() -> None:
    """Where there is nothing but one architecture, it is asked for again and again."""
    assert all(step.tag == SCOUT for step in search(toy_space((1, 1)), lambda archs: archs[:, 0], 5))


def test_scouts_are_asked_while_answers_are_due_and_the_best_begins_the_next_climb() -> None:
    """A second worker looks for the next start while the last neighbour is being evaluated."""
    run = nassim.solo(LocalSearch, toy_space((2,)))
    run.tell(run.ask(), 5.0)
    neighbour, scout, better_scout, worse_scout = (run.ask() for _ in range(4))
    assert [int(asked.tag[0]) for asked in (neighbour, scout, better_scout, worse_scout)] == [0, SCOUT, SCOUT, SCOUT]
    for asked, error in ((scout, 4.0), (better_scout, 3.0), (worse_scout, 3.5), (neighbour, 9.0)):
        run.tell(asked, error)
    following = run.ask()
    assert following.tag[0] == 1
    assert following.archs[0] != better_scout.archs[0]


def test_a_late_answer_counts_within_its_climb_only() -> None:
    """Under first improvement, an answer for a centre already left is a step if it is better; later it is none."""
    run = nassim.solo(LocalSearch, toy_space((2, 2)), neighbourhood="first")
    run.tell(run.ask(), 9.0)
    first, late = run.ask(), run.ask()
    run.tell(first, 8.0)
    assert run.ask().tag[0] == 1
    run.tell(late, 7.0)
    neighbours = [run.ask() for _ in range(2)]
    assert [int(asked.tag[0]) for asked in neighbours] == [2, 2]
    assert ((neighbours[0].archs != late.archs).sum(), (neighbours[1].archs != late.archs).sum()) == (1, 1)
    for asked in neighbours:
        run.tell(asked, 7.5)
    restart = run.ask()
    assert restart.tag[0] == SCOUT
    run.tell(restart, 9.0)
    after = run.ask()
    run.tell(first, 1.0)
    assert run.ask().tag[0] == after.tag[0] == 3


@BOTH
@pytest.mark.parametrize("workers", [1, 4])
def test_it_beats_random_search(neighbourhood: str, workers: int) -> None:
    """With one worker or four, the mean regret is below that of random search."""
    benchmark = toy_benchmark((5, 5, 5, 5, 5))
    chosen = {"runs": 50, "evaluations": 150, "workers": workers}
    climbed = nassim.simulate("local_search", benchmark, neighbourhood=neighbourhood, **chosen)
    assert climbed.regret()[:, -1].mean() < nassim.simulate("random_search", benchmark, **chosen).regret()[:, -1].mean()


@BOTH
def test_failed_trainings_are_worse_than_all_others(neighbourhood: str) -> None:
    """Where some trainings fail, every climb ends at an architecture that did not, with no better neighbour."""
    benchmark = Failing(toy_benchmark((4, 4, 4)))
    error_of = error_in(benchmark)
    for climb in climbs(search(benchmark.space, error_of, 300, neighbourhood=neighbourhood)):
        best = min((step for step in climb if not np.isnan(step.error)), key=lambda step: step.error)
        assert np.nanmin(error_of(benchmark.space.neighbours(best.arch))) >= best.error


def test_all_failed() -> None:
    """A search in which every training fails goes on to restart."""
    steps = search(toy_space((3, 3)), lambda archs: np.full(len(archs), np.nan), 30)
    assert sum(step.tag == SCOUT for step in steps) == 6


def test_as_published() -> None:
    """On CIFAR-100 the optimum is found after about 127 different cells on average, as White et al. report."""
    benchmark = nassim.load("nb201/cifar100")
    trace = nassim.simulate("local_search", benchmark, runs=400, evaluations=1500, signal="mean")
    found = trace.truth <= benchmark.optimum
    assert found.any(axis=1).all()
    cells = benchmark.space.index(trace.archs.reshape(-1, 6)).reshape(found.shape)
    needed = [len(set(row[: first + 1])) for row, first in zip(cells, found.argmax(axis=1), strict=True)]
    assert abs(np.mean(needed) - 127) < 13


def test_wrong_settings() -> None:
    """A neighbourhood of another name is refused."""
    with pytest.raises(SettingError, match="'full' or 'first', got 'half'"):
        nassim.simulate("local_search", toy_benchmark((2, 2)), runs=1, evaluations=1, neighbourhood="half")
