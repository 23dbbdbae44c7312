# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Folders of images per class: of any size, in colour or grey, turned as they should be, damage named."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
image = pytest.importorskip("PIL.Image")

from nassim.core.errors import DataError, SettingError
from nassim.training.data import load
from nassim.training.folders import read_folder


def photos(folder: Path, shapes: tuple[tuple[int, int], ...] = ((9, 12), (20, 16), (12, 10))) -> Path:
    """Write two classes of colour images of these widths and heights, dark cats and bright dogs."""
    for label, name in enumerate(("cat", "dog")):
        (folder / name).mkdir(parents=True)
        for number in range(12):
            width, height = shapes[number % len(shapes)]
            pixels = np.full((height, width, 3), 100 * label + number, dtype=np.uint8)
            image.fromarray(pixels).save(folder / name / f"{number:02}.png")
    return folder


def test_a_folder_of_images_per_class(tmp_path: Path) -> None:
    """Classes are numbered in the order of the names of their folders; equal squares stay as they are."""
    data = load(photos(tmp_path, ((5, 5),)))
    assert (data.channels, data.size, data.classes, data.resized) == (3, 5, 2, "")
    assert all((split.images.mean(dim=(1, 2, 3)) > 0).equal(split.labels == 1) for split in (data.train, data.test))
    (tmp_path / "dog" / "99.png").write_bytes(b"\x89PNG half")
    with pytest.raises(DataError, match=r"99.png: damaged or no image"):
        load(tmp_path)
    whole = (tmp_path / "dog" / "01.png").read_bytes()
    (tmp_path / "dog" / "99.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"99.png: damaged or no image"):
        load(tmp_path)


def test_a_folder_may_have_its_own_split(tmp_path: Path) -> None:
    """What is for training, validation and test is as it says; without validation a fifth of training is held out."""
    for name, count in (("train", 10), ("val", 4), ("test", 6)):
        for label in ("cat", "dog"):
            (tmp_path / name / label).mkdir(parents=True)
            for number in range(count):
                image.fromarray(np.full((4, 4), number + count, dtype=np.uint8)).save(
                    tmp_path / name / label / f"{number}.png"
                )
    data = load(tmp_path)
    assert [len(split.labels) for split in (data.train, data.valid, data.test)] == [20, 8, 12]
    assert data.classes == 2
    shutil.rmtree(tmp_path / "val")
    data = load(tmp_path)
    assert [len(split.labels) for split in (data.train, data.valid, data.test)] == [16, 4, 12]
    assert data.valid.labels.bincount().tolist() == [2, 2]
    shutil.rmtree(tmp_path / "test")
    with pytest.raises(DataError, match=r"expected folders train, valid and test, or train and test; got train"):
        load(tmp_path)


def test_images_of_any_size_are_resized(tmp_path: Path) -> None:
    """By default to a power of two that half of them have, at most 32; as bytes."""
    images = read_folder(photos(tmp_path / "small"))
    assert (images.pixels.shape, images.pixels.dtype, images.resized) == ((24, 3, 8, 8), np.uint8, "9x12 to 20x16")
    assert images.pixels.mean(axis=(1, 2, 3)).tolist() == [*range(12), *range(100, 112)]
    assert read_folder(photos(tmp_path / "large", ((300, 200),))).pixels.shape[2:] == (32, 32)
    assert read_folder(photos(tmp_path / "square", ((65, 65),))).pixels.shape[2:] == (32, 32)
    assert read_folder(photos(tmp_path / "tiny", ((3, 4),))).pixels.shape[2:] == (8, 8)
    assert load(tmp_path / "small", size=13).size == 13
    with pytest.raises(SettingError, match="has 8 pixels a side; only folders per class are resized"):
        load("digits", size=9)
    with pytest.raises(SettingError, match="size must be a whole number >= 1"):
        load(tmp_path / "small", size=0)


def test_the_middle_square_is_kept(tmp_path: Path) -> None:
    """Of a wide image the sides are cut off; nothing is stretched."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        pixels = np.zeros((16, 48), dtype=np.uint8)
        pixels[:, 16:32] = 200
        for number in range(4):
            image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    assert (read_folder(tmp_path, 8).pixels == 200).all()


def test_grey_and_colour_images_together_are_in_colour(tmp_path: Path) -> None:
    """All grey ones have one channel; those of 16 bits keep their upper half."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        image.fromarray(np.full((8, 8), 51 * 256 + 7, dtype=np.uint16)).save(tmp_path / name / "0.png")
        image.fromarray(np.full((8, 8), 51, dtype=np.uint8)).save(tmp_path / name / "1.png")
    assert (read_folder(tmp_path).pixels == np.full((4, 1, 8, 8), 51)).all()
    image.fromarray(np.full((8, 8, 3), 51, dtype=np.uint8)).save(tmp_path / "b" / "2.png")
    assert (read_folder(tmp_path).pixels == np.full((5, 3, 8, 8), 51)).all()


def test_a_camera_that_lay_on_its_side_is_heeded(tmp_path: Path) -> None:
    """By the Exif tag of the orientation: 6 is a quarter turn clockwise."""
    pixels = np.zeros((8, 16, 3), dtype=np.uint8)
    pixels[:, :8] = 250  # left, so on top when turned
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        turned = image.fromarray(pixels)
        exif = turned.getexif()
        exif[0x0112] = 6
        turned.save(tmp_path / name / "0.png", exif=exif)
    images = read_folder(tmp_path, 8)
    assert images.resized == "8x16"
    assert images.pixels[0, 0, :4].mean() > 240
    assert images.pixels[0, 0, 4:].mean() < 10
