# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Training: exact seeds, failure as a result, and checkpoints that give the same numbers as going straight on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional

from nassim.core.errors import DataError, SettingError
from nassim.training import train as training
from nassim.training.data import Split, load
from nassim.training.networks import fresh
from nassim.training.recipe import Recipe
from nassim.training.skeleton import Skeleton
from nassim.training.train import CURVES, augment, device_of, error_of, seed_of, train

DIGITS = load("digits")
PARTS = {name: Split(*(part[:200] for part in getattr(DIGITS, name))) for name in ("train", "valid", "test")}
DATA = replace(DIGITS, **PARTS)
SKELETON = Skeleton(channels=4, cells=1, inputs=1, size=8, classes=10)
QUICK = Recipe(epochs=2, batch=64, crop=1, flip=True)
ARCH = np.array([3, 1, 2, 0, 4, 3], dtype=np.int8)
SEED = seed_of(5, 0)


def numbers(result) -> list[list[float]]:
    """Return the curves that do not depend on the machine."""
    return [getattr(result, name) for name in CURVES if "seconds" not in name]


def test_the_same_seed_gives_the_same_numbers_and_weights() -> None:
    """Bit for bit on a CPU, whatever the global random generator does."""
    first = train(ARCH, DATA, QUICK, SKELETON, SEED)
    torch.rand(5)
    second = train(ARCH, DATA, QUICK, SKELETON, SEED)
    assert numbers(first) == numbers(second)
    weights = second.network.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in first.network.state_dict().items())
    assert numbers(train(ARCH, DATA, QUICK, SKELETON, SEED + 1)) != numbers(first)


def test_a_training_learns_and_records_every_epoch() -> None:
    """All curves have one value per epoch; seconds add up; the last error is the network's own."""
    result = train(ARCH, DIGITS, replace(QUICK, epochs=4, batch=32, crop=0, flip=False), SKELETON, SEED)
    assert all(len(getattr(result, name)) == 4 for name in CURVES)
    assert not result.failed
    assert result.valid_error[-1] < 30
    assert result.train_loss[-1] < result.train_loss[0]
    assert all(later > earlier > 0 for earlier, later in zip(result.seconds, result.seconds[1:], strict=False))
    assert error_of(result.network, DIGITS.test) == result.test_error[-1]


def test_one_step_is_that_of_the_textbook() -> None:
    """SGD with Nesterov momentum, weight decay and a cosine, written out for two steps of full batches."""
    recipe = Recipe(epochs=2, batch=1000, learning_rate=0.2, weight_decay=0.01, crop=0, flip=False)
    result = train(ARCH, DATA, recipe, SKELETON, SEED).network.state_dict()
    network = fresh(ARCH, SKELETON, SEED).train()
    weights, velocity = dict(network.named_parameters()), {}
    begun = {name: weight.detach().clone() for name, weight in weights.items()}
    for step in range(2):
        loss = functional.cross_entropy(network(DATA.train.images), DATA.train.labels)
        gradients = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
        rate = 0.2 * (1 + np.cos(np.pi * step / 2)) / 2
        with torch.no_grad():
            for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
                if gradient is not None:
                    slope = gradient + 0.01 * weight
                    velocity[name] = slope if step == 0 else 0.9 * velocity[name] + slope
                    weight.sub_(rate * (slope + 0.9 * velocity[name]))
    for name in ("norm.weight", "norm.bias", "classifier.weight", "classifier.bias"):  # rounding moves kinks of others
        assert (weights[name] - begun[name]).abs().max() > 3e-3
        torch.testing.assert_close(result[name], weights[name], rtol=0, atol=3e-4)


def test_gradients_are_those_of_finite_differences() -> None:
    """In double precision, for a small network."""
    skeleton = Skeleton(channels=2, cells=1, inputs=1, size=4, classes=2)
    network = fresh(ARCH, skeleton, 0).double().eval()
    images = torch.randn(3, 1, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    assert torch.autograd.gradcheck(network, images)


def test_a_killed_training_goes_on_to_the_same_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in its second epoch, after the checkpoint of the first."""
    straight = train(ARCH, DATA, QUICK, SKELETON, SEED)
    checkpoint = tmp_path / "checkpoint.pt"
    passes = training._Run._pass

    def killed(run):
        if run.epoch == 1:
            raise KeyboardInterrupt
        return passes(run)

    with monkeypatch.context() as patch:
        patch.setattr(training._Run, "_pass", killed)
        with pytest.raises(KeyboardInterrupt):
            train(ARCH, DATA, QUICK, SKELETON, SEED, checkpoint=checkpoint)
    resumed = train(ARCH, DATA, QUICK, SKELETON, SEED, checkpoint=checkpoint)
    assert numbers(resumed) == numbers(straight)
    weights = resumed.network.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in straight.network.state_dict().items())
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_an_epoch_has_no_more_images_than_there_are() -> None:
    """A recipe for a larger data set trains on all of them, and means are over these."""
    wanted = train(ARCH, DATA, QUICK, SKELETON, SEED)
    assert numbers(train(ARCH, DATA, replace(QUICK, images=1000), SKELETON, SEED)) == numbers(wanted)
    assert numbers(train(ARCH, DATA, replace(QUICK, images=100), SKELETON, SEED)) != numbers(wanted)


def test_a_damaged_or_foreign_checkpoint_is_refused(tmp_path: Path) -> None:
    """One line that names it."""
    checkpoint = tmp_path / "checkpoint.pt"
    train(ARCH, DATA, replace(QUICK, epochs=1), SKELETON, SEED, checkpoint=checkpoint)
    with pytest.raises(DataError, match="a checkpoint of another training"):
        train(ARCH, DATA, replace(QUICK, epochs=1), SKELETON, SEED + 1, checkpoint=checkpoint)
    for content in (checkpoint.read_bytes()[:1000], b"nothing"):
        checkpoint.write_bytes(content)
        with pytest.raises(DataError, match=r"checkpoint\.pt: damaged[^\n]*$"):
            train(ARCH, DATA, replace(QUICK, epochs=1), SKELETON, SEED, checkpoint=checkpoint)


def test_divergence_is_a_result() -> None:
    """A learning rate out of all bounds gives nan errors from some epoch on, and ends the work."""
    result = train(ARCH, DATA, replace(QUICK, learning_rate=1e30), SKELETON, SEED)
    assert result.failed
    assert np.isnan(result.valid_error[-1])
    assert np.isnan(result.test_error[-1])
    assert len(result.seconds) == QUICK.epochs
    assert result.seconds[-1] == result.seconds[-2]


def test_a_cell_without_a_path_is_at_chance() -> None:
    """It cannot tell images apart."""
    result = train(np.zeros(6, dtype=np.int8), DATA, replace(QUICK, epochs=1), SKELETON, SEED)
    assert result.valid_error[-1] > 80
    assert not result.failed


def test_crops_and_mirrors_are_seeded_and_keep_what_they_should() -> None:
    """Each image becomes one of its shifted or mirrored versions."""
    images = torch.arange(2 * 3 * 5 * 5, dtype=torch.float32).reshape(2, 3, 5, 5) + 1
    made = [augment(images, QUICK, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1, 2)]
    assert torch.equal(made[0], made[1])
    assert not all(torch.equal(made[0], other) for other in made[2:])
    padded = functional.pad(images, (1, 1, 1, 1))
    shifted = [padded[:, :, row : row + 5, column : column + 5] for row in range(3) for column in range(3)]
    possible = shifted + [version.flip(3) for version in shifted]
    for result in made:
        for number in range(2):
            assert any(torch.equal(result[number], version[number]) for version in possible)
    assert augment(images, replace(QUICK, crop=0, flip=False), torch.Generator()) is images


def test_images_must_fit_the_skeleton() -> None:
    """Here 16 pixels were expected of images of 8."""
    with pytest.raises(SettingError, match=r"digits has \(1, 8, 10\) .*, the skeleton takes \(1, 16, 10\)"):
        train(ARCH, DATA, QUICK, replace(SKELETON, size=16), SEED)


def test_out_of_memory_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to do."""

    def full(run):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(training._Run, "_pass", full)
    with pytest.raises(SettingError, match="out of memory with batches of 64; choose a smaller batch"):
        train(ARCH, DATA, QUICK, SKELETON, SEED)


def test_devices_are_checked() -> None:
    """A GPU that is not there is no crash."""
    assert device_of("cpu").type == "cpu"
    assert device_of("auto").type in {"cpu", "cuda"}
    with pytest.raises(SettingError, match="unknown device 'tpu'"):
        device_of("tpu")
    if not torch.cuda.is_available():
        with pytest.raises(SettingError, match="sees no GPU"):
            device_of("cuda")


def test_seeds_are_fixed_and_differ() -> None:
    """By a hash of network and replica, fit for every generator."""
    assert seed_of(0, 0) == 2928822574489494037
    seeds = {seed_of(network, replica) for network in range(100) for replica in range(3)}
    assert len(seeds) == 300
    assert max(seeds) < 2**63
