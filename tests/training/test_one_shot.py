# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""The one-shot table: what it asks, of whom, and that it goes on where it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.spaces.nb201 import NB201
from nassim.training import one_shot as module
from nassim.training.one_shot import Supernets, asking, one_shot
from nassim.training.sharing._trainer import Trainer, one_hot
from nassim.training.sharing.uniform import uniform_step
from tests.training.few_digits import few_digits


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have 64 digits of each split."""
    monkeypatch.setattr(module, "_load", lambda _: few_digits(64))
    module._trained.cache_clear()


def test_a_supernet_is_asked_as_it_was_after_each_epoch() -> None:
    """As one trained by hand and asked along the way."""
    record = asking(Supernets("digits", (1, 3)), (100, 7))
    trainer, cell, errors = Trainer(module._load("digits"), 3, 7), NB201().at(np.array([100]))[0], []
    for _ in range(3):
        for batch in trainer.batches():
            uniform_step(trainer, batch)
        errors.append(trainer.one_shot_error(cell, trainer.judged))
    assert record == {"network": 100, "replica": 7, "valid_error": [errors[0], errors[2]]}


def test_a_path_is_the_same_network_of_the_supernet() -> None:
    """A supernet answers to the last bit the same for a cell and its path, and otherwise for an isomorphic cell."""
    trainer, cells, paths = Trainer(module._load("digits"), 1, 7), NB201().at(np.arange(15625)), module.paths()

    def logits(arch: int) -> list[list[float]]:
        answer: list[list[float]] = trainer.supernet(trainer.judged.images, one_hot(cells[arch])).tolist()
        return answer

    for arch in np.random.default_rng(0).choice(15625, 10, replace=False).tolist():
        assert logits(arch) == logits(int(paths[arch]))
    skip_first, skip_last = NB201().index(np.array([[1, 0, 0, 0, 3, 0], [3, 0, 0, 0, 1, 0]])).tolist()
    assert NB201().canonical(cells[[skip_first]]) == NB201().canonical(cells[[skip_last]])
    assert logits(skip_first) != logits(skip_last)


def test_the_table_has_a_row_per_architecture_supernet_and_epoch(tmp_path: Path) -> None:
    """Architectures of the same path share their answers, and nothing is asked twice."""
    made = one_shot("digits", tmp_path, seeds=2, networks=3, jobs=1, epochs=(1, 2)).to_pydict()
    networks = module.paths()[made["arch"]]
    assert len(set(networks.tolist())) == 3
    rows = list(zip(made["arch"], made["supernet"], made["epoch"], strict=True))
    assert rows == sorted(rows)
    assert set(rows) == {(arch, seed, epoch) for arch in set(made["arch"]) for seed in (0, 1) for epoch in (1, 2)}
    answers = {}
    for network, row, error in zip(networks.tolist(), rows, made["valid_error"], strict=True):
        assert answers.setdefault((network, *row[1:]), error) == error
    size = sum(path.stat().st_size for path in tmp_path.glob("*.jsonl"))
    again = one_shot("digits", tmp_path, seeds=2, networks=3, jobs=1, epochs=(1, 2))
    assert again.to_pydict() == made
    assert sum(path.stat().st_size for path in tmp_path.glob("*.jsonl")) == size
