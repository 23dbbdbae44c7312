"""The audit of a surrogate: what it compares, and that its numbers are those of the definitions."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from scipy.stats import kendalltau

import nassim
from nassim.benchmarks.learning import audit, fit_model
from nassim.core.errors import SettingError, UnknownNameError
from nassim.surrogates.audit import BASELINE, EXTRAPOLATION, RANDOM, Audit, two_seeds
from tests.benchmarks.partial import partial
from tests.toys import Failing, toy_benchmark

TOY = toy_benchmark((4, 5, 3, 3, 3))
STRATEGIES = ("random_search", "regularized_evolution")


@cache
def of_cells() -> Audit:
    """Return the audit of a surrogate of cells from 300 trainings."""
    return audit("nb201/cifar10", train=300, test=1000, strategies=STRATEGIES)


def test_all_ways_of_splitting_are_judged():
    """Random, one-hot baseline, extrapolation, and each strategy left out."""
    splits = of_cells().splits
    assert list(splits) == [RANDOM, BASELINE, EXTRAPOLATION, *(f"without {strategy}" for strategy in STRATEGIES)]
    assert splits[RANDOM].n == splits[BASELINE].n == 1000
    assert splits[EXTRAPOLATION].n == pytest.approx(100, abs=3)
    assert splits["without regularized_evolution"].n == 1000


def test_what_is_known_of_cells():
    """Graph features beat one-hot ones, extrapolation is the hardest, and two seeds agree as published tables say."""
    found = of_cells()
    tau = {name: scores.tau for name, scores in found.splits.items()}
    assert tau[RANDOM] > 0.85 > tau[BASELINE] > tau[EXTRAPOLATION]
    assert found.two_seeds == pytest.approx(0.913, abs=0.02)
    assert found.splits[RANDOM].coverage == pytest.approx(0.9, abs=0.05)
    assert found.splits[EXTRAPOLATION].far > found.splits[RANDOM].far


def test_scores_of_the_random_split_are_those_of_the_public_fit():
    """The model that is judged is that of nassim.fit with the same trainings, on cells that it has not seen."""
    found, model = of_cells(), fit_model("nb201/cifar10", train=300)
    table = nassim.load("nb201/cifar10")
    unseen = table.space.at(np.setdiff1d(np.arange(15_625), table.space.index(model.archs)))
    assert np.isin(found.mean, model.predict(unseen).mean).all()
    assert found.splits[RANDOM].tau == pytest.approx(kendalltau(found.true, found.mean).statistic)


def test_numbers_are_json_and_a_table():
    """Every number is in the JSON, and the text has a line per split under one heading."""
    found = of_cells()
    plain = json.loads(found.json(), parse_constant=pytest.fail)  # strict JSON has no NaN
    assert plain["splits"][BASELINE]["coverage"] is None
    assert plain["splits"][RANDOM]["tau"] == found.splits[RANDOM].tau
    assert (plain["benchmark"], plain["target"], plain["train"]) == ("nb201/cifar10", "error", 300)
    first, heading, *rows, last = found.text().splitlines()
    assert first == "nb201/cifar10, error (% error) from 300 trainings, graph features"
    assert [row[: row.index("  ")] for row in rows] == list(found.splits)
    assert "nan" not in "".join(rows)
    assert "sparse tau" in heading
    assert last.endswith(f"{found.two_seeds:.3f}")
    assert len({len(line) for line in (heading, *rows)}) == 1


def test_a_cost_has_no_seeds():
    """Other targets are audited too; nothing is said about seeds, and the bins are relative."""
    found = audit(TOY, "params", train=100, test=100, strategies=())
    assert np.isnan(found.two_seeds)
    assert json.loads(found.json(), parse_constant=pytest.fail)["two_seeds"] is None
    assert (found.unit, found.encoding) == ("params", "onehot")
    assert found.splits[RANDOM].n == 100


def test_samples_are_audited_without_searching():
    """A part of a space cannot be searched; as many as are left are judged."""
    found = audit(partial(TOY, 150), train=100)
    assert list(found.splits) == [RANDOM, BASELINE, EXTRAPOLATION]
    assert found.splits[RANDOM].n == 50
    assert np.isfinite(found.two_seeds)
    assert audit(partial(TOY, 150), "params", train=100).splits[RANDOM].n in {49, 50}


def test_failed_trainings_are_left_out():
    """Neither learned from nor judged by."""
    found = audit(Failing(TOY), train=150, test=100, strategies=())
    assert found.splits[RANDOM].n < 100
    assert np.isfinite(found.splits[RANDOM].tau)


def test_two_seeds_of_a_benchmark_with_one_seed_are_nan():
    """There is nothing to compare."""
    single = toy_benchmark((4, 5, 3), replicas=1)
    assert np.isnan(two_seeds(single, single.space.at(np.arange(60)), 0))


def test_wrong_questions_are_explained():
    """Too few to judge, and targets that there are not."""
    with pytest.raises(SettingError, match="540 architectures, too few to learn from 530 and judge"):
        audit(TOY, train=530)
    with pytest.raises(UnknownNameError, match="did you mean 'seconds'"):
        audit(TOY, "second", train=100)
    with pytest.raises(SettingError, match="test must be a whole number >= 1"):
        audit(TOY, train=100, test=0)
