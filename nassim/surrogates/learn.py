"""Learns a Surrogate from the values that trainings of some architectures gave."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Archs, Floats, Ints, Singles
from nassim.core.documents import Table
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.surrogates.ensemble import Ensemble, Settings, train, train_spread
from nassim.surrogates.model import Surrogate, noise_variance, with_epochs
from nassim.surrogates.scale import Scale, Transform
from nassim.surrogates.tuning import default_settings, search_settings

FEWEST = 20  # architectures to learn from
REPEATS = 20  # trainings beyond the first of their network, below which they do not tell the noise
FIDELITIES = 8  # epochs of a learning curve that are learned from


class Rows(NamedTuple):
    """What the boosters learn from: one row per architecture and epoch."""

    features: Singles  # (rows, features)
    values: Floats  # (rows,)
    groups: Ints  # (rows,) which architecture
    monotone: tuple[int, ...]  # per feature


def learn(
    space: Space,
    archs: Archs,
    values: Floats,
    *,
    target: str = "error",
    encoding: str = "onehot",
    epochs: tuple[int, ...] = (1,),
    seed: int = 0,
    search: bool = False,
    transform: Transform = "auto",
    settings: Settings | None = None,
) -> Surrogate:
    """Return the model of `values` (n,), or of learning curves (n, epochs), of architectures (n, genes).

    The error must fall, and other targets rise, with the epochs. DataError says why there is nothing to learn.

    Args:
        target: "error" has noise from training to training, which is learned too; other targets are exact.
        search: Choose the hyperparameters by cross-validation, beginning with `settings` or the defaults.
        transform: "log" or "linear", see Scale; "auto" decides by the skewness of the values.
    """
    curves = np.asarray(values, dtype=np.float64)
    curves = curves[:, None] if curves.ndim == 1 else curves
    space.check_encoding(encoding)
    _check(space, archs, curves, epochs, target)
    rows = _rows(space.encode(archs, encoding).astype(np.float32), space.index(archs), curves, epochs, target)
    settings = settings or default_settings(target, encoding, space.size)
    about: Table = {"architectures": len(archs), "seed": seed, "search": search}
    if np.ptp(curves) == 0:  # a cost may be the same everywhere
        scale, ensemble = Scale("linear", float(curves[0, 0]), 1.0), Ensemble(())
        return Surrogate(space, target, encoding, epochs, scale, settings, ensemble, archs.copy(), about)
    scale = Scale.of(rows.values, transform)
    z = scale.to(rows.values)
    if search:
        settings = search_settings(rows.features, z, rows.groups, settings, seed, rows.monotone)
    members, unseen = train(rows.features, z, rows.groups, settings, seed, rows.monotone)
    spread = train_spread(rows.features, z - unseen) if target == "error" else None
    about["r2_unseen"] = 1 - float(np.mean((z - unseen) ** 2) / np.var(z))
    ensemble = Ensemble(members, spread)
    repeats = _repeats(ensemble, rows.features, z)
    return Surrogate(space, target, encoding, epochs, scale, settings, ensemble, archs.copy(), about, repeats)


def _repeats(ensemble: Ensemble, features: Singles, z: Floats) -> float:
    """Return by how much trainings of equal features differ, as a multiple of what residuals say; 1 = too few to say.

    Networks that the features do not tell apart are one, written differently or trained again, and differ by noise
    alone, while in residuals the model's own error hides. Equal values are taken for copies of one training.
    """
    if ensemble.spread is None:
        return 1.0
    both = np.unique(np.column_stack([features, z]), axis=0)
    features, z = both[:, :-1].astype(np.float32), both[:, -1]
    _, which, count = np.unique(features, axis=0, return_inverse=True, return_counts=True)
    if len(z) - len(count) < REPEATS:
        return 1.0
    which = which.ravel()
    _, epistemic, total = ensemble.predict(features)
    squares = (z - (np.bincount(which, z) / count)[which]) ** 2
    expected = noise_variance(epistemic, total) * (1 - 1 / count)[which]
    return min(float(np.sqrt(squares.sum() / expected.sum())), 1.0)  # residuals hold all of the noise, and more


def _check(space: Space, archs: Archs, curves: Floats, epochs: tuple[int, ...], target: str) -> None:
    space.check(archs)
    if curves.shape != (len(archs), len(epochs)):
        raise DataError(
            f"{target}: expected a value per architecture and epoch, {len(archs)} x {len(epochs)}, got {curves.shape}"
        )
    if not np.isfinite(curves).all():
        row = int((~np.isfinite(curves).all(axis=1)).argmax())
        raise DataError(
            f"{target}: the value of architecture {archs[row].tolist()} is {curves[row].min()}; leave such out"
        )
    distinct = np.unique(space.index(archs)).size
    if distinct < FEWEST:
        raise DataError(
            f"{target}: too few to learn from: expected {FEWEST} different architectures or more, got {distinct}"
        )
    if target == "error" and np.ptp(curves) == 0:
        raise DataError(f"{target}: all {len(archs)} trainings gave {curves[0, 0]:g}, there is nothing to learn")


def _rows(features: Singles, groups: Ints, curves: Floats, epochs: tuple[int, ...], target: str) -> Rows:
    """Return one row per architecture and learned epoch, epochs slowest."""
    free = (0,) * features.shape[1]
    if len(epochs) == 1:
        return Rows(features, curves[:, 0], groups, free)
    steps = spread_out(len(epochs), FIDELITIES)
    return Rows(
        np.concatenate([with_epochs(features, epochs[step]) for step in steps]),
        np.concatenate([curves[:, step] for step in steps]),
        np.tile(groups, len(steps)),
        (*free, -1 if target == "error" else 1),
    )


def spread_out(count: int, most: int) -> list[int]:
    """Return up to `most` of the numbers 0 to count - 1, with both ends; the early ones, which differ most, denser."""
    steps: list[int] = (np.unique(np.geomspace(1, count, most).round().astype(np.intp)) - 1).tolist()
    return steps
