"""The shipped benchmark mini201/mnist5k: what its card promises, and that anybody gets its numbers again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

import nassim
from nassim.benchmarks.partial_table import PartialTable
from nassim.core.benchmark import Query
from nassim.spaces.nb201 import NB201

NAME = "mini201/mnist5k"
SPACE = NB201()
ALL = SPACE.at(np.arange(SPACE.size))

BENCH, SAMPLES = nassim.load(NAME), PartialTable.load(NAME)
NETWORKS = np.unique(SPACE.canonical(ALL))


def test_every_network_was_trained_and_a_thousand_three_times() -> None:
    """As the card says."""
    counts = SAMPLES.counts[NETWORKS]
    assert counts.min() == 1
    assert (counts == 3).sum() == 1000
    assert SAMPLES.card.facts["counts"] == {"architectures": 15625, "networks": 6466, "trainings": 8466}
    assert BENCH.epochs == (1, 2, 3, 4)


def test_isomorphic_cells_are_one_network() -> None:
    """They share all trainings and measures, but not the parameters of edges that cannot matter."""
    representative = SPACE.index(SPACE.representative(ALL))
    for values in (SAMPLES.error, SAMPLES.seconds):
        np.testing.assert_array_equal(values, values[:, representative])
    assert (SAMPLES.costs["synflow"] == SAMPLES.costs["synflow"][representative]).all()
    assert (SAMPLES.costs["params"] != SAMPLES.costs["params"][representative]).any()


def test_seeds_agree_and_splits_agree() -> None:
    """Two trainings of one network rank networks alike, Kendall tau .6 on average; so do validation and test."""
    repeated = NETWORKS[SAMPLES.counts[NETWORKS] == 3]
    error = SAMPLES.error[-1, repeated]
    pairs = [kendalltau(error[:, one], error[:, other]).statistic for one, other in ((0, 1), (0, 2), (1, 2))]
    assert np.mean(pairs) > 0.6
    assert min(pairs) > 0.59
    assert spearmanr(SAMPLES.mean_error[NETWORKS], BENCH.truth(SPACE.at(NETWORKS))).statistic > 0.97


def test_no_training_failed_and_a_cell_without_a_path_is_at_chance() -> None:
    """90 % error among ten digits."""
    assert not np.isnan(BENCH.evaluate(Query(ALL)).error).any()
    assert 85 < BENCH.evaluate(Query(ALL[:1])).error[0] < 92


@pytest.mark.slow
def test_five_random_rows_are_recomputed() -> None:
    """With the versions on the card the numbers are the same; with others they are those of another seed."""
    torch = pytest.importorskip("torch")
    from nassim.training.collect import plan_of, training

    plan = plan_of("nb201", "mnist5k", None, None, "cpu")
    made_with = SAMPLES.card.facts["made_with"]
    same = made_with["torch"] == torch.__version__
    same &= made_with["instructions"] == torch.backends.cpu.get_cpu_capability()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    away = []
    try:
        for network in np.random.default_rng(0).choice(NETWORKS, 5, replace=False).tolist():
            again = training(plan, (network, 0))["valid_error"]
            recorded = SAMPLES.error[:, network, 0]
            if same:
                np.testing.assert_array_equal(again, recorded)
            away.append(abs(again[-1] - recorded[-1]))
    finally:
        torch.set_num_threads(threads)
    assert np.median(away) < 6
