"""Validation: which networks are trained, that it can be interrupted, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from nassim.core.benchmark import Query
from nassim.core.errors import DataError, SettingError
from nassim.report.figures.validation import of_validation
from nassim.report.style import drawn
from nassim.spaces.nb201 import NB201
from nassim.training.collect import Plan
from nassim.training.validation import FIRST, HEAD, Chosen, Simulated, Validation, choose, validate
from tests.toys import tabulate, toy_benchmark
from tests.training.test_collect import RECIPE, SKELETON, Log, images

SPACE = NB201()
BENCH = tabulate(SPACE, 2)
FOUND = SPACE.at(np.random.default_rng(0).integers(0, SPACE.size, 40))


def plan(folder: Path) -> Plan:
    """Return tiny trainings."""
    return Plan("nb201", str(images(folder)), RECIPE, SKELETON, "cpu")


def made_up(valid: list[list[float]], top: int = 2) -> Validation:
    """Return what such validation errors say of networks that were simulated to be better and better."""
    real = np.array(valid)
    count = len(real)
    simulated = Simulated(np.arange(count) + 1.0, np.arange(count) + 2.0, np.full(count, 10.0))
    chosen = Chosen(np.arange(count) + 5000, np.where(np.arange(count) < top, 3, 0), simulated)
    return Validation("toy/made-up", SPACE, chosen, top, real, real + 1, np.full(real.shape, 20.0), {"seeds": 2})


def test_the_best_distinct_networks_that_were_found_come_first() -> None:
    """By their simulated mean error, each once, with how many runs found them."""
    twice = np.concatenate([FOUND, FOUND[:5]])
    chosen = choose(BENCH, twice, 6, 0)
    networks, counts = np.unique(SPACE.canonical(twice), return_counts=True)
    error = BENCH.evaluate(Query(SPACE.at(networks))).error
    best = np.argsort(error)[:6]
    assert chosen.networks.tolist() == networks[best].tolist()
    assert chosen.runs.tolist() == counts[best].tolist()
    assert chosen.simulated.error.tolist() == error[best].tolist()
    assert chosen.simulated.report.tolist() == BENCH.truth(SPACE.at(networks[best])).tolist()


def test_others_are_spread_over_all_strata() -> None:
    """One of each tenth of the distinct networks, none of which is among the best found; always the same."""
    chosen = choose(BENCH, FOUND, 3, 10)
    others = chosen.networks[3:]
    everything = np.unique(SPACE.canonical(SPACE.at(np.arange(SPACE.size))))
    ranked = everything[np.argsort(BENCH.evaluate(Query(SPACE.at(everything))).error)]
    places = [np.flatnonzero(ranked == network)[0] for network in others]
    assert [int(10 * place / len(ranked)) for place in places] == list(range(10))
    assert not set(others) & set(chosen.networks[:3])
    assert (chosen.runs[3:] == 0).all()
    assert choose(BENCH, FOUND[::-1], 3, 10).networks.tolist() == chosen.networks.tolist()


def test_fewer_than_asked_is_all_there_are() -> None:
    """And nothing at all is an error, as is a space without networks."""
    assert len(choose(BENCH, FOUND[:1], 5, 0).networks) == 1
    with pytest.raises(DataError, match="no run handed in a network"):
        choose(BENCH, FOUND[:0], 5, 0)
    with pytest.raises(SettingError, match="of space nb201 only, not of toy-2x3"):
        choose(toy_benchmark((2, 3)), np.zeros((1, 2), dtype=np.int8), 1, 0)


def test_an_interrupted_validation_goes_on(tmp_path: Path) -> None:
    """What was trained is not trained again, and more seeds add to it; seeds are those of no table."""
    validate(BENCH, FOUND, plan(tmp_path), tmp_path / "out", top=2, others=2, seeds=1, jobs=1)
    log = Log()
    found = validate(BENCH, FOUND, plan(tmp_path), tmp_path / "out", top=2, others=2, seeds=2, jobs=1, watcher=log)
    assert log.begun == [(4, 8)]
    assert found.valid.shape == found.test.shape == found.seconds.shape == (4, 2)
    records = [json.loads(line[9:]) for line in (tmp_path / "out/trainings/000.jsonl").read_text().splitlines()]
    assert {record["replica"] for record in records} == {FIRST, FIRST + 1}
    by_job = {(record["network"], record["replica"]): record for record in records}
    for row, network in enumerate(found.chosen.networks.tolist()):
        for seed in range(2):
            assert found.valid[row, seed] == by_job[network, FIRST + seed]["valid_error"][-1]
            assert found.test[row, seed] == by_job[network, FIRST + seed]["test_error"][-1]


def test_wrong_numbers_are_refused(tmp_path: Path) -> None:
    """Before anything is trained."""
    for wrong in ({"top": 0}, {"seeds": 0}, {"others": -1}):
        with pytest.raises(SettingError, match=f"{next(iter(wrong))} must be"):
            validate(BENCH, FOUND, plan(tmp_path), tmp_path / "out", **wrong)
    assert not (tmp_path / "out").exists()


def test_what_is_said_follows_from_the_errors() -> None:
    """Agreement, the regret of the pick by its test error, and the winner among the best found."""
    found = made_up([[10, 12], [5, 5], [20, 22], [2, 2], [30, 32]])
    assert found.winner == 1  # not 3, which no run had found
    assert found.regret.value == 11 - 2
    assert found.tau["valid"].value == pytest.approx(0.2)
    assert found.times_as_long == 2.0
    head, *rows = found.rows()
    assert head == HEAD
    assert [row[1] for row in rows] == ["3 runs", "3 runs", "sample", "sample", "sample"]
    assert rows[0][3].startswith("11.00 [0.00, 23.7")
    told = json.loads(found.json())
    assert told["regret"]["value"] == 9
    assert told["networks"]["real_valid_mean"] == [11, 5, 21, 2, 31]


def test_failed_trainings_are_left_out() -> None:
    """They are said to have failed, and are null in JSON; if the pick itself failed there is no regret."""
    found = made_up([[np.nan, np.nan], [5, 5], [20, 22], [2, 2], [np.nan, 7]])
    assert np.isnan(found.regret.value)
    assert found.winner == 1
    assert [row[3].split()[0] for row in found.rows()][1:] == ["failed", "5.00", "21.00", "2.00", "7.00"]
    assert json.loads(found.json())["trainings"]["valid"][0] == [None, None]
    with pytest.raises(DataError, match="all trainings of the 1 best networks failed"):
        _ = made_up([[np.nan, np.nan], [5, 5]], top=1).winner


def test_the_figure_is_drawn_the_same_every_time() -> None:
    """With failures in it, too."""
    for valid in ([[10.0, 12], [5, 5], [np.nan, np.nan]], [[10.0], [5], [3]]):
        first, second = (drawn(lambda valid=valid: of_validation(made_up(valid))) for _ in range(2))
        assert first == second
        assert first["pdf"].startswith(b"%PDF")
