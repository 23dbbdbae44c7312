"""How good predicted learning curves are: scores after every epoch are those of the definitions."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from nassim.benchmarks.learning import audit, fit_model
from nassim.benchmarks.partial_table import PartialTable
from nassim.benchmarks.table import TableBenchmark
from nassim.core.benchmark import Query
from nassim.surrogates.audit import Audit
from nassim.surrogates.curves import judge_curves
from tests.benchmarks.partial import partial
from tests.toys import Failing, toy_benchmark

EPOCHS = (1, 2, 3, 5, 9)


def crossing() -> TableBenchmark:
    """Return a table whose curves cross: early errors rank architectures by their speed, which misleads; they fall."""
    toy = toy_benchmark((4, 5, 3, 3, 3), replicas=2, epochs=EPOCHS)
    end = toy.truth(toy.space.at(np.arange(toy.space.size)))
    slow = 3 * (toy.space.at(np.arange(toy.space.size))[:, 0] + 1.0)
    clean = end + 5 * slow / np.array(EPOCHS)[:, None] ** 0.7
    noise = np.random.default_rng(1).normal(0, 0.3, (len(EPOCHS), toy.space.size, 2))
    own = {"error": clean[:, :, None] + noise, "seconds": np.ones_like(noise) * np.array(EPOCHS)[:, None, None]}
    own |= {"counts": np.full(toy.space.size, 2), "costs": {"params": end}}
    return TableBenchmark("crossing", toy.space, toy.card, epochs=EPOCHS, **own)


TABLE = crossing()


@pytest.fixture(scope="module")
def found() -> Audit:
    """Return the audit of a surrogate of the curves, made once."""
    return audit(TABLE, train=200, test=200, strategies=())


def test_curves_are_judged_after_every_epoch(found):
    """Ranks and errors are those of scipy against the mean of the trainings, on architectures not learned from."""
    model = fit_model(TABLE, train=100)
    unseen = TABLE.space.at(np.setdiff1d(np.arange(TABLE.space.size), TABLE.space.index(model.archs)))[:250]
    for at in judge_curves(model, TABLE, unseen):
        true = TABLE.evaluate(Query(unseen, np.full(250, at.epochs))).error
        mean = model.predict(unseen, at.epochs).mean
        last = TABLE.evaluate(Query(unseen)).error
        assert at.rank == pytest.approx(spearmanr(mean, true).statistic)
        assert at.tau == pytest.approx(kendalltau(mean, true).statistic)
        assert at.rmse == pytest.approx(np.sqrt(np.mean((mean - true) ** 2)))
        assert at.foretells == pytest.approx(spearmanr(mean, last).statistic)
        assert at.true_foretells == pytest.approx(spearmanr(true, last).statistic)
    assert tuple(at.epochs for at in found.curves) == EPOCHS
    assert min(at.rank for at in found.curves) > 0.85


def test_predicted_curves_fall_and_cross_as_the_true_ones(found):
    """A predicted error never rises with the epochs, and early ranks foretell the last as little as true ones do."""
    first, last = found.curves[0], found.curves[-1]
    assert np.isnan(first.rises)
    assert [at.rises for at in found.curves[1:]] == [0.0] * 4
    assert first.true_foretells < 0.8 < last.foretells
    assert first.foretells == pytest.approx(first.true_foretells, abs=0.1)
    assert last.true_foretells == 1


def test_any_epoch_can_be_asked_for_whatever_was_learned():
    """Long curves are learned from 8 of their epochs and judged at 16; the others lie between their neighbours."""
    epochs = tuple(range(1, 41))
    bench = toy_benchmark((4, 5, 3), replicas=1, epochs=epochs)
    model = fit_model(bench, train=40)
    archs = model.space.at(np.arange(model.space.size))
    curves = np.stack([model.predict(archs, epoch).mean for epoch in epochs])
    assert (np.diff(curves, axis=0) <= 0).all()
    judged = judge_curves(model, bench, archs)
    assert 12 < len(judged) <= 16
    assert (judged[0].epochs, judged[-1].epochs) == (1, 40)


def test_an_audit_tells_of_curves(found):
    """JSON and text have a line per fidelity, or say nothing where there are no curves."""
    told = json.loads(found.json(), parse_constant=pytest.fail)["curves"]
    assert [at["epochs"] for at in told] == list(EPOCHS)
    assert told[0]["rises"] is None
    assert told[2]["rank"] == found.curves[2].rank
    assert found.text().splitlines()[-len(EPOCHS)].startswith("1 ")
    assert "curves" not in json.loads(replace(found, curves=()).json())
    assert "RMSE" not in replace(found, curves=()).text().splitlines()[-1]


def test_one_fidelity_is_no_curve():
    """There is nothing to judge."""
    single = toy_benchmark((4, 5, 3), epochs=(9,))
    assert judge_curves(fit_model(single, train=30), single, single.space.at(np.arange(9))) == ()


def test_samples_and_failures_are_judged_too():
    """A part of a space has curves as well; architectures all of whose trainings failed have none."""
    for source in (partial(TABLE, 90), Failing(toy_benchmark((4, 5, 3, 3)))):
        archs = source.archs if isinstance(source, PartialTable) else source.space.at(np.arange(90))
        curves = judge_curves(fit_model(source, train=60), source, archs)
        assert len(curves) == len(source.epochs)
        assert all(np.isfinite(at.rank) for at in curves)
