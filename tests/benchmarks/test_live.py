"""Live benchmarks: real training behind the same contract, step by step what a table of the trainings would answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import nassim
from nassim import catalog
from nassim.benchmarks import loading
from nassim.benchmarks.live import LiveBenchmark, live
from nassim.benchmarks.table import TableBenchmark
from nassim.core.benchmark import Query
from nassim.core.errors import SettingError, UnknownNameError
from nassim.core.hashing import replica_of
from nassim.core.random_streams import Streams
from nassim.spaces.nb201 import NB201
from nassim.training import train
from nassim.training.collect import Plan, measuring
from nassim.training.counting import parameters
from nassim.training.gathering import one_thread
from nassim.training.zero_cost import SCORES
from tests.training.test_collect import RECIPE, SKELETON, images

SPACE = NB201()
FEW = SPACE.sample(np.arange(4), Streams(0, "few", np.arange(4)))
TRAINING_SEEDS = Streams(0, "luck", np.arange(4)).random_words(np.arange(4), 1)[:, 0]
COUNTS = np.where(np.arange(SPACE.size) % 3 == 0, 1, 2)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LiveBenchmark:
    """Return a live benchmark of tiny images, with one or two trainings per architecture, and its own cache."""
    monkeypatch.setenv("NASSIM_CACHE", str(tmp_path / "cache"))
    return LiveBenchmark(Plan("nb201", str(images(tmp_path)), RECIPE, SKELETON, "cpu"), "live/tiny", counts=COUNTS)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows with every epoch that is trained."""
    epochs, advance = [], train._Run.advance

    def counted(run: train._Run) -> None:
        epochs.append(run.epoch)
        advance(run)

    monkeypatch.setattr(train._Run, "advance", counted)
    return epochs


def tabulated(bench: LiveBenchmark) -> TableBenchmark:
    """Return a table of the trainings that a live benchmark has kept; of others it has made-up ones."""
    from nassim.training.parts import record_of

    shape = (len(bench.epochs), SPACE.size, 2)
    error, seconds, test = np.full(shape, 99.0), np.ones(shape), np.full(SPACE.size, 98.0)
    networks = SPACE.canonical(SPACE.at(np.arange(SPACE.size)))
    for path in bench.kept.glob("*.json"):
        record = record_of(path.read_text())
        where = networks == record["network"]
        error[:, where, record["replica"]] = np.array(record["valid_error"])[:, None]
        seconds[:, where, record["replica"]] = np.array(record["seconds"])[:, None]
    for arch in np.flatnonzero(error[-1, :, 0] != 99.0):
        test[arch] = bench.truth(SPACE.at(np.array([arch])))[0]
    return TableBenchmark(
        "table/tiny",
        SPACE,
        bench.card,
        epochs=bench.epochs,
        error=error,
        seconds=seconds,
        counts=COUNTS,
        costs={},
        test=test,
    )


@pytest.mark.parametrize("identity", ["string", "isomorphism"])
def test_a_live_run_is_the_simulated_run_step_by_step(bench: LiveBenchmark, identity: str) -> None:
    """The same architectures, errors and seconds: a strategy cannot tell the two apart."""
    options = {"runs": 2, "evaluations": 8, "identity": identity, "population": 3, "sample": 2}
    real = nassim.simulate("regularized_evolution", bench, **options)
    simulated = nassim.simulate("regularized_evolution", tabulated(bench), **options)
    for name in ("archs", "error", "seconds", "truth"):
        np.testing.assert_array_equal(getattr(real, name), getattr(simulated, name))
    assert np.isnan(real.regret()).all()  # of what is nothing known


def test_replicas_are_those_of_a_table() -> None:
    """The hash of run and architecture is the same."""
    shape = (1, SPACE.size, 2)
    error = np.broadcast_to([0.0, 1.0], shape).copy()
    table = TableBenchmark(
        "t/t",
        SPACE,
        loading.load("nb201/cifar10").card,
        epochs=(1,),
        error=error,
        seconds=error + 1,
        counts=COUNTS,
        costs={},
    )
    archs = SPACE.sample(np.arange(500), Streams(1, "few", np.arange(500)))
    training_seed = Streams(0, "luck", np.arange(500)).random_words(np.arange(500), 1)[:, 0]
    index = SPACE.index(archs)
    assert (
        table.evaluate(Query(archs), training_seed).error.tolist()
        == replica_of(index, training_seed, COUNTS[index]).tolist()
    )


def test_a_training_is_done_once(bench: LiveBenchmark, trained: list[int]) -> None:
    """Whatever is asked of it afterwards, and by another process too: it is on disk."""
    first = bench.evaluate(Query(FEW), TRAINING_SEEDS)
    done = len(trained)
    assert done == 2 * len(FEW)  # epochs
    again = LiveBenchmark(bench.plan, "live/tiny", counts=COUNTS).evaluate(Query(FEW[::-1]), TRAINING_SEEDS[::-1])
    assert len(trained) == done
    for field in ("error", "seconds", "costs"):
        np.testing.assert_array_equal(getattr(first, field), getattr(again, field)[::-1])
    assert sorted(first.costs[0]) == sorted(bench.evaluate(Query(FEW[:1]), TRAINING_SEEDS[:1]).costs[0])


def test_a_damaged_record_is_trained_again(bench: LiveBenchmark, trained: list[int]) -> None:
    """With the same error."""
    first = bench.evaluate(Query(FEW[:1]), TRAINING_SEEDS[:1])
    (path,) = bench.kept.iterdir()
    path.write_bytes(path.read_bytes()[:-30])
    np.testing.assert_array_equal(bench.evaluate(Query(FEW[:1]), TRAINING_SEEDS[:1]).error, first.error)
    assert len(trained) == 4


def test_epochs_are_fidelities(bench: LiveBenchmark) -> None:
    """Earlier ones cost less, those already paid for nothing; others are refused."""
    ones, twos = np.ones(4, dtype=np.int64), np.full(4, 2)
    early, late = (bench.evaluate(Query(FEW, epochs=epochs), TRAINING_SEEDS) for epochs in (ones, twos))
    assert (early.seconds < late.seconds).all()
    rest = bench.evaluate(Query(FEW, epochs=twos, since=ones), TRAINING_SEEDS)
    np.testing.assert_allclose(rest.seconds, late.seconds - early.seconds)
    np.testing.assert_array_equal(rest.error, bench.evaluate(Query(FEW), TRAINING_SEEDS).error)
    np.testing.assert_array_equal(bench.evaluate(Query(FEW, since=0 * ones), TRAINING_SEEDS).seconds, late.seconds)
    with pytest.raises(SettingError, match=r"no results after 3 epochs; recorded: \(1, 2\)"):
        bench.evaluate(Query(FEW, epochs=3 * ones), TRAINING_SEEDS)


def test_without_luck_it_is_the_mean(bench: LiveBenchmark) -> None:
    """Over all trainings of an architecture, on either split."""
    for arch in FEW:
        index = int(SPACE.index(arch[None])[0])
        records = list(bench._trainings(index))
        assert len(records) == COUNTS[index]
        assert bench.evaluate(Query(arch[None])).error[0] == np.mean([row["valid_error"][-1] for row in records])
        assert bench.truth(arch[None])[0] == np.mean([row["test_error"][-1] for row in records])


def test_zero_cost_scores_are_computed_when_asked_for(bench: LiveBenchmark, trained: list[int]) -> None:
    """They are those that `collect` measures, and nothing is trained: evolution may start from the highest."""
    network = int(SPACE.canonical(FEW[:1])[0])
    with one_thread():
        measured = measuring(bench.plan, (network, 0))
    for score in SCORES:
        assert bench.cost(score, FEW[:1])[0] == measured[score]
    assert bench.cost("params", FEW).tolist() == parameters(FEW, SKELETON).tolist()
    assert not trained
    options = {"population": 2, "sample": 1, "warm_start": "naswot", "candidates": 4}
    trace = nassim.simulate("regularized_evolution", bench, runs=1, evaluations=2, **options)
    scores = bench.cost("naswot", trace.archs[0])
    assert scores[0] >= scores[1]
    with pytest.raises(UnknownNameError, match="did you mean 'naswot'"):
        bench.cost("naswto", FEW)


def test_other_data_and_recipes_are_other_benchmarks(bench: LiveBenchmark) -> None:
    """Their trainings are kept apart, and studies know them by another sha256."""
    other = live("digits")
    assert len({bench.card.sha256, other.card.sha256, live("mnist5k").card.sha256}) == 3
    assert (other.name, other.epochs[-1]) == ("live/digits", 8)
    with pytest.raises(SettingError, match="of space nb201 only"):
        live("digits", "mnasnet")


@pytest.mark.slow
def test_the_study_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On digits, with its report; a second time from what was kept."""
    from nassim.cli._render.progress import Bar
    from nassim.cli._validating import validated
    from nassim.report.build import build
    from nassim.study.results import ResultsFolder

    monkeypatch.setenv("NASSIM_CACHE", str(tmp_path / "cache"))
    study = catalog.shipped("studies") / "live" / "digits.toml"
    results = ResultsFolder.open(nassim.run_study(study, out=tmp_path / "out", jobs=1))
    entries = build(results).entries["live/digits"]
    assert min(entry.regret for entry in entries.values()) == 0
    again = ResultsFolder.open(nassim.run_study(study, out=tmp_path / "again", jobs=1))
    with pytest.raises(SettingError, match="live/digits: every answer of a live benchmark was a real training already"):
        validated(tmp_path / "out", benchmark=None, data=None, epochs=None, out=None, device="cpu", bar=Bar())
    for strategy in results.strategies:
        first, second = (found.trace(strategy, "live/digits") for found in (results, again))
        np.testing.assert_array_equal(first.seconds, second.seconds)
