"""Images at lower resolutions: each pixel is the average of the area that it covers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256

import numpy as np
import torch

from nassim.core.arrays import Floats
from nassim.training.data import Data, Split, load

DATA = "photodigits"


def shares(before: int, after: int) -> Floats:
    """Return which share of each new pixel is of each old one along a side, (after, before): rows add up to 1."""
    low, high = np.arange(after)[:, None] * before / after, np.arange(1, after + 1)[:, None] * before / after
    old = np.arange(before)
    overlap = np.minimum(high, old + 1) - np.maximum(low, old)
    return np.clip(overlap, 0.0, None) * after / before


def pooled(data: Data, size: int) -> Data:
    """Return data with images of so many pixels a side, no more than they have; the same where they have as many."""
    if size == data.size:
        return data
    along = torch.from_numpy(shares(data.size, size)).float()

    def smaller(split: Split) -> Split:
        images = torch.einsum("ai,ncij,bj->ncab", along, split.images, along)
        return Split(images.contiguous(memory_format=torch.channels_last), split.labels)

    digest = sha256(f"{data.digest} at {size}".encode()).hexdigest()
    parts = {name: smaller(getattr(data, name)) for name in ("train", "valid", "test")}
    return replace(data, **parts, digest=digest)


@cache
def native() -> Data:
    """Return the images as they are, once read."""
    return load(DATA)


@cache
def images(size: int) -> Data:
    """Return the images at a resolution, once made."""
    return pooled(native(), size)
