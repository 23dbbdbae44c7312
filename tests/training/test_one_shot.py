# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""The one-shot table: what it asks, of whom, and that it goes on where it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.core.errors import SettingError
from nassim.spaces.nb201 import NB201
from nassim.training import one_shot as module
from nassim.training import supernets
from nassim.training.judging import NormMode
from nassim.training.one_shot import one_shot
from nassim.training.sharing._trainer import Trainer
from nassim.training.supernet import one_hot
from nassim.training.supernets import STEPS, Sampling, Supernets
from tests.training.few_digits import few_digits

CELLS = NB201().at(np.arange(15625))


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have 96 digits of each split: an epoch has two steps."""
    monkeypatch.setattr(supernets, "_load", lambda _: few_digits(96))
    module._judge.cache_clear()
    module._read.cache_clear()


@pytest.mark.parametrize(
    ("sampling", "norm"), [("uniform", "batch"), ("fair", "tracked"), ("mixed", "recalibrated"), ("uniform", "tracked")]
)
def test_a_supernet_is_asked_as_it_was_after_each_step(sampling: Sampling, norm: NormMode, tmp_path: Path) -> None:
    """As one trained by hand and asked along the way, in the middle of an epoch too."""
    plan = Supernets("digits", (1, 3), sampling)
    made = one_shot(plan, tmp_path, seeds=1, networks=2, norm=norm, jobs=1).to_pydict()
    trainer, by_hand = Trainer(few_digits(96), 1.5, 0, norm=norm), []
    batches = trainer.endless()
    for step in (1, 2, 3):
        STEPS[sampling](trainer, next(batches))
        if step != 2:
            by_hand += [
                (arch, step / 2, round(trainer.one_shot_error(CELLS[arch]), 4)) for arch in sorted(set(made["arch"]))
            ]
    assert sorted(by_hand) == list(zip(made["arch"], made["epoch"], made["valid_error"], strict=True))


def test_ways_to_normalise_ask_the_same_supernets(tmp_path: Path) -> None:
    """They are trained once; their answers differ and are kept apart."""
    plan = Supernets("digits", (4,))
    told = {}
    for norm in ("batch", "tracked", "recalibrated"):
        told[norm] = one_shot(plan, tmp_path, seeds=1, networks=20, norm=norm, jobs=1)["valid_error"].to_pylist()
        weights = [path.stat().st_mtime_ns for path in (tmp_path / "supernets").glob("*.pt")]
        assert weights == told.setdefault("weights", weights)
    assert len({str(errors) for errors in told.values()}) == 4
    with pytest.raises(SettingError, match="norm must be 'batch' or 'tracked' or 'recalibrated', got 'mean'"):
        one_shot(plan, tmp_path, norm="mean")  # type: ignore[arg-type]


def test_architectures_may_be_named(tmp_path: Path) -> None:
    """They are asked by their paths: every architecture of one of these is in the table, and no other."""
    plan, named, paths = Supernets("digits", (1,)), [6111, 17], module.paths()
    told = one_shot(plan, tmp_path, seeds=1, networks=named, jobs=1)["arch"].to_pylist()
    assert set(told) == set(np.flatnonzero(np.isin(paths, paths[named])).tolist()) >= set(named)


def test_a_path_is_the_same_network_of_the_supernet() -> None:
    """A supernet answers to the last bit the same for a cell and its path, and otherwise for an isomorphic cell."""
    data, paths = few_digits(96), module.paths()
    supernet = Trainer(data, 1, 7).supernet

    def logits(arch: int) -> list[list[float]]:
        answer: list[list[float]] = supernet(data.valid.images, one_hot(CELLS[arch])).tolist()
        return answer

    for arch in np.random.default_rng(0).choice(15625, 10, replace=False).tolist():
        assert logits(arch) == logits(int(paths[arch]))
    skip_first, skip_last = NB201().index(np.array([[1, 0, 0, 0, 3, 0], [3, 0, 0, 0, 1, 0]])).tolist()
    assert NB201().canonical(CELLS[[skip_first]]) == NB201().canonical(CELLS[[skip_last]])
    assert logits(skip_first) != logits(skip_last)


def test_the_table_has_a_row_per_architecture_supernet_and_epoch(tmp_path: Path) -> None:
    """Architectures of the same path share their answers, and nothing is trained or asked twice."""
    plan = Supernets.at_epochs("digits", (1, 2))
    made = one_shot(plan, tmp_path, seeds=2, networks=3, jobs=1).to_pydict()
    networks = module.paths()[made["arch"]]
    assert len(set(networks.tolist())) == 3
    rows = list(zip(made["arch"], made["supernet"], made["epoch"], strict=True))
    assert rows == sorted(rows)
    assert set(rows) == {(arch, seed, epoch) for arch in set(made["arch"]) for seed in (0, 1) for epoch in (1, 2)}
    answers = {}
    for network, row, error in zip(networks.tolist(), rows, made["valid_error"], strict=True):
        assert answers.setdefault((network, *row[1:]), error) == error
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert one_shot(plan, tmp_path, seeds=2, networks=3, jobs=1).to_pydict() == made
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == before
