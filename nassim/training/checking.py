"""What one should know of images before anything is trained on them: how many of each class, which are there twice."""

from __future__ import annotations

from hashlib import blake2b

import torch

from nassim.core.errors import DataError
from nassim.core.model_card import Findings
from nassim.training.data import Data, Split

RARE = 10  # times as many images of the most frequent class as of the rarest: errors are then those of the former
FEW = 20  # images of a class in a split, below which its share of an error says little


def checked(data: Data) -> Findings:
    """Return what was found.

    Raises:
        DataError: If there is nothing to tell apart.
    """
    if data.classes < 2:  # noqa: PLR2004  (of one class nothing can be learned)
        raise DataError(f"{data.name}: expected images of two classes or more, got {data.classes}")
    splits = {"training": data.train, "validation": data.valid, "test": data.test}
    counts = {name: torch.bincount(split.labels, minlength=data.classes).tolist() for name, split in splits.items()}
    twins = _twins(splits)
    return {
        "name": data.name,
        "sha256": data.digest,
        "size": data.size,
        "channels": data.channels,
        "classes": data.classes,
        "images": {name: sum(count) for name, count in counts.items()},
        "of_a_class": {name: [min(count), max(count)] for name, count in counts.items()},
        "twins": twins,
        "warnings": [*_unbalanced(counts["training"]), *_scarce(counts), *_leaks(twins)],
    }


def _unbalanced(counts: list[int]) -> list[str]:
    low, high = min(counts), max(counts)
    if high < RARE * low:
        return []
    return [f"classes have {low:,} to {high:,} training images; the error is mostly that of the frequent ones"]


def _scarce(counts: dict[str, list[int]]) -> list[str]:
    return [
        f"a class has {min(count)} {name} images; errors on so few say little"
        for name, count in counts.items()
        if name != "training" and min(count) < FEW
    ]


def _leaks(twins: int) -> list[str]:
    if not twins:
        return []
    return [f"{twins:,} validation or test images are also in an earlier split; errors look lower than they are"]


def _twins(splits: dict[str, Split]) -> int:
    """Return how many images have all pixels of one of an earlier split."""
    known: set[bytes] = set()
    found = 0
    for split in splits.values():
        own = [blake2b(image.tobytes(), digest_size=12).digest() for image in split.images.cpu().numpy()]
        found += sum(one in known for one in own)
        known.update(own)
    return found
