"""Surrogate: a model of one target, learned from trainings of some architectures of a space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Archs, Floats, Singles
from nassim.core.documents import JsonValue
from nassim.core.errors import SettingError
from nassim.core.space import Space
from nassim.surrogates.ensemble import MEMBERS, Ensemble, Settings, together
from nassim.surrogates.scale import Scale
from nassim.surrogates.tuning import ENUMERABLE

BLOCK = 1 << 12  # architectures encoded and predicted at a time, by one thread: few enough to stay in cache
NOISE = 0.25  # least share of the variance of a new training that is noise, not the model's error
ONE_MEMBER = MEMBERS / (MEMBERS - 1)  # squared error of a member, on average, as a multiple of that of their mean
NEAR = 0.99  # share of the training architectures that count as near to another
EPOCHS = "epochs"  # name of the feature that curves are learned with


class Estimate(NamedTuple):
    """What a model says of n architectures, in the unit of its target."""

    mean: Floats  # (n,)
    noise: Floats  # (n,) standard deviation from one training of an architecture to the next
    epistemic: Floats  # (n,) standard deviation of the mean: how unsure the model is of it


@dataclass(frozen=True, eq=False)
class Surrogate:
    """A fitted model, see `learn`. `predict` is a pure function: a row's answer does not depend on its batch."""

    space: Space
    target: str  # "error", "seconds" or the name of a cost
    encoding: str
    epochs: tuple[int, ...]  # the fidelities, increasing
    scale: Scale
    settings: Settings
    ensemble: Ensemble
    archs: Archs  # (n, genes) that it was trained on
    about: Mapping[str, JsonValue] = field(default_factory=dict)  # its training: of what, how, how good on unseen folds
    repeats: float = 1.0  # noise of repeated trainings, as a multiple of `noise_variance`'s root
    _tables: dict[int, Estimate] = field(default_factory=dict, init=False, repr=False)

    @property
    def features(self) -> tuple[str, ...]:
        """What the model sees."""
        names = self.space.feature_names(self.encoding)
        return (*names, EPOCHS) if len(self.epochs) > 1 else names

    @property
    def enumerable(self) -> bool:
        """Whether all architectures of the space can be predicted once and for all."""
        return self.space.size <= ENUMERABLE

    def predict(self, archs: Archs, epochs: int | None = None) -> Estimate:
        """Return the estimates of architectures (n, genes), trained for `epochs`; None = to the last fidelity."""
        self.space.check(archs)
        epochs = self.epochs[-1] if epochs is None else epochs
        if self.enumerable and (epochs in self._tables or len(archs) > self.space.size // 4):
            index = self.space.index(archs)
            return Estimate(*(column[index] for column in self.table(epochs)))
        return self._predict(archs, epochs)

    def table(self, epochs: int | None = None) -> Estimate:
        """Return the estimates of every architecture of the space, by `index`; they are kept."""
        epochs = self.epochs[-1] if epochs is None else epochs
        if not self.enumerable:
            raise SettingError(f"{self.space.name} has {self.space.size:,} architectures, too many for a table")
        if epochs not in self._tables:
            self._tables[epochs] = self._predict(self.space.at(np.arange(self.space.size)), epochs)
        return self._tables[epochs]

    def far(self, archs: Archs) -> NDArray[np.bool_]:
        """Return which architectures (n, genes) lie far from all that the model was trained on.

        Far is: with a feature outside the range seen in training, or at a greater distance from the nearest training
        architecture than 99 % of these are from theirs, features in units of their standard deviation.
        """
        features = self.space.encode(archs, self.encoding)
        known, reach = self._known
        outside = ((features < known.min(axis=0)) | (features > known.max(axis=0))).any(axis=1)
        far: NDArray[np.bool_] = outside | (_nearest(features, known) > reach)
        return far

    def encoded(self, archs: Archs, epochs: int) -> Singles:
        """Return what the boosters see of architectures, (n, features)."""
        features = self.space.encode(archs, self.encoding).astype(np.float32)
        return with_epochs(features, epochs) if len(self.epochs) > 1 else features

    def _predict(self, archs: Archs, epochs: int) -> Estimate:
        if epochs not in self.epochs:
            raise SettingError(f"no results after {epochs} epochs were learned; known: {self.epochs}")
        blocks = [archs[at : at + BLOCK] for at in range(0, max(len(archs), 1), BLOCK)]
        found = together([partial(self._predict_block, block, epochs) for block in blocks])
        return Estimate(*(np.concatenate(parts) for parts in zip(*found, strict=True)))

    def _predict_block(self, archs: Archs, epochs: int) -> Estimate:
        return self._estimate(*self.ensemble.predict(self.encoded(archs, epochs), often=not self.enumerable))

    def _estimate(self, z: Floats, epistemic: Floats, total: Floats) -> Estimate:
        """Return the estimates of a mean in the scale's z, its variance, and that of a new training."""
        slope, noise = self.scale.slope(z), np.zeros_like(z)
        if self.ensemble.spread:
            noise = self.repeats**2 * noise_variance(epistemic, total)
            of_mean = total - (ONE_MEMBER - 1) * epistemic  # of a new training about the members' mean
            epistemic = np.maximum(epistemic, of_mean - noise)  # what is no noise is the model's
        return Estimate(self.scale.back(z), np.sqrt(noise) * slope, np.sqrt(epistemic) * slope)

    @cached_property
    def _known(self) -> tuple[Floats, float]:
        """The features of the training architectures, and how far the nearest may be."""
        known = self.space.encode(self.archs, self.encoding)
        return known, float(np.quantile(_nearest(known, known, skip=1), NEAR))


def noise_variance(epistemic: Floats, total: Floats) -> Floats:
    """Return the variance between trainings of one architecture (n,), of what members were seen to be off by.

    Args:
        epistemic: (n,) jackknife variance of the members' mean.
        total: (n,) mean squared difference of a training from the member that has not seen it: noise, and what that
            member is off by. Members are off by more than their mean, by their own variance about it (Krogh and
            Vedelsby, NIPS 1994), which is the jackknife's over one less than their number.
    """
    return np.maximum(total - ONE_MEMBER * epistemic, NOISE * total)


def _nearest(features: Floats, known: Floats, skip: int = 0) -> Floats:
    """Return the distance of each row to the nearest of `known`, (n,), or to the one after `skip` nearer ones."""
    from scipy.spatial.distance import cdist

    unit = known.std(axis=0)
    unit[unit == 0] = 1.0
    blocks = [features[at : at + 1024] / unit for at in range(0, len(features), 1024)]
    nearest = [np.partition(cdist(block, known / unit), skip, axis=1)[:, skip] for block in blocks]
    return np.concatenate([*nearest, np.empty(0)])


def with_epochs(features: Singles, epochs: int) -> Singles:
    """Return features (n, features) with the number of epochs as a last column."""
    return np.column_stack([features, np.full(len(features), epochs, dtype=np.float32)])
