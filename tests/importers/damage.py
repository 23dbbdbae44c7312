"""Damages files: bytes lost at the end, or changed anywhere."""

from __future__ import annotations

import numpy as np


def damaged(data: bytes, seed: int, *, cut: bool, changes: int = 3) -> bytes:
    """Return the bytes with the end cut off, or with some changed."""
    generator = np.random.default_rng(seed)
    if cut:
        return data[: generator.integers(len(data))]
    changed = bytearray(data)
    for place in generator.integers(0, len(data), changes):
        changed[place] = generator.integers(256)
    return bytes(changed)
