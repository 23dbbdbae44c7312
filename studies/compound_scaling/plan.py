"""Which networks are trained: a grid to fit by, and lines to compare at equal FLOPs."""

from __future__ import annotations

from itertools import product

import numpy as np
from scales import BASE, NATIVE, Scale, doublings, price

from nassim.core.arrays import Floats

CELLS, CHANNELS, SIZES = (2, 3, 4, 6), (8, 10, 12, 16), (8, 10, 12, 16)  # of the grid
DEAREST = 4.2  # of the grid, in FLOPs of the base: enough for phi = 2, so that phi = 3 is foretold
PHIS = (1, 2, 3)  # FLOPs are 2 ** phi times those of the base
CLOSE = 0.05  # by which FLOPs may differ from those wanted
OPTIONS = (range(1, 26), range(4, 26), range(BASE.size, NATIVE + 1, 2))  # of cells, channels and pixels


def grid() -> list[Scale]:
    """Return the networks that the law is fitted to."""
    every = (Scale(*each) for each in product(CELLS, CHANNELS, SIZES))
    return [scale for scale in every if price(scale) <= DEAREST]


def compound(wanted: Floats, phi: float) -> list[Scale]:
    """Return what has 2 ** phi times the base's FLOPs and is nearest to doublings (3,): see `at_price`.

    Cells and pixels are rounded; channels, which come in the finest steps, make up for it.
    """
    cells, _, size = (_nearest(way, float(wanted[way])) for way in range(3))
    return at_price([Scale(cells, channels, size) for channels in OPTIONS[1]], phi)


def alone(way: int, phi: float) -> list[Scale]:
    """Return the base scaled in one way to 2 ** phi times its FLOPs; see `at_price`."""
    return at_price([BASE._replace(**{BASE._fields[way]: option}) for option in OPTIONS[way]], phi)


def at_price(line: list[Scale], phi: float) -> list[Scale]:
    """Return the network of a line with 2 ** phi times the base's FLOPs, or none if it does not go so far.

    Two, the last below and the first above, if none is close enough: between them errors are interpolated.
    """
    prices = np.array([price(scale) for scale in line]) / 2**phi
    closest = int(np.abs(prices - 1.0).argmin())
    if abs(prices[closest] - 1.0) <= CLOSE:
        return [line[closest]]
    above = int(np.searchsorted(prices, 1.0))
    return line[above - 1 : above + 1] if 0 < above < len(line) else []


def _nearest(way: int, wanted: float) -> int:
    """Return the option of a way that is nearest to so many doublings."""
    found = doublings([BASE._replace(**{BASE._fields[way]: option}) for option in OPTIONS[way]])[:, way]
    return OPTIONS[way][int(np.abs(found - wanted).argmin())]
