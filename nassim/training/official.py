"""The data sets of NAS-Bench-201 in their official files, read without trusting them, and normalised as published.

Which images are for validation is published too, for CIFAR-100 and ImageNet16-120 in files that are read where they lie
beside the data (Dong and Yang, ICLR 2020; configs/nas-benchmark of the authors' repository AutoDL-Projects).
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from nassim.core.documents import read_json
from nassim.core.errors import DataError
from nassim.data.pickle_sizes import end_of
from nassim.training.sources import DAMAGED, Images

IMAGENET = "ImageNet16-120"
CIFAR10_IMAGES, CIFAR10_SEED = 50_000, 1021  # of the published split: the first half of Python's shuffle is to train on
TRAINING, VALIDATION, TEST = range(3)


class Official(NamedTuple):
    """A public data set in its official files, and what NAS-Bench-201 did with it (Dong and Yang, ICLR 2020)."""

    name: str
    files: tuple[str, ...]  # the last has the test images
    classes: int
    side: int  # height and width
    labels: str  # their name in the files
    scale: tuple[tuple[float, float], ...]  # mean and standard deviation of each channel, of 255, as published
    split: str  # the published file that says which images are for validation


OFFICIAL = (
    Official(
        "cifar10",
        (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"),
        10,
        32,
        "labels",
        ((125.3, 63.0), (123.0, 62.1), (113.9, 66.7)),
        "cifar-split.txt",
    ),
    Official(
        "cifar100",
        ("train", "test"),
        100,
        32,
        "fine_labels",
        ((129.3, 68.2), (124.1, 65.4), (112.4, 70.4)),
        "cifar100-test-split.txt",
    ),
    Official(
        "ImageNet16-120",
        (*(f"train_data_batch_{number}" for number in range(1, 11)), "val_data"),
        120,
        16,
        "labels",
        ((122.68, 63.22), (116.66, 61.26), (104.01, 65.09)),
        "imagenet-16-120-test-split.txt",
    ),
)


def read_official(folder: Path, official: Official) -> Images:
    """Return the images of all files of a data set, and the published split where it is known.

    ImageNet16 numbers classes from 1; those after the first 120 are left out.
    """
    parts = [_read_pickle(folder / name, official) for name in official.files]
    if official.name == IMAGENET:
        kept = [part.labels <= official.classes for part in parts]
        parts = [Images(p.pixels[k], p.labels[k] - 1) for p, k in zip(parts, kept, strict=True)]
    pixels, labels = (np.concatenate(arrays) for arrays in zip(*(part[:2] for part in parts), strict=True))
    first = labels.size - parts[-1].labels.size
    part = _published_split(folder / official.split, first, labels.size - first)
    return Images(pixels, labels, first, official.classes, part, official.scale, official.name)


def _published_split(path: Path, train: int, test: int) -> NDArray[np.int8] | None:
    """Return which split each image is in as published, None where that is not known.

    A file names images for validation: of the training images, beside `train`, or of the test images, beside `xtest`.
    """
    if path.is_file():
        chosen = _read_split(path)
        begins = {
            "train": (0, TRAINING),
            "valid": (0, VALIDATION),
            "xvalid": (train, VALIDATION),
            "xtest": (train, TEST),
        }
        part = np.repeat(np.array([TRAINING, TEST], dtype=np.int8), [train, test])
        for name, numbers in chosen.items():
            begin, of = begins[name]
            part[begin + numbers] = of
        covered = sum(map(len, chosen.values()))
        if covered != (train if "train" in chosen else test):
            raise DataError(
                f"{path}: splits {covered} images, not those of this data set; take the published file again"
            )
        return part
    if path.name == OFFICIAL[0].split and train == CIFAR10_IMAGES:
        order = list(range(train))
        Random(CIFAR10_SEED).shuffle(order)  # noqa: S311  (the published one)
        part = np.repeat(np.array([VALIDATION, TEST], dtype=np.int8), [train, test])
        part[order[: train // 2]] = TRAINING
        return part
    return None


def _read_split(path: Path) -> dict[str, NDArray[np.int64]]:
    """Return the numbers of the images by name of the part; the file has each as ["int", ["0", "5", ...]]."""
    try:
        read = read_json(path, "take the published file again, or delete it")
        said = cast("dict[str, tuple[str, list[str]]]", read)
        chosen = {name: np.array(list(map(int, numbers)), dtype=np.int64) for name, (_, numbers) in said.items()}
    except (*DAMAGED, AttributeError) as error:
        raise DataError(f"{path}: damaged ({error}); take the published file again, or delete it") from error
    if chosen.keys() not in ({"train", "valid"}, {"xvalid", "xtest"}):
        raise DataError(f"{path}: expected train and valid, or xvalid and xtest, got {', '.join(chosen)}")
    return chosen


def _read_pickle(file: Path, official: Official) -> Images:
    """Return one official batch: rows of 3 * side * side bytes, and a list of labels."""
    try:
        data = file.read_bytes()
        end_of(data)
        batch = Arrays(io.BytesIO(data), encoding="latin1").load()
        pixels = np.asarray(batch["data"], dtype=np.uint8)
        labels = np.asarray(batch[official.labels], dtype=np.int64)
        return Images(pixels.reshape(labels.size, 3, official.side, official.side), labels)
    except FileNotFoundError:
        raise DataError(f"{file}: missing; download and unpack the data set again") from None
    except (*DAMAGED, pickle.UnpicklingError) as error:
        raise DataError(f"{file}: damaged or only half downloaded ({error}); download it again") from error


class Arrays(pickle.Unpickler):
    """Unpickles plain values and numpy arrays, and refuses everything that could run code."""

    def find_class(self, module_name: str, global_name: str, /) -> type | Callable[[str, str], bytes]:
        """Return what numpy arrays are made of.

        Raises:
            DataError: For any other class or function.
        """
        place = module_name.replace("numpy._core", "numpy.core")
        if (place, global_name) == ("numpy.core.multiarray", "_reconstruct"):
            return cast("type", np.zeros(0).__reduce__()[0])
        if (place, global_name) in {("numpy", "ndarray"), ("numpy", "dtype")}:
            return cast("type", getattr(np, global_name))
        if (place, global_name) == ("_codecs", "encode"):  # bytes in Python 3's older pickles
            return _encode
        raise DataError(f"expected a pickle of plain arrays, it names {module_name}.{global_name}")


def _encode(text: str, _encoding: str) -> bytes:
    return text.encode("latin1")
