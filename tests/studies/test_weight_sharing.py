"""The fit of simulated weight sharing, on made-up tables whose parameters are known, and what is kept of real runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.stats import norm, rankdata

import nassim
from nassim.benchmarks.one_shot.model import Sharing
from nassim.benchmarks.wrappers.one_shot_table import AS_FITTED
from nassim.benchmarks.wrappers.weight_sharing import WeightSharing
from nassim.core.random_streams import Streams
from nassim.core.relaxation import Mixture
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
    """Rounded to two digits; the noise of minibatches is another for a whole table."""
    found = json.loads((STUDY / "numbers" / "fit.json").read_text(encoding="utf-8"))
    assert asdict(Sharing()) == {name: float(f"{value:.2g}") for name, value in found["fit"].items()}
    assert float(f"{found['table']['minibatch']:.2g}") == AS_FITTED.minibatch


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


def test_what_mixing_leaves_is_found(fit: ModuleType) -> None:
    """In units of one batch's noise, which differs between trainings, though each supernet has slopes of its own."""
    generator = np.random.default_rng(2)
    common, own = generator.normal(size=(6, 5)), 0.7 * generator.normal(size=(2, 40, 6, 5))
    by_path, mixed = (
        fit.in_batches(deviation * (share * common + rest), np.full(40, deviation))
        for deviation, share, rest in zip((0.1, 0.4), (1.0, 0.3), own, strict=True)
    )
    assert fit.in_common(mixed, by_path) / fit.in_common(by_path, by_path) == pytest.approx(0.3, abs=0.03)
    assert fit.size(by_path[3:4]) == pytest.approx(np.std(by_path[3] - by_path[3].mean(axis=1, keepdims=True)))


def test_the_model_is_as_clear_as_its_supernets(fit: ModuleType) -> None:
    """With the minibatch noise that was fitted, steps see slopes as large beside their noise as measured."""
    numbers = json.loads((STUDY / "numbers" / "fit.json").read_text(encoding="utf-8"))
    wanted = numbers["measured"]["size of slopes in batches"]["path"]["250"]
    bench, rows = WeightSharing(nassim.load("mini201/mnist5k"), Sharing(**numbers["fit"])), np.arange(300)
    training_seed = Streams(7, "luck", rows).random_words(rows, 1)[:, 0]
    slope = bench.relax(Mixture(np.full((300, 6, 5), 0.2), np.ones(300)), training_seed)
    seen = slope.gradient + slope.supernet.gradient_noise[:, None, None] * np.random.default_rng(0).normal(
        size=(50, 1, 6, 5)
    )
    seen -= seen.mean(axis=-1, keepdims=True)
    centred = slope.gradient - slope.gradient.mean(axis=2, keepdims=True)
    sizes = np.sqrt(np.square(centred).mean(axis=(1, 2)))
    noise = np.sqrt(np.square(seen - centred).mean())
    assert (sizes / noise).mean() == pytest.approx(wanted, rel=0.03)


def test_doubt_is_what_a_batch_adds_to_one_cell_and_not_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are made of a cell's, a batch's, and noise of a known size."""
    pytest.importorskip("torch")
    measure, generator = script(STUDY / "slopes.py"), np.random.default_rng(0)
    trainer = SimpleNamespace(
        integers=lambda *_: np.arange(100.0),
        one_shot_error=lambda cell, batch: cell + batch + 3.0 * generator.normal(),
        data=SimpleNamespace(valid="images"),
        batch=25,
    )
    common = (20.0 * generator.normal(size=23)).tolist()
    monkeypatch.setattr(measure, "batches", lambda images, size: {("images", 25): common}[images, size])
    assert measure.doubt(trainer) == pytest.approx(3.0, rel=0.1)


def test_rank_correlations_come_with_intervals() -> None:
    """As wide as chance makes them: none for equal ranks, about two over the root of their number for noise."""
    pytest.importorskip("torch")
    longer, generator = script(STUDY / "longer.py"), np.random.default_rng(0)
    first, second = generator.normal(size=(2, 400))
    assert longer.spearman(first, np.exp(first)) == {"rho": 1.0, "interval": [1.0, 1.0]}
    found = longer.spearman(first, second)
    low, high = found["interval"]
    assert low < found["rho"] < high
    assert high - low == pytest.approx(4 / np.sqrt(400), rel=0.2)


@pytest.mark.parametrize(("name", "epochs"), [("runs", {50, 250}), ("long", {1219})])
def test_runs_are_kept_whole(name: str, epochs: set[int]) -> None:
    """Each run has its last epoch, and probabilities that add up to one."""
    runs = pq.read_table(STUDY / "numbers" / f"{name}.parquet").to_pandas()
    chances = [name for name in runs.columns if name.startswith("p ")]
    np.testing.assert_allclose(runs[chances].sum(axis=1), 6.0, rtol=1e-5)
    last = runs.groupby(["method", "run"]).epoch.max()
    assert set(last) == epochs
    assert runs.error.between(5, 100).all()


def test_the_page_says_how_paths_were_judged_as_measured() -> None:
    """Each row of its table is that of numbers/judging.json; right errors are far below those of 500 images."""
    found = json.loads((STUDY / "numbers" / "judging.json").read_text(encoding="utf-8"))
    page = (STUDY.parents[1] / "docs" / "weight_sharing.md").read_text(encoding="utf-8")
    labels = {
        "shipped table": "the shipped table: first 500 images",
        "first 500 images": "first 500 images",
        "batch": "`batch`: all images, their statistics",
        "recalibrated": "`recalibrated`",
        "tracked": "`tracked`",
    }

    def short(value: float) -> str:
        return f"{value:.2f}".replace("0.", ".", 1)

    for way, label in labels.items():
        last = found[way]["250"]
        correlations = [
            f"{'+' if rho > 0 else ''}{short(rho)} [{short(low)}, {short(high)}]"
            for rho, low, high in (last[name] for name in ("cifar10", "own", "skips"))
        ]
        assert f"| {label} | {last['median']:.2f} | {' | '.join(correlations)} |" in page
    right, first = found["batch"]["250"], found["first 500 images"]["250"]
    assert right["median"] < 5.0
    assert min(first["median"], found["shipped table"]["250"]["median"]) > 15.0
    assert right["cifar10"][0] > first["cifar10"][0]
    assert right["skips"][0] > first["skips"][0] + 0.2
