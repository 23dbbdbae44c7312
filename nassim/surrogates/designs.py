"""Designs: which trainings a surrogate learns from, random ones or some of them where it says the best are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nassim.core.arrays import Archs
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.surrogates.model import Surrogate
from nassim.surrogates.training_data import Trainings, architectures_known, draw, draw_archs, train_once
from nassim.surrogates.training_records import Source

CANDIDATES = 20  # other random architectures that an active one is the best of

Learn = Callable[[Trainings], Surrogate]


def design(source: Source, train: int, seed: int, active: float, learn_error: Learn) -> Trainings:
    """Return one training each of `train` architectures.

    A share `active` of them are those of the lowest predicted error among 20 times as many others, or all that there
    are; what predicts it has learned from the rest, which are random. SettingError says where there are too few.
    """
    count = round(active * train)
    if count == train:
        raise SettingError(f"active: {active:g} of {train:,} trainings leaves none that says where; take a smaller one")
    first = draw(source, train - count, seed)
    if not count:
        return first
    others = _others(source, first.archs, count * CANDIDATES, seed)
    best = others[np.argsort(learn_error(first).predict(others).mean, kind="stable")[:count]]
    rows = np.arange(len(best))
    return first.joined(train_once(source, best, Streams(seed, "active", rows).random_words(rows, 1)[:, 0]))


def _others(source: Source, drawn: Archs, count: int, seed: int) -> Archs:
    """Return up to `count` of the architectures that come after those drawn."""
    return draw_archs(source, min(architectures_known(source), len(drawn) + count), seed)[len(drawn) :]
