"""How a network is trained: one small value per data set, recorded with every result."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi

from nassim.training.skeleton import Skeleton


@dataclass(frozen=True)
class Recipe:
    """SGD with Nesterov momentum and a cosine from `learning_rate` to 0, step by step.

    The defaults are those of NAS-Bench-201 on CIFAR, of which 12 and 200 epochs are published.
    """

    epochs: int = 12
    batch: int = 256
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.0
    norm_momentum: float = 0.1  # with which batch normalisation forgets, PyTorch's own; few steps need a larger one
    orthogonal: bool = False  # convolutions begin with orthogonal filters: seeds differ less than with PyTorch's own
    crop: int = 4  # pixels of padding from which a random crop of the old size is taken; 0 = none
    flip: bool = True  # mirror every second image, at random

    def learning_rate_at(self, step: int, steps: int) -> float:
        """Return the learning rate of one of `steps` steps, from 0."""
        return 0.5 * self.learning_rate * (1.0 + cos(pi * step / steps))


DIGITS = Recipe(epochs=8, batch=32, crop=0, flip=False)
MNIST5K = Recipe(4, 64, 0.02, label_smoothing=0.1, norm_momentum=0.3, orthogonal=True, crop=0, flip=False)
RECIPES = {"digits": DIGITS, "mnist5k": MNIST5K}  # others are trained by the default
SMALL = {"channels": 8, "cells": 1}  # of the skeleton for these two; others have the published one


def recipe_for(data: str) -> Recipe:
    """Return the recorded recipe of a data set by its name."""
    return RECIPES.get(data, Recipe())


def skeleton_for(data: str, inputs: int, size: int, classes: int) -> Skeleton:
    """Return the recorded skeleton of a data set by its name, for images of this form."""
    small = SMALL if data in RECIPES else {}
    return Skeleton(inputs=inputs, size=size, classes=classes, **small)
