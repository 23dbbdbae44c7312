"""Folders of images: an official data set, known by its files, or a folder per class, all brought to one size.

A folder may have its own split: folders `train`, `valid` (or `val`, `validation`) and `test`, each with a folder per
class. Without validation images, a fifth of the training images of each class are held out for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.errors import DataError
from nassim.training.official import OFFICIAL, read_official
from nassim.training.sources import Images
from nassim.training.splits import stratified

if TYPE_CHECKING:
    from PIL.Image import Image

FILES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"}
GREY = {"1", "L", "LA", "I", "F", "I;16", "I;16B", "I;16L"}  # modes of images without colour
DEEP = {"I", "I;16", "I;16B", "I;16L"}  # of those with 16 bits
ORIENTATION, LYING = 0x0112, {5, 6, 7, 8}  # of Exif: the tag, and its values of images turned by a quarter
KEPT, LARGEST, SMALLEST = 64, 32, 8  # pixels: up to where equal squares stay as they are; bounds of other defaults


PARTS = {"train": 0, "training": 0, "valid": 1, "val": 1, "validation": 1, "test": 2}
TRAINING, VALIDATION, TEST = range(3)
HELD_OUT = (0.8, 0.2)  # shares of training images for training and validation, where a split has none for that


class File(NamedTuple):
    """One image of a class, as its file says it is."""

    path: Path
    label: int
    part: int | None  # 0 for training, 1 for validation, 2 for test; None = the folder does not say
    width: int
    height: int
    grey: bool


def read_folder(folder: Path, size: int | None = None) -> Images:
    """Return the images in a folder; those of folders per class with `size` pixels a side, by default see `usual_size`.

    Classes are numbered in the order of their names.

    Raises:
        DataError: If there are no images, or one is damaged.
    """
    for official in OFFICIAL:
        if any((folder / name).is_file() for name in official.files):
            return read_official(folder, official)
    files, classes = _files(folder)
    side, grey = size or usual_size(files), all(file.grey for file in files)
    pixels = np.empty((len(files), 1 if grey else 3, side, side), dtype=np.uint8)
    for place, file in enumerate(files):
        pixels[place] = _pixels(file.path, side, "L" if grey else "RGB")
    labels = np.array([file.label for file in files], dtype=np.int64)
    shapes = sorted({(file.width, file.height) for file in files})
    before = " to ".join(f"{width}x{height}" for width, height in dict.fromkeys((shapes[0], shapes[-1])))
    resized = "" if shapes == [(side, side)] else before
    return Images(pixels, labels, classes=classes, part=_part(files, labels), resized=resized)


def usual_size(files: list[File]) -> int:
    """Return the default size: that of the images if all are equal squares of up to 64 pixels.

    Else a power of two, at most 32 and at least 8, that the shorter side of half of the images has.
    """
    shapes = {(file.width, file.height) for file in files}
    width, height = next(iter(shapes))
    if len(shapes) == 1 and width == height <= KEPT:
        return width
    shorter = int(np.median([min(file.width, file.height) for file in files]))
    return min(max(1 << (shorter.bit_length() - 1), SMALLEST), LARGEST)


def _files(folder: Path) -> tuple[list[File], int]:
    """Return the images of all classes, and how many classes there are."""
    places = _places(folder)
    names = sorted({entry.name for place in places.values() for entry in place.iterdir() if entry.is_dir()})
    found = []
    for part, place in places.items():
        for label, name in enumerate(names):
            for path in sorted(entry for entry in (place / name).glob("*") if entry.suffix.lower() in FILES):
                with _opened(path) as image:
                    found.append(File(path, label, part, *_shape(image), image.mode in GREY))
    if not found:
        raise DataError(f"{folder}: expected one folder of images per class, or the official files of a data set")
    return found, len(names)


def _places(folder: Path) -> dict[int | None, Path]:
    """Return where the folders of classes lie: in the folder itself, or in those of its own split.

    Raises:
        DataError: If only some of a split are there.
    """
    inside = {entry.name: entry for entry in sorted(folder.iterdir()) if entry.is_dir()}
    parts: dict[int | None, Path] = {
        PARTS[name.lower()]: place for name, place in inside.items() if name.lower() in PARTS
    }
    if not parts or any(name.lower() not in PARTS for name in inside):
        return {None: folder}
    if len(parts) < len(inside) or not {TRAINING, TEST} <= parts.keys():
        raise DataError(f"{folder}: expected folders train, valid and test, or train and test; got {', '.join(inside)}")
    return parts


def _part(files: list[File], labels: NDArray[np.int64]) -> NDArray[np.int8] | None:
    """Return which part each image is in, (n,); None = the folder does not say."""
    if files[0].part is None:
        return None
    part = np.array([file.part for file in files], dtype=np.int8)
    if VALIDATION not in part:
        training = part == TRAINING
        part[training] = stratified(labels[training], HELD_OUT)
    return part


def _shape(image: Image) -> tuple[int, int]:
    """Return width and height as they are looked at: cameras may say that an image lies on its side."""
    width, height = image.size
    return (height, width) if image.getexif().get(ORIENTATION, 1) in LYING else (width, height)


def _pixels(path: Path, side: int, mode: str) -> NDArray[np.uint8]:
    """Return the middle square of an image, (channels, side, side)."""
    from PIL import Image, ImageOps

    with _opened(path) as image:
        upright = ImageOps.exif_transpose(image)
        if upright.mode in DEEP:
            upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
        upright = upright.convert(mode)
        if upright.size != (side, side):
            upright = ImageOps.fit(upright, (side, side), Image.Resampling.BOX)  # as ImageNet16 was made
        pixels: NDArray[np.uint8] = np.atleast_3d(np.asarray(upright)).transpose(2, 0, 1)
        return pixels


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """Open an image; DataError if it cannot be read, now or later."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            yield image
    except (OSError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: damaged or no image ({error}); mend or remove it") from error
