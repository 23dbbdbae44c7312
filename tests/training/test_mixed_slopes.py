# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Mixed slopes: finite differences of the loss, and a table that goes on where it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.benchmarks.one_shot.mixed_slopes import FILE, read_slopes
from nassim.spaces.nb201 import NB201
from nassim.training import supernets
from nassim.training.mixed_slopes import EVEN, batches, mixed_slopes, slopes, summary
from nassim.training.sharing._trainer import Trainer
from nassim.training.supernets import Supernets
from tests.benchmarks.supernets import saved
from tests.training.few_digits import few_digits


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have 128 digits of each split."""
    monkeypatch.setattr(supernets, "_load", lambda _: few_digits(128))


def test_slopes_are_those_of_the_loss_and_leave_the_supernet_alone() -> None:
    """By central differences of one batch's loss, less the edge's mean; weights stay."""
    trainer, measured = Trainer(few_digits(128), 1, 0), batches(few_digits(128).valid, 64)
    before = [weight.clone() for weight in trainer.weights]
    each, (images, labels) = slopes(trainer.supernet, measured), measured[0]
    assert all(map(torch.equal, trainer.weights, before))
    trainer.supernet.double()
    raw = np.empty((6, 5))
    for place in np.ndindex(6, 5):
        sides = []
        for nudge in (1e-8, -1e-8):
            mixing = EVEN.double()
            mixing[place] += nudge
            sides.append(trainer.loss(mixing, (images.double(), labels)).item())
        raw[place] = (sides[0] - sides[1]) / 2e-8
    np.testing.assert_allclose(each[0], raw - raw.mean(axis=1, keepdims=True), atol=1e-4)


def test_what_is_measured_is_written_and_read(tmp_path: Path) -> None:
    """Supernets trained by hand on even mixtures have the slopes that the benchmark reads from the table."""
    plan = Supernets.at_epochs("digits", (1, 3), sampling="mixed")
    made = mixed_slopes(plan, tmp_path / "parts", seeds=2, jobs=1)
    assert made == mixed_slopes(plan, tmp_path / "parts", seeds=2, jobs=1)
    read = read_slopes(saved(tmp_path, made, FILE), NB201())
    assert read is not None
    assert read.epochs.tolist() == [1, 3]
    for seed in range(2):
        trainer = Trainer(few_digits(128), 3, seed)
        for epoch in range(3):
            for batch in trainer.batches():
                trainer.descend(EVEN, batch)
            if epoch != 1:
                slope, deviation = summary(trainer.supernet, trainer.data.valid, 64)
                np.testing.assert_array_equal(read.slope[seed, epoch // 2], slope)
                assert read.deviation[seed, epoch // 2] == deviation
