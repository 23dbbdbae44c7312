# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""How networks are trained where nothing is recorded: rules by which few images are enough, and what users choose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.core.errors import NassimError
from nassim.training.chosen import chosen
from nassim.training.data import NAMED, Data, Split, load
from nassim.training.defaults import mirrors, recipe_for, skeleton_for
from nassim.training.recipe import DIGITS, MNIST5K, PUBLISHED, RECIPES, Recipe
from nassim.training.train import seed_of, train

ARCH = np.array([3, 1, 0, 3, 1, 3], dtype=np.int8)


def some(images: int, channels: int = 1, size: int = 8) -> Data:
    """Return data with so many training images, all black, of ten classes."""
    split = Split(torch.zeros(images, channels, size, size), torch.arange(images) % 10)
    return Data("mine", split, split, split, 10, "", ((0.0, 1.0),) * channels)


def six_hundred(folder: Path, name: str = "mine") -> Data:
    """Return 600 of the digits as a user has them, in an .npz file."""
    from sklearn.datasets import load_digits

    found = load_digits()
    few = np.random.default_rng(0).permutation(len(found.target))[:600]
    np.savez(folder / f"{name}.npz", x=found.images[few], y=found.target[few])
    return load(folder / f"{name}.npz")


@pytest.mark.parametrize(
    ("images", "batch", "epochs", "channels"),
    [
        (30, 32, 200, 8),
        (300, 32, 20, 8),
        (4095, 32, 12, 8),
        (8192, 128, 12, 8),
        (25_000, 256, 12, 16),
        (99_999, 256, 12, 16),
    ],
)
def test_few_images_have_small_batches_and_a_small_network(images: int, batch: int, epochs: int, channels: int) -> None:
    """At least 200 steps in all; as published from 10,000 images on; grey images are neither cropped nor mirrored."""
    data = some(images)
    recipe, skeleton = recipe_for(data), skeleton_for(data)
    assert recipe == Recipe(epochs, batch, crop=0, flip=False)
    assert recipe.epochs * -(-images // recipe.batch) >= 200
    assert (skeleton.channels, skeleton.cells) == ((8, 1) if channels == 8 else (16, 5))
    assert (skeleton.inputs, skeleton.size, skeleton.classes) == (1, 8, 10)


def test_recorded_recipes_are_as_they_were() -> None:
    """Those by which tables in the package were made; they are written down as before."""
    assert (recipe_for(load("digits")), recipe_for(load("mnist5k"))) == (DIGITS, MNIST5K)
    assert Recipe(8, 32, 0.1, 0.9, 5e-4, 0.0, 0.1, orthogonal=False, crop=0, flip=False) == DIGITS
    assert Recipe(4, 64, 0.02, 0.9, 5e-4, 0.1, 0.3, orthogonal=True, crop=0, flip=False) == MNIST5K
    assert list(MNIST5K.plain()) == [
        "epochs", "batch", "learning_rate", "momentum", "weight_decay", "label_smoothing", "norm_momentum",
        "orthogonal", "crop", "flip",
    ]  # fmt: skip
    assert not any(recipe.flip for recipe in RECIPES.values())


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_file_called_like_named_data_is_treated_as_any_other(tmp_path: Path, name: str) -> None:
    """Recipe, network and splits that are recorded for a name are those of what comes with nassim."""
    same, other = six_hundred(tmp_path, name), six_hundred(tmp_path)
    assert (same.name, same.digest) == (name, other.digest)
    assert (recipe_for(same), skeleton_for(same)) == (recipe_for(other), skeleton_for(other))
    assert recipe_for(same) != recipe_for(load(name)) == RECIPES[name]


def test_a_large_file_called_like_named_data_has_a_network_as_published() -> None:
    """Only what comes with nassim has a small one, however large it is."""
    large = replace(some(12_000), name="photodigits")
    assert (skeleton_for(large).channels, skeleton_for(replace(large, named=True)).channels) == (16, 8)


def test_six_hundred_small_images_are_learned(tmp_path: Path) -> None:
    """600 digits of 8x8 pixels, half to train on: an error below 10 %; 24 steps of a large network left 32 to 79 %."""
    data = six_hundred(tmp_path)
    result = train(ARCH, data, recipe_for(data), skeleton_for(data), seed_of(0, 0))
    assert result.valid_error[-1] < 10.0


def test_digits_are_never_mirrored_and_things_are(tmp_path: Path) -> None:
    """In colour too: mirrored digits are other digits, mirrored blobs are blobs; of few images nobody knows."""
    digits = six_hundred(tmp_path).train
    coloured = Split(digits.images.repeat(1, 3, 1, 1), digits.labels)
    assert not mirrors(coloured)
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(400) % 4
    things = torch.randn(400, 3, 8, 8, generator=generator)
    things[torch.arange(400), :, 2 * labels] += 2.0  # a bright row, as wide as the image
    assert mirrors(Split(things, labels))
    assert not mirrors(Split(things[:100], labels[:100]))
    data = Data("mine", Split(things, labels), Split(things, labels), Split(things, labels), 4, "", ((0.0, 1.0),) * 3)
    assert (recipe_for(data).crop, recipe_for(data).flip) == (1, True)


def test_a_user_chooses_by_name_by_file_and_by_setting(tmp_path: Path) -> None:
    """What is said last counts."""
    data = some(300)
    assert chosen(data, None, {}) == (recipe_for(data), skeleton_for(data))
    assert chosen(data, "mnist5k", {"epochs": 2})[0] == Recipe(
        2, 64, 0.02, label_smoothing=0.1, norm_momentum=0.3, orthogonal=True, crop=0, flip=False
    )
    published, network = chosen(data, "nas-bench-201", {"cells": 2})
    assert (published, network.channels, network.cells, network.size) == (PUBLISHED, 16, 2, 8)
    file = tmp_path / "mine.toml"
    file.write_text("epochs = 7\nflip = true\nchannels = 4\n")
    recipe, network = chosen(data, str(file), {"epochs": 3})
    assert (recipe.epochs, recipe.flip, recipe.batch, network.channels) == (3, True, 32, 4)


@pytest.mark.parametrize(
    ("text", "settings", "told"),
    [
        ("epoch = 3", {}, "a recipe has no setting 'epoch'; did you mean 'epochs'?"),
        ("epochs = 0", {}, "epochs must be a whole number >= 1, got 0"),
        ("flip = 1", {}, "flip must be true or false, got 1"),
        ("", {"batch": -1}, "batch must be a whole number >= 1, got -1"),
        ("= 3", {}, "expected a TOML file with settings of a recipe"),
    ],
)
def test_what_cannot_be_chosen_is_said(tmp_path: Path, text: str, settings: dict[str, Any], told: str) -> None:
    """In one line."""
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(NassimError) as caught:
        chosen(some(300), str(file), settings)
    assert told in str(caught.value)
    with pytest.raises(NassimError, match="unknown recipe or file 'mnist'; did you mean 'mnist5k'"):
        chosen(some(300), "mnist", {})
