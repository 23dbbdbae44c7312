# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Supernets that are kept: trained for steps or epochs, read as they were, and refused where they are others."""

from __future__ import annotations

from math import cos, pi
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from nassim.core.errors import DataError, SettingError
from nassim.training import supernets
from nassim.training.sharing._trainer import Trainer
from nassim.training.sharing.uniform import uniform_step
from nassim.training.supernets import Kept, Supernets, train_supernets
from tests.training.few_digits import few_digits


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have 96 digits of each split: an epoch has two steps."""
    monkeypatch.setattr(supernets, "_load", lambda _: few_digits(96))


def test_whole_epochs_are_trained_as_a_search_trains_them(tmp_path: Path) -> None:
    """To the last bit, learning rates included."""
    kept = Kept(Supernets.at_epochs("digits", (1, 3)), tmp_path)
    assert (kept.supernets.steps, kept.supernets.epochs) == ((2, 6), (1, 3))
    records = train_supernets(kept, 2, 1, None)
    assert sorted(records) == [(0, 0), (0, 1)]
    assert all(0 <= record["seconds"][0] <= record["seconds"][1] for record in records.values())
    trainer = Trainer(few_digits(96), 3, 1)
    for epoch in (1, 2, 3):
        for batch in trainer.batches():
            uniform_step(trainer, batch)
        if epoch != 2:
            found, wanted = kept.read(1, 2 * epoch).state_dict(), trainer.supernet.state_dict()
            assert found.keys() == wanted.keys()
            assert all(torch.equal(found[name], wanted[name]) for name in wanted)


def test_the_rate_falls_over_the_steps() -> None:
    """From .025 on towards .001, also where the last is in the middle of an epoch."""
    rates = [trainer.optimiser.param_groups[0]["lr"] for trainer in Supernets("digits", tuple(range(1, 6))).trained(0)]
    assert rates[0] == 0.025
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(0.025 * (0.04 + 0.96 * (1 + cos(0.8 * pi)) / 2))  # of the step that comes last


def test_other_supernets_are_refused_in_the_same_folder(tmp_path: Path) -> None:
    """With the setting that differs."""
    train_supernets(Kept(Supernets("digits", (1,)), tmp_path), 1, 1, None)
    with pytest.raises(DataError, match="holds trainings with sampling = uniform, not fair; choose another folder"):
        train_supernets(Kept(Supernets("digits", (1,), "fair"), tmp_path), 1, 1, None)


def test_a_damaged_supernet_is_named(tmp_path: Path) -> None:
    """Half a file, another one, and none; in one line, though torch says more."""
    kept = Kept(Supernets("digits", (1,)), tmp_path)
    train_supernets(kept, 1, 1, None)
    path = kept.file(0, 1)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"0-1.pt: missing or damaged .* delete its folder to train it again"):
        kept.read(0, 1)
    path.write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"^[^\n]*0-1.pt: missing or damaged [^\n]*$"):
        kept.read(0, 1)
    with pytest.raises(DataError, match=r"7-1.pt: missing or damaged"):
        kept.read(7, 1)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"steps": ()}, "expected rising numbers of steps"),
        ({"steps": (2, 1)}, "expected rising numbers of steps"),
        ({"steps": (0, 1)}, "steps must be a whole number >= 1"),
        ({"steps": (1,), "sampling": "even"}, "sampling must be 'uniform' or 'fair' or 'mixed', got 'even'"),
    ],
)
def test_what_cannot_be_trained_is_said(settings: dict[str, Any], told: str) -> None:
    """In one line."""
    with pytest.raises(SettingError, match=told):
        Supernets("digits", **settings)
