"""Labelled images to train on, split once and for all, as tensors on the device.

`load` takes "digits", "mnist5k", "photodigits", or where images lie: the official folder of CIFAR-10, CIFAR-100 or
ImageNet16-120, an .npz file with arrays x and y, or a folder with one folder of images per class.

Which image is in which split is fixed: within each class, images are ordered by the blake2b hash of their position
in the source, and the first share of them is for training, the next for validation, the rest for the test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nassim.core.errors import DataError, SettingError, UnknownNameError
from nassim.core.settings import Count, check_value
from nassim.training import sources
from nassim.training.folders import read_folder
from nassim.training.photodigits import photodigits
from nassim.training.sources import Images, Pixels
from nassim.training.splits import stratified

PARTS = ("training", "validation", "test")
NAMED = {"digits": sources.digits, "mnist5k": sources.mnist5k, "photodigits": photodigits}
SHARES = (0.5, 0.25, 0.25)  # of each class of images that come without a split


class Split(NamedTuple):
    """Images (n, channels, size, size) float32, normalised, and their labels (n,) int64."""

    images: Tensor
    labels: Tensor


@dataclass(frozen=True)
class Data:
    """Labelled images in three splits.

    Each channel has mean 0 and variance 1 over the training images, or is normalised by published constants.
    """

    name: str  # of a data set that comes with nassim, of a file or of a folder
    train: Split
    valid: Split
    test: Split
    classes: int
    digest: str  # sha256 of all pixels, labels and splits, and of published constants of normalisation
    scale: tuple[tuple[float, float], ...] = ()  # mean and standard deviation of each channel, as images came
    benchmark: str = ""  # the data set of NAS-Bench-201 that it is
    published_split: bool = False  # which images are for validation, as there
    resized: str = ""  # from what, if images had another size
    named: bool = False  # one of NAMED, whose recipe is recorded; not a file or folder that is called so

    @property
    def channels(self) -> int:
        """How many channels an image has."""
        return self.train.images.shape[1]

    @property
    def size(self) -> int:
        """Height and width of an image."""
        return self.train.images.shape[2]


def load(source: str | Path, device: str | torch.device = "cpu", size: int | None = None) -> Data:
    """Return the data of a name or path.

    With a `size`, the images of a folder per class are brought to so many pixels a side; other data must have it.

    Raises:
        DataError: Says what is missing, damaged or wrong.
    """
    path = Path(source)
    check_value("size", size, Count | None)
    named = str(source) in NAMED
    if named:
        images = NAMED[str(source)]()
    elif path.is_dir():
        images = read_folder(path, size)
    elif path.is_file():
        images = sources.read_npz(path)
    else:
        raise UnknownNameError.of("data set or path", str(source), NAMED)
    if size not in {None, images.pixels.shape[-1]}:
        raise SettingError(f"{source}: has {images.pixels.shape[-1]} pixels a side; only folders per class are resized")
    try:
        return replace(assemble(path.stem, images, torch.device(device)), named=named)
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise DataError(f"{source}: {len(images.labels):,} images do not fit into the memory of {device}") from error


def assemble(name: str, images: Images, device: torch.device) -> Data:
    """Return checked, split and normalised data."""
    classes = check(name, images)
    part = _parts(images)
    count = np.array([np.bincount(images.labels[part == number], minlength=classes) for number in range(len(PARTS))])
    if not count.all():
        number, label = np.argwhere(count == 0)[0]
        raise DataError(f"{name}: class {label} has no {PARTS[number]} images; it has {count[:, label].sum()} in all")
    scale = images.scale or _scale(images.pixels, part == 0)
    digest = sha256()
    for array in (images.pixels, images.labels, part):
        digest.update(np.ascontiguousarray(array).data)
    digest.update(repr(images.scale).encode() if images.scale else b"")
    train, valid, test = (_split(images, part == number, scale, device) for number in range(len(PARTS)))
    published = bool(images.benchmark) and images.part is not None
    return Data(
        name, train, valid, test, classes, digest.hexdigest(), scale, images.benchmark, published, images.resized
    )


def check(name: str, images: Images) -> int:
    """Return the number of classes.

    Raises:
        DataError: Unless these are square images, each with a label in range.
    """
    pixels, labels = images.pixels, images.labels
    if pixels.ndim != 4 or pixels.shape[2] != pixels.shape[3] or 0 in pixels.shape:  # noqa: PLR2004
        raise DataError(f"{name}: expected images (n, channels, size, size), got an array of shape {pixels.shape}")
    if len(pixels) != len(labels):
        raise DataError(f"{name}: expected one label per image, got {len(pixels)} images and {len(labels)} labels")
    if not np.isfinite(pixels).all():
        raise DataError(f"{name}: expected numbers as pixels, got nan or infinity")
    classes = int(labels.max()) + 1 if images.classes is None else images.classes
    if labels.min() < 0 or labels.max() >= classes:
        raise DataError(f"{name}: expected labels in 0..{classes - 1}, got {labels.min()}..{labels.max()}")
    return classes


def _parts(images: Images) -> NDArray[np.int8]:
    """Return which part each image is in, (n,).

    Of an official training set with no more than ten classes half is for validation, as the authors of
    NAS-Bench-201 do with CIFAR-10; else half of the official test set is, as they do with the others.
    """
    if images.part is not None:
        return images.part
    if images.official is None:
        return stratified(images.labels, SHARES)
    first, rest = images.labels[: images.official], images.labels[images.official :]
    if images.classes == 10:  # noqa: PLR2004
        return np.concatenate([stratified(first, (0.5, 0.5)), np.full(rest.size, 2, dtype=np.int8)])
    return np.concatenate([np.zeros(first.size, dtype=np.int8), 1 + stratified(rest, (0.5, 0.5))])


def _scale(pixels: Pixels, chosen: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """Return mean and standard deviation of each channel of the chosen images; 1 instead of a deviation of 0."""
    channels = [pixels[chosen, channel].astype(np.float64) for channel in range(pixels.shape[1])]
    return tuple((float(values.mean()), float(values.std()) or 1.0) for values in channels)


def _split(
    images: Images, chosen: NDArray[np.bool_], scale: tuple[tuple[float, float], ...], device: torch.device
) -> Split:
    pixels = torch.from_numpy(images.pixels[chosen].astype(np.float32)).to(device)
    for channel, (mean, deviation) in enumerate(scale):
        pixels[:, channel] -= mean
        pixels[:, channel] /= deviation
    labels = torch.from_numpy(images.labels[chosen]).to(device)
    return Split(pixels.contiguous(memory_format=torch.channels_last), labels)
