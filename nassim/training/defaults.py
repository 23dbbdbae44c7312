"""How networks are trained on data for which nothing is recorded: rules by which recipe and skeleton follow from them.

Few images need small batches and a small network, or training is over before it has begun: with batches of 256 and 12
epochs, 300 images are seen in 24 steps.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from math import ceil, sqrt

import torch
from torch import Tensor

from nassim.core.documents import Table
from nassim.training.data import Data, Split
from nassim.training.recipe import PUBLISHED, RECIPES, SMALL, Recipe
from nassim.training.skeleton import Skeleton
from nassim.training.splits import balanced_order

STEPS = 64  # of an epoch, at least, if batches need not be smaller than SMALLEST
SMALLEST, LARGEST = 32, 256  # images of a batch
LEAST = 200  # steps of a training
MANY = 10_000  # training images from which on networks are as large as published
COLOURS = 3  # channels
COMPARED, FEWEST = 2000, 100  # images at most, and at least, by which it is decided whether mirrored ones are alike


def recipe_for(data: Data) -> Recipe:
    """Return the recipe that is recorded or published for some data, else one that fits them.

    Batches are as large as published, 256, where an epoch then has 64 steps, else a smaller power of two, at least 32;
    epochs are 12, or as many as make 200 steps. Colour images are taken for photographs: they are cropped at random
    with a padding of an eighth of their size, and mirrored if mirrored images look like their class, see `mirrors`.
    Grey ones are not.
    """
    if data.benchmark:
        return replace(PUBLISHED, crop=data.size // 8)  # 4 of 32 pixels, 2 of 16
    if data.named:
        return RECIPES[data.name]
    images = len(data.train.labels)
    batch = min(max(2 ** max((images // STEPS).bit_length() - 1, 0), SMALLEST), LARGEST)
    epochs = max(Recipe.epochs, ceil(LEAST / ceil(images / batch)))
    coloured = data.channels == COLOURS
    return Recipe(epochs, batch, crop=data.size // 8 if coloured else 0, flip=coloured and mirrors(data.train))


def skeleton_for(data: Data) -> Skeleton:
    """Return the published skeleton for NAS-Bench-201's data and for 10,000 training images or more, else a small one.

    What comes with nassim is trained on a small one, as its tables were.
    """
    small = data.named or (not data.benchmark and len(data.train.labels) < MANY)
    return Skeleton(inputs=data.channels, size=data.size, classes=data.classes, **(SMALL if small else {}))


def mirrors(split: Split) -> bool:
    """Return whether mirrored images look like images of their class, as those of things do and those of digits do not.

    The nearest neighbours of one half of up to 2,000 images, among the other half, say which class they are of, once as
    they are and once mirrored. Mirrored, they must not be wrong significantly more often (McNemar's test at 2.3 %).
    """
    chosen = torch.from_numpy(balanced_order(split.labels.cpu().numpy())[:COMPARED]).to(split.labels.device)
    known, asked = chosen[::2], chosen[1::2]
    if len(asked) < FEWEST:
        return False

    def right(images: Tensor) -> Tensor:
        nearest = torch.cdist(images.flatten(1), split.images[known].flatten(1)).argmin(dim=1)
        return split.labels[known][nearest] == split.labels[asked]

    plain, mirrored = right(split.images[asked]), right(split.images[asked].flip(3))
    lost, won = int((plain & ~mirrored).sum()), int((mirrored & ~plain).sum())
    return lost - won <= 2.0 * sqrt(lost + won)


def differences(data: Data, recipe: Recipe, skeleton: Skeleton, device: str) -> list[str]:
    """Return in what trainings on a data set of NAS-Bench-201 differ from the published ones; empty for other data."""
    if not data.benchmark:
        return []
    usual = replace(recipe_for(data), epochs=recipe.epochs if recipe.epochs in {12, 200} else 12)
    found = [*_changed(asdict(recipe), asdict(usual)), *_changed(asdict(skeleton), asdict(skeleton_for(data)))]
    if not data.published_split:
        found.append("validation images are chosen by a hash of their positions: the published list is not there")
    if device == "cuda":
        found.append("bf16 where the published code has float32")
    found.append("an edge without a way from input to output computes nothing; published, a constant may remain")
    return found


def _changed(mine: Table, usual: Table) -> list[str]:
    return [f"{name} is {mine[name]}, published {usual[name]}" for name in usual if mine[name] != usual[name]]
