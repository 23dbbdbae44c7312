"""The genetic algorithm: P_new = mutate(cross(P)), P_next = select(P + P_new)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nassim
from nassim.core.benchmark import Outcome
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.strategies.genetic_algorithm import GeneticAlgorithm
from tests.toys import Failing, toy_benchmark, toy_space

RUNS = np.arange(100)


def new(**options: Any) -> GeneticAlgorithm:
    """Return the strategy for 100 runs on a space of six genes."""
    return GeneticAlgorithm(toy_space((5,) * 6), Streams(0, "genetic_algorithm", RUNS), **options)


def tell(strategy: GeneticAlgorithm, errors: Any) -> list[Any]:
    """Ask and tell these errors (n,) or (n, runs) one after the other; return the architectures."""
    archs = []
    for error in errors:
        asked = strategy.ask(RUNS)
        archs.append(asked.archs)
        strategy.tell(RUNS, asked, Outcome(np.broadcast_to(error, RUNS.shape), RUNS * 0.0, np.zeros((RUNS.size, 0))))
    return archs


def test_truncation_keeps_the_best_of_both_generations() -> None:
    """After each generation the parents are the best of parents and children, with their errors."""
    strategy = new(population=6)
    errors = np.random.default_rng(0).random((30, RUNS.size))
    archs = np.array(tell(strategy, errors))
    order = errors.argsort(axis=0)[:6]
    np.testing.assert_array_equal(strategy.error[:6], np.take_along_axis(errors, order, axis=0))
    np.testing.assert_array_equal(strategy.archs[:6], archs[order, RUNS])


def test_among_equals_the_older_survive() -> None:
    """Children that are no better than their parents replace none."""
    strategy = new(population=4)
    first = tell(strategy, np.ones(8))[:4]
    np.testing.assert_array_equal(strategy.archs[:4], first)


def test_tournaments_keep_the_best() -> None:
    """Under tournament selection the best of both generations survives."""
    strategy = new(population=5, selection="tournament")
    errors = np.random.default_rng(0).random((25, RUNS.size))
    tell(strategy, errors)
    np.testing.assert_array_equal(strategy.error[0], errors.min(axis=0))


def test_larger_tournaments_select_harder() -> None:
    """Survivors of tournaments of one are as good as all on average, and the better the larger the tournaments."""
    means = []
    for tournament in (1, 2, 8):
        strategy = new(population=10, selection="tournament", tournament=tournament)
        tell(strategy, np.random.default_rng(0).random((20, RUNS.size)))
        means.append(strategy.error[1:10].mean())
    assert abs(means[0] - 0.5) < 0.03
    assert abs(means[1] - 0.33) < 0.03
    assert means[2] < 0.15


def test_children_inherit_every_gene_from_their_parents() -> None:
    """Without mutation every gene of a child is that of one of the parents, and most children mix both."""
    strategy = new(population=5, mutation_rate=0)
    tell(strategy, np.ones(5))
    child = tell(strategy, np.ones(1))[0]
    assert (strategy.archs[:5] == child).any(axis=0).all()
    assert (strategy.archs[:5] == child).all(axis=2).any(axis=0).mean() < 0.5


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_mutation_rate(rate: float) -> None:
    """A lone parent's child differs from it by one gene, as often as the mutation rate says."""
    strategy = new(population=1, mutation_rate=rate)
    (parent,) = tell(strategy, [0])
    changed = np.array([(child != parent).sum(axis=1) for child in tell(strategy, np.ones(20))])
    assert set(np.unique(changed)) <= {0, 1}
    assert abs(changed.mean() - rate) < 0.04


def test_selection_waits_for_a_full_generation_whoever_completes_it() -> None:
    """With several workers, children asked for earlier count in the generation in which they are answered."""
    strategy = new(population=3)
    early = [strategy.ask(RUNS) for _ in range(5)]
    for number, asked in enumerate(early):
        assert strategy.error[:3].max() == (np.inf if number < 3 else 9)
        strategy.tell(RUNS, asked, Outcome(np.full(RUNS.size, 9.0 - number // 3), RUNS * 0.0, np.zeros((100, 0))))
    tell(strategy, [1])
    np.testing.assert_array_equal(np.unique(strategy.error[:3]), [1, 8])


@pytest.mark.parametrize("selection", ["truncation", "tournament"])
@pytest.mark.parametrize("workers", [1, 4])
def test_it_beats_random_search_where_trainings_fail(selection: str, workers: int) -> None:
    """With one worker or four, the mean regret is below that of random search."""
    benchmark = Failing(toy_benchmark((5,) * 5))
    chosen = {"runs": 50, "evaluations": 150, "workers": workers}
    bred = nassim.simulate("genetic_algorithm", benchmark, selection=selection, **chosen)
    assert bred.regret()[:, -1].mean() < nassim.simulate("random_search", benchmark, **chosen).regret()[:, -1].mean()


def test_failed_trainings_do_not_survive() -> None:
    """While enough others succeed, no failed architecture is among the parents."""
    strategy = new(population=4)
    tell(strategy, [1, np.nan, 2, 3, np.nan, np.nan, 4, np.nan])
    np.testing.assert_array_equal(strategy.error[:4, 0], [1, 2, 3, 4])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"population": 0}, "population.*whole number >= 1, got 0"),
        ({"mutation_rate": 1.5}, "mutation_rate.*>= 0 and <= 1, got 1.5"),
        ({"selection": "roulette"}, "'truncation' or 'tournament', got 'roulette'"),
        ({"population": 2, "tournament": 5}, r"tournament \(5\) must be <= 2 \* population \(2\)"),
        ({"mutation": "unifrom"}, "did you mean 'uniform'"),
    ],
)
def test_wrong_settings(options: dict[str, Any], message: str) -> None:
    """What is out of range is refused, with the range."""
    with pytest.raises(SettingError, match=message):
        nassim.simulate("genetic_algorithm", toy_benchmark((2, 2)), runs=1, evaluations=1, **options)


def test_a_population_of_one_keeps_the_better() -> None:
    """With one survivor there are no tournaments: it is the elite."""
    runs = {
        selection: nassim.simulate(
            "genetic_algorithm", "nb201/cifar10", runs=3, evaluations=20, population=1, selection=selection
        )
        for selection in ("truncation", "tournament")
    }
    assert np.array_equal(runs["truncation"].error, runs["tournament"].error)
