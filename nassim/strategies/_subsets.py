"""Of a front, the points that together have most hypervolume, chosen one by one (Guerreiro et al., 2016).

The paper: "Greedy Hypervolume Subset Selection in Low Dimensions", Evolutionary Computation, doi:10.1162/EVCO_a_00188.
"""

from __future__ import annotations

import numpy as np

from nassim.core.arrays import Floats, Ids


def greedy_subset(points: Floats, size: int, reference: Floats) -> Ids:
    """Return which points (size,) of a front (n, k) are chosen, each adding most hypervolume to those before.

    Of equal points one counts, as long as there are others; of those that add as much, the first in the order of
    their objectives is chosen.

    Args:
        points: Lower is better; none dominates another.
        size: How many are chosen, at most n.
        reference: The point (k,) up to which hypervolume counts.
    """
    unique, places = np.unique(points, axis=0, return_index=True)
    if len(places) <= size:
        again = np.setdiff1d(np.arange(len(points)), places)
        return np.concatenate([places, again[: size - len(places)]])
    gain = np.prod(reference - unique, axis=1)  # what each adds at most
    chosen: list[int] = []
    while len(chosen) < size:
        if chosen:
            _renew(gain, unique, chosen, reference)
        chosen.append(int(gain.argmax()))
        gain[chosen[-1]] = -np.inf
    return places[chosen]


def _renew(gain: Floats, points: Floats, chosen: list[int], reference: Floats) -> None:
    """Lower what each may add to what is chosen, until the largest is exact: it only falls as more are chosen."""
    held = _hypervolume(points[chosen], reference)
    exact = np.zeros(len(points), dtype=np.bool_)
    while not exact[best := int(gain.argmax())]:
        gain[best] = _hypervolume(points[[*chosen, best]], reference) - held
        exact[best] = True


def _hypervolume(points: Floats, reference: Floats) -> float:
    from moocore import hypervolume

    return float(hypervolume(points, ref=reference))
