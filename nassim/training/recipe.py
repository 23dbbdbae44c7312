"""How a network is trained: one small value per data set, recorded with every result."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from math import cos, pi
from typing import Annotated, Literal

from nassim.core.documents import Table
from nassim.core.settings import Count, Fraction, NonNegative, Positive, Range

Whole = Annotated[int, Range(0)]
Metric = Literal["error", "balanced-error", "f1"]  # see metrics.py
LATER = {"later": True}  # marks fields that came after tables were made; their default must be what was done before


@dataclass(frozen=True)
class Recipe:
    """SGD with Nesterov momentum and a cosine from `learning_rate` to 0, step by step or by epochs.

    The defaults are near those of NAS-Bench-201 on CIFAR; `PUBLISHED` has them to the letter.
    """

    epochs: Count = 12
    batch: Count = 256
    learning_rate: Positive = 0.1
    momentum: Fraction = 0.9
    weight_decay: NonNegative = 5e-4
    label_smoothing: Fraction = 0.0
    norm_momentum: Fraction = 0.1  # with which batch normalisation forgets, PyTorch's own; few steps need a larger one
    orthogonal: bool = False  # convolutions begin with orthogonal filters: seeds differ less than with PyTorch's own
    crop: Whole = 4  # pixels of padding from which a random crop of the old size is taken; 0 = none
    flip: bool = True  # mirror every second image, at random
    images: Whole = field(default=0, metadata=LATER)  # of an epoch at most, drawn anew from all; 0 = all of them
    by_epoch: bool = field(default=False, metadata=LATER)  # the learning rate is the same for all steps of an epoch
    black: bool = field(default=False, metadata=LATER)  # crops are padded with black; else the mean colour
    metric: Metric = field(default="error", metadata=LATER)  # what is meant by errors of validation and test

    def plain(self) -> Table:
        """Return the fields as they are recorded: later ones only where they differ from their default."""
        default = {own.name: own.default for own in fields(self) if own.metadata.get("later")}
        return {name: value for name, value in asdict(self).items() if name not in default or value != default[name]}

    def learning_rate_at(self, step: int, steps: int) -> float:
        """Return the learning rate of one of `steps` steps, from 0."""
        if self.by_epoch:
            step -= step % (steps // self.epochs)
        return 0.5 * self.learning_rate * (1.0 + cos(pi * step / steps))


DIGITS = Recipe(epochs=8, batch=32, crop=0, flip=False)
MNIST5K = Recipe(4, 64, 0.02, label_smoothing=0.1, norm_momentum=0.3, orthogonal=True, crop=0, flip=False)
PHOTODIGITS = Recipe(6, 64, 0.07, norm_momentum=0.3, orthogonal=True, crop=0, flip=False, images=4480)
RECIPES = {"digits": DIGITS, "mnist5k": MNIST5K, "photodigits": PHOTODIGITS}  # of others, see `defaults.py`
PUBLISHED = Recipe(by_epoch=True, black=True)  # of NAS-Bench-201 on CIFAR, for 12 epochs; also for 200
SMALL = {"channels": 8, "cells": 1}  # of the skeleton for few or small images
