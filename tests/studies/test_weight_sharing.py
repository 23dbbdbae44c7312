"""The fit of simulated weight sharing, on made-up tables whose parameters are known, and what is kept of real runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.stats import norm, rankdata

from nassim.benchmarks.sharing import Sharing
from nassim.spaces.nb201 import NB201
from tests.scripts import script

STUDY = Path(__file__).parents[2] / "studies" / "weight_sharing"
ARCHS = NB201().at(np.arange(15625))
EPOCHS = np.array([5, 10, 25, 50, 100, 250])


@pytest.fixture(scope="module")
def fit() -> ModuleType:
    """Return the study's script."""
    return script(STUDY / "fit.py")


def test_the_defaults_are_the_fit() -> None:
    """Rounded to two digits."""
    found = json.loads((STUDY / "numbers" / "fit.json").read_text(encoding="utf-8"))["fit"]
    assert asdict(Sharing()) == {name: float(f"{value:.2g}") for name, value in found.items()}


def test_effects_of_options_are_found(fit: ModuleType) -> None:
    """A sum of effects is all shared; noise of each architecture's own is not; together it is their share."""
    generator = np.random.default_rng(0)
    effects = generator.normal(size=(6, 5))
    effects -= effects.mean(axis=1, keepdims=True)
    values = effects[np.arange(6), ARCHS].sum(axis=1)
    np.testing.assert_allclose(fit.effects(values, ARCHS), effects, atol=1e-12)
    assert fit.shared(values, ARCHS) == pytest.approx(1.0)
    own = generator.normal(size=values.size) * values.std() * 2
    assert fit.shared(values + own, ARCHS) == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("correlation", [-0.4, 0.6])
def test_correlation_and_preference_are_told_apart(fit: ModuleType, correlation: float) -> None:
    """From errors that follow the model, whatever their unit, and though true errors have to do with skips."""
    generator = np.random.default_rng(1)
    skips = (ARCHS == 1).sum(axis=1)
    truth = 30 + 4 * skips + 8 * generator.normal(size=skips.size)
    known = norm.ppf((rankdata(truth) - 0.5) / truth.size)
    rest = np.sqrt(1 - correlation**2) * generator.normal(size=skips.size)
    found = fit.line(20 + 3 * (correlation * known + rest - 0.5 * skips), truth, skips)
    assert found[:2] == pytest.approx((correlation, 0.5), abs=0.02)
    assert found.unit == pytest.approx(3.0, rel=0.02)
    assert found.rest.std() == pytest.approx(rest.std(), rel=0.02)


def test_the_handicap_and_its_decay_are_found(fit: ModuleType) -> None:
    """From advantages that follow the equation, above one that stays."""
    per_edge = 0.3 + 0.7 * np.exp(-EPOCHS / 5 / 6.0)
    convolutions = np.isin(ARCHS, [2, 3]).sum(axis=1)
    curve = np.array([fit.advantage(level * convolutions, ARCHS) for level in per_edge])
    np.testing.assert_allclose(curve, per_edge, atol=1e-12)
    assert fit.handicap(np.stack([curve, curve]), EPOCHS) == pytest.approx((0.7, 6.0), rel=1e-2)


def slopes(generator: np.random.Generator, share: float) -> dict[str, dict[str, dict[str, list]]]:
    """Return slopes of three supernets by path, which agree, and mixed ones that have a share of them, made larger."""
    common = generator.normal(size=(6, 5))
    kinds = {"path": ("250", 0.1, 1.0), "mixed": ("50", 0.4, share)}
    return {
        kind: {epoch: {"mean": [(deviation * part * common).tolist()] * 3, "deviation": [deviation] * 3}}
        for kind, (epoch, deviation, part) in kinds.items()
    }


def test_what_mixing_leaves_is_found(fit: ModuleType) -> None:
    """In units of one batch's noise, which differs between supernets; so is how clear slopes are."""
    made = slopes(np.random.default_rng(2), 0.3)
    assert fit.mixing(made) == pytest.approx(0.3)
    assert fit.clearness(made, "mixed") == pytest.approx(0.3 * fit.clearness(made, "path"))


def test_slopes_are_those_of_the_loss_and_leave_the_supernet_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """By central differences of one batch's loss, less the edge's mean; weights and random numbers stay."""
    torch = pytest.importorskip("torch")
    measure = script(STUDY / "slopes.py")
    monkeypatch.setattr(measure, "PASSES", 1)
    trainer = measure.Trainer(measure.load("digits"), 1, 0)
    before = trainer.generator.get_state(), [weight.clone() for weight in trainer.weights]
    each, (batch, *_) = measure.slopes(trainer), measure.batches(trainer)
    assert torch.equal(trainer.generator.get_state(), before[0])
    assert all(map(torch.equal, trainer.weights, before[1]))
    trainer.supernet.double()
    batch = batch[0].double(), batch[1]
    raw = np.empty((6, 5))
    for place in np.ndindex(6, 5):
        sides = []
        for nudge in (1e-6, -1e-6):
            mixing = measure.EVEN.double()
            mixing[place] += nudge
            sides.append(trainer.loss(mixing, batch).item())
        raw[place] = (sides[0] - sides[1]) / 2e-6
    np.testing.assert_allclose(each[0], raw - raw.mean(axis=1, keepdims=True), atol=1e-4)


def test_runs_are_kept_whole() -> None:
    """Each run has its last epoch, and probabilities that add up to one."""
    runs = pq.read_table(STUDY / "numbers" / "runs.parquet").to_pandas()
    chances = [name for name in runs.columns if name.startswith("p ")]
    np.testing.assert_allclose(runs[chances].sum(axis=1), 6.0, rtol=1e-5)
    last = runs.groupby(["method", "run"]).epoch.max()
    assert set(last) == {50, 250}
    assert runs.error.between(5, 100).all()
