# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""The data sets of NAS-Bench-201 in their official files: splits, constants and crops as published, damage named."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional

from nassim.core.errors import DataError
from nassim.training import official
from nassim.training.data import load
from nassim.training.defaults import differences, recipe_for, skeleton_for
from nassim.training.folders import read_folder
from nassim.training.recipe import PUBLISHED, Recipe
from nassim.training.skeleton import Skeleton
from nassim.training.train import augment, black


def pickled(path: Path, **batch) -> None:
    """Write one batch as the official files have it: a pickle of protocol 2."""
    path.write_bytes(pickle.dumps(batch, protocol=2))


def cifar10(folder: Path, *, per_batch: int = 20) -> Path:
    """Write a tiny CIFAR-10 in its official form."""
    generator = np.random.default_rng(0)
    for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
        pixels = generator.integers(0, 256, (per_batch, 3072), dtype=np.uint8)
        pickled(folder / name, data=pixels, labels=[i % 10 for i in range(per_batch)])
    return folder


def cifar100(folder: Path) -> Path:
    """Write a tiny CIFAR-100 in its official form."""
    for name in ("train", "test"):
        labels = [i % 100 for i in range(200)]
        pickled(folder / name, data=np.zeros((200, 3072), dtype=np.uint8), fine_labels=labels, coarse_labels=[])
    return folder


def listed(path: Path, **numbers: list[int]) -> None:
    """Write a list of images as the authors of NAS-Bench-201 did."""
    path.write_text(json.dumps({name: ["int", list(map(str, chosen))] for name, chosen in numbers.items()}))


def test_cifar10_in_its_official_folder(tmp_path: Path) -> None:
    """Half of the training batches is for validation, the test batch for the test."""
    data = load(cifar10(tmp_path))
    assert [len(split.labels) for split in (data.train, data.valid, data.test)] == [50, 50, 20]
    assert (data.channels, data.size, data.classes) == (3, 32, 10)
    test = np.asarray(read_folder(tmp_path).pixels[-20:], dtype=np.float32)
    shown = data.test.images[:, 0].numpy()
    assert np.corrcoef(shown.ravel(), test[:, 0].ravel())[0, 1] > 0.9999


def test_cifar100_in_its_official_folder(tmp_path: Path) -> None:
    """All training images train; the test images are halved."""
    for name in ("train", "test"):
        labels = [i % 100 for i in range(200)]
        pickled(tmp_path / name, data=np.zeros((200, 3072), dtype=np.uint8), fine_labels=labels, coarse_labels=[])
    data = load(tmp_path)
    assert [len(split.labels) for split in (data.train, data.valid, data.test)] == [200, 100, 100]
    assert data.classes == 100


def test_imagenet16_120_in_its_official_folder(tmp_path: Path) -> None:
    """Labels begin at 1, and classes after 120 are left out."""
    for name in [*(f"train_data_batch_{number}" for number in range(1, 11)), "val_data"]:
        labels = [i % 130 + 1 for i in range(260)]
        pickled(tmp_path / name, data=np.zeros((260, 768), dtype=np.uint8), labels=labels)
    data = load(tmp_path)
    assert [len(split.labels) for split in (data.train, data.valid, data.test)] == [2400, 120, 120]
    assert (data.size, data.classes) == (16, 120)


def test_a_missing_or_half_downloaded_batch_is_named(tmp_path: Path) -> None:
    """One line, with the file and what to do."""
    file = cifar10(tmp_path) / "data_batch_3"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=r"data_batch_3: damaged or only half downloaded"):
        load(tmp_path)
    file.write_bytes(b"")
    with pytest.raises(DataError, match=r"data_batch_3: damaged or only half downloaded"):
        load(tmp_path)
    file.unlink()
    with pytest.raises(DataError, match=r"data_batch_3: missing"):
        load(tmp_path)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    """Only plain values and numpy arrays come out of a pickle."""
    cifar10(tmp_path)
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps({"data": print, "labels": []}))
    with pytest.raises(DataError, match=r"it names builtins\.print"):
        load(tmp_path)


def test_wrong_rows_in_a_batch_are_refused(tmp_path: Path) -> None:
    """Fewer pixels than an image has."""
    pickled(cifar10(tmp_path) / "test_batch", data=np.zeros((20, 100), dtype=np.uint8), labels=[0] * 20)
    with pytest.raises(DataError, match=r"test_batch: damaged or only half downloaded"):
        load(tmp_path)


def test_the_published_lists_are_read_where_they_lie(tmp_path: Path) -> None:
    """Of training images for CIFAR-10, of test images for CIFAR-100; other images stay where they were."""
    train = [number for number in range(100) if number // 10 % 2 == 0]  # each tenth has all classes
    listed(cifar10(tmp_path) / "cifar-split.txt", train=train, valid=sorted({*range(100)} - {*train}))
    images, data = read_folder(tmp_path), load(tmp_path)
    assert images.part is not None
    assert images.part.tolist() == ([0] * 10 + [1] * 10) * 5 + [2] * 20
    assert data.published_split
    (tmp_path / "other").mkdir()
    listed(
        cifar100(tmp_path / "other") / "cifar100-test-split.txt", xvalid=list(range(100)), xtest=list(range(100, 200))
    )
    part = read_folder(tmp_path / "other").part
    assert part is not None
    assert part.tolist() == [0] * 200 + [1] * 100 + [2] * 100


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "malformed JSON"),
        ('{"train": ["int", ["x"]], "valid": ["int", []]}', "damaged"),
        ('{"train": ["int", ["0"]]}', "expected train and valid, or xvalid and xtest, got train"),
        ('{"train": ["int", ["0"]], "valid": ["int", ["1"]]}', "splits 2 images, not those of this data set"),
    ],
)
def test_a_list_that_is_damaged_is_named(tmp_path: Path, content: str, told: str) -> None:
    """In one line, with what to do."""
    (cifar10(tmp_path) / "cifar-split.txt").write_text(content)
    with pytest.raises(DataError, match=rf"cifar-split.txt: {told}"):
        load(tmp_path)


def test_the_split_of_cifar10_is_known_without_a_list() -> None:
    """The numbers that the authors' code asserts of it, and the first of their file."""
    part = official._published_split(Path("cifar-split.txt"), 50_000, 10_000)
    assert part is not None
    train, valid = (np.flatnonzero(part == number) for number in (0, 1))
    assert [int(train[place]) for place in (0, 10, 111)] == [0, 26, 203]
    assert [int(valid[place]) for place in (0, 10, 111)] == [1, 18, 242]
    assert train[:20].tolist() == [0, 5, 7, 11, 13, 15, 16, 17, 20, 24, 26, 28, 30, 31, 32, 34, 36, 37, 39, 40]
    assert (train.size, valid.size, (part == 2).sum()) == (25_000, 25_000, 10_000)
    assert official._published_split(Path("cifar100-test-split.txt"), 50_000, 10_000) is None


def test_images_are_normalised_by_published_constants(tmp_path: Path) -> None:
    """Those of CIFAR-10, whatever the images are; a black pixel is what the crops are padded with."""
    data = load(cifar10(tmp_path))
    pixels = read_folder(tmp_path).pixels[-20:].astype(np.float64)
    mean, deviation = (np.array(values)[:, None, None] for values in ([125.3, 123.0, 113.9], [63.0, 62.1, 66.7]))
    np.testing.assert_allclose(data.test.images.numpy(), (pixels - mean) / deviation, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(black(data).numpy(), -mean / deviation, rtol=1e-6)


@pytest.mark.parametrize("crop", [2, 4])
def test_a_crop_is_that_of_the_raw_image_with_a_black_frame(tmp_path: Path, crop: int) -> None:
    """Padding before normalisation, as published: each result is one of the shifted images, normalised."""
    data = load(cifar10(tmp_path))
    recipe = replace(PUBLISHED, crop=crop, flip=False)
    made = augment(data.test.images, recipe, torch.Generator().manual_seed(0), black(data))
    raw = torch.from_numpy(read_folder(tmp_path).pixels[-20:].astype(np.float32))
    padded = functional.pad(raw, (crop,) * 4)
    mean, deviation = (torch.tensor(values)[:, None, None] for values in zip(*data.scale, strict=True))
    for number in range(20):
        corners = np.ndindex(2 * crop + 1, 2 * crop + 1)
        shifted = [
            (padded[number, :, row : row + 32, column : column + 32] - mean) / deviation for row, column in corners
        ]
        assert min(float((made[number] - one).abs().max()) for one in shifted) < 1e-5


def test_the_learning_rate_falls_by_epochs_as_published() -> None:
    """The same for all steps of an epoch, and that of the cosine at its beginning; by steps otherwise."""
    by_epoch = [PUBLISHED.learning_rate_at(step, 12 * 98) for step in range(12 * 98)]
    for epoch in range(12):
        rates = by_epoch[98 * epoch : 98 * (epoch + 1)]
        assert len(set(rates)) == 1
        assert rates[0] == pytest.approx(0.05 * (1 + np.cos(np.pi * epoch / 12)))
    by_step = [Recipe().learning_rate_at(step, 12 * 98) for step in range(12 * 98)]
    assert by_step[::98] == by_epoch[::98]
    assert len(set(by_step)) == 12 * 98


def test_recipes_are_those_published(tmp_path: Path) -> None:
    """Crops with a padding of 4 pixels of 32, and of 2 of 16; 16 channels and 5 cells; what differs is said."""
    for name in [*(f"train_data_batch_{number}" for number in range(1, 11)), "val_data"]:
        pickled(tmp_path / name, data=np.zeros((240, 768), dtype=np.uint8), labels=[i % 120 + 1 for i in range(240)])
    (tmp_path / "cifar").mkdir()
    for folder, crop in ((tmp_path, 2), (cifar10(tmp_path / "cifar"), 4)):
        data = load(folder)
        recipe, skeleton = recipe_for(data), skeleton_for(data)
        assert recipe == Recipe(12, 256, 0.1, 0.9, 5e-4, crop=crop, flip=True, by_epoch=True, black=True)
        assert (skeleton.channels, skeleton.cells) == (16, 5)
        by_hash, constant = differences(data, recipe, skeleton, "cpu")
        assert "chosen by a hash" in by_hash
        assert "computes nothing" in constant
        as_published = differences(replace(data, published_split=True), replace(recipe, epochs=200), skeleton, "cpu")
        assert as_published == [constant]
        told = differences(data, replace(recipe, epochs=3, batch=64), replace(skeleton, channels=8), "cuda")
        assert told[:3] == ["epochs is 3, published 12", "batch is 64, published 256", "channels is 8, published 16"]
        assert "bf16" in told[-2]
    assert differences(load("digits"), Recipe(), Skeleton(), "cpu") == []
