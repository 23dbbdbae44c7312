"""Several objectives, exactly: what random search's hypervolume comes to on average, by counting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nassim.stats.arrays import Floats


def expected_hypervolume(values: Floats, reference: Floats, draws: Sequence[int]) -> Floats:
    """Return the expected hypervolume of so many draws with replacement from points (n, 2), for each of `draws`.

    A place is dominated by one draw with probability F, the share of points that dominate it, and by one of d draws
    with 1 - (1 - F)^d. F is constant within the boxes between neighbouring coordinates of the points.
    """
    inside = values[(values < reference).all(axis=1)]
    inside = inside[np.argsort(inside[:, 0])]
    second, rank = np.unique(inside[:, 1], return_inverse=True)
    heights = np.diff(np.append(second, reference[1]))
    widths = np.diff(np.append(inside[:, 0], reference[0]))
    share = np.arange(len(values) + 1) / len(values)
    dominated = 1 - (1 - share)[:, None] ** np.asarray(draws)  # (n + 1, draws), by how many points dominate
    count, volume = np.zeros(len(second), dtype=np.intp), np.zeros(len(draws))
    for width, place in zip(widths, rank, strict=True):
        count[place:] += 1
        if width:
            volume += width * (heights @ dominated[count])
    return volume
