"""MixedSlopes: what gradients said in real supernets whose options were all trained at once, as those of DARTS are.

A data folder may hold them beside its one-shot table, as `mixed_slopes.parquet`: the slope of the validation loss by
the share of each option, in an even mixture, after several epochs of training on even mixtures.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nassim.core.arrays import Floats, RandomWords, Reals
from nassim.core.errors import DataError
from nassim.core.space import Space
from nassim.data.arranging import MEND, column, whole
from nassim.data.reading import read_card, read_file

FILE = "mixed_slopes.parquet"
Epochs = NDArray[np.int64 | np.float64]  # how long supernets were trained


class MixedSlopes(NamedTuple):
    """Slopes of several supernets at the same epochs, in nats."""

    epochs: Epochs  # (levels,) after which they were measured
    slope: Floats  # (supernets, levels, genes, widest)
    deviation: Floats  # (supernets, levels) standard deviation of what one minibatch adds to each slope
    sha256: str

    def at(self, epoch: Floats, training_seed: RandomWords | None) -> tuple[Floats, Floats]:
        """Return slopes (m, genes, widest) and deviations (m,) after so many epochs (m,), linear between measurements.

        A run's training seed decides which supernet is its own; without a training seed, their mean answers.
        """
        after = np.searchsorted(self.epochs, epoch).clip(1, len(self.epochs) - 1)
        before = after - 1
        share = ((epoch - self.epochs[before]) / (self.epochs[after] - self.epochs[before])).clip(0.0, 1.0)
        if training_seed is None:
            slope, deviation = (values.mean(axis=0) for values in (self.slope, self.deviation))
            sides = [(slope[level], deviation[level]) for level in (before, after)]
        else:
            own = training_seed % len(self.slope)
            sides = [(self.slope[own, level], self.deviation[own, level]) for level in (before, after)]
        (early, wide), (late, narrow) = sides
        return early + share[:, None, None] * (late - early), wide + share * (narrow - wide)


def epoch_numbers(column: Reals) -> Epochs:
    """Return a column of epochs as whole numbers where it holds such, else as shares of epochs."""
    numbers: Epochs = column.astype(np.int64 if np.issubdtype(column.dtype, np.integer) else np.float64)
    return numbers


def read_slopes(folder: Path, space: Space) -> MixedSlopes | None:
    """Return the mixed slopes of a data folder, None where it has none; DataError names what is wrong with them."""
    path = folder / FILE
    if not path.exists():
        return None
    columns, digest = read_file(folder.parent, f"{folder.name}/{FILE}", read_card(folder.parent / "card.toml"))
    supernet, gene, option = (whole(columns, name, path).astype(np.int64) for name in ("supernet", "gene", "option"))
    places = [supernet, epoch_numbers(column(columns, "epoch", path)), gene, option]
    slope, deviation = (column(columns, name, path).astype(np.float64) for name in ("slope", "deviation"))
    seeds, epochs = (np.unique(values) for values in places[:2])
    genes, options = np.nonzero(space.option_mask)
    rows = np.indices((seeds.size, epochs.size, genes.size)).reshape(3, -1)
    wanted = seeds[rows[0]], epochs[rows[1]], genes[rows[2]], options[rows[2]]
    sound = epochs.size > 1 and np.isfinite(slope).all() and (deviation > 0).all()
    if not sound or not all(map(np.array_equal, places, wanted)):
        raise DataError(
            f"{path}: expected slopes of all options by the same supernets at the same epochs, two or more, sorted by "
            f"supernet, epoch, gene and option, and deviations above 0; {MEND}"
        )
    told = np.zeros((seeds.size, epochs.size, *space.option_mask.shape))
    told[:, :, genes, options] = slope.reshape(seeds.size, epochs.size, -1)
    return MixedSlopes(epochs, told, deviation.reshape(seeds.size, epochs.size, -1)[:, :, 0], digest)
